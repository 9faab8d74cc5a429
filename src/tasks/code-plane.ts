// Codes as points of the plane: as they are where they have two numbers, else along the two directions in which they
// vary most.

import { mainPlane, placesIn } from "../metrics/main-plane.ts";

export interface CodePlane {
  /** x0, y0, x1, y1, … */
  readonly points: ArrayLike<number>;
  /** What the axes are, for people. */
  readonly axes: readonly [string, string];
}

/**
 * Lays codes out in the plane.
 *
 * @param codes row-major [count, dimensions], at least two
 * @example
 * codePlane(Float32Array.of(1, 2, 3, 4), 2); // points 1, 2, 3, 4; axes z1, z2
 */
export function codePlane(codes: Float32Array, dimensions: number): CodePlane {
  if (dimensions === 2) return { points: codes, axes: ["z1", "z2"] };
  if (dimensions === 1) return { points: Array.from(codes).flatMap((value) => [value, 0]), axes: ["z1", ""] };
  const plane = mainPlane(codes, dimensions);
  const share = (place: 0 | 1) => `${Math.round(100 * plane.explained[place])} % of the variance`;
  return {
    points: placesIn(plane, codes),
    axes: [`first principal component, ${share(0)}`, `second, ${share(1)}`],
  };
}
