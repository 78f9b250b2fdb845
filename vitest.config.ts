import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Nobody knows on a fresh clone how long a file takes: the longest begin first, so that neither core ends alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      /(crash|worker|vote)\.test\.ts$/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ["{packages,services,infra}/**/*.test.ts", "dashboard/src/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "infra/e2e/**"],
    // Whole services start in many tests, and the machine may be busy with others: a fact is waited for, not timed.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    // Two cores: more workers only make the servers under test wait for each other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
