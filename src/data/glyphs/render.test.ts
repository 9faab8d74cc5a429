import { describe, expect, test } from "vitest";
import { dot, path } from "./path.ts";
import { StrokeRenderer } from "./render.ts";

const asIs = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

describe("StrokeRenderer", () => {
  test("covers whole pixels wholly, and half-covered ones by half", () => {
    const out = new Uint8Array(64);
    // A pen 2 wide along y = 4 covers rows 3 and 4; along y = 4.5 half of rows 3 and 5.
    new StrokeRenderer(8, 8).draw([path(-5, 4, 15, 4)], asIs, 2, out, 0);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((y) => out[y * 8 + 4])).toEqual([0, 0, 0, 255, 255, 0, 0, 0]);
    out.fill(0);
    new StrokeRenderer(8, 8).draw([path(-5, 4.5, 15, 4.5)], asIs, 2, out, 0);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((y) => out[y * 8 + 4])).toEqual([0, 0, 0, 128, 255, 128, 0, 0]);
  });

  test("a dot covers about the area of its disc", () => {
    const out = new Uint8Array(400);
    new StrokeRenderer(20, 20).draw([dot(10.3, 9.6)], asIs, 9, out, 0);
    const area = out.reduce((sum, value) => sum + value, 0) / 255;
    expect(Math.abs(area - Math.PI * 4.5 ** 2)).toBeLessThan(0.7);
  });

  test("agrees with distances measured pixel by pixel, and leaves nothing behind for the next", () => {
    const renderer = new StrokeRenderer(16, 12);
    const strokes = [path(1, 2, 9, 13, 4, 15), path(11, 1, 2, 8)];
    const place = { a: 0.9, b: 0.2, c: -0.3, d: 1.1, e: 1.5, f: -2 };
    const first = new Uint8Array(5 + 192);
    renderer.draw(strokes, place, 2.5, first, 5);
    const second = new Uint8Array(192);
    renderer.draw(strokes, place, 2.5, second, 0);
    expect(first.subarray(5)).toEqual(second);
    const at = (x: number, y: number): [number, number] => [
      place.a * x + place.c * y + place.e,
      place.b * x + place.d * y + place.f,
    ];
    for (let y = 0; y < 16; y++)
      for (let x = 0; x < 12; x++) {
        let distance = Number.POSITIVE_INFINITY;
        for (const stroke of strokes)
          for (let i = 0; i + 3 < stroke.length; i += 2) {
            const [x0, y0] = at(stroke[i]!, stroke[i + 1]!);
            const [x1, y1] = at(stroke[i + 2]!, stroke[i + 3]!);
            for (let t = 0; t <= 1; t += 1 / 512)
              distance = Math.min(
                distance,
                Math.hypot(x0 + t * (x1 - x0) - x - 0.5, y0 + t * (y1 - y0) - y - 0.5),
              );
          }
        const coverage = Math.min(1, Math.max(0, 1.75 - distance));
        expect(Math.abs(second[y * 12 + x]! - 255 * coverage)).toBeLessThan(3);
      }
  });

  test("draws nothing of what lies outside", () => {
    const out = new Uint8Array(64);
    new StrokeRenderer(8, 8).draw([path(-50, -50, -20, -3), path(20, 1, 30, 4)], asIs, 2, out, 0);
    expect(out.every((value) => value === 0)).toBe(true);
  });
});
