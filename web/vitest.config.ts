import { mergeConfig } from "vite";
import { defineConfig } from "vitest/config";
import base from "./vite.config";

export default mergeConfig(
  base,
  defineConfig({
    test: {
      environment: "happy-dom",
      include: ["src/**/*.test.{ts,tsx}"],
      setupFiles: ["src/test/setup.ts"],
      testTimeout: 20_000,
      isolate: false, // a test cleans up after itself, and a new browser for each file costs more than all tests
      // A zone with an odd offset shows every place that forgets to name one.
      env: { TZ: "America/St_Johns" },
    },
  }),
);
