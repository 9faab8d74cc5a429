import { expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatOption,
  formatTick,
} from "./format.ts";

test("numbers", () => {
  expect([0, 1.23456, 12345.678, 1e-5, 2.5e7, null, Number.NaN].map(formatNumber)).toEqual([
    "0",
    "1.235",
    "12,350",
    "1.00e-5",
    "2.50e7",
    "–",
    "–",
  ]);
  expect([1e-4, 0.05, 250, 3e7].map(formatTick)).toEqual(["1e-4", "0.05", "250", "3e7"]);
  expect(formatCount(12345.4)).toBe("12,345");
});

test("spans of time, bytes and options", () => {
  expect([4, 75, 4000, Infinity].map(formatDuration)).toEqual(["4 s", "1 min 15 s", "1 h 6 min", "–"]);
  expect([999, 12544, 1.5e9].map(formatBytes)).toEqual(["999 B", "12.5 kB", "1.5 GB"]);
  expect([[256, 128], true, undefined, { a: 1 }].map(formatOption)).toEqual([
    "256,128",
    "true",
    "",
    '{"a":1}',
  ]);
});
