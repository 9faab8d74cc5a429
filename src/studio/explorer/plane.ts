// The plane of a map: the two directions in which codes vary most. Where a code has more numbers than there are codes,
// these follow from the smaller matrix of the codes' products: if X Xᵀ u = λ u for centred rows X, then Xᵀ u / √λ is an
// eigenvector of Xᵀ X to the same eigenvalue (Turk and Pentland 1991, "Eigenfaces for recognition").

import { symmetricEigen } from "../../metrics/linear-algebra.ts";
import { Moments } from "../../metrics/moments.ts";
import { principalComponents } from "../../metrics/principal-components.ts";
import type { ExplorerPlane } from "./contract.ts";

/** Codes that the smaller matrix is made of, at most: its time grows with their third power. */
const MOST_CODES = 400;
/** Part of the codes that may lie outside of what is shown, on each side. */
const OUTSIDE = 0.005;
/** Deviations that are shown of noise. */
const REACH = 3;

/** Directions in the order of their variances. */
interface Directions {
  readonly directions: readonly number[][];
  /** The share of all variance, from 0 to 1. */
  readonly explained: readonly number[];
}

/**
 * The plane in which codes are laid out: themselves where they have two numbers, else along their first two principal
 * components.
 *
 * @param codes row-major [count, dimensions]
 */
export function planeOfCodes(
  codes: Float32Array,
  dimensions: number,
  mean: ArrayLike<number>,
): ExplorerPlane {
  const { directions, explained } =
    dimensions <= 2
      ? { directions: planar(dimensions), explained: [] }
      : dimensions > codes.length / dimensions
        ? fromProducts(codes, dimensions, mean)
        : fromCovariance(codes, dimensions);
  const [first, second] = directions as [number[], number[]];
  const origin = dimensions <= 2 ? new Array<number>(dimensions).fill(0) : Array.from(mean);
  const ranges = [first, second].map((direction) => shownOf(codes, dimensions, origin, direction));
  const share = (index: number) => `${Math.round(100 * explained[index]!)} % of the variance`;
  return {
    origin,
    directions: [first, second],
    labels:
      explained.length === 0
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

function fromCovariance(codes: Float32Array, dimensions: number): Directions {
  const moments = new Moments(dimensions);
  moments.add(codes);
  const { components, explained } = principalComponents(moments.gaussian(), 2);
  return {
    directions: [0, 1].map((index) =>
      Array.from(components.subarray(index * dimensions, (index + 1) * dimensions)),
    ),
    explained: Array.from(explained),
  };
}

function fromProducts(codes: Float32Array, dimensions: number, mean: ArrayLike<number>): Directions {
  const count = Math.min(MOST_CODES, codes.length / dimensions);
  const rows = Array.from({ length: count }, (_, row) =>
    Float64Array.from({ length: dimensions }, (_, axis) => codes[row * dimensions + axis]! - mean[axis]!),
  );
  const products = new Float64Array(count * count);
  let total = 0;
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let axis = 0; axis < dimensions; axis++) sum += rows[a]![axis]! * rows[b]![axis]!;
      products[a * count + b] = sum;
      products[b * count + a] = sum;
      if (a === b) total += sum;
    }
  const { values, vectors } = symmetricEigen(products, count);
  const directions: number[][] = [];
  const explained: number[] = [];
  for (let index = 1; index <= 2; index++) {
    const value = Math.max(0, values[count - index] ?? 0);
    const vector = vectors.subarray((count - index) * count, (count - index + 1) * count);
    const direction = new Array<number>(dimensions).fill(0);
    if (value > 0)
      for (let row = 0; row < count; row++)
        for (let axis = 0; axis < dimensions; axis++)
          direction[axis]! += (vector[row]! * rows[row]![axis]!) / Math.sqrt(value);
    directions.push(direction);
    explained.push(total === 0 ? 0 : value / total);
  }
  return { directions, explained };
}

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
