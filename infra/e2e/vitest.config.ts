import { defineConfig } from "vitest/config";

// Times are for a machine that is busy with other things. One installation at a time: each test file starts the whole product.
export default defineConfig({
  test: {
    include: ["infra/e2e/src/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
