// Nearest neighbours, all against all, and what they say of codes: the share of test examples whose label is that of
// most of their k nearest training codes (Cover, Hart 1967). It needs no training and has no settings to tune, so it
// compares encoders fairly.
//
// Distances come from products of rows, ‖x − y‖² = ‖x‖² + ‖y‖² − 2 x·y, a tile at a time, so that memory stays
// bounded. Sums are float64; still, where x and y nearly agree, their distance loses digits, so the distances of
// those found are computed again from the differences.

import { UserError } from "../errors.ts";
import { rowProducts } from "./linear-algebra.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";

/** `euclidean`: ‖x − y‖. `cosine`: 1 − x·y / (‖x‖ ‖y‖), and 1 where x or y is 0. */
export type Distance = "euclidean" | "cosine";

/** The neighbours of each query, nearest first. */
export interface Neighbours {
  /** Rows of the points, [queries, k]. */
  readonly indices: Int32Array;
  /** Their distances, [queries, k]. */
  readonly distances: Float64Array;
}

/** Rows of queries and of points multiplied at a time. */
const TILE = 256;

/**
 * The `k` points nearest to each query; of equally near ones, those that come first. Distances are tested to 10⁻⁸
 * against scikit-learn.
 *
 * @param queries row-major [count, dimensions]; `"points"` asks for the neighbours of each point among the others
 * @param points row-major [count, dimensions]
 * @throws UserError for rows that are not whole or not finite, or fewer points than neighbours
 * @example
 * nearestNeighbours(Float32Array.of(0.9), Float32Array.of(0, 1, 3), { dimensions: 1 }); // indices 1, distances 0.1
 */
export function nearestNeighbours(
  queries: Floats | "points",
  points: Floats,
  options: { readonly dimensions: number; readonly k?: number; readonly distance?: Distance },
): Neighbours {
  const { dimensions, k = 1, distance = "euclidean" } = options;
  requireWhole(k, "the number of neighbours");
  const others = queries === "points";
  const asked = others ? points : queries;
  const queryCount = countFiniteRows(asked, dimensions, "queries", 0);
  const pointCount = countFiniteRows(points, dimensions, "points", k + (others ? 1 : 0));
  const indices = new Int32Array(queryCount * k);
  // Until the end, squared distances without ‖query‖², which is the same for all points.
  const distances = new Float64Array(queryCount * k).fill(Number.POSITIVE_INFINITY);
  const pointNorms = squaredNorms(points, dimensions);
  const queryTile = new Float64Array(TILE * dimensions);
  const pointTile = new Float64Array(TILE * dimensions);
  const products = new Float64Array(TILE * TILE);
  for (let q0 = 0; q0 < queryCount; q0 += TILE) {
    const tileQueries = Math.min(TILE, queryCount - q0);
    queryTile.set(asked.subarray(q0 * dimensions, (q0 + tileQueries) * dimensions));
    for (let p0 = 0; p0 < pointCount; p0 += TILE) {
      const tilePoints = Math.min(TILE, pointCount - p0);
      pointTile.set(points.subarray(p0 * dimensions, (p0 + tilePoints) * dimensions));
      rowProducts(
        { values: queryTile, count: tileQueries, stride: dimensions },
        { values: pointTile, count: tilePoints, stride: dimensions },
        dimensions,
        products,
      );
      for (let q = 0; q < tileQueries; q++) {
        const first = (q0 + q) * k;
        const last = first + k - 1;
        for (let p = 0; p < tilePoints; p++) {
          const norm = pointNorms[p0 + p]!;
          const product = products[q * tilePoints + p]!;
          const value =
            distance === "euclidean" ? norm - 2 * product : norm === 0 ? 0 : -product / Math.sqrt(norm);
          if (value >= distances[last]! || (others && q0 + q === p0 + p)) continue;
          let place = last;
          for (; place > first && distances[place - 1]! > value; place--) {
            distances[place] = distances[place - 1]!;
            indices[place] = indices[place - 1]!;
          }
          distances[place] = value;
          indices[place] = p0 + p;
        }
      }
    }
  }
  const exact = distance === "euclidean" ? euclidean : cosine;
  for (let place = 0; place < indices.length; place++) {
    const query = Math.floor(place / k) * dimensions;
    distances[place] = exact(asked, query, points, indices[place]! * dimensions, dimensions);
  }
  return { indices, distances };
}

/** ‖x − y‖ of the rows that begin at `i` in `a` and at `j` in `b`. */
export function euclidean(a: Floats, i: number, b: Floats, j: number, dimensions: number): number {
  let sum = 0;
  for (let axis = 0; axis < dimensions; axis++) sum += (a[i + axis]! - b[j + axis]!) ** 2;
  return Math.sqrt(sum);
}

function cosine(a: Floats, i: number, b: Floats, j: number, dimensions: number): number {
  let [product, left, right] = [0, 0, 0];
  for (let axis = 0; axis < dimensions; axis++) {
    product += a[i + axis]! * b[j + axis]!;
    left += a[i + axis]! ** 2;
    right += b[j + axis]! ** 2;
  }
  return left === 0 || right === 0 ? 1 : 1 - product / Math.sqrt(left * right);
}

function squaredNorms(values: Floats, dimensions: number): Float64Array {
  return Float64Array.from({ length: values.length / dimensions }, (_, row) => {
    let sum = 0;
    for (let axis = 0; axis < dimensions; axis++) sum += values[row * dimensions + axis]! ** 2;
    return sum;
  });
}

/** Codes, row-major [count, latent], and a label for each. */
export interface LabelledCodes {
  readonly codes: Floats;
  readonly labels: ArrayLike<number>;
}

/**
 * The share of test codes, from 0 to 1, that most of their `k` nearest training codes give the right label; of
 * labels with as many votes, the lowest wins, as in scikit-learn, against which it is tested.
 *
 * @throws UserError if there are not as many labels as codes, and as {@link nearestNeighbours} does
 * @example
 * const train = { codes: Float32Array.of(0, 1), labels: [3, 7] };
 * const test = { codes: Float32Array.of(0.2, 0.4), labels: [3, 7] };
 * neighbourAccuracy(train, test, { latent: 1 }); // 0.5
 */
export function neighbourAccuracy(
  train: LabelledCodes,
  test: LabelledCodes,
  options: { readonly latent: number; readonly k?: number; readonly distance?: Distance },
): number {
  const { latent, k = 1, ...more } = options;
  for (const [name, { codes, labels }] of Object.entries({ train, test })) {
    const count = countFiniteRows(codes, latent, `${name} codes`);
    if (labels.length !== count)
      throw new UserError(`${count} ${name} codes need as many labels, not ${labels.length}`);
  }
  const { indices } = nearestNeighbours(test.codes, train.codes, { dimensions: latent, k, ...more });
  let right = 0;
  for (let query = 0; query < test.labels.length; query++) {
    const votes = new Map<number, number>();
    for (let place = query * k; place < (query + 1) * k; place++) {
      const label = train.labels[indices[place]!]!;
      votes.set(label, (votes.get(label) ?? 0) + 1);
    }
    const [winner] = [...votes].reduce((best, vote) =>
      vote[1] > best[1] || (vote[1] === best[1] && vote[0] < best[0]) ? vote : best,
    );
    if (winner === test.labels[query]) right++;
  }
  return right / test.labels.length;
}
