import { describe, expect, test } from "vitest";
import { encipher, encipherOne } from "./threefry.ts";

describe("Threefry-2x32-20", () => {
  // Random123's kat_vectors: counter, key, result.
  test.each([
    [0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
  ])("gives the published answer for counter %i %i", (c0, c1, k0, k1, r0, r1) => {
    const { low, high } = encipherOne({ low: k0, high: k1 }, c0, c1);
    expect([low >>> 0, high >>> 0]).toEqual([r0, r1]);
  });

  test("a run of blocks is the blocks one by one, also where the counter wraps", () => {
    const key = { low: 123, high: -456 };
    const many = new Int32Array(16);
    encipher(key, -3, 9, many, 7);
    for (let i = 0; i < 7; i++) {
      const one = encipherOne(key, i - 3, 9);
      expect([many[2 * i], many[2 * i + 1]]).toEqual([one.low, one.high]);
    }
  });
});
