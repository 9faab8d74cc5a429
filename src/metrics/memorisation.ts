// Whether a model repeats the examples that it was trained on.
//
// Generated samples are held against held-out examples: new draws of the data lie at some distance d from the nearest
// training example, and samples of a generator that has learnt the distribution lie about as far. Copies lie nearer
// (Meehan, Chaudhuri, Dasgupta 2020, "A non-parametric test to detect data-copying in generative models", which takes
// the same Mann–Whitney statistic of these distances):
//
//   nearer = P(d of a sample < d of a held-out example) + ½ P(equal), over all pairs
//   ratio  = median d of samples / median d of held-out examples
//   copies = share of samples whose d is at most the q-quantile of held-out examples' d
//
// For new draws of the data they are 1/2, 1 and q. Without the held-out examples a distance says nothing. Blurred or
// typical samples are near to many training examples without being copies of any, so numbers call for a look at the
// closest pairs, and features of a classifier serve better than pixels.
//
// A trained model may also tell members of its training set by some score, their likelihood or how well they are
// rebuilt, without ever generating them (Shokri et al. 2017, "Membership inference attacks against machine learning
// models"): the area under the curve by which the score tells them from other examples is 1/2 where it does not.

import { UserError } from "../errors.ts";
import { type AreaUnderCurve, areaUnderRoc, rocCurve } from "./detection.ts";
import type { OnProgress } from "./distance-tiles.ts";
import { quantileOf } from "./duplicates.ts";
import { nearestNeighbours } from "./neighbours.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";

/** A generated sample and the training example nearest to it. */
export interface ClosestPair {
  /** The number of the sample among the generated. */
  readonly sample: number;
  /** The number of the example among the training examples. */
  readonly example: number;
  readonly distance: number;
}

export interface Memorisation {
  /** From 0 (all samples farther than any held-out example) to 1 (all nearer); 1/2 for new draws of the data. */
  readonly nearer: number;
  /** DeLong's standard error of `nearer`, of the samples and held-out examples; the training examples are given. */
  readonly standardError: number;
  /** From 0 (copies) by 1 (new draws of the data) up; ∞ or NaN where the held-out examples' median is 0. */
  readonly ratio: number;
  /** From 0 to 1; about `quantile` for new draws of the data. */
  readonly copies: number;
  /** The distance up to which a sample counts as a copy. */
  readonly threshold: number;
  /** Samples with their nearest training examples, the closest first. */
  readonly closest: readonly ClosestPair[];
}

/** Samples whose neighbours are looked for between two reports of progress. */
const CHUNK = 1024;

/**
 * Compares the distances of generated samples and of held-out examples to the training examples, all of them exact.
 * The time grows with (generated + held out) · training · dimensions. Tested to 10⁻⁸ against SciPy's Mann–Whitney
 * statistic of scikit-learn's neighbours.
 *
 * @param options `quantile`: q, from 0 to 1, 0.05 unless given; `pairs`: how many closest pairs, 16 unless given
 * @param sets rows of pixels or features, each row-major [count, dimensions]
 * @throws UserError for rows that are not whole, not finite, or none
 * @example
 * const training = Float32Array.of(0, 10, 20);
 * const heldOut = Float32Array.of(2, 13, 24);
 * const generated = Float32Array.of(0, 10.5, 16);
 * memorisation({ generated, training, heldOut }, { dimensions: 1 });
 * // nearer (3 + 3 + ½) / 9, ratio 0.5 / 3, copies 2 / 3, closest: sample 0 at example 0
 */
export function memorisation(
  sets: { readonly generated: Floats; readonly training: Floats; readonly heldOut: Floats },
  {
    dimensions,
    quantile = 0.05,
    pairs = 16,
    onProgress,
  }: {
    readonly dimensions: number;
    readonly quantile?: number;
    readonly pairs?: number;
    readonly onProgress?: OnProgress;
  },
): Memorisation {
  const samples = countFiniteRows(sets.generated, dimensions, "generated samples");
  const others = countFiniteRows(sets.heldOut, dimensions, "held-out examples");
  countFiniteRows(sets.training, dimensions, "training examples");
  requireWhole(pairs, "the number of pairs", 0);
  if (!(quantile >= 0 && quantile <= 1))
    throw new UserError(`a quantile must be a number from 0 to 1, not ${quantile}`);
  const total = samples + others;
  const report = (done: number): void => onProgress?.({ done, total });
  const generated = nearestTraining(sets.generated, sets.training, dimensions, report);
  const heldOut = nearestTraining(sets.heldOut, sets.training, dimensions, (done) => report(samples + done));
  // A high score is a small distance.
  const { area, standardError } = areaUnderRoc({
    positives: generated.distances.map((distance) => -distance),
    negatives: heldOut.distances.map((distance) => -distance),
  });
  const sorted = heldOut.distances.slice().sort();
  const threshold = quantileOf(sorted, quantile);
  const nearest = Array.from(generated.distances, (distance, sample) => ({
    sample,
    example: generated.indices[sample]!,
    distance,
  })).sort((left, right) => left.distance - right.distance);
  return {
    nearer: area,
    standardError,
    ratio: quantileOf(generated.distances.slice().sort(), 0.5) / quantileOf(sorted, 0.5),
    copies: nearest.filter(({ distance }) => distance <= threshold).length / samples,
    threshold,
    closest: nearest.slice(0, pairs),
  };
}

/** The training example nearest to each query, and its distance. */
function nearestTraining(
  queries: Floats,
  training: Floats,
  dimensions: number,
  onDone: (done: number) => void,
): { readonly indices: Int32Array; readonly distances: Float64Array } {
  const count = queries.length / dimensions;
  const indices = new Int32Array(count);
  const distances = new Float64Array(count);
  for (let first = 0; first < count; first += CHUNK) {
    const end = Math.min(first + CHUNK, count);
    const found = nearestNeighbours(queries.subarray(first * dimensions, end * dimensions), training, {
      dimensions,
    });
    indices.set(found.indices, first);
    distances.set(found.distances, first);
    onDone(end);
  }
  return { indices, distances };
}

export interface MembershipInference extends AreaUnderCurve {
  /** The most by which the rates of flagged members and of flagged others differ, over all thresholds; 0 to 1. */
  readonly advantage: number;
  /** The largest share of members that are found where at most `falseAlarmRate` of the others are flagged. */
  readonly detectionRate: number;
}

/**
 * How well a score tells members of the training set from other examples: the area under the curve, its standard error,
 * the advantage (Yeom, Giacomelli, Fredrikson, Jha 2018) and, as an attack counts where it is sure, the share of
 * members found at a low rate of false alarms (Carlini et al. 2022, "Membership inference attacks from first
 * principles"). Members and others should be draws of the same distribution, such as a training and a test split.
 * Tested to 10⁻¹² against pairs counted by hand.
 *
 * @param scores one an example, higher for what is more likely a member: minus the error, the likelihood, the critic's
 * @throws UserError if there are no scores of a kind, one is not finite, or the rate is not from 0 to below 1
 * @example
 * const { area } = membershipInference({ members: [0.9, 0.8, 0.4], others: [0.7, 0.3] }); // 5 / 6
 */
export function membershipInference(
  scores: { readonly members: ArrayLike<number>; readonly others: ArrayLike<number> },
  { falseAlarmRate = 0.01 }: { readonly falseAlarmRate?: number } = {},
): MembershipInference {
  if (!(falseAlarmRate >= 0 && falseAlarmRate < 1))
    throw new UserError(`a false-alarm rate must be a number from 0 to below 1, not ${falseAlarmRate}`);
  const both = { positives: scores.members, negatives: scores.others };
  const { falseAlarmRates, detectionRates } = rocCurve(both);
  const last = falseAlarmRates.findLastIndex((rate) => rate <= falseAlarmRate);
  return {
    ...areaUnderRoc(both),
    advantage: detectionRates.reduce((most, rate, step) => Math.max(most, rate - falseAlarmRates[step]!), 0),
    detectionRate: detectionRates[last]!,
  };
}
