// Layers against PyTorch (test/references/layers.py), and what PyTorch has no word for.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { applyLayer } from "../../test/support/apply-layer.ts";
import { randomStream } from "../random/index.ts";
import { evaluate } from "../runtime/evaluate.ts";
import { gradients, input, topologicalOrder } from "../tensor/index.ts";
import { type Activation, activationSchema } from "./activations.ts";
import {
  activation,
  batchNormalisation,
  type ConvolutionOptions,
  conv2d,
  conv2dTranspose,
  type DenseOptions,
  dense,
  dropout,
  embedding,
  flatten,
  instanceNormalisation,
  type Layer,
  layerNormalisation,
  reshape,
  sequential,
  spectrallyNormalised,
  upSampling2d,
} from "./index.ts";

interface LayerCase {
  readonly name: string;
  readonly layer: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly training: boolean;
  readonly x: Numbers;
  readonly variables: Readonly<Record<string, Numbers>>;
  readonly y: Numbers;
  readonly upstream: Numbers;
  readonly gradients: Readonly<Record<string, Numbers>>;
  readonly after: Readonly<Record<string, Numbers>>;
}

/** A layer in a scope that normalises its kernels. */
const normalised = (layer: Layer): Layer => ({
  ...layer,
  apply: (x, scope) => layer.apply(x, spectrallyNormalised(scope)),
});

const makers: Readonly<Record<string, (options: never) => Layer>> = {
  dense,
  conv2d,
  conv2dTranspose,
  batchNormalisation,
  layerNormalisation,
  instanceNormalisation,
  embedding,
  upSampling2d,
  activation: ({ name }: { name: Activation }) => activation(name),
  "spectrally normalised dense": (options: DenseOptions) => normalised(dense(options)),
  "spectrally normalised conv2d": (options: ConvolutionOptions) => normalised(conv2d(options)),
};

const { cases } = reference<{ cases: LayerCase[] }>("layers");

describe("PyTorch's values and gradients", () => {
  test.each(cases.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    const layer = makers[row.layer]!(row.options as never);
    const isIndex = row.layer === "embedding";
    const x = input("x", row.x.shape, isIndex ? "int32" : "float32");
    const { y, before, after, variables } = applyLayer(layer, x, { training: row.training });
    expect(
      Object.fromEntries(variables.map(({ name, shape }) => [name.replace("layer/", ""), shape])),
    ).toEqual(Object.fromEntries(Object.entries(row.variables).map(([name, { shape }]) => [name, shape])));
    expect(y.shape).toEqual(row.y.shape);

    const upstream = input("upstream", y.shape);
    const targets = Object.keys(row.gradients);
    const slopes = gradients(
      y,
      targets.map((name) => (name === "x" ? x : before.get(name)!)),
      upstream,
    );
    const statistics = Object.keys(row.after);
    const values = await evaluate([y, ...slopes, ...statistics.map((name) => after.get(name)!)], {
      x: isIndex ? Int32Array.from(row.x.data) : Float32Array.from(row.x.data),
      upstream: Float32Array.from(row.upstream.data),
      ...Object.fromEntries(
        Object.entries(row.variables).map(([name, { data }]) => [`layer/${name}`, Float32Array.from(data)]),
      ),
    });
    expectAgreement(values[0]!, row.y, 2e-6, "y");
    targets.forEach((name, index) => {
      expectAgreement(values[index + 1]!, row.gradients[name]!, 5e-6, `gradient of ${name}`);
    });
    statistics.forEach((name, index) => {
      expectAgreement(values[index + 1 + targets.length]!, row.after[name]!, 2e-6, `${name} afterwards`);
    });
  });

  test("every activation is among them", () => {
    const named = cases.filter(({ layer }) => layer === "activation").map(({ options }) => options.name);
    expect(named.sort()).toEqual([...activationSchema.options].sort());
  });
});

test("statistics of batch normalisation carry no gradient and stay still in inference", () => {
  const x = input("x", [3, 2]);
  const training = applyLayer(batchNormalisation(), x);
  const kinds = Object.fromEntries(training.variables.map(({ name, kind }) => [name, kind]));
  expect(kinds).toEqual({
    "layer/gamma": "weight",
    "layer/beta": "weight",
    "layer/mean": "statistic",
    "layer/variance": "statistic",
  });
  const [slope] = gradients(training.after.get("variance")!.sum(), [x]);
  expect(topologicalOrder([slope!]).some(({ primitive }) => primitive === "input")).toBe(false);
  const inference = applyLayer(batchNormalisation(), x, { training: false });
  expect(inference.after.get("mean")).toBe(inference.before.get("mean"));
  expect(inference.after.get("variance")).toBe(inference.before.get("variance"));
});

test("a batch of one example keeps a finite running variance", async () => {
  const { y, after } = applyLayer(batchNormalisation(), input("x", [1, 2]));
  const [normalised, variance] = await evaluate([y, after.get("variance")!], {
    x: Float32Array.of(3, -4),
    "layer/gamma": Float32Array.of(1, 1),
    "layer/beta": Float32Array.of(0, 0),
    "layer/mean": Float32Array.of(0, 0),
    "layer/variance": Float32Array.of(1, 1),
  });
  expect(Array.from(normalised!.data, Number)).toEqual([0, 0]);
  expectAgreement(variance!, { shape: [2], data: [0.9, 0.9] }, 1e-6);
});

describe("dropout", () => {
  const count = 4000;
  const x = input("x", [40, 100]);
  const drop = async (rate: number, uniform: Float32Array) => {
    const { y, draws } = applyLayer(dropout({ rate }), x);
    expect(draws).toHaveLength(1);
    const [slope] = gradients(y.sum(), [x]);
    const values = await evaluate([y, slope!], { x: new Float32Array(count).fill(3), [draws[0]!]: uniform });
    return values.map(({ data }) => Array.from(data, Number));
  };

  test.each([0.1, 0.5, 0.9])("a share of %d becomes 0 and the rest grows to keep the mean", async (rate) => {
    const [y, slope] = await drop(rate, randomStream(5, "drop").uniform(0, new Float32Array(count)));
    const dropped = y!.filter((value) => value === 0).length / count;
    // Four deviations of the count.
    expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / count));
    const kept = Math.fround(1 / (1 - rate));
    for (const [index, value] of y!.entries()) {
      expect(slope![index]).toBeCloseTo(value === 0 ? 0 : kept, 5);
      if (value !== 0) expect(value).toBeCloseTo(3 * kept, 4);
    }
  });

  test("a number equal to the rate is kept, one below is dropped", async () => {
    const edge = new Float32Array(count).fill(0.5);
    edge[0] = 0.49999;
    const [y] = await drop(0.5, edge);
    expect(y!.slice(0, 3)).toEqual([0, 6, 6]);
  });

  test("nothing happens in inference or at rate 0", () => {
    expect(applyLayer(dropout({ rate: 0.5 }), x, { training: false }).y).toBe(x);
    const still = applyLayer(dropout({ rate: 0 }), x);
    expect(still.y).toBe(x);
    expect(still.draws).toEqual([]);
  });

  test.each([1, -0.1, Number.NaN])("a rate of %d is refused", (rate) => {
    expect(() => applyLayer(dropout({ rate }), x)).toThrow(/rate must be at least 0 and below 1/);
  });

  test("two in a row draw their own numbers", () => {
    const layers = sequential([dropout({ rate: 0.5 }), dropout({ rate: 0.5 })]);
    expect(new Set(applyLayer(layers, x).draws).size).toBe(2);
  });
});

describe("sequential", () => {
  test("names its layers by kind and count, and hands on their output", async () => {
    const layers = sequential([
      flatten(),
      dense({ units: 4, activation: "relu" }),
      dense({ units: 6 }),
      reshape([2, 3]),
      sequential([flatten(), dense({ units: 1 })]),
    ]);
    const { y, variables } = applyLayer(layers, input("x", [2, 1, 3]));
    expect(y.shape).toEqual([2, 1]);
    expect(variables.map(({ name }) => name)).toEqual([
      "layer/dense1/kernel",
      "layer/dense1/bias",
      "layer/dense2/kernel",
      "layer/dense2/bias",
      "layer/sequential1/dense1/kernel",
      "layer/sequential1/dense1/bias",
    ]);
  });

  test("its configuration can be written as JSON and says everything", () => {
    const { kind, config } = sequential([
      conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      batchNormalisation({ momentum: 0.5 }),
      dropout({ rate: 0.1 }),
    ]);
    expect({ kind, config: JSON.parse(JSON.stringify(config)) }).toEqual({
      kind: "sequential",
      config: {
        layers: [
          { kind: "conv2d", filters: 2, kernelSize: 3, strides: 2, padding: "same", activation: "relu" },
          { kind: "batchNormalisation", momentum: 0.5 },
          { kind: "dropout", rate: 0.1 },
        ],
      },
    });
  });
});

describe("misuse names the layer and the shape", () => {
  const images = input("x", [2, 3, 8, 8]);
  const vectors = input("x", [2, 3]);
  test.each([
    ["dense", dense({ units: 2 }), images, /^dense of float32\[2, 3, 8, 8\]: .*flatten it first/],
    ["conv2d", conv2d({ filters: 2, kernelSize: 3 }), vectors, /^conv2d of float32\[2, 3\]: needs images/],
    ["conv2d", conv2d({ filters: 2, kernelSize: 9 }), images, /kernel is larger than the padded image/],
    ["conv2dTranspose", conv2dTranspose({ filters: 2, kernelSize: 3 }), vectors, /needs images/],
    [
      "conv2dTranspose",
      conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, outputPadding: 2 }),
      images,
      /outputPadding 2 must be below strides 2/,
    ],
    [
      "conv2dTranspose",
      conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same", outputPadding: 1 }),
      images,
      /outputPadding has no use with padding "same"/,
    ],
    ["batchNormalisation", batchNormalisation(), input("x", [4]), /needs \[batch, channels/],
    ["upSampling2d", upSampling2d(), vectors, /needs images/],
    ["reshape", reshape([5]), vectors, /reshape of float32\[2, 3\]/],
  ])("%s", (_, layer, x, message) => {
    expect(() => applyLayer(layer, x)).toThrow(message);
  });
});
