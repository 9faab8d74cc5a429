import { expect, test } from "vitest";
import { boxMuller } from "./normal.ts";

// Also the ends of the range of either word, and of each quadrant.
const edges = [0, 1, 2, -1, -2, 0x3fffffff, 0x40000000, 0x7fffffff, -0x80000000, -0x40000000, 0xb504f334 | 0];

test("agrees with the transform written with Math.log, Math.cos and Math.sin", () => {
  for (const a of edges)
    for (const b of [...edges, 12345, 0x2fffffff, 0x1fffffff, 0x20000000]) {
      const out = boxMuller(Int32Array.of(a, b), 2, new Float64Array(2), 0);
      const radius = Math.sqrt(-2 * Math.log(((a >>> 0) + 0.5) / 2 ** 32));
      // Bit 31 turns by a half, bit 30 back by a quarter, the others by up to ±π/4.
      const angle = ((b & 0x3fffffff) + 0.5) * (Math.PI / 2 ** 31) - Math.PI / 4;
      const turned = angle + (b < 0 ? Math.PI : 0) - ((b & 0x40000000) !== 0 ? Math.PI / 2 : 0);
      expect(Math.abs(out[0]! - radius * Math.cos(turned))).toBeLessThan(1e-11);
      expect(Math.abs(out[1]! - radius * Math.sin(turned))).toBeLessThan(1e-11);
    }
});

test("an odd count writes no further", () => {
  const out = new Float32Array(4);
  boxMuller(Int32Array.of(1, 2, 3, 4), 3, out, 0);
  expect(out[2]).not.toBe(0);
  expect(out[3]).toBe(0);
});
