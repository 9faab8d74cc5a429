// Every primitive on ONNX Runtime against the reference interpreter: its value, and its first and second
// gradients, over generated cases. All cases of a primitive run in one session.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../src/runtime/evaluate.ts";
import { imageLayout } from "../../src/runtime/image-layout.ts";
import { nodeEngine } from "../../src/runtime/node.ts";
import { type PrimitiveName, primitives, type Tensor } from "../../src/tensor/index.ts";
import { expectAgreement } from "./agreement.ts";
import type { Value } from "./arrays.ts";
import { casesOf } from "./cases.ts";
import { derivativesOf } from "./derivatives.ts";
import { interpret } from "./interpreter.ts";
import { typedFeeds } from "./typed-feeds.ts";

const SEED = 7;
const CASES = 16;
/** Relative to the largest element, in float32, whose steps are 1.2e-7: sums of some tens of terms. */
const TOLERANCE = 5e-6;

const names = Object.keys(primitives) as PrimitiveName[];

const layouts = ["natural", "channel-major", await imageLayout(nodeEngine, "cpu")] as const;

describe.each(layouts)("in the layout %o", (layout) => {
  test.each(names)("%s has the value and the gradients of the interpreter", async (name) => {
    const expected: { readonly tensor: Tensor; readonly value: Value; readonly what: string }[] = [];
    const feeds = new Map<string, Value>();
    const sample = fc.sample(casesOf(name), { seed: SEED, numRuns: CASES });
    sample.forEach((generated, index) => {
      const { output, flow, feeds: own } = derivativesOf(name, generated, `${index}/`);
      for (const [key, value] of own) feeds.set(key, value);
      const described = JSON.stringify(generated);
      const wanted: [string, Tensor][] = [
        ["value", output],
        ...(flow?.first ?? []).map((tensor): [string, Tensor] => ["first gradient", tensor]),
        ...(flow?.second ?? []).map((tensor): [string, Tensor] => ["second gradient", tensor]),
      ];
      const values = interpret(
        wanted.map(([, tensor]) => tensor),
        own,
      );
      wanted.forEach(([what, tensor], position) => {
        expected.push({ tensor, value: values[position]!, what: `${what} of ${described}` });
      });
    });
    const outputs = expected.map(({ tensor }) => tensor);
    const actual = await evaluate(outputs, typedFeeds(outputs, feeds), { layout });
    expected.forEach(({ tensor, value, what }, index) => {
      expect(actual[index]!.dtype, `element type of ${what}`).toBe(tensor.dtype);
      expectAgreement(actual[index]!, value, TOLERANCE, what);
    });
  });
});
