// How far an encoder's codes have collapsed. None of the measures trusts one number: an encoder may use few directions
// (rank), few units, few distinct codes, or squeeze some examples together and not others (distances).
//
// - Effective rank (Roy, Vetterli 2007): exp H(p), pᵢ = σᵢ / Σ σ, for the singular values σ of the centred codes.
//   Directions used evenly count fully, others in part.
// - Active units (Burda, Grosse, Salakhutdinov 2016): units whose code has a variance over the data above 0.01. That
//   threshold means something where a prior N(0, I) fixes the scale, as in a VAE, whose codes here are the posterior
//   means. Deterministic codes have any scale, so their units are held against the widest unit: `"widest"` counts
//   units with more than 0.01 of its variance, a tenth of its deviation.
// - Distinct codes: the share of different codes after rounding to a step that is a fraction of the codes' deviation.
// - Distances kept: the distances d between pairs of examples and the distances e between their codes, over a fixed
//   set of pairs. Their correlation, and the evenness (mean e/d)² / mean (e/d)²: if the share s of pairs keeps its
//   distances up to one common factor and the codes of the others fall together, it is s.
//
// - Spread: the codes' deviation divided by their size, which tells codes that vary from codes around one point.
//
// All of them but the deviation, and the active units under a prior, stay the same when all codes are scaled; all of
// these but the spread when they are moved.

import { UserError } from "../errors.ts";
import { randomStream } from "../random/index.ts";
import { rowProducts, symmetricEigen } from "./linear-algebra.ts";
import { axisMoments, Moments } from "./moments.ts";
import { euclidean } from "./neighbours.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";

/** What a unit's variance is held against: 1, as under the prior N(0, I), or that of the widest unit. */
export type UnitScale = "prior" | "widest";

export interface CodeCollapse {
  /** From 1 (all codes on a line) to latent (all directions used evenly); 0 where all codes are equal. */
  readonly effectiveRank: number;
  /** Share of units that are active, from 0 to 1. */
  readonly activeUnits: number;
  /** Share of distinct codes, from 1 / count (all are equal) to 1 (all differ). */
  readonly distinctCodes: number;
  /** Correlation of distances, from −1 to 1: 1 means kept up to a factor and an offset, 0 lost. */
  readonly distanceCorrelation: number;
  /** Evenness of the pairs' factors, from 0 (all codes equal) to 1 (all distances kept up to a common factor). */
  readonly distanceEvenness: number;
  /** The root mean square of the units' deviations, in the codes' own scale. */
  readonly deviation: number;
  /** The deviation divided by the root mean square of the codes: 1 for centred codes, 0 where all are one point. */
  readonly spread: number;
}

/**
 * All measures of collapse at once. Tested to 10⁻⁷ against NumPy and SciPy.
 *
 * @param codes row-major [count, latent], at least two
 * @param inputs what they are the codes of, row-major [count, …]
 * @throws UserError for rows that are not whole, too few, not as many, or not finite
 * @example
 * // Two inputs out of three are encoded alike.
 * codeCollapse(Float32Array.of(0, 0, 2), Float32Array.of(0, 1, 2), { latent: 1 }).distinctCodes; // 2 / 3
 */
export function codeCollapse(
  codes: Floats,
  inputs: Floats,
  { latent, scale = "widest" }: { readonly latent: number; readonly scale?: UnitScale },
): CodeCollapse {
  const { correlation, evenness } = distancesKept(codes, inputs, { latent });
  const deviation = deviationOf(axisMoments(codes, latent).variance);
  let squares = 0;
  for (const value of codes) squares += value * value;
  const size = Math.sqrt(squares / codes.length);
  return {
    effectiveRank: effectiveRank(codes, { latent }),
    activeUnits: activeUnits(codes, { latent, scale }),
    distinctCodes: distinctCodes(codes, { latent }),
    distanceCorrelation: correlation,
    distanceEvenness: evenness,
    deviation,
    spread: size === 0 ? 0 : deviation / size,
  };
}

/**
 * The effective rank of codes, row-major [count, latent]: from 1 to the lesser of latent and count − 1, and 0 where
 * all codes are equal.
 * Tested to 10⁻⁷ against NumPy, and to 10⁻¹² in closed form.
 *
 * @example
 * effectiveRank(Float32Array.of(1, 0, -1, 0, 0, 1, 0, -1), { latent: 2 }); // 2
 */
export function effectiveRank(codes: Floats, { latent }: { readonly latent: number }): number {
  const count = countFiniteRows(codes, latent, "codes", 2);
  // The squares of the singular values, up to a factor. Codes that are longer than there are of them, such as maps of
  // features, have a matrix of products among themselves that is smaller than their covariance.
  const values =
    count < latent
      ? symmetricEigen(centredProducts(codes, { count, latent }), count).values
      : symmetricEigen(covarianceOf(codes, latent), latent).values;
  const noise = values.at(-1)! * latent * Number.EPSILON;
  const singular = values.map((value) => (value > noise ? Math.sqrt(value) : 0));
  const sum = singular.reduce((total, value) => total + value, 0);
  if (sum === 0) return 0;
  return Math.exp(
    singular.reduce((entropy, value) => {
      const share = value / sum;
      return share === 0 ? entropy : entropy - share * Math.log(share);
    }, 0),
  );
}

function covarianceOf(codes: Floats, latent: number): Float64Array {
  const moments = new Moments(latent);
  moments.add(codes);
  return moments.gaussian().covariance;
}

/** The products of each centred code with each, [count, count]. */
function centredProducts(
  codes: Floats,
  { count, latent }: { readonly count: number; readonly latent: number },
): Float64Array {
  const { mean } = axisMoments(codes, latent);
  const values = Float64Array.from(codes, (value, index) => value - mean[index % latent]!);
  const rows = { values, count, stride: latent };
  const products = new Float64Array(count * count);
  rowProducts(rows, rows, latent, products);
  return products;
}

/**
 * The share of units whose variance over the codes, row-major [count, latent], is above `threshold` times the scale:
 * 1 (`"prior"`), or the variance of the widest unit (`"widest"`). The latter is at least 1 / latent, unless all codes
 * are equal: it sees units fall out, and not all of them shrink together.
 * Tested to 10⁻⁷ against NumPy, and exactly by hand.
 *
 * @example
 * activeUnits(Float32Array.of(0, 5, 2, 5), { latent: 2, scale: "prior" }); // 0.5
 */
export function activeUnits(
  codes: Floats,
  options: { readonly latent: number; readonly scale: UnitScale; readonly threshold?: number },
): number {
  const { latent, scale, threshold = 0.01 } = options;
  const units = axisMoments(codes, latent).variance;
  const least = threshold * (scale === "prior" ? 1 : Math.max(...units));
  return units.filter((variance) => variance > least).length / latent;
}

/**
 * The share of distinct codes among all, row-major [count, latent], after rounding their differences from the mean to
 * multiples of `step` times their deviation (the root mean square over units).
 * Tested to 10⁻⁷ against NumPy, and exactly by hand.
 *
 * @example
 * distinctCodes(Float32Array.of(0, 0.001, 1, 1), { latent: 1 }); // 0.5
 */
export function distinctCodes(
  codes: Floats,
  { latent, step = 0.1 }: { readonly latent: number; readonly step?: number },
): number {
  if (!(step > 0)) throw new UserError(`the step of rounding must be above 0, not ${step}`);
  const count = countFiniteRows(codes, latent, "codes");
  const { mean, variance } = axisMoments(codes, latent);
  const width = step * deviationOf(variance);
  if (width === 0) return 1 / count;
  const distinct = new Set<string>();
  const rounded = new Int32Array(latent);
  for (let offset = 0; offset < codes.length; offset += latent) {
    for (let unit = 0; unit < latent; unit++)
      rounded[unit] = Math.round((codes[offset + unit]! - mean[unit]!) / width);
    distinct.add(rounded.join());
  }
  return distinct.size / count;
}

/**
 * How codes keep the distances of their inputs: the correlation of the distances (0 where one of them does not vary),
 * and the evenness of the factors between them (0 where all codes, or all inputs, are equal). Pairs of equal inputs
 * are left out.
 * Tested to 10⁻⁷ against SciPy, and to 10⁻¹² in closed form.
 *
 * @param codes row-major [count, latent], at least two
 * @param inputs row-major [count, …]
 * @param pairs how many pairs to look at: a fixed random choice, or every pair if there are no more
 * @example
 * distancesKept(Float32Array.of(0, 2, 6), Float32Array.of(0, 1, 3), { latent: 1 }); // { correlation: 1, evenness: 1 }
 */
export function distancesKept(
  codes: Floats,
  inputs: Floats,
  { latent, pairs = 10_000 }: { readonly latent: number; readonly pairs?: number },
): { readonly correlation: number; readonly evenness: number } {
  requireWhole(pairs, "the number of pairs");
  const count = countFiniteRows(codes, latent, "codes", 2);
  const dimensions = inputs.length / count;
  if (!Number.isInteger(dimensions) || dimensions === 0)
    throw new UserError(
      `${count} codes need as many inputs, and ${inputs.length} numbers are no ${count} rows`,
    );
  countFiniteRows(inputs, dimensions, "inputs");
  const before: number[] = [];
  const after: number[] = [];
  for (const [i, j] of pairsOf(count, pairs)) {
    const distance = euclidean(inputs, i * dimensions, inputs, j * dimensions, dimensions);
    if (distance === 0) continue;
    before.push(distance);
    after.push(euclidean(codes, i * latent, codes, j * latent, latent));
  }
  const factors = after.map((distance, pair) => distance / before[pair]!);
  const squares = average(factors.map((factor) => factor ** 2));
  return {
    correlation: correlationOf(before, after),
    evenness: squares > 0 ? average(factors) ** 2 / squares : 0,
  };
}

function* pairsOf(count: number, pairs: number): Generator<[number, number]> {
  if ((count * (count - 1)) / 2 <= pairs) {
    for (let i = 1; i < count; i++) for (let j = 0; j < i; j++) yield [i, j];
    return;
  }
  const stream = randomStream(0, "pairs");
  const first = stream.integers(0, count, new Int32Array(pairs));
  const steps = stream.integers(1, count - 1, new Int32Array(pairs));
  // From 1 to count − 1 places further on, so that none is paired with itself.
  for (let pair = 0; pair < pairs; pair++) yield [first[pair]!, (first[pair]! + 1 + steps[pair]!) % count];
}

function correlationOf(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [average(a), average(b)];
  let [product, squaresA, squaresB] = [0, 0, 0];
  a.forEach((value, index) => {
    product += (value - meanA) * (b[index]! - meanB);
    squaresA += (value - meanA) ** 2;
    squaresB += (b[index]! - meanB) ** 2;
  });
  // Below this, what varies is only rounding.
  const varies = (squares: number, mean: number): boolean => squares > (1e-12 * mean) ** 2 * a.length;
  if (!varies(squaresA, meanA) || !varies(squaresB, meanB)) return 0;
  return product / Math.sqrt(squaresA * squaresB);
}

const average = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const deviationOf = (variance: Float64Array): number =>
  Math.sqrt(variance.reduce((sum, value) => sum + value, 0) / variance.length);
