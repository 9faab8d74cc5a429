// Clusters by k-means (Lloyd 1982), with centres that start by k-means++ (Arthur, Vassilvitskii 2007: "the advantages
// of careful seeding").

import type { RandomStream } from "../random/index.ts";
import { nearestNeighbours } from "./neighbours.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";

export interface Clusters {
  /** The nearest centre of each row. */
  readonly labels: Int32Array;
  /** Row-major [clusters, dimensions]. */
  readonly centres: Float64Array;
}

/**
 * Divides rows, [count, dimensions], into clusters about centres, in `steps` steps at most.
 * Tested to 10⁻¹² on clusters that lie apart.
 *
 * @param stream what the first centres are drawn from, at its position 0
 * @throws UserError for rows that are not whole or not finite, and fewer rows than clusters
 * @example
 * const rows = Float32Array.of(0, 1, 10, 11);
 * kMeans(rows, { dimensions: 1, clusters: 2, stream: randomStream(1, "clusters") }).centres; // 0.5 and 10.5
 */
export function kMeans(
  rows: Floats,
  options: {
    readonly dimensions: number;
    readonly clusters: number;
    readonly stream: RandomStream;
    readonly steps?: number;
  },
): Clusters {
  const { dimensions, clusters, stream, steps = 10 } = options;
  requireWhole(clusters, "the number of clusters");
  countFiniteRows(rows, dimensions, "rows", clusters);
  const centres = startCentres(rows, dimensions, clusters, stream);
  let labels = nearestNeighbours(rows, centres, { dimensions }).indices;
  for (let step = 0; step < steps; step++) {
    const counts = new Float64Array(clusters);
    const sums = new Float64Array(centres.length);
    labels.forEach((label, row) => {
      counts[label]!++;
      for (let axis = 0; axis < dimensions; axis++)
        sums[label * dimensions + axis]! += rows[row * dimensions + axis]!;
    });
    for (let index = 0; index < centres.length; index++) {
      const members = counts[Math.floor(index / dimensions)]!;
      if (members > 0) centres[index] = sums[index]! / members;
    }
    const before = labels;
    labels = nearestNeighbours(rows, centres, { dimensions }).indices;
    if (labels.every((label, row) => label === before[row])) break;
  }
  return { labels, centres };
}

/** Each further centre is a row drawn with a chance in proportion to its squared distance from the centres so far. */
function startCentres(
  rows: Floats,
  dimensions: number,
  clusters: number,
  stream: RandomStream,
): Float64Array {
  const count = rows.length / dimensions;
  const chances = stream.uniform(0, new Float32Array(clusters));
  const centres = new Float64Array(clusters * dimensions);
  const squares = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let row = Math.floor(chances[0]! * count);
  for (let cluster = 0; cluster < clusters; cluster++) {
    if (cluster > 0) row = pick(squares, chances[cluster]!);
    centres.set(rows.subarray(row * dimensions, (row + 1) * dimensions), cluster * dimensions);
    for (let other = 0; other < count; other++) {
      let square = 0;
      for (let axis = 0; axis < dimensions; axis++)
        square += (rows[other * dimensions + axis]! - rows[row * dimensions + axis]!) ** 2;
      if (square < squares[other]!) squares[other] = square;
    }
  }
  return centres;
}

/** The place where the running sum of `shares` first exceeds `chance`, of [0, 1), times their sum. */
export function pick(shares: ArrayLike<number>, chance: number): number {
  let sum = 0;
  for (let place = 0; place < shares.length; place++) sum += shares[place]!;
  let rest = chance * sum;
  let last = 0;
  for (let place = 0; place < shares.length; place++) {
    if (shares[place]! > 0) last = place;
    rest -= shares[place]!;
    if (rest < 0) return last;
  }
  return last;
}
