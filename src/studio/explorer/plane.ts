// The plane of a map: where codes lie, and how much of it is shown.

import { mainPlane } from "../../metrics/main-plane.ts";
import type { ExplorerPlane } from "./contract.ts";

/** Part of the codes that may lie outside of what is shown, on each side. */
const OUTSIDE = 0.005;
/** Deviations that are shown of noise. */
const REACH = 3;

/**
 * The plane in which codes are laid out: themselves where they have two numbers, else along their first two principal
 * components.
 *
 * @param codes row-major [count, dimensions]
 */
export function planeOfCodes(codes: Float32Array, dimensions: number): ExplorerPlane {
  const found = dimensions <= 2 ? undefined : mainPlane(codes, dimensions);
  const directions = found?.directions.map((direction) => Array.from(direction)) ?? planar(dimensions);
  const [first, second] = directions as [number[], number[]];
  const origin = found === undefined ? new Array<number>(dimensions).fill(0) : Array.from(found.mean);
  const ranges = [first, second].map((direction) => shownOf(codes, dimensions, origin, direction));
  const share = (place: 0 | 1) => `${Math.round(100 * found!.explained[place])} % of the variance`;
  return {
    origin,
    directions: [first, second],
    labels:
      found === undefined
        ? ["z1", dimensions === 1 ? "" : "z2"]
        : [`first principal component, ${share(0)}`, `second, ${share(1)}`],
    least: [ranges[0]![0], ranges[1]![0]],
    most: [ranges[0]![1], ranges[1]![1]],
  };
}

/** The plane of noise: the two numbers that change examples most. */
export function planeOfNoise(dimensions: number, axes: readonly number[]): ExplorerPlane {
  const direction = (axis: number | undefined) =>
    Array.from({ length: dimensions }, (_, index) => (index === axis ? 1 : 0));
  // Two numbers are shown in their own order.
  const [x, y] = dimensions === 2 ? [0, 1] : axes;
  return {
    origin: new Array<number>(dimensions).fill(0),
    directions: [direction(x), direction(y)],
    labels: [`z${(x ?? 0) + 1}`, y === undefined ? "" : `z${y + 1}`],
    least: [-REACH, -REACH],
    most: [REACH, REACH],
  };
}

const planar = (dimensions: number): number[][] =>
  dimensions === 1
    ? [[1], [0]]
    : [
        [1, 0],
        [0, 1],
      ];

/** What is shown along a direction: nearly all codes, and some room. */
function shownOf(
  codes: Float32Array,
  dimensions: number,
  origin: ArrayLike<number>,
  direction: readonly number[],
): [number, number] {
  const places = Float64Array.from({ length: codes.length / dimensions }, (_, row) => {
    let sum = 0;
    for (let axis = 0; axis < dimensions; axis++)
      sum += direction[axis]! * (codes[row * dimensions + axis]! - origin[axis]!);
    return sum;
  }).sort();
  const at = (part: number) => places[Math.round(part * (places.length - 1))]!;
  const [least, most] = [at(OUTSIDE), at(1 - OUTSIDE)];
  const room = 0.06 * (most - least) || 1;
  return [least - room, most + room];
}
