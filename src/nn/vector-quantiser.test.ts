// Vector quantisation on numbers small enough to be worked out by hand.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { applyLayer } from "../../test/support/apply-layer.ts";
import { evaluate } from "../runtime/evaluate.ts";
import { constant, gradients, input, ShapeError, type Tensor } from "../tensor/index.ts";
import { type Layer, perplexity, type Quantised, usedShare, vectorQuantiser } from "./index.ts";

type Options = Parameters<typeof vectorQuantiser>[0];

/** The quantiser as a layer whose output is the quantised vectors, and all that it says. */
function quantiser(options: Options, x: Tensor, { training = true } = {}) {
  let quantised: Quantised | undefined;
  const layer: Layer = {
    kind: "vectorQuantiser",
    config: {},
    apply(vectors, scope) {
      quantised = vectorQuantiser(options)(scope, vectors);
      return quantised.vectors;
    },
  };
  return { applied: applyLayer(layer, x, { training }), quantised: quantised! };
}

const near = (found: readonly number[] | undefined, wanted: readonly number[]) =>
  expectAgreement({ shape: [found!.length], data: found! }, { shape: [wanted.length], data: wanted }, 1e-6);

const X = Float32Array.of(0, 0.1, 1, 0.9, 0.2, 0, 2, 2);
const x = input("x", [4, 2]);
const numbers = async (tensors: readonly Tensor[], feeds: Readonly<Record<string, Float32Array>>) =>
  (await evaluate(tensors, { x: X, ...feeds })).map(({ data }) => Array.from(data, Number));

describe("a codebook that is a weight", () => {
  const codes = { "layer/codes": Float32Array.of(0, 0, 1, 1, -5, -5) };

  test("each vector becomes the nearest code", async () => {
    const { quantised } = quantiser({ codes: 3 }, x);
    const { vectors, indices, shares } = quantised;
    const [found, codesFound, chosen, parts] = await numbers(
      [vectors, quantised.codes, indices, shares],
      codes,
    );
    expect(chosen).toEqual([0, 1, 0, 1]);
    expect(codesFound).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
    near(found, codesFound!);
    expect(parts).toEqual([0.5, 0.5, 0]);
  });

  test("gradients pass straight through to the vectors, and from the codes to the codebook", async () => {
    const { quantised, applied } = quantiser({ codes: 3 }, x);
    const codebook = applied.before.get("codes")!;
    const upstream = constant([1, 2, 3, 4, 5, 6, 7, 8], { shape: [4, 2] });
    const slopes = await numbers(
      [
        ...gradients(quantised.vectors, [x, codebook], upstream),
        ...gradients(quantised.codes, [x, codebook], upstream),
      ],
      codes,
    );
    expect(slopes).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8],
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
      [1 + 5, 2 + 6, 3 + 7, 4 + 8, 0, 0],
    ]);
  });
});

describe("a codebook that follows", () => {
  const options = { codes: 2, decay: 0.75 };

  test("moves by averages of counts and sums", async () => {
    const { applied, quantised } = quantiser(options, x);
    const feeds = {
      "layer/counts": Float32Array.of(4, 2),
      "layer/sums": Float32Array.of(0, 0, 2, 2),
      "turn/uniform0": new Float32Array(2),
    };
    const after = ["counts", "sums"].map((name) => applied.after.get(name)!);
    const [chosen, counts, sums] = await numbers([quantised.indices, ...after], feeds);
    expect(chosen).toEqual([0, 1, 0, 1]);
    // Two vectors chose each code; their sums are (0.2, 0.1) and (3, 2.9).
    expect(counts).toEqual([0.75 * 4 + 0.25 * 2, 0.75 * 2 + 0.25 * 2]);
    near(sums, [0.05, 0.025, 0.75 * 2 + 0.25 * 3, 0.75 * 2 + 0.25 * 2.9]);
  });

  test("a dead code becomes a vector of the batch, with an even share of weight", async () => {
    const { applied, quantised } = quantiser(options, x);
    const feeds = {
      "layer/counts": Float32Array.of(4, 0.19), // a tenth of an even share is 0.2
      "layer/sums": Float32Array.of(0, 0, 50, 50),
      "turn/uniform0": Float32Array.of(0.1, 0.99),
    };
    const [codes, counts] = await numbers([quantised.codes, applied.after.get("counts")!], feeds);
    expect(codes!.slice(-2)).toEqual([2, 2]);
    expect(counts).toEqual([0.75 * 4 + 0.25 * 3, 0.75 * 2 + 0.25 * 1]);
  });

  test("begins with vectors of the first batch", async () => {
    const { applied, quantised } = quantiser(options, x);
    const first = Object.fromEntries(applied.variables.map(({ name, first }) => [name, first(0)] as const));
    const [codes] = await numbers([quantised.codes], {
      ...first,
      "turn/uniform0": Float32Array.of(0, 0.6),
    });
    near(codes, [0, 0.1, 0.2, 0, 0.2, 0, 0.2, 0]);
  });

  test("stands still when it is used, and draws nothing", async () => {
    const { applied, quantised } = quantiser(options, x, { training: false });
    expect(applied.draws).toEqual([]);
    for (const name of ["counts", "sums"]) expect(applied.after.get(name)).toBe(applied.before.get(name));
    const [codes] = await numbers([quantised.codes], {
      "layer/counts": Float32Array.of(4, 2),
      "layer/sums": Float32Array.of(0, 0, 2, 2),
    });
    expect(codes).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
  });
});

test("perplexity counts the codes in use, as if all were chosen alike", async () => {
  const shares = (...values: number[]) => constant(values);
  const measures = [shares(0.25, 0.25, 0.25, 0.25), shares(1, 0, 0, 0), shares(0.5, 0.25, 0.25, 0)].flatMap(
    (parts) => [perplexity(parts), usedShare(parts)],
  );
  const found = (await evaluate(measures, {})).map(({ data }) => Number(data[0]));
  near(found, [4, 1, 1, 0.25, 2 ** 1.5, 0.75]);
});

test("needs vectors in rows", () => {
  expect(() => quantiser({ codes: 2 }, input("x", [2, 3, 4]))).toThrow(ShapeError);
});
