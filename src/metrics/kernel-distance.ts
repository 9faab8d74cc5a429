// The kernel distance of two sets of features, known as KID (Bińkowski, Sutherland, Arbel, Gretton 2018, "Demystifying
// MMD GANs"): the squared maximum mean discrepancy, estimated without bias, under the kernel
// k(x, y) = (x·y / d + 1)³ for d dimensions:
//
//   MMD² = mean of k(xᵢ, xⱼ), i ≠ j  +  mean of k(yᵢ, yⱼ), i ≠ j  −  2 · mean of k(xᵢ, yⱼ)
//
// Unlike the Fréchet distance, few examples do not make it larger: its expectation is the same for any count. It is
// computed on disjoint blocks of the shuffled rows, whose estimates are independent of each other: their mean is the estimate,
// and their scatter gives its standard error.

import { randomStream } from "../random/index.ts";
import { rowProducts } from "./linear-algebra.ts";
import { meanAndError } from "./moments.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";

export interface KernelDistance {
  /** The unbiased estimate of MMD²: about 0 for equal distributions, and as often below as above. */
  readonly distance: number;
  /** Its standard error; NaN for a single block. */
  readonly standardError: number;
  /** How many blocks the rows were divided into. */
  readonly blocks: number;
}

/** Rows multiplied at a time. */
const TILE = 256;

/**
 * The kernel distance of two sets of features, each row-major [count, dimensions] with at least two rows. A block's is
 * tested to a relative 10⁻⁸ against scikit-learn's polynomial kernel.
 *
 * @param blockSize rows in a block, about: the smaller set is divided into as many blocks as it has whole ones, at
 * least one, and the larger one into as many
 * @throws UserError for rows that are not whole, too few, or not finite
 * @example
 * kernelDistance(Float32Array.of(0, 1), Float32Array.of(2, 3), { dimensions: 1 }).distance; // 297.5
 */
export function kernelDistance(
  a: Floats,
  b: Floats,
  { dimensions, blockSize = 1000 }: { readonly dimensions: number; readonly blockSize?: number },
): KernelDistance {
  const countA = countFiniteRows(a, dimensions, "features", 2);
  const countB = countFiniteRows(b, dimensions, "features", 2);
  requireWhole(blockSize, "the size of a block", 2);
  const blocks = Math.max(1, Math.floor(Math.min(countA, countB) / blockSize));
  const stream = randomStream(0, "kernel-distance");
  const orderA = stream.permutation(0, countA);
  const orderB = stream.permutation(1, countB);
  const part = (order: Int32Array, block: number): Int32Array =>
    order.subarray(
      Math.floor((block * order.length) / blocks),
      Math.floor(((block + 1) * order.length) / blocks),
    );
  const estimates = Float64Array.from({ length: blocks }, (_, block) => {
    const x = gather(a, part(orderA, block), dimensions);
    const y = gather(b, part(orderB, block), dimensions);
    const [m, n] = [x.length / dimensions, y.length / dimensions];
    return (
      (kernelSum(x, x, dimensions) - diagonalSum(x, dimensions)) / (m * (m - 1)) +
      (kernelSum(y, y, dimensions) - diagonalSum(y, dimensions)) / (n * (n - 1)) -
      (2 * kernelSum(x, y, dimensions)) / (m * n)
    );
  });
  const { mean, standardError } = meanAndError(estimates);
  return { distance: mean, standardError, blocks };
}

function gather(values: Floats, order: Int32Array, dimensions: number): Float64Array {
  const out = new Float64Array(order.length * dimensions);
  order.forEach((row, index) => {
    out.set(values.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
  });
  return out;
}

/** Σ k(x, y) over all pairs of a row of each. */
function kernelSum(x: Float64Array, y: Float64Array, dimensions: number): number {
  const products = new Float64Array(TILE * TILE);
  let sum = 0;
  for (let i = 0; i < x.length; i += TILE * dimensions)
    for (let j = 0; j < y.length; j += TILE * dimensions) {
      const [left, right] = [tile(x, i, dimensions), tile(y, j, dimensions)];
      rowProducts(left, right, dimensions, products);
      const count = left.count * right.count;
      for (let index = 0; index < count; index++) sum += cube(products[index]! / dimensions + 1);
    }
  return sum;
}

function tile(values: Float64Array, offset: number, dimensions: number) {
  const rows = values.subarray(offset, offset + TILE * dimensions);
  return { values: rows, count: rows.length / dimensions, stride: dimensions };
}

/** Σ k(x, x). */
function diagonalSum(x: Float64Array, dimensions: number): number {
  let sum = 0;
  for (let offset = 0; offset < x.length; offset += dimensions) {
    let square = 0;
    for (let axis = 0; axis < dimensions; axis++) square += x[offset + axis]! ** 2;
    sum += cube(square / dimensions + 1);
  }
  return sum;
}

/** Much faster than a power. */
const cube = (value: number): number => value * value * value;
