// The plane in which rows vary most: the first two of their principal components (principal-components.ts), for rows
// of any length. Where they are long, or there are fewer of them than a row has numbers, the components follow from the
// smaller matrix of the products of some of them: if X Xᵀ u = λ u for centred rows X, then Xᵀ u / √λ is an eigenvector
// of Xᵀ X to the same eigenvalue (Turk and Pentland 1991, "Eigenfaces for recognition").

import { rowProducts, symmetricEigen } from "./linear-algebra.ts";
import { axisMoments, Moments } from "./moments.ts";
import { principalComponents } from "./principal-components.ts";
import { countFiniteRows, type Floats } from "./rows.ts";

/** Rows that the smaller matrix is made of, at most: its time grows with their third power. */
const MOST_ROWS = 400;
/** Longer rows, such as maps of features, have too large a covariance: its eigenvectors would take minutes. */
const MOST_DIMENSIONS = 512;

export interface MainPlane {
  readonly mean: Float64Array;
  /** Two orthonormal directions, or zeros where rows do not vary along so many; the largest number is positive. */
  readonly directions: readonly [Float64Array, Float64Array];
  /** The share of all variance along each, from 0 to 1. */
  readonly explained: readonly [number, number];
}

/**
 * The plane of rows, row-major [count, dimensions], at least two, of at least two numbers. Of rows of more than 512
 * numbers at most 400 are looked at, spread evenly.
 *
 * @throws UserError for rows that are not whole, too few, or not finite
 * @example
 * mainPlane(Float32Array.of(0, 0, 2, 2, 4, 4), 2).directions[0]; // √½, √½
 */
export function mainPlane(rows: Floats, dimensions: number): MainPlane {
  const count = countFiniteRows(rows, dimensions, "rows", 2);
  return dimensions > count || dimensions > MOST_DIMENSIONS
    ? fromProducts(rows, dimensions, count)
    : fromCovariance(rows, dimensions);
}

/** The places of rows in a plane, x0, y0, x1, y1, … */
export function placesIn({ mean, directions }: MainPlane, rows: Floats): Float64Array {
  const dimensions = mean.length;
  const places = new Float64Array((rows.length / dimensions) * 2);
  for (let place = 0; place < places.length; place++) {
    const direction = directions[place % 2 === 0 ? 0 : 1];
    const start = Math.floor(place / 2) * dimensions;
    for (let axis = 0; axis < dimensions; axis++)
      places[place]! += direction[axis]! * (rows[start + axis]! - mean[axis]!);
  }
  return places;
}

function fromCovariance(rows: Floats, dimensions: number): MainPlane {
  const moments = new Moments(dimensions);
  moments.add(rows);
  const { mean, components, explained } = principalComponents(moments.gaussian(), 2);
  const direction = (place: 0 | 1) =>
    explained[place]! > dimensions * Number.EPSILON
      ? components.subarray(place * dimensions, (place + 1) * dimensions)
      : new Float64Array(dimensions);
  return {
    mean,
    directions: [direction(0), direction(1)],
    explained: [explained[0]!, explained[1]!],
  };
}

function fromProducts(rows: Floats, dimensions: number, all: number): MainPlane {
  const { mean } = axisMoments(rows, dimensions);
  const count = Math.min(MOST_ROWS, all);
  const values = new Float64Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const from = Math.floor((row * all) / count) * dimensions;
    for (let axis = 0; axis < dimensions; axis++)
      values[row * dimensions + axis] = rows[from + axis]! - mean[axis]!;
  }
  const centred = { values, count, stride: dimensions };
  const products = new Float64Array(count * count);
  rowProducts(centred, centred, dimensions, products);
  const eigen = symmetricEigen(products, count);
  let total = 0;
  for (let row = 0; row < count; row++) total += products[row * count + row]!;
  // Rounding makes more than a value of 0 out of rows that do not vary.
  const least = total * count * Number.EPSILON;
  const found = [1, 2].map((place) => {
    const value = eigen.values[count - place] ?? 0;
    const vector = eigen.vectors.subarray((count - place) * count, (count - place + 1) * count);
    const direction = new Float64Array(dimensions);
    if (value <= least) return { direction, share: 0 };
    for (let row = 0; row < count; row++)
      for (let axis = 0; axis < dimensions; axis++)
        direction[axis]! += (vector[row]! * values[row * dimensions + axis]!) / Math.sqrt(value);
    const largest = direction.reduce((most, part) => (Math.abs(part) > Math.abs(most) ? part : most), 0);
    return { direction: direction.map((part) => Math.sign(largest) * part), share: value / total };
  });
  const [first, second] = [found[0]!, found[1]!];
  return { mean, directions: [first.direction, second.direction], explained: [first.share, second.share] };
}
