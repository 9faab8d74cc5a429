// Which neighbourhoods an embedding keeps (Venna, Kaski 2001, "Neighborhood preservation in nonlinear projection
// methods"). With r(i, j) the rank of j among the neighbours of i, 1 for the nearest, among n examples:
//
//   trustworthiness = 1 − 2 / (n k (2n − 3k − 1)) · Σᵢ Σⱼ (r(i, j) − k), r in the inputs,
//                     over those j among the k nearest codes of i that are not among its k nearest inputs
//   continuity      = the same with the two spaces exchanged
//
// Untrustworthy codes bring together what was apart; where continuity is low they tear apart what was together. Both
// are 1 where each example keeps its k nearest, and about 1/2 where codes say nothing of the inputs.
//
// The other question to codes, whether a simple classifier can read labels off them, is asked by neighbourAccuracy
// (neighbours.ts) and logisticProbe (logistic-probe.ts).

import { UserError } from "../errors.ts";
import { distanceTiles, type OnProgress } from "./distance-tiles.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";

export interface NeighbourhoodsKept {
  /** From 0 to 1: whether neighbours among the codes are neighbours among the inputs. */
  readonly trustworthiness: number;
  /** From 0 to 1: whether neighbours among the inputs are neighbours among the codes. */
  readonly continuity: number;
}

/**
 * Trustworthiness and continuity, both to the rounding of float64, and tested to 10⁻⁸ against scikit-learn; of equally
 * near examples those that come first are nearer. The time grows with count² · (dimensions + k), and memory with
 * 64 · count: a few thousand examples tell it.
 *
 * @param codes row-major [count, latent]
 * @param inputs what they are the codes of, row-major [count, …]
 * @param options `k`: how many neighbours, below half the count; 12 unless given
 * @throws UserError for rows that are not whole, not finite or not as many, and for another k
 * @example
 * const inputs = Float32Array.of(0, 1, 2.1, 3.3, 4.6);
 * const codes = Float32Array.of(0, 1, 2.1, 3.3, 0.4); // the last is brought to the first
 * neighbourhoodsKept(codes, inputs, { latent: 1, k: 1 }); // { trustworthiness: 0.4, continuity: 0.667 }
 */
export function neighbourhoodsKept(
  codes: Floats,
  inputs: Floats,
  {
    latent,
    k = 12,
    onProgress,
  }: { readonly latent: number; readonly k?: number; readonly onProgress?: OnProgress },
): NeighbourhoodsKept {
  const count = countFiniteRows(codes, latent, "codes", 3);
  requireWhole(k, "the number of neighbours");
  if (2 * k >= count)
    throw new UserError(`the neighbours of ${count} codes must be fewer than half of them, not ${k}`);
  if (inputs.length === 0 || inputs.length % count !== 0)
    throw new UserError(`${count} codes need as many inputs, and ${inputs.length} numbers are not`);
  const dimensions = inputs.length / count;
  countFiniteRows(inputs, dimensions, "inputs");
  let [intruders, lost] = [0, 0];
  const inputTiles = distanceTiles(inputs, inputs, { dimensions });
  for (const near of distanceTiles(codes, codes, { dimensions: latent })) {
    const far = inputTiles.next().value!;
    for (let row = 0; row < near.count; row++) {
      const example = near.first + row;
      const codeDistances = near.squared.subarray(row * count, (row + 1) * count);
      const inputDistances = far.squared.subarray(row * count, (row + 1) * count);
      intruders += ranksBeyond(nearest(codeDistances, example, k), inputDistances, example);
      lost += ranksBeyond(nearest(inputDistances, example, k), codeDistances, example);
    }
    onProgress?.({ done: near.first + near.count, total: count });
  }
  const most = (count * k * (2 * count - 3 * k - 1)) / 2;
  return { trustworthiness: 1 - intruders / most, continuity: 1 - lost / most };
}

/** The `k` others that are nearest to an example, by their distances from it. */
function nearest(distances: Float64Array, example: number, k: number): Int32Array {
  const found = new Int32Array(k).fill(-1);
  const value = (place: number): number =>
    found[place]! < 0 ? Number.POSITIVE_INFINITY : distances[found[place]!]!;
  for (let other = 0; other < distances.length; other++) {
    const distance = distances[other]!;
    if (other === example || distance >= value(k - 1)) continue;
    let place = k - 1;
    for (; place > 0 && value(place - 1) > distance; place--) found[place] = found[place - 1]!;
    found[place] = other;
  }
  return found;
}

/** Σ max(rank − k, 0) of the k neighbours, ranked by other distances. */
function ranksBeyond(neighbours: Int32Array, distances: Float64Array, example: number): number {
  let sum = 0;
  for (const neighbour of neighbours) {
    const distance = distances[neighbour]!;
    let rank = 1;
    for (let other = 0; other < distances.length; other++) {
      const value = distances[other]!;
      if (other !== example && (value < distance || (value === distance && other < neighbour))) rank++;
    }
    sum += Math.max(rank - neighbours.length, 0);
  }
  return sum;
}
