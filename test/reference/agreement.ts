// How far two computed values lie apart.

import { expect } from "vitest";

interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/**
 * Expects the same shape, and that no element is further off than `tolerance` times the largest element
 * expected, or times 1 where that is smaller. Infinities and NaN must be met exactly.
 */
export function expectAgreement(actual: Numbers, expected: Numbers, tolerance: number, what = "value"): void {
  expect(actual.shape, `shape of ${what}`).toEqual(expected.shape);
  expect(actual.data.length, `elements of ${what}`).toBe(expected.data.length);
  const wanted = Array.from(expected.data, Number);
  const found = Array.from(actual.data, Number);
  const scale = wanted.reduce(
    (most, element) => (Number.isFinite(element) ? Math.max(most, Math.abs(element)) : most),
    1,
  );
  const wrong = wanted.findIndex(
    (element, index) =>
      !(Object.is(element, found[index]) || Math.abs(element - found[index]!) <= tolerance * scale),
  );
  if (wrong >= 0) {
    expect.fail(`${what}: element ${wrong} is ${found[wrong]} where ${wanted[wrong]} was expected`);
  }
}
