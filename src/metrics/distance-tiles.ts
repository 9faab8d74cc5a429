// All distances between two sets of rows, a tile of queries at a time, so that memory stays bounded.
//
// ‖x − y‖² = ‖x‖² + ‖y‖² − 2 x·y, about the first point, so that a common offset takes no digits: exact for the
// multiples of a power of two that pixels and counts are, else to some 10⁻¹⁵ of the norms.

import { rowProducts } from "./linear-algebra.ts";
import type { Floats } from "./rows.ts";

/** How far a long computation is. */
export type OnProgress = (progress: { readonly done: number; readonly total: number }) => void;

/** Squared distances, row-major [count, points], of the queries from number `first`. Overwritten by the next tile. */
export interface DistanceTile {
  readonly first: number;
  readonly count: number;
  readonly squared: Float64Array;
  /** No squared distance is further off than this. */
  readonly error: number;
}

/** Points multiplied at a time. */
const POINTS = 256;

/**
 * The squared Euclidean distances of each query to all points, `tile` queries at a time.
 *
 * @param queries row-major [count, dimensions], checked before
 * @param points row-major [count, dimensions], at least one
 */
export function* distanceTiles(
  queries: Floats,
  points: Floats,
  { dimensions, tile = 64 }: { readonly dimensions: number; readonly tile?: number },
): Generator<DistanceTile> {
  const [queryCount, pointCount] = [queries.length / dimensions, points.length / dimensions];
  const rows = new Float64Array(tile * dimensions);
  const others = new Float64Array(POINTS * dimensions);
  const squared = new Float64Array(Math.min(tile, queryCount) * pointCount);
  const load = (from: Floats, first: number, count: number, to: Float64Array): Float64Array => {
    const norms = new Float64Array(count);
    for (let row = 0; row < count; row++)
      for (let axis = 0; axis < dimensions; axis++) {
        const value = from[(first + row) * dimensions + axis]! - points[axis]!;
        to[row * dimensions + axis] = value;
        norms[row]! += value * value;
      }
    return norms;
  };
  for (let first = 0; first < queryCount; first += tile) {
    const count = Math.min(tile, queryCount - first);
    const norms = load(queries, first, count, rows);
    let largest = 0;
    for (let start = 0; start < pointCount; start += POINTS) {
      const width = Math.min(POINTS, pointCount - start);
      const otherNorms = load(points, start, width, others);
      const part = squared.subarray(start);
      rowProducts(
        { values: rows, count, stride: dimensions },
        { values: others, count: width, stride: dimensions },
        dimensions,
        part,
        pointCount,
      );
      for (let query = 0; query < count; query++)
        for (let point = 0; point < width; point++) {
          const place = query * pointCount + point;
          const sum = norms[query]! + otherNorms[point]!;
          part[place] = Math.max(sum - 2 * part[place]!, 0);
          if (sum > largest) largest = sum;
        }
    }
    // Sums of `dimensions` products, each off by half a bit at most, as is each difference from the first point.
    yield { first, count, squared, error: 4 * (dimensions + 4) * Number.EPSILON * largest };
  }
}
