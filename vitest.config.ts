import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,services,infra}/**/*.test.ts", "dashboard/src/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "infra/e2e/**"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make the servers under test wait for each other.
    maxWorkers: 2,
  },
});
