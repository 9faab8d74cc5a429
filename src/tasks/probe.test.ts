import { expect, test } from "vitest";
import { smallGlyphs } from "../../test/support/trained.ts";
import type { OpenRun } from "../training/open.ts";
import { codePlane } from "./code-plane.ts";
import { probeCodes } from "./probe.ts";

/** An encoder that keeps the first pixels, or gives all examples one code. */
const encoder = (shape: readonly number[], length: number, factor = 1): Pick<OpenRun, "shape" | "apply"> => ({
  shape,
  async apply(_, examples) {
    const count = examples!.length / 196;
    const data = Float32Array.from(
      { length: count * length },
      (_, index) => factor * examples![Math.floor(index / length) * 196 + (index % length)]!,
    );
    return { shape: [count, length], data };
  },
});

test("codes that are the examples tell their labels, codes that are nothing do not", async () => {
  const data = await smallGlyphs();
  const all = await probeCodes(encoder(data.shape, 196), data);
  expect(all).toMatchObject({ trained: 1000, tested: 200, principal: { components: 196 } });
  expect(all.codes.nearest).toBeGreaterThan(0.9);
  // Turned about, all distances are what they were.
  expect(all.principal!.nearest).toBe(all.codes.nearest);
  expect(all.principal!.logistic).toBeGreaterThan(0.8);
  const none = await probeCodes(encoder(data.shape, 2, 0), data);
  for (const share of [none.codes.nearest, none.codes.logistic]) expect(share).toBeLessThan(0.25);
  expect(none.principal!.nearest).toBeGreaterThan(none.codes.nearest + 0.1);
});

test("data without labels are refused", async () => {
  const { labels: _, ...train } = (await smallGlyphs()).train;
  await expect(probeCodes(encoder([1, 14, 14], 2), { ...(await smallGlyphs()), train })).rejects.toThrow(
    /glyphs has no labels/,
  );
  const { labels: __, ...test } = (await smallGlyphs()).test;
  await expect(probeCodes(encoder([1, 14, 14], 2), { ...(await smallGlyphs()), test })).rejects.toThrow(
    "the test examples of glyphs have no labels, which a probe is tried on",
  );
});

test("the plane of codes is where they vary most", () => {
  const codes = Float32Array.from({ length: 300 }, (_, index) => {
    const row = Math.floor(index / 3);
    return [0.01 * (row % 3), 10 * Math.sin(row), 4 * Math.cos(3 * row)][index % 3]!;
  });
  const { points, axes } = codePlane(codes, 3);
  expect(axes).toEqual(["first principal component, 86 % of the variance", "second, 14 % of the variance"]);
  for (let row = 0; row < 100; row++) {
    expect(Math.abs(points[2 * row]! - 10 * Math.sin(row))).toBeLessThan(0.2);
    expect(Math.abs(points[2 * row + 1]! - 4 * Math.cos(3 * row))).toBeLessThan(0.2);
  }
  expect([...Array.from(codePlane(Float32Array.of(5, 6), 1).points)]).toEqual([5, 0, 6, 0]);
});
