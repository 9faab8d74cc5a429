// Codes and their places on the map.
//
// A place is two products with the directions of the plane, from its origin; all that a code has besides is off the map.
// When one moves over the map, what is off it is taken from the examples nearby, each the more the nearer it is, so that
// what is shown looks like them; or it is kept as it is.

import { randomStream } from "../../../src/random/stream.ts";
import type { ExplorerSpace } from "../../../src/studio/explorer/contract.ts";

/** A space with the codes of the examples, where it has them. */
export interface Space extends ExplorerSpace {
  /** Row-major [count, dimensions]; of none. */
  readonly exampleCodes: Float32Array;
  /** Their places: x0, y0, x1, y1, … */
  readonly places: Float32Array;
  /** Whether the map shows all that a code is. */
  readonly whole: boolean;
}

/** Where what is off the map comes from. */
export type Beyond = "nearby" | "kept";

/** Examples that a place takes from, at most. */
const NEARBY = 8;

export function openSpace(space: ExplorerSpace, exampleCodes: Float32Array = new Float32Array(0)): Space {
  const { dimensions } = space;
  const count = exampleCodes.length / dimensions;
  const places = new Float32Array(2 * count);
  for (let index = 0; index < count; index++)
    places.set(
      placeOf(space, exampleCodes.subarray(index * dimensions, (index + 1) * dimensions)),
      2 * index,
    );
  return { ...space, exampleCodes, places, whole: dimensions <= 2 };
}

/** The place of a code. */
export function placeOf(
  { plane: { origin, directions } }: Pick<ExplorerSpace, "plane">,
  code: Float32Array,
): [number, number] {
  const along = (direction: readonly number[]) =>
    code.reduce((sum, value, axis) => sum + direction[axis]! * (value - origin[axis]!), 0);
  return [along(directions[0]), along(directions[1])];
}

/** The code of an example. */
export const exampleCode = ({ exampleCodes, dimensions }: Space, index: number): Float32Array =>
  exampleCodes.slice(index * dimensions, (index + 1) * dimensions);

/** The example that is nearest on the map; undefined where there is none. */
export function nearestExample({ places }: Space, [x, y]: readonly [number, number]): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < places.length; at += 2) {
    const distance = (places[at]! - x) ** 2 + (places[at + 1]! - y) ** 2;
    if (distance < least) [best, least] = [at / 2, distance];
  }
  return best;
}

/** The code at a place, coming from another code. */
export function codeAt(
  space: Space,
  place: readonly [number, number],
  { beyond, from }: { readonly beyond: Beyond; readonly from: Float32Array },
): Float32Array {
  const nearby = beyond === "nearby" && space.places.length > 0 && !space.whole;
  const code = nearby ? blendOfNearby(space, place) : from.slice();
  const [x, y] = placeOf(space, code);
  const [first, second] = space.plane.directions;
  for (let axis = 0; axis < code.length; axis++)
    code[axis]! += (place[0] - x) * first[axis]! + (place[1] - y) * second[axis]!;
  return code;
}

/** The mean of codes nearby, weighted by one over the squared distance (Shepard 1968). */
function blendOfNearby(
  { places, exampleCodes, dimensions, plane }: Space,
  [x, y]: readonly [number, number],
): Float32Array {
  const [width, height] = [plane.most[0] - plane.least[0], plane.most[1] - plane.least[1]];
  const nearest: { index: number; distance: number }[] = [];
  for (let index = 0; index < places.length / 2; index++) {
    const distance = ((places[2 * index]! - x) / width) ** 2 + ((places[2 * index + 1]! - y) / height) ** 2;
    if (nearest.length === NEARBY && distance >= nearest.at(-1)!.distance) continue;
    nearest.push({ index, distance });
    nearest.sort((a, b) => a.distance - b.distance);
    if (nearest.length > NEARBY) nearest.pop();
  }
  const code = new Float32Array(dimensions);
  let total = 0;
  for (const { index, distance } of nearest) {
    const weight = 1 / (distance + 1e-9);
    total += weight;
    for (let axis = 0; axis < dimensions; axis++)
      code[axis]! += weight * exampleCodes[index * dimensions + axis]!;
  }
  return code.map((value) => value / total);
}

/** The code where everything begins. */
export const meanCode = ({ mean }: ExplorerSpace): Float32Array => Float32Array.from(mean);

/**
 * A random code: N(0, I) where that is what the networks know, the very noise of `gamelan generate --seed`; else a
 * normal distribution with the mean and the covariance of the examples' codes, mean + Σ wᵢ (zᵢ − mean) / √count with
 * normal wᵢ.
 */
export function randomCode(space: Space, seed: number): Float32Array {
  const { dimensions, normal, exampleCodes, mean } = space;
  const count = exampleCodes.length / dimensions;
  const stream = randomStream(seed, "generate");
  if (normal || count === 0) return stream.normal(0, new Float32Array(dimensions));
  const weights = stream.normal(0, new Float32Array(count));
  const code = meanCode(space);
  for (let index = 0; index < count; index++)
    for (let axis = 0; axis < dimensions; axis++)
      code[axis]! +=
        (weights[index]! * (exampleCodes[index * dimensions + axis]! - mean[axis]!)) / Math.sqrt(count);
  return code;
}

/** Which part of the examples scores less, in percent, by values from the least to the most. */
export function percentileOf(percentiles: readonly number[], score: number): number {
  const above = percentiles.findIndex((value) => value >= score);
  return above < 0 ? 100 : Math.round((100 * above) / (percentiles.length - 1));
}
