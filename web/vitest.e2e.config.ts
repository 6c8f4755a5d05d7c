import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["e2e/**/*.e2e.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    cache: false, // the order of the files is the same everywhere
    // The longest file, which only looks at the demo business, beside the others, which change it one after another.
    maxWorkers: 2,
    maxConcurrency: 2,
  },
});
