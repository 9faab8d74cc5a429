// Means, covariances and standard errors. Rows may come in chunks: sums are kept in float64 about the
// first row, so that a large common offset takes no digits from the covariance, and equal rows have none exactly.

import { UserError } from "../errors.ts";
import { Scatter } from "./linear-algebra.ts";
import { countFiniteRows, type Floats } from "./rows.ts";

/** A mean [dimensions] and a covariance [dimensions, dimensions]. */
export interface GaussianMoments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/**
 * Gathers the mean and the covariance of rows that come in chunks of any size.
 *
 * @example
 * const moments = new Moments(2);
 * moments.add(Float32Array.of(1, 2, 3, 4));
 * moments.add(Float32Array.of(5, 9));
 * moments.gaussian(); // mean 3, 5; covariance 4, 7, 7, 13
 */
export class Moments {
  readonly dimensions: number;
  #count = 0;
  #centre: Float64Array | undefined;
  #scatter: Scatter | undefined;
  readonly #sums: Float64Array;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#sums = new Float64Array(dimensions);
  }

  /** How many rows there were. */
  get count(): number {
    return this.#count;
  }

  /** Adds rows, row-major [count, dimensions]. */
  add(rows: Floats): void {
    const { dimensions } = this;
    const count = countFiniteRows(rows, dimensions, "features", 0);
    if (count === 0) return;
    this.#centre ??= Float64Array.from(rows.subarray(0, dimensions));
    this.#scatter ??= new Scatter(this.#centre);
    for (let offset = 0; offset < rows.length; offset += dimensions) {
      this.#scatter.add(rows, offset, 1);
      for (let axis = 0; axis < dimensions; axis++)
        this.#sums[axis]! += rows[offset + axis]! - this.#centre[axis]!;
    }
    this.#count += count;
  }

  /** The mean, and the covariance with the divisor count − 1. Needs two rows. */
  gaussian(): GaussianMoments {
    const { dimensions, count } = this;
    if (this.#centre === undefined || this.#scatter === undefined || count < 2)
      throw new UserError(`a covariance needs at least 2 rows, and there are ${count}`);
    const beside = this.#sums.map((sum) => sum / count);
    const covariance = this.#scatter.sum();
    for (let i = 0; i < dimensions; i++)
      for (let j = 0; j < dimensions; j++) {
        const index = i * dimensions + j;
        covariance[index] = (covariance[index]! - count * beside[i]! * beside[j]!) / (count - 1);
      }
    return { mean: this.#centre.map((value, axis) => value + beside[axis]!), covariance };
  }
}

/** The mean and the variance (divisor count) of each dimension; equal rows have the variance 0 exactly. */
export function axisMoments(
  rows: Floats,
  dimensions: number,
): { mean: Float64Array; variance: Float64Array } {
  const count = countFiniteRows(rows, dimensions, "rows");
  const mean = new Float64Array(dimensions);
  const variance = new Float64Array(dimensions);
  for (let axis = 0; axis < dimensions; axis++) {
    const first = rows[axis]!;
    let sum = 0;
    let squares = 0;
    for (let index = axis; index < rows.length; index += dimensions) sum += rows[index]! - first;
    mean[axis] = first + sum / count;
    for (let index = axis; index < rows.length; index += dimensions)
      squares += (rows[index]! - first - sum / count) ** 2;
    variance[axis] = squares / count;
  }
  return { mean, variance };
}

/**
 * The mean of numbers and its standard error, s / √count with the divisor count − 1 in s; the error of a single
 * number is NaN.
 * Tested to 10⁻¹² by hand.
 *
 * @example
 * meanAndError([1, 2, 3]); // { mean: 2, standardError: 0.577… }
 */
export function meanAndError(values: ArrayLike<number>): { mean: number; standardError: number } {
  let mean = 0;
  for (let index = 0; index < values.length; index++) mean += values[index]!;
  mean /= values.length;
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index]! - mean) ** 2;
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}
