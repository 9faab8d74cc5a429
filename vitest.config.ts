import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "src/**/*.test.ts",
      "test/**/*.test.ts",
      "bench/*.test.js",
      "reproduce/*.test.js",
      "studio/**/*.test.ts",
    ],
    // Processes, not threads: a thread that is stopped while ONNX Runtime computes takes the whole run with it.
    pool: "forks",
    // Each test file's sessions use several threads of their own.
    maxWorkers: 2,
    // Only against tests that hang: a slow machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
