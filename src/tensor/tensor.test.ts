// The methods that are composed of primitives: against their formulas, with gradients against finite differences.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { computeBoth } from "../../test/reference/both.ts";
import { Feeding } from "../../test/reference/feeding.ts";
import { numericalGradients } from "../../test/reference/finite-differences.ts";
import { concat, constant, gradients, input, ones, type Tensor, zeros } from "./index.ts";

/** Φ(x) by Simpson's rule. */
function normalDistribution(x: number): number {
  const steps = 2000;
  const density = (at: number) => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI);
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    const [from, to] = [(x * step) / steps, (x * (step + 1)) / steps];
    sum += ((to - from) / 6) * (density(from) + 4 * density((from + to) / 2) + density(to));
  }
  return 0.5 + sum;
}

describe("activations", () => {
  test.each<[string, (x: Tensor) => Tensor, (x: number) => number]>([
    ["square", (x) => x.square(), (x) => x * x],
    ["elu", (x) => x.elu(1.5), (x) => (x > 0 ? x : 1.5 * Math.expm1(x))],
    ["selu", (x) => x.selu(), (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
    ["gelu", (x) => x.gelu(), (x) => x * normalDistribution(x)],
    ["silu", (x) => x.silu(), (x) => x / (1 + Math.exp(-x))],
  ])("%s", async (_, method, formula) => {
    const feeding = new Feeding();
    const x = feeding.drawn([3, 4], 3);
    const weights = feeding.drawn([3, 4]);
    const loss = method(x).mul(weights).sum();
    const [value, slope] = await computeBoth([method(x), ...gradients(loss, [x])], feeding.feeds);
    const [name] = feeding.feeds.keys();
    const expected = { shape: x.shape, data: feeding.feeds.get(name!)!.data.map(formula) };
    expectAgreement(value!, expected, 1e-10);
    expectAgreement(slope!, numericalGradients(loss, [x], feeding.feeds)[0]!, 1e-8);
  });

  test("stay finite where a naive formula overflows", async () => {
    const feeding = new Feeding();
    const x = feeding.given([4], [-1e4, -100, 100, 1e4]);
    const values = [x.elu(), x.selu(), x.silu(), x.gelu(), x.softplus(), x.sigmoid(), x.tanh()];
    const slopes = values.map((value) => gradients(value.sum(), [x])[0]!);
    for (const { data } of await computeBoth([...values, ...slopes], feeding.feeds)) {
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("logSumExp and softmax", () => {
  test("agree with their formulas and finite differences, along any axes", async () => {
    const feeding = new Feeding();
    const x = feeding.drawn([2, 3, 2], 2);
    const naive = (axes: number[]) => x.exp().sum(axes).log();
    const weights = feeding.drawn([2, 3, 2]);
    const loss = x.softmax(1).mul(weights).sum().add(x.logSoftmax().mul(weights).sum());
    const pairs = [
      [x.logSumExp([0, 2]), naive([0, 2])],
      [x.logSumExp(), naive([0, 1, 2])],
      [x.softmax(1), x.exp().div(x.exp().sum(1, { keepDimensions: true }))],
      [x.logSoftmax(-1), x.sub(x.exp().sum(-1, { keepDimensions: true }).log())],
    ] as const;
    for (const [left, right] of pairs) {
      const [one, other] = await computeBoth([left, right], feeding.feeds);
      expectAgreement(one!, other!, 1e-12);
    }
    const [slope] = await computeBoth(gradients(loss, [x]), feeding.feeds);
    expectAgreement(slope!, numericalGradients(loss, [x], feeding.feeds)[0]!, 1e-8);
  });

  test("do not overflow, nor do their first and second gradients", async () => {
    const feeding = new Feeding();
    const x = feeding.given([2, 3], [1000, 1000, -1000, -5000, -5000, -9000]);
    const first = gradients(x.logSumExp(1).sum(), [x])[0]!;
    const second = gradients(first.mul(feeding.drawn([2, 3])).sum(), [x])[0]!;
    const values = await computeBoth(
      [x.logSumExp(1), x.softmax(1), x.logSoftmax(1), first, second],
      feeding.feeds,
    );
    const [sums, shares, logarithms, slopes, curves] = values.map(({ data }) => Array.from(data));
    expect(sums).toEqual([1000 + Math.LN2, -5000 + Math.LN2]);
    expect(shares![0]).toBeCloseTo(0.5, 12);
    expect(shares![2]).toBe(0);
    expect(logarithms![2]).toBeCloseTo(-2000 - Math.LN2, 9);
    expect(slopes).toEqual([0.5, 0.5, 0, 0.5, 0.5, 0]);
    expect(curves!.every(Number.isFinite)).toBe(true);
  });

  test("have a largest element's gradient once only", async () => {
    const feeding = new Feeding();
    const x = feeding.given([3], [0, 0, 0]);
    const [slope] = await computeBoth(gradients(x.logSumExp(), [x]), feeding.feeds);
    expectAgreement(slope!, { shape: [3], data: [1 / 3, 1 / 3, 1 / 3] }, 1e-12);
  });
});

describe("reductions", () => {
  test("take all axes unless told, and count negative ones from the last", async () => {
    const feeding = new Feeding();
    const x = feeding.given([2, 3], [1, 2, 3, 4, 5, 9]);
    const values = [
      x.sum(),
      x.mean(),
      x.mean(-1),
      x.max([-2]),
      x.sum(0, { keepDimensions: true }),
      x.sum([]),
    ];
    const results = await computeBoth(values, feeding.feeds);
    expect(results.map(({ shape, data }) => [shape, Array.from(data)])).toEqual([
      [[], [24]],
      [[], [4]],
      [[2], [2, 6]],
      [[3], [4, 5, 9]],
      [
        [1, 3],
        [5, 7, 12],
      ],
      [
        [2, 3],
        [1, 2, 3, 4, 5, 9],
      ],
    ]);
  });

  test("argMax names the first of those that tie", async () => {
    const feeding = new Feeding();
    const x = feeding.given([2, 3], [1, 7, 7, 4, 4, 4]);
    const [value] = await computeBoth([x.argMax()], feeding.feeds);
    expect(Array.from(value!.data)).toEqual([1, 0]);
  });
});

describe("shapes", () => {
  test("split and concat undo each other", async () => {
    const feeding = new Feeding();
    const x = feeding.drawn([2, 6, 2]);
    const parts = x.split(3, 1);
    expect(parts.map(({ shape }) => shape)).toEqual([
      [2, 2, 2],
      [2, 2, 2],
      [2, 2, 2],
    ]);
    const [again, original] = await computeBoth([concat(parts, 1), x], feeding.feeds);
    expectAgreement(again!, original!, 0);
  });

  test("reshape works out one open length; flatten keeps the batch", () => {
    const x = input("x", [4, 2, 3]);
    expect(x.reshape([-1, 6]).shape).toEqual([4, 6]);
    expect(x.reshape([24]).shape).toEqual([24]);
    expect(x.flatten().shape).toEqual([4, 6]);
    expect(x.transpose().shape).toEqual([3, 2, 4]);
  });

  test("what changes nothing adds no node", () => {
    const x = input("x", [4, 2]);
    const same = [
      x.reshape([4, 2]),
      x.reshape([-1, 2]),
      x.transpose([0, 1]),
      x.broadcastTo([4, 2]),
      x.slice([0, 0], [4, 2]),
      x.pad([
        [0, 0],
        [0, 0],
      ]),
      x.cast("float32"),
      x.pow(1),
      x.sum([]),
    ];
    for (const tensor of same) expect(tensor).toBe(x);
  });
});

describe("numbers as operands", () => {
  test("take the tensor's element type", async () => {
    const feeding = new Feeding();
    const index = feeding.indices([3], [7, -7, 2]);
    const doubled = index.mul(2).add(1);
    expect(doubled.dtype).toBe("int32");
    const values = await computeBoth([doubled, index.div(2), index.less(2)], feeding.feeds);
    expect(values.map(({ data }) => Array.from(data))).toEqual([
      [15, -13, 5],
      [3, -3, 1],
      [0, 1, 0],
    ]);
  });

  test("must be whole where the element type is", () => {
    expect(() => input("i", [3], "int32").mul(0.5)).toThrow(/0\.5/);
    expect(() => constant([1, 1.5], { dtype: "int64" })).toThrow(/1\.5/);
    expect(() => constant(2, { dtype: "bool" })).toThrow(/2/);
  });

  test("where takes them on either side", async () => {
    const feeding = new Feeding();
    const x = feeding.given([2], [-3, 3]);
    const values = [x.greater(0).where(1, x), x.greater(0).where(x, 0), x.greater(0).where(1, -1)];
    const results = await computeBoth(values, feeding.feeds);
    expect(results.map(({ data }) => Array.from(data))).toEqual([
      [-3, 1],
      [0, 3],
      [-1, 1],
    ]);
  });

  test("zeros and ones", async () => {
    const results = await computeBoth([zeros([2, 1]), ones([]), ones([2])], new Map());
    expect(results.map(({ shape, data }) => [shape, Array.from(data)])).toEqual([
      [
        [2, 1],
        [0, 0],
      ],
      [[], [1]],
      [[2], [1, 1]],
    ]);
  });
});
