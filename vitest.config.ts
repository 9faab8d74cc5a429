import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/*.test.js", "reproduce/*.test.js"],
    // Processes, not threads: a thread that is stopped while ONNX Runtime computes takes the whole run with it.
    pool: "forks",
    // Each test file's sessions use several threads of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
