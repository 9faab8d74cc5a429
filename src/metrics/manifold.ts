// How well samples cover real examples, and how real they are, by the neighbourhoods of either. A set's manifold is
// the union of the balls about its points, each as wide as the distance to the point's k-th nearest other point.
//
// Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative models":
//
//   precision = share of generated samples on the manifold of real examples
//   recall    = share of real examples on the manifold of generated samples
//
// Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models", with balls about real examples
// only, as those of generated outliers are too wide:
//
//   density  = real balls that a generated sample lies in, on average, divided by k
//   coverage = share of real examples whose ball holds a generated sample
//
// The numbers depend on k and on both counts, and compare only where these are the same. They are meant for features
// of a classifier. A point on the surface of a ball is in it.

import { distanceTiles, type OnProgress } from "./distance-tiles.ts";
import { euclidean, nearestNeighbours } from "./neighbours.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";

export interface ManifoldOptions {
  readonly dimensions: number;
  /** Which neighbour makes a ball's radius. */
  readonly k?: number;
  /** Told the rows done and their total, after each few. */
  readonly onProgress?: OnProgress;
}

export interface PrecisionRecall {
  /** From 0 to 1: how many samples are like real ones. */
  readonly precision: number;
  /** From 0 to 1: how many real examples are like samples. */
  readonly recall: number;
}

export interface DensityCoverage {
  /** From 0; 1 is expected of the real distribution, and more where samples crowd where real ones are dense. */
  readonly density: number;
  /** From 0 to 1; about 1 − 2⁻ᵏ is expected of as many samples of the real distribution. */
  readonly coverage: number;
}

/**
 * Improved precision and recall, k = 3 unless given, as in the paper. Pairs whose distance rounding could put on the
 * other side of a radius are computed again, so that shares are exact; they are tested against scikit-learn's
 * neighbours. The time grows with (generated + real)² · dimensions.
 *
 * @param generated features of samples, row-major [count, dimensions]
 * @param real features of real examples, row-major [count, dimensions]
 * @throws UserError for rows that are not whole or not finite, or no more than k of either
 * @example
 * const [generated, real] = [Float32Array.of(0, 1, 9), Float32Array.of(0.5, 1.5, 2.5)];
 * precisionRecall(generated, real, { dimensions: 1, k: 1 }); // { precision: 2 / 3, recall: 1 }
 */
export function precisionRecall(
  generated: Floats,
  real: Floats,
  { dimensions, k = 3, onProgress }: ManifoldOptions,
): PrecisionRecall {
  const samples = ballsOf(generated, "generated samples", dimensions, k);
  const examples = ballsOf(real, "real examples", dimensions, k);
  const total = samples.radii.length + examples.radii.length;
  const precise = membership(generated, examples, (done) => onProgress?.({ done, total }));
  const recalled = membership(real, samples, (done) =>
    onProgress?.({ done: samples.radii.length + done, total }),
  );
  return { precision: shareAboveZero(precise.balls), recall: shareAboveZero(recalled.balls) };
}

/**
 * Density and coverage, k = 5 unless given, as in the paper; otherwise as {@link precisionRecall}, but that a single
 * generated sample is enough.
 * Tested to 10⁻⁸ against scikit-learn's neighbours.
 *
 * @example
 * const [generated, real] = [Float32Array.of(0, 1, 9), Float32Array.of(0.5, 1.5, 2.5)];
 * densityCoverage(generated, real, { dimensions: 1, k: 1 }); // { density: 1, coverage: 2 / 3 }
 */
export function densityCoverage(
  generated: Floats,
  real: Floats,
  { dimensions, k = 5, onProgress }: ManifoldOptions,
): DensityCoverage {
  const total = countFiniteRows(generated, dimensions, "generated samples");
  const examples = ballsOf(real, "real examples", dimensions, k);
  const { balls, points } = membership(generated, examples, (done) => onProgress?.({ done, total }));
  return {
    density: balls.reduce((sum, count) => sum + count, 0) / (k * total),
    coverage: shareAboveZero(points),
  };
}

/** A ball about each row. */
interface Balls {
  readonly centres: Floats;
  readonly radii: Float64Array;
  readonly dimensions: number;
}

function ballsOf(centres: Floats, what: string, dimensions: number, k: number): Balls {
  requireWhole(k, "the number of neighbours");
  const count = countFiniteRows(centres, dimensions, what, k + 1);
  const { distances } = nearestNeighbours("points", centres, { dimensions, k });
  const radii = Float64Array.from({ length: count }, (_, row) =>
    Math.max(...distances.subarray(row * k, (row + 1) * k)),
  );
  return { centres, radii, dimensions };
}

/** In how many balls each query lies, and how many queries lie in each ball. */
function membership(
  queries: Floats,
  { centres, radii, dimensions }: Balls,
  onDone: (done: number) => void,
): { readonly balls: Int32Array; readonly points: Int32Array } {
  const balls = new Int32Array(queries.length / dimensions);
  const points = new Int32Array(radii.length);
  for (const { first, count, squared, error } of distanceTiles(queries, centres, { dimensions })) {
    for (let row = 0; row < count; row++)
      for (let ball = 0; ball < radii.length; ball++) {
        const radius = radii[ball]!;
        const beyond = squared[row * radii.length + ball]! - radius * radius;
        if (beyond > error) continue;
        const query = first + row;
        if (
          beyond < -error ||
          euclidean(queries, query * dimensions, centres, ball * dimensions, dimensions) <= radius
        ) {
          balls[query]!++;
          points[ball]!++;
        }
      }
    onDone(first + count);
  }
  return { balls, points };
}

const shareAboveZero = (counts: Int32Array): number =>
  counts.filter((count) => count > 0).length / counts.length;
