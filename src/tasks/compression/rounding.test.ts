import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NotedRounder, NotingRounder } from "./rounding.ts";

const grid = { step: 0.125, tolerance: 0.001, limit: 20 };

describe("rounding that two sides agree on", () => {
  test("is to the nearest step, within the limit", () => {
    const rounder = new NotingRounder();
    const values = [0, 0.06, 0.07, -0.06, -0.07, 2.4, 9, -9, 1e30];
    expect(values.map((value) => rounder.round(value, grid) + 0)).toEqual([0, 0, 1, 0, -1, 19, 20, -20, 20]);
    expect([rounder.count, rounder.notes]).toEqual([9, []]);
  });

  test("notes what is near to a border, and which side it took", () => {
    const rounder = new NotingRounder();
    for (const value of [0.0624, 1, 0.0626, -0.0626, 2.5621, 2.5624]) rounder.round(value, grid);
    // 2.5625 is the border of the limit: both sides of it are the limit.
    expect(rounder.notes).toEqual([0, 5, 6]);
  });

  test("is the same for numbers that differ by less than the tolerance", () => {
    const near = fc.record({
      border: fc.integer({ min: -25, max: 25 }),
      value: fc.oneof(
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: -0.002, max: 0.002, noNaN: true }),
      ),
      difference: fc.double({ min: -0.00099, max: 0.00099, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(near), (numbers) => {
        const values = numbers.map(({ border, value }) => (border + 0.5) * grid.step + value);
        const coder = new NotingRounder();
        const coded = values.map((value) => coder.round(value, grid));
        const decoder = new NotedRounder(coder.notes);
        const decoded = values.map((value, index) => decoder.round(value + numbers[index]!.difference, grid));
        expect(decoded).toEqual(coded);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("of no number is refused", () => {
    expect(() => new NotingRounder().round(Number.NaN, grid)).toThrow("not finite");
  });
});
