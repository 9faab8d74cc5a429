// Strokes: polylines drawn with a round pen. A path is written as points and elliptic arcs, joined up by lines.

/** Points x0, y0, x1, y1, …, y upwards; two or more. Two equal points are a dot. */
export type Polyline = Float32Array;

/** Part of an ellipse, from one angle to another in degrees (0 is to the right, 90 up; downwards is clockwise). */
export interface Arc {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly from: number;
  readonly to: number;
}

export const arc = (
  x: number,
  y: number,
  radiusX: number,
  radiusY: number,
  from: number,
  to: number,
): Arc => ({ x, y, radiusX, radiusY, from, to });

/** A whole ellipse. */
export const ellipse = (x: number, y: number, radiusX: number, radiusY: number): Polyline =>
  path(arc(x, y, radiusX, radiusY, 0, 360));

export const dot = (x: number, y: number): Polyline => path(x, y, x, y);

/** The longest step along an arc, in degrees: from outside, no corner shows up to 100 pixels of height. */
const step = 10;

/** One polyline through the given points (pairs of numbers) and arcs. */
export function path(...pieces: (number | Arc)[]): Polyline {
  const points: number[] = [];
  for (const piece of pieces) {
    if (typeof piece === "number") {
      points.push(piece);
      continue;
    }
    const steps = Math.max(1, Math.ceil(Math.abs(piece.to - piece.from) / step));
    for (let i = 0; i <= steps; i++) {
      const angle = ((piece.from + ((piece.to - piece.from) * i) / steps) * Math.PI) / 180;
      points.push(piece.x + piece.radiusX * Math.cos(angle), piece.y + piece.radiusY * Math.sin(angle));
    }
  }
  if (points.length % 2 !== 0) throw new RangeError("a path has a coordinate left over");
  return Float32Array.from(points);
}
