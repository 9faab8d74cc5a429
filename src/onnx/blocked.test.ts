import { describe, expect, test } from "vitest";
import { evaluate } from "../runtime/evaluate.ts";
import { imageLayout } from "../runtime/image-layout.ts";
import { nodeEngine } from "../runtime/node.ts";
import { input, type Tensor } from "../tensor/index.ts";
import { GraphBuilder } from "./graph.ts";
import { lower } from "./lower.ts";
import { simplify } from "./simplify.ts";

const x = input("x", [2, 16, 6, 6]);
const w = input("w", [32, 16, 4, 4]);
const b = input("b", [32, 1, 1]);
const c = input("c", [1, 32, 1, 1]);
const feeds = Object.fromEntries(
  [x, w, b, c].map(({ attributes, size }, seed) => [
    (attributes as { name: string }).name,
    Float32Array.from({ length: size }, (_, index) => Math.sin(index * 1.7 + seed)),
  ]),
);

const attributes = { strides: [2, 2], pads: [1, 1, 1, 1], dilations: [1, 1], size: [4, 4] } as const;
const convolved = x.convolve(w, attributes);

/** Operators that compute outputs in blocks of 16, but for those that only change names and orders. */
function operatorsOf(outputs: readonly Tensor[]): string[] {
  const builder = new GraphBuilder();
  const bindings = new Map([x, w, b, c].map((tensor, index) => [tensor, "xwbc"[index]!]));
  lower(builder, simplify(outputs), bindings, { layout: { block: 16 } });
  const moves = ["Reshape", "Transpose", "Gather", "Concat", "ReorderInput", "ReorderOutput"];
  return builder.nodes
    .map(({ operator }) => operator.replace("com.microsoft.nchwc.", ""))
    .filter((operator) => !moves.includes(operator));
}

async function expectSameAsNatural(outputs: readonly Tensor[]): Promise<void> {
  const natural = await evaluate(outputs, feeds, { layout: "natural" });
  const blocked = await evaluate(outputs, feeds, { layout: await imageLayout(nodeEngine, "cpu") });
  natural.forEach(({ data }, index) => {
    const scale = Math.max(...(data as Float32Array).map(Math.abs));
    (data as Float32Array).forEach((value, at) => {
      expect(Math.abs(value - Number(blocked[index]!.data[at])) / scale).toBeLessThan(1e-5);
    });
  });
}

describe("what one pass over memory computes", () => {
  test.each<[string, Tensor[], string[]]>([
    ["a convolution, its bias and an activation", [convolved.add(b).leakyRelu()], ["Conv"]],
    ["a convolution and an activation", [convolved.relu()], ["Conv"]],
    [
      "a factor and a bias for each channel, and an activation",
      [convolved.tanh().mul(c).add(b).relu()],
      ["Conv", "Tanh", "Conv"],
    ],
    ["a difference from each channel's number", [convolved.tanh().sub(b)], ["Conv", "Tanh", "Neg", "Conv"]],
    ["a channel's number less each element", [b.sub(convolved.tanh())], ["Conv", "Tanh", "Conv"]],
    [
      "each phase of a gradient, its bias and an activation",
      [convolved.convolveInput(w, { ...attributes, size: [6, 6] }).relu()],
      ["Conv", "Conv", "Conv", "Conv", "Conv"],
    ],
  ])("%s", async (_, outputs, expected) => {
    expect(operatorsOf(outputs)).toEqual(expected);
    await expectSameAsNatural(outputs);
  });

  test("not what is read before, too", async () => {
    const sum = convolved.add(b);
    expect(operatorsOf([sum.relu(), sum])).toEqual(["Conv", "Relu"]);
    await expectSameAsNatural([sum.relu(), sum]);
    expect(operatorsOf([convolved, convolved.relu()])).toEqual(["Conv", "Relu"]);
  });
});

test("a device that is no CPU takes images as they are written", async () => {
  expect(await imageLayout(nodeEngine, "webgpu")).toBe("natural");
});
