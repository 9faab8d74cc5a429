import { expect, test } from "vitest";
import { smallGlyphs } from "../../test/support/trained.ts";
import type { OpenRun } from "../training/open.ts";
import { keptNeighbourhoods, mostNeighbourhoods } from "./neighbourhoods.ts";
import { principalEncoder } from "./principal-codes.ts";

/** An encoder that keeps the first pixels. */
const encoder = (shape: readonly number[], length: number): Pick<OpenRun, "shape" | "apply"> => ({
  shape,
  async apply(_, examples) {
    const count = examples!.length / 196;
    const data = Float32Array.from(
      { length: count * length },
      (_, index) => examples![Math.floor(index / length) * 196 + (index % length)]!,
    );
    return { shape: [count, length], data };
  },
});

test("codes that are the examples keep all, and so do all principal components", async () => {
  const data = await smallGlyphs();
  const found = await keptNeighbourhoods(encoder(data.shape, 196), data);
  expect(found).toMatchObject({ tested: 200, k: 12, codes: { trustworthiness: 1, continuity: 1 } });
  expect(found.principal!.components).toBe(196);
  // Turned about, distances are what they were but for rounding, which may exchange neighbours that are as near.
  expect(found.principal!.trustworthiness).toBeCloseTo(1, 4);
  expect(found.principal!.continuity).toBeCloseTo(1, 4);
});

test("a corner of the examples keeps less than as many principal components, which are found once", async () => {
  const data = await smallGlyphs();
  const asked: number[] = [];
  const { codes, principal } = await keptNeighbourhoods(encoder(data.shape, 8), data, {
    principal(wanted) {
      asked.push(wanted);
      return principalEncoder(data, wanted);
    },
  });
  expect(asked).toEqual([8]);
  expect(principal!.trustworthiness).toBeGreaterThan(codes.trustworthiness + 0.1);
  expect(principal!.continuity).toBeGreaterThan(codes.continuity + 0.05);
});

test("few test examples are refused; of large ones fewer are looked at", async () => {
  const data = await smallGlyphs();
  const small = { ...data.test, count: 2, values: data.test.values.subarray(0, 392) };
  await expect(keptNeighbourhoods(encoder(data.shape, 2), { ...data, test: small })).rejects.toThrow(
    "glyphs has 2 test examples; neighbourhoods need at least 3",
  );
  expect([784, 3 * 256 * 256].map((size) => mostNeighbourhoods([size]))).toEqual([2000, 170]);
});
