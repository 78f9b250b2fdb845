import { defineConfig } from "vitest/config";

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
  },
});
