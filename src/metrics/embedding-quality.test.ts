import { expect, test } from "vitest";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { neighbourhoodsKept } from "./embedding-quality.ts";

const { neighbourhoods } = reference<{
  neighbourhoods: {
    k: number;
    codes: Numbers;
    inputs: Numbers;
    trustworthiness: number;
    continuity: number;
  }[];
}>("quality");
const draw = (name: string, count: number): Float32Array =>
  randomStream(1, name).normal(0, new Float32Array(count));

test.each(neighbourhoods)("agrees with scikit-learn: $k neighbours", ({ k, codes, inputs, ...expected }) => {
  const found = neighbourhoodsKept(Float64Array.from(codes.data), Float64Array.from(inputs.data), {
    latent: 2,
    k,
  });
  expect(found.trustworthiness).toBeCloseTo(expected.trustworthiness, 8);
  expect(found.continuity).toBeCloseTo(expected.continuity, 8);
});

test("five examples by hand", () => {
  // The last is brought from 4.6 to between the first two.
  const inputs = Float32Array.of(0, 1, 2.1, 3.3, 4.6);
  const codes = Float32Array.of(0, 1, 2.1, 3.3, 0.4);
  const { trustworthiness, continuity } = neighbourhoodsKept(codes, inputs, { latent: 1, k: 1 });
  // It is now nearest to the first two, and the first to it; of the inputs these have the rank 4.
  expect(trustworthiness).toBeCloseTo(1 - (3 + 3 + 3) / 15, 12);
  // So the first two are at rank 2 of each other, and its own neighbour, the fourth, at rank 4.
  expect(continuity).toBeCloseTo(1 - (1 + 1 + 3) / 15, 12);
});

test("what keeps the order of distances keeps all, and noise keeps half; tile by tile", () => {
  const inputs = draw("inputs", 300 * 4);
  const turned = inputs.map(
    (value, index) => 3 * inputs[index - (index % 4) + ((index + 1) % 4)]! + 7 + 0 * value,
  );
  expect(neighbourhoodsKept(turned, inputs, { latent: 4 })).toEqual({ trustworthiness: 1, continuity: 1 });
  const calls: { done: number; total: number }[] = [];
  const { trustworthiness, continuity } = neighbourhoodsKept(draw("noise", 300 * 2), inputs, {
    latent: 2,
    onProgress: (progress) => calls.push({ ...progress }),
  });
  expect(Math.abs(trustworthiness - 0.5)).toBeLessThan(0.03);
  expect(Math.abs(continuity - 0.5)).toBeLessThan(0.03);
  expect(calls.at(-1)).toEqual({ done: 300, total: 300 });
});

test("codes that are all one point are ranked by their order", () => {
  const found = neighbourhoodsKept(new Float32Array(3), Float32Array.of(0, 1, 3), { latent: 1, k: 1 });
  // The third has the first as its neighbour instead of the second: at rank 2, either way.
  expect(found.trustworthiness).toBeCloseTo(1 - 1 / 3, 12);
  expect(found.continuity).toBeCloseTo(1 - 1 / 3, 12);
});

test("what cannot be compared is refused", () => {
  const six = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect(() => neighbourhoodsKept(six, six, { latent: 1, k: 3 })).toThrow(
    "the neighbours of 6 codes must be fewer than half of them, not 3",
  );
  expect(() => neighbourhoodsKept(six, six.subarray(2), { latent: 1, k: 1 })).toThrow(
    "6 codes need as many inputs, and 4 numbers are not",
  );
});
