// Mixtures of Gaussians with full covariances: their density, and samples of them.
//
//   p(x) = Σₖ πₖ N(x; μₖ, Σₖ)
//
// Fitted (fit-gaussian-mixture.ts) to the codes of an autoencoder without a prior, its samples are what the decoder
// generates from (Ghosh et al. 2020, "From variational to deterministic autoencoders": 10 components), and its density
// is one of codes.

import { UserError } from "../errors.ts";
import type { RandomStream } from "../random/index.ts";
import { pick } from "./k-means.ts";
import { BAND, cholesky, invertLower, rowProducts } from "./linear-algebra.ts";
import { countFiniteRows, type Floats } from "./rows.ts";

/** A mixture as plain numbers, which JSON keeps. */
export interface GaussianMixture {
  readonly dimensions: number;
  /** πₖ, [components], with the sum 1. */
  readonly weights: readonly number[];
  /** Row-major [components, dimensions]. */
  readonly means: readonly number[];
  /** Row-major [components, dimensions, dimensions]. */
  readonly covariances: readonly number[];
}

/** Examples whose densities are computed at a time. */
const TILE = 256;

/**
 * log p(x) of each code, row-major [count, dimensions], in nats. Tested to 10⁻⁸ against scikit-learn.
 *
 * @throws UserError for codes that are not whole rows or not finite, and covariances that are not positive definite
 * @example
 * const standard = { dimensions: 1, weights: [1], means: [0], covariances: [1] };
 * logDensity(standard, Float32Array.of(0)); // −½ log 2π
 */
export function logDensity(mixture: GaussianMixture, codes: Floats): Float64Array {
  countFiniteRows(codes, mixture.dimensions, "codes", 0);
  return densities(mixture, codes);
}

/**
 * Draws `count` codes, row-major [count, dimensions], a function of the stream and the position alone.
 *
 * @throws UserError for covariances that are not positive definite
 * @example
 * const standard = { dimensions: 2, weights: [1], means: [0, 0], covariances: [1, 0, 0, 1] };
 * sampleGaussianMixture(standard, 100, randomStream(7, "codes")); // 200 numbers
 */
export function sampleGaussianMixture(
  mixture: GaussianMixture,
  count: number,
  stream: RandomStream,
  position = 0,
): Float32Array {
  const { dimensions, weights, means } = mixture;
  const factors = factorsOf(mixture);
  const chances = stream.uniform(position, new Float32Array(count));
  const noise = stream.normal(position, new Float32Array(count * dimensions));
  const out = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const component = pick(weights, chances[row]!);
    const lower = factors[component]!;
    for (let i = 0; i < dimensions; i++) {
      let value = means[component * dimensions + i]!;
      for (let j = 0; j <= i; j++) value += lower[i * dimensions + j]! * noise[row * dimensions + j]!;
      out[row * dimensions + i] = value;
    }
  }
  return out;
}

/** log p(x) of each code; the responsibilities, [count, components], are written where asked for. */
export function densities(
  mixture: GaussianMixture,
  codes: Floats,
  responsibilities?: Float64Array,
): Float64Array {
  const { dimensions, weights, means } = mixture;
  const components = weights.length;
  const count = codes.length / dimensions;
  const inverses = factorsOf(mixture).map((lower) => invertLower(lower, dimensions));
  const constants = inverses.map((inverse, component) => {
    let sum = Math.log(weights[component]!) - (dimensions / 2) * Math.log(2 * Math.PI);
    for (let axis = 0; axis < dimensions; axis++) sum += Math.log(inverse[axis * dimensions + axis]!);
    return sum;
  });
  const beside = new Float64Array(TILE * dimensions);
  const whitened = new Float64Array(TILE * BAND);
  const logs = new Float64Array(TILE * components);
  const out = new Float64Array(count);
  for (let first = 0; first < count; first += TILE) {
    const rows = Math.min(TILE, count - first);
    for (let component = 0; component < components; component++) {
      for (let index = 0; index < rows * dimensions; index++)
        beside[index] =
          codes[first * dimensions + index]! - means[component * dimensions + (index % dimensions)]!;
      for (let row = 0; row < rows; row++) logs[row * components + component] = constants[component]!;
      // ‖L⁻¹ (x − μ)‖², some rows of the triangle at a time.
      for (let axis = 0; axis < dimensions; axis += BAND) {
        const band = Math.min(BAND, dimensions - axis);
        const triangle = inverses[component]!.subarray(axis * dimensions);
        rowProducts(
          { values: beside, count: rows, stride: dimensions },
          { values: triangle, count: band, stride: dimensions },
          axis + band,
          whitened,
        );
        for (let index = 0; index < rows * band; index++)
          logs[Math.floor(index / band) * components + component]! -= whitened[index]! ** 2 / 2;
      }
    }
    for (let row = 0; row < rows; row++) {
      const own = logs.subarray(row * components, (row + 1) * components);
      const total = logSum(own);
      out[first + row] = total;
      if (responsibilities !== undefined)
        for (let component = 0; component < components; component++)
          responsibilities[(first + row) * components + component] = Math.exp(own[component]! - total);
    }
  }
  return out;
}

/** log Σ exp, with the largest taken out. */
function logSum(logs: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of logs) if (value > largest) largest = value;
  let sum = 0;
  for (const value of logs) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/** The Cholesky factor of each component's covariance. */
function factorsOf({ dimensions, covariances, weights }: GaussianMixture): Float64Array[] {
  return weights.map((_, component) => {
    const size = dimensions * dimensions;
    const covariance = Float64Array.from(covariances.slice(component * size, (component + 1) * size));
    const lower = cholesky(covariance, dimensions);
    if (lower === undefined)
      throw new UserError(`the covariance of component ${component} is not positive definite`);
    return lower;
  });
}
