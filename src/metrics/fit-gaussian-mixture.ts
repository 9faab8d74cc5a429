// Fitting a mixture of Gaussians with full covariances by expectation maximisation (Dempster, Laird, Rubin 1977). A step
// asks how much each component has to do with each example, and then fits the component to the examples by that:
//
//   rᵢₖ ∝ πₖ N(xᵢ; μₖ, Σₖ)
//   πₖ = mean rᵢₖ,  μₖ = Σᵢ rᵢₖ xᵢ / Σᵢ rᵢₖ,  Σₖ = Σᵢ rᵢₖ (xᵢ − μₖ)(xᵢ − μₖ)ᵀ / Σᵢ rᵢₖ
//
// A component that narrows down on a few examples would have an infinite likelihood. So no eigenvalue of a covariance
// may fall below a floor; those that would are set to it. This is the covariance of the highest likelihood among those
// that keep to the floor, so that the likelihood rises in every step, which it need not where the floor is added.

import { UserError } from "../errors.ts";
import type { RandomStream } from "../random/index.ts";
import { densities, type GaussianMixture } from "./gaussian-mixture.ts";
import { kMeans } from "./k-means.ts";
import { cholesky, fromEigen, Scatter, symmetricEigen } from "./linear-algebra.ts";
import { axisMoments } from "./moments.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";

export interface FittedMixture {
  readonly mixture: GaussianMixture;
  /** The mean of log p(x) over the codes in nats, before each step and after the last: it does not fall. */
  readonly logLikelihoods: readonly number[];
  /** Whether the last step raised it by less than the tolerance. */
  readonly converged: boolean;
}

export interface FitOptions {
  /** The least eigenvalue of a covariance, as a share of the codes' mean variance (or itself, where that is 0). */
  readonly floor?: number;
  /** Steps end when one raises the mean log-likelihood by less. */
  readonly tolerance?: number;
  /** Steps at most. */
  readonly steps?: number;
}

/** Responsibilities below this are taken to be 0, which saves most of the work; the likelihood cannot tell. */
const NEGLIGIBLE = 1e-12;

/**
 * Fits a mixture to codes, row-major [count, dimensions], starting from clusters ({@link kMeans}). Its time grows
 * with count · components · dimensions² and the number of steps: for 10 components of 64 dimensions, a tenth of a second
 * to a few tenths a step for 10,000 codes. From the same start it is tested against scikit-learn: to 10⁻⁸ after a few
 * steps, to 10⁻⁵ at the maximum.
 *
 * @param stream what the start is drawn from, at its position 0
 * @throws UserError for codes that are not whole rows or not finite, and fewer codes than components
 * @example
 * const codes = Float32Array.of(-1.1, -1, -0.9, 3.9, 4, 4.1);
 * const { mixture } = fitGaussianMixture(codes, { dimensions: 1, components: 2, stream: randomStream(1, "fit") });
 * mixture.weights; // 0.5, 0.5
 */
export function fitGaussianMixture(
  codes: Floats,
  options: FitOptions & {
    readonly dimensions: number;
    readonly components?: number;
    readonly stream: RandomStream;
  },
): FittedMixture {
  const { dimensions, components = 10, stream, ...more } = options;
  requireWhole(components, "the number of components");
  const count = countFiniteRows(codes, dimensions, "codes", components);
  const { labels, centres } = kMeans(codes, { dimensions, clusters: components, stream });
  const responsibilities = new Float64Array(count * components);
  labels.forEach((label, row) => {
    responsibilities[row * components + label] = 1;
  });
  // A centre without codes, as where codes repeat, starts as wide as all codes are.
  const { mean, variance } = axisMoments(codes, dimensions);
  const floor = floorOf(variance, more.floor);
  const whole = covarianceOf(codes, mean, () => 1, floor);
  const start: GaussianMixture = {
    dimensions,
    weights: Array(components).fill(1 / components),
    means: [...centres],
    covariances: Array.from({ length: components }, () => [...whole]).flat(),
  };
  return improveGaussianMixture(codes, maximise(codes, responsibilities, start, floor), more);
}

/**
 * Fits a mixture to codes, row-major [count, dimensions], from a mixture to start with. Where a covariance of `start`
 * is below the floor, the first step may lower the likelihood.
 *
 * @throws UserError for codes that are not whole rows or not finite, and covariances that are not positive definite
 */
export function improveGaussianMixture(
  codes: Floats,
  start: GaussianMixture,
  { floor, tolerance = 1e-3, steps = 100 }: FitOptions = {},
): FittedMixture {
  const count = countFiniteRows(codes, start.dimensions, "codes");
  const least = floorOf(axisMoments(codes, start.dimensions).variance, floor);
  const responsibilities = new Float64Array(count * start.weights.length);
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / count;
  let mixture = start;
  const logLikelihoods = [mean(densities(mixture, codes, responsibilities))];
  let converged = false;
  while (!converged && logLikelihoods.length <= steps) {
    mixture = maximise(codes, responsibilities, mixture, least);
    logLikelihoods.push(mean(densities(mixture, codes, responsibilities)));
    converged = logLikelihoods.at(-1)! - logLikelihoods.at(-2)! < tolerance;
  }
  return { mixture, logLikelihoods, converged };
}

/** The mixture of the highest likelihood for given responsibilities. A component that has none stays where it is. */
function maximise(
  codes: Floats,
  responsibilities: Float64Array,
  mixture: GaussianMixture,
  floor: number,
): GaussianMixture {
  const { dimensions } = mixture;
  const components = mixture.weights.length;
  const count = codes.length / dimensions;
  const weights: number[] = [];
  const means = [...mixture.means];
  const covariances = [...mixture.covariances];
  for (let component = 0; component < components; component++) {
    const weightOf = (row: number): number => {
      const weight = responsibilities[row * components + component]!;
      return weight < NEGLIGIBLE ? 0 : weight;
    };
    const mean = new Float64Array(dimensions);
    let sum = 0;
    for (let row = 0; row < count; row++) {
      const weight = weightOf(row);
      if (weight === 0) continue;
      sum += weight;
      for (let axis = 0; axis < dimensions; axis++) mean[axis]! += weight * codes[row * dimensions + axis]!;
    }
    weights.push(sum);
    if (sum === 0) continue;
    for (let axis = 0; axis < dimensions; axis++) {
      mean[axis]! /= sum;
      means[component * dimensions + axis] = mean[axis]!;
    }
    const covariance = covarianceOf(codes, mean, weightOf, floor);
    for (let index = 0; index < covariance.length; index++)
      covariances[component * covariance.length + index] = covariance[index]!;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { dimensions, weights: weights.map((weight) => weight / total), means, covariances };
}

/** The covariance of weighted codes about their mean, with no eigenvalue below the floor. */
function covarianceOf(
  codes: Floats,
  mean: Float64Array,
  weightOf: (row: number) => number,
  floor: number,
): Float64Array {
  const dimensions = mean.length;
  const scatter = new Scatter(mean);
  let sum = 0;
  for (let row = 0; row * dimensions < codes.length; row++) {
    const weight = weightOf(row);
    if (weight === 0) continue;
    sum += weight;
    scatter.add(codes, row * dimensions, weight);
  }
  const covariance = scatter.sum().map((value) => value / sum);
  // Positive definite without the floor: all eigenvalues are above it.
  const above = covariance.slice();
  for (let axis = 0; axis < dimensions; axis++) above[axis * dimensions + axis]! -= floor;
  if (cholesky(above, dimensions) !== undefined) return covariance;
  return fromEigen(symmetricEigen(covariance, dimensions), (value) => Math.max(value, floor));
}

/** The least eigenvalue allowed, for the variance of each dimension. */
function floorOf(variance: Float64Array, share = 1e-6): number {
  if (!(share > 0)) throw new UserError(`the floor of a covariance must be above 0, not ${share}`);
  const mean = variance.reduce((sum, value) => sum + value, 0) / variance.length;
  return mean === 0 ? share : share * mean;
}
