import { expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { mainPlane, placesIn } from "./main-plane.ts";

/** Rows whose first and fourth numbers vary most. */
function rows(count: number, dimensions: number): Float32Array {
  const values = randomStream(0, "rows").normal(0, new Float32Array(count * 8));
  const out = new Float32Array(count * dimensions).fill(2);
  for (let row = 0; row < count; row++)
    for (let axis = 0; axis < 8; axis++)
      out[row * dimensions + axis] = values[row * 8 + axis]! * (axis === 0 ? 9 : axis === 3 ? 4 : 1);
  return out;
}

test("the same from the smaller matrix as from the larger", () => {
  const narrow = mainPlane(rows(60, 8), 8);
  // More numbers that never change: longer than there are rows, and longer than any covariance is made of.
  for (const dimensions of [70, 600]) {
    const wide = mainPlane(rows(60, dimensions), dimensions);
    for (const place of [0, 1] as const) {
      expect(wide.explained[place]).toBeCloseTo(narrow.explained[place], 9);
      for (let axis = 0; axis < dimensions; axis++)
        expect(wide.directions[place][axis]).toBeCloseTo(narrow.directions[place][axis] ?? 0, 9);
    }
  }
});

test("of many long rows some are looked at, and all have places", () => {
  const long = rows(1000, 600);
  const plane = mainPlane(long, 600);
  expect(Math.abs(plane.directions[0][0]!)).toBeGreaterThan(0.99);
  expect(Math.abs(plane.directions[1][3]!)).toBeGreaterThan(0.99);
  const places = placesIn(plane, long);
  expect(places).toHaveLength(2000);
  expect(places[1998]).toBeCloseTo(long[999 * 600]! - plane.mean[0]!, 0);
});

test.each([3, 20])("%i rows that do not vary have a plane of no directions", (count) => {
  const { directions, explained } = mainPlane(new Float32Array(count * 5).fill(0.1), 5);
  expect(explained).toEqual([0, 0]);
  expect([...directions[0], ...directions[1]].every((value) => value === 0)).toBe(true);
});

test("rows along one line vary in one direction", () => {
  const line = Float32Array.from({ length: 4 * 6 }, (_, index) => Math.floor(index / 6) * (index % 6));
  const { explained } = mainPlane(line, 6);
  expect(explained[0]).toBeCloseTo(1, 9);
  expect(explained[1]).toBeCloseTo(0, 9);
});
