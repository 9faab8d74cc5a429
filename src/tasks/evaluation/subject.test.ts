import { expect, test } from "vitest";
import { firstRows, partedRows, spreadRows } from "./subject.ts";

const rows = { data: Float32Array.from({ length: 20 }, (_, index) => index), dimensions: 2, count: 10 };

test("real rows are spread over all, samples are the first", () => {
  expect(spreadRows(rows, 3)).toEqual({ data: Float32Array.of(0, 1, 6, 7, 12, 13), dimensions: 2, count: 3 });
  expect(firstRows(rows, 2)).toEqual({ data: Float32Array.of(0, 1, 2, 3), dimensions: 2, count: 2 });
  expect(spreadRows(rows, 10)).toBe(rows);
  expect(firstRows(rows, 99)).toEqual(rows);
});

test("rows are parted, none lost", () => {
  const [some, rest] = partedRows(rows, 5);
  expect([...some.data].filter((_, index) => index % 2 === 0)).toEqual([0, 4, 8, 12, 16]);
  expect([...rest.data]).toEqual([2, 3, 6, 7, 10, 11, 14, 15, 18, 19]);
});
