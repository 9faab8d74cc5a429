// Simple shapes as strokes, in a box about as large as a capital's.

import { arc, ellipse, type Polyline, path } from "./path.ts";

const around = (i: number, points: number, radius: number): [number, number] => {
  const angle = Math.PI / 2 + (2 * Math.PI * i) / points;
  return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)];
};

/** Ten corners in turn outside and inside, closed. */
const star = path(...Array.from({ length: 11 }, (_, i) => around(i, 10, i % 2 === 0 ? 0.55 : 0.24)).flat());

const shapes: Readonly<Record<string, readonly Polyline[]>> = {
  circle: [ellipse(0.5, 0.5, 0.44, 0.44)],
  square: [path(0.12, 0.12, 0.88, 0.12, 0.88, 0.88, 0.12, 0.88, 0.12, 0.12)],
  triangle: [path(0.04, 0.1, 0.96, 0.1, 0.5, 0.9, 0.04, 0.1)],
  star: [star],
  heart: [
    path(
      0.5,
      0.02,
      0.045,
      0.56,
      arc(0.26, 0.72, 0.26, 0.25, 218, 20),
      arc(0.74, 0.72, 0.26, 0.25, 160, -38),
      0.5,
      0.02,
    ),
  ],
  arrow: [path(0.06, 0.5, 0.94, 0.5), path(0.6, 0.84, 0.94, 0.5, 0.6, 0.16)],
};

export const shapeNames: readonly string[] = Object.keys(shapes);

/** The strokes of a shape; none where there is no such shape. */
export const strokesOfShape = (name: string): readonly Polyline[] => shapes[name] ?? [];
