// What single numbers of a code do: one at a time is moved over its range, and all others are left as they are
// (Higgins et al. 2017, "beta-VAE", figure 1).

import { UserError } from "../errors.ts";

/**
 * Codes in which one dimension at a time takes each of some values, in deviations from its mean.
 *
 * @param code what all other dimensions keep, [dimensions]
 * @param axes dimensions to move, from 0
 * @param mean of each dimension over the data, [dimensions]
 * @param deviation of each dimension over the data, [dimensions]
 * @param values in deviations, such as −3, −2, … 3
 * @returns row-major [axes, values, dimensions]
 * @throws UserError for an axis that the code has not
 * @example
 * traverse(Float32Array.of(7, 8), { axes: [1], mean: [0, 5], deviation: [1, 2], values: [-1, 1] }); // 7, 3, 7, 7
 */
export function traverse(
  code: Float32Array,
  {
    axes,
    mean,
    deviation,
    values,
  }: {
    readonly axes: readonly number[];
    readonly mean: ArrayLike<number>;
    readonly deviation: ArrayLike<number>;
    readonly values: readonly number[];
  },
): Float32Array {
  const dimensions = code.length;
  const moved = new Float32Array(axes.length * values.length * dimensions);
  let start = 0;
  for (const axis of axes) {
    if (!Number.isInteger(axis) || axis < 0 || axis >= dimensions)
      throw new UserError(`a dimension of these codes is from 0 to ${dimensions - 1}, not ${axis}`);
    for (const value of values) {
      moved.set(code, start);
      moved[start + axis] = mean[axis]! + value * deviation[axis]!;
      start += dimensions;
    }
  }
  return moved;
}

/** The `count` dimensions of the largest variances, the largest first; of equal ones those that come first. */
export function mostActive(variance: ArrayLike<number>, count: number): number[] {
  return Array.from(variance, (_, axis) => axis)
    .sort((a, b) => variance[b]! - variance[a]! || a - b)
    .slice(0, count);
}

/** `count` values spread evenly from −reach to reach. */
export const evenValues = (count: number, reach: number): number[] =>
  Array.from({ length: count }, (_, index) => (count === 1 ? 0 : reach * ((2 * index) / (count - 1) - 1)));
