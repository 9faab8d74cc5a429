// The sum of squared differences, of which mean squared errors are made.

import type { Floats } from "./rows.ts";

/**
 * Σ (aᵢ − bᵢ)² over the places from `start` to `end`, in float64; NaN where a number is not one.
 *
 * @example
 * squaredError(Float32Array.of(0, 1, 3), Float32Array.of(1, 1, 1)); // 5
 */
export function squaredError(a: Floats, b: Floats, start = 0, end = a.length): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum += (a[index]! - b[index]!) ** 2;
  return sum;
}
