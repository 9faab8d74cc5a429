// Strokes to grey pixels, with smooth edges.
//
// A pixel's value is how much of a round pen covers it: half the pen's width, less the distance from the pixel's
// middle to the nearest segment, plus a half, cut to [0, 1]. Only the pixels near a segment are visited for it.
// Distances are kept squared until the end.

import type { Polyline } from "./path.ts";

/** x' = a·x + c·y + e, y' = b·x + d·y + f, in pixels, y downwards; (0, 0) is the corner of the first pixel. */
export interface Placement {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

const far = 1e9;

/** Draws strokes on pictures of one size. It keeps its distances between calls, so that a call allocates nothing. */
export class StrokeRenderer {
  readonly height: number;
  readonly width: number;
  readonly #distances: Float32Array;

  constructor(height: number, width: number) {
    this.height = height;
    this.width = width;
    this.#distances = new Float32Array(height * width).fill(far);
  }

  /**
   * Writes the coverage of `strokes`, drawn by a pen `thickness` pixels wide, as 0 … 255 to `out` from `start`:
   * height × width bytes, which must be 0 before.
   */
  draw(
    strokes: readonly Polyline[],
    { a, b, c, d, e, f }: Placement,
    thickness: number,
    out: Uint8Array,
    start: number,
  ): void {
    const { height, width } = this;
    const distances = this.#distances;
    const reach = thickness / 2 + 0.5;
    let [top, bottom, left, right] = [height, -1, width, -1];
    for (const stroke of strokes) {
      let x0 = a * stroke[0]! + c * stroke[1]! + e - 0.5;
      let y0 = b * stroke[0]! + d * stroke[1]! + f - 0.5;
      for (let i = 2; i < stroke.length; i += 2) {
        const x1 = a * stroke[i]! + c * stroke[i + 1]! + e - 0.5;
        const y1 = b * stroke[i]! + d * stroke[i + 1]! + f - 0.5;
        const fromX = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
        const toX = Math.min(width - 1, Math.floor(Math.max(x0, x1) + reach));
        const fromY = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
        const toY = Math.min(height - 1, Math.floor(Math.max(y0, y1) + reach));
        const dx = x1 - x0;
        const dy = y1 - y0;
        const length = dx * dx + dy * dy;
        const inverse = length > 0 ? 1 / length : 0;
        for (let y = fromY; y <= toY; y++) {
          const py = y - y0;
          for (let x = fromX; x <= toX; x++) {
            const px = x - x0;
            const along = Math.min(1, Math.max(0, (px * dx + py * dy) * inverse));
            const ex = px - along * dx;
            const ey = py - along * dy;
            const squared = ex * ex + ey * ey;
            if (squared < distances[y * width + x]!) distances[y * width + x] = squared;
          }
        }
        top = Math.min(top, fromY);
        bottom = Math.max(bottom, toY);
        left = Math.min(left, fromX);
        right = Math.max(right, toX);
        x0 = x1;
        y0 = y1;
      }
    }
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const at = y * width + x;
        const squared = distances[at]!;
        if (squared < reach * reach) out[start + at] = 255 * Math.min(1, reach - Math.sqrt(squared)) + 0.5;
        distances[at] = far;
      }
  }
}
