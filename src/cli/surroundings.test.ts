import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { processSurroundings } from "./surroundings.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("Ctrl-C asks once; a second one, a moment later, is left to the system", () => {
  const before = process.listenerCount("SIGINT");
  const handler = vi.fn();
  processSurroundings().onStop(handler);
  process.emit("SIGINT");
  process.emit("SIGINT"); // What npm passes on of the same press.
  expect(handler).toHaveBeenCalledTimes(1);
  expect(process.listenerCount("SIGINT")).toBe(before + 1);
  vi.advanceTimersByTime(500);
  expect(process.listenerCount("SIGINT")).toBe(before);
});

test("nothing listens once it is taken back", () => {
  const before = process.listenerCount("SIGTERM");
  const handler = vi.fn();
  const forget = processSurroundings().onStop(handler);
  expect(process.listenerCount("SIGTERM")).toBe(before + 1);
  forget();
  expect(process.listenerCount("SIGTERM")).toBe(before);
  expect(handler).not.toHaveBeenCalled();
});
