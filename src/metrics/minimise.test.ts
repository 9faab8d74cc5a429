import { expect, test } from "vitest";
import { minimise } from "./minimise.ts";

test("a stretched parabola in twenty dimensions", () => {
  const parabola = (point: Float64Array, slopes: Float64Array): number => {
    let sum = 0;
    for (let axis = 0; axis < point.length; axis++) {
      const stretch = 10 ** (axis / 5);
      slopes[axis] = stretch * (point[axis]! - axis);
      sum += (stretch * (point[axis]! - axis) ** 2) / 2;
    }
    return sum;
  };
  const found = minimise(parabola, new Float64Array(20), { slope: 1e-8, steps: 1000 });
  expect(found.converged).toBe(true);
  found.point.forEach((value, axis) => {
    expect(Math.abs(value - axis)).toBeLessThanOrEqual(1e-8);
  });
  expect(minimise(parabola, new Float64Array(20), { slope: 1e-8, steps: 3 })).toMatchObject({
    steps: 3,
    converged: false,
  });
});

test("a function that is no parabola, to where values no longer tell", () => {
  // cosh(x − 1) + 10⁶: near 1 its values differ by less than their rounding.
  const found = minimise(
    (point, slopes) => {
      slopes[0] = Math.sinh(point[0]! - 1);
      return Math.cosh(point[0]! - 1) + 1e6;
    },
    Float64Array.of(5),
    { slope: 1e-9, steps: 100 },
  );
  expect(found.converged).toBe(true);
  expect(found.point[0]).toBeCloseTo(1, 9);
});

test("the start, where it is the minimum, is left as it is", () => {
  const start = Float64Array.of(0);
  const found = minimise(
    (point, slopes) => {
      slopes[0] = point[0]!;
      return point[0]! ** 2 / 2;
    },
    start,
    { slope: 0, steps: 10 },
  );
  expect(found).toMatchObject({ point: start, steps: 0, converged: true });
});
