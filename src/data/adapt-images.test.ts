import { describe, expect, test } from "vitest";
import { adaptImages, resize } from "./adapt-images.ts";

describe("resize", () => {
  test("keeps what is flat flat, and the mean when shrinking to a divisor", () => {
    const flat = new Uint8Array(2 * 30).fill(77);
    expect(resize(flat, 2, [5, 6], [7, 9]).every((value) => value === 77)).toBe(true);
    const ramp = Float32Array.from({ length: 64 }, (_, i) => i % 8);
    const half = resize(ramp, 1, [8, 8], [4, 4]);
    expect([...half].reduce((a, b) => a + b) / 16).toBeCloseTo(3.5);
    expect(half[1]).toBeCloseTo(2.5);
  });

  test("is linear between pixels when growing", () => {
    const grown = resize(Float32Array.of(0, 4), 1, [1, 2], [1, 4]);
    expect([...grown]).toEqual([0, 1, 3, 4]);
  });

  test("the same size is the same picture", () => {
    const values = Uint8Array.from({ length: 35 }, (_, i) => i * 7);
    expect(resize(values, 1, [5, 7], [5, 7])).toEqual(values);
  });
});

test("grey is luma; what fits already is left alone", () => {
  const split = { count: 1, values: Uint8Array.of(255, 0, 0, 255, 0, 0) };
  expect([...adaptImages(split, [3, 1, 2], { seed: 0, grey: true }).values]).toEqual([76, 150]);
  expect(adaptImages(split, [3, 1, 2], { seed: 0 })).toBe(split);
});
