import { defineConfig } from "vitest/config";

// One installation at a time: each test file starts the whole product.
export default defineConfig({
  test: {
    include: ["infra/e2e/src/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
