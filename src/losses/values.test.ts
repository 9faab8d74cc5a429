// Losses against PyTorch's (test/references/losses.py), values and gradients.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { interpreter, type Value } from "../../test/reference/interpreter.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { evaluate } from "../runtime/evaluate.ts";
import { constant, gradients, input, ShapeError, type Tensor } from "../tensor/index.ts";
import {
  type AdversarialLossName,
  absoluteSum,
  activationDivergence,
  adversarialLosses,
  adversarialLossSchema,
  bernoulliLogLikelihood,
  betaBinomialLogLikelihood,
  binaryCrossEntropy,
  crossEntropy,
  discretisedLogisticLogLikelihood,
  gaussianLogLikelihood,
  type Kernel,
  logPriorRatio,
  maximumMeanDiscrepancy,
  meanAbsoluteError,
  meanSquaredError,
  reparameterise,
  standardNormalDivergence,
} from "./index.ts";

interface LossCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly loss: Numbers;
  readonly upstream: Numbers | null;
  readonly gradients: Readonly<Record<string, Numbers>>;
}

const document = reference<{
  adversarial: (LossCase & { readonly player: "critic" | "generator" | "encoder" })[];
  reconstruction: LossCase[];
  likelihoods: (LossCase & { readonly deviation?: number })[];
  discrepancy: (LossCase & { readonly kernel: Kernel })[];
  sparsity: (LossCase & { readonly share?: number })[];
  divergences: LossCase[];
  classification: (LossCase & { readonly labels: readonly number[] })[];
}>("losses");

async function expectCase(
  row: LossCase,
  compute: (inputs: Readonly<Record<string, Tensor>>) => Tensor,
  tolerance = 1e-6,
) {
  const names = Object.keys(row.inputs);
  const inputs = Object.fromEntries(names.map((name) => [name, input(name, row.inputs[name]!.shape)]));
  const loss = compute(inputs);
  const upstream = row.upstream === null ? undefined : input("upstream", loss.shape);
  const slopes = gradients(
    loss,
    names.map((name) => inputs[name]!),
    upstream,
  );
  const values = await evaluate([loss, ...slopes], {
    ...Object.fromEntries(names.map((name) => [name, Float32Array.from(row.inputs[name]!.data)])),
    ...(row.upstream === null ? {} : { upstream: Float32Array.from(row.upstream.data) }),
  });
  expectAgreement(values[0]!, row.loss, tolerance, "loss");
  names.forEach((name, index) => {
    const zeros = { ...row.inputs[name]!, data: row.inputs[name]!.data.map(() => 0) };
    expectAgreement(values[index + 1]!, row.gradients[name] ?? zeros, tolerance, `gradient of ${name}`);
  });
}

describe("adversarial", () => {
  test.each(document.adversarial.map((row) => [row.name, row.player, row] as const))(
    "%s, %s",
    async (name, player, row) => {
      const loss = adversarialLosses[name as AdversarialLossName];
      await expectCase(row, ({ real, generated }) =>
        player === "generator" ? loss.generator(generated!, real!) : loss[player](real!, generated!),
      );
    },
  );

  test("every loss is among them, for all players", () => {
    const pairs = document.adversarial.map(({ name, player }) => `${name} ${player}`);
    expect(pairs.sort()).toEqual(
      adversarialLossSchema.options
        .flatMap((name) => [`${name} critic`, `${name} generator`, `${name} encoder`])
        .sort(),
    );
  });

  const scores = async (name: AdversarialLossName, real: number, generated: number) => {
    const [r, g] = [input("real", [1]), input("generated", [1])];
    const { critic, generator, encoder } = adversarialLosses[name];
    const losses = [critic(r, g), generator(g, r), encoder(r, g)];
    const slopes = losses.flatMap((loss) => gradients(loss, [r, g]));
    const values = await evaluate([...losses, ...slopes], {
      real: Float32Array.of(real),
      generated: Float32Array.of(generated),
    });
    return values.map(({ data }) => Number(data[0]));
  };

  test.each(adversarialLossSchema.options)(
    "%s: the critic raises real scores and lowers generated ones, generator and encoder do the opposite",
    async (name) => {
      const [criticReal, criticGenerated, , generatorGenerated, encoderReal] = (
        await scores(name, 0.25, 0.5)
      ).slice(3);
      expect(criticReal).toBeLessThan(0);
      expect(criticGenerated).toBeGreaterThan(0);
      expect(generatorGenerated).toBeLessThan(0);
      expect(encoderReal).toBeGreaterThan(0);
    },
  );

  test.each(adversarialLossSchema.options)("%s stays finite however sure the critic is", async (name) => {
    for (const [real, generated] of [
      [1e4, -1e4],
      [-1e4, 1e4],
      [88.8, -88.8],
      [0, 0],
    ] as const) {
      expect((await scores(name, real, generated)).every(Number.isFinite)).toBe(true);
    }
  });

  test("at scores that can be worked out by hand the losses are those of the papers", async () => {
    const two = 2 * Math.log(2);
    // Goodfellow 2014: log 4 for the critic; the generator's half of it.
    expect((await scores("minimax", 0, 0))[0]).toBeCloseTo(two, 6);
    expect((await scores("minimax", 0, 0))[1]).toBeCloseTo(-two / 2, 6);
    expect((await scores("non-saturating", 0, 0))[1]).toBeCloseTo(two / 2, 6);
    expect((await scores("least-squares", 0, 0)).slice(0, 2)).toEqual([0.5, 0.5]);
    expect((await scores("hinge", 0.5, 0.25)).slice(0, 2)).toEqual([1.75, -0.25]);
    expect((await scores("wasserstein", 1, 0.25)).slice(0, 2)).toEqual([-0.75, -0.25]);
    expect((await scores("relativistic", 3, 3))[0]).toBeCloseTo(two / 2, 6);
  });
});

describe("reconstruction", () => {
  const losses: Readonly<Record<string, (x: Tensor, output: Tensor) => Tensor>> = {
    meanSquaredError,
    meanAbsoluteError,
    binaryCrossEntropy,
  };
  test.each(document.reconstruction.map((row) => [row.name, row] as const))("%s", async (name, row) => {
    await expectCase(row, ({ x, output }) => losses[name]!(x!, output!));
  });
});

describe("likelihoods", () => {
  test.each(document.likelihoods.map((row) => [row.name, row.deviation, row] as const))(
    "%s %s",
    async (name, deviation, row) => {
      const isBetaBinomial = name === "betaBinomialLogLikelihood";
      await expectCase(
        row,
        ({ x, output, logScale, logAlpha, logBeta }) => {
          if (isBetaBinomial) return betaBinomialLogLikelihood(x!, logAlpha!, logBeta!);
          if (name === "bernoulliLogLikelihood") return bernoulliLogLikelihood(x!, output!);
          if (name === "gaussianLogLikelihood") return gaussianLogLikelihood(x!, output!, deviation);
          return discretisedLogisticLogLikelihood(x!, output!, logScale!);
        },
        // 255 times what float32 loses of a logarithm.
        isBetaBinomial ? 1e-5 : 1e-6,
      );
    },
  );

  test("a Bernoulli likelihood of grey pixels is their cross-entropy, summed over an example", async () => {
    const [x, logits] = [input("x", [2, 3]), input("logits", [2, 3])];
    const [sum, mean] = await evaluate(
      [bernoulliLogLikelihood(x, logits).mean(), binaryCrossEntropy(x, logits)],
      { x: Float32Array.of(0.1, 0.5, 0.9, 0, 1, 0.3), logits: Float32Array.of(1, -2, 0.5, 3, -1, 0) },
    );
    expect(Number(sum!.data[0])).toBeCloseTo(-3 * Number(mean!.data[0]), 5);
  });

  test.each([
    [0.3, -2],
    [0.5, -8],
    [-3, 0],
    [0.999, 1],
    [0.2, -20],
    [0.2, 20],
  ])("the 256 levels share one probability: mean %s, log scale %s", async (mean, logScale) => {
    const x = input("x", [256, 1]);
    const logMass = discretisedLogisticLogLikelihood(
      x,
      constant(mean).broadcastTo([256, 1]),
      constant(logScale),
    );
    const levels = Float32Array.from({ length: 256 }, (_, level) => level / 255);
    const [masses] = await evaluate([logMass.exp()], { x: levels });
    const values = Array.from(masses!.data, Number);
    expect(values.every((mass) => mass >= 0)).toBe(true);
    expect(values.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 3);
  });

  test("a discretised logistic stays finite, with finite slopes, however wrong it is", async () => {
    const [x, mean, logScale] = [input("x", [6, 1]), input("mean", [6, 1]), input("logScale", [6, 1])];
    const total = discretisedLogisticLogLikelihood(x, mean, logScale).sum();
    const values = await evaluate([total, ...gradients(total, [mean, logScale])], {
      x: Float32Array.of(0, 1, 0.2, 0.2, 0, 1),
      mean: Float32Array.of(1e3, -1e3, 1e3, -1e3, 0, 1),
      logScale: Float32Array.of(-30, -8, -8, 1, -8, -8),
    });
    expect(values.flatMap(({ data }) => Array.from(data, Number)).every(Number.isFinite)).toBe(true);
  });
});

describe("sparsity", () => {
  test.each(document.sparsity.map((row) => [row.name, row.share, row] as const))(
    "%s %s",
    async (_, share, row) => {
      await expectCase(row, ({ code }) =>
        share === undefined ? absoluteSum(code!) : activationDivergence(code!, share),
      );
    },
  );

  test("units that are never or always active cost much and not infinitely much", async () => {
    const code = input("code", [2, 2]);
    const [cost] = await evaluate([activationDivergence(code, 0.05)], {
      code: Float32Array.of(0, 1, 0, 1),
    });
    expect(Number(cost!.data[0])).toBeGreaterThan(5);
    expect(Number(cost!.data[0])).toBeLessThan(50);
  });
});

describe("discrepancy", () => {
  test.each(document.discrepancy.map((row) => [row.kernel, row] as const))("%s", async (kernel, row) => {
    await expectCase(row, ({ first, second }) => maximumMeanDiscrepancy(first!, second!, kernel));
  });

  test.each(["inverse-multiquadratic", "gaussian"] as const)(
    "%s: is 0 on average where both are drawn alike, and below it now and then",
    (kernel) => {
      const [first, second] = [input("first", [16, 2]), input("second", [16, 2])];
      const discrepancy = maximumMeanDiscrepancy(first, second, kernel);
      const compute = interpreter([discrepancy]);
      const found = Array.from({ length: 50 }, (_, draw) => {
        const noise = (name: string): [string, Value] => [
          name,
          {
            shape: [16, 2],
            data: Float64Array.from(randomStream(draw, name).normal(0, new Float32Array(32))),
          },
        ];
        return compute(new Map([noise("first"), noise("second")]))[0]!.data[0]!;
      });
      const mean = found.reduce((sum, value) => sum + value) / found.length;
      const error = Math.sqrt(found.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / found.length;
      expect(Math.abs(mean)).toBeLessThan(3 * error);
      expect(Math.min(...found)).toBeLessThan(0);
    },
  );

  test("needs rows of one length, two at least", () => {
    expect(() => maximumMeanDiscrepancy(input("a", [4, 2]), input("b", [4, 3]))).toThrow(ShapeError);
    expect(() => maximumMeanDiscrepancy(input("a", [1, 2]), input("b", [4, 2]))).toThrow(ShapeError);
  });
});

describe("classification", () => {
  test.each(document.classification.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    const labels = constant(row.labels, { dtype: "int32" });
    await expectCase(row, ({ logits }) => crossEntropy(logits!, labels));
  });

  test("an even guess costs log K", async () => {
    const [loss] = await evaluate([crossEntropy(input("l", [2, 10]), input("y", [2], "int32"))], {
      l: new Float32Array(20).fill(3),
      y: Int32Array.of(0, 9),
    });
    expect(Number(loss!.data[0])).toBeCloseTo(Math.log(10), 6);
  });

  test("needs a label for each example", () => {
    expect(() => crossEntropy(input("l", [2, 10]), input("y", [3], "int32"))).toThrow(ShapeError);
  });
});

describe("divergences", () => {
  test.each(document.divergences.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    await expectCase(row, ({ mean, logVariance, noise }) => {
      const code = { mean: mean!, logVariance: logVariance! };
      return noise === undefined ? standardNormalDivergence(code) : logPriorRatio(code, noise);
    });
  });

  test("the prior itself is at no distance, with no slope", async () => {
    const [mean, logVariance] = [input("mean", [1]), input("logVariance", [1])];
    const divergence = standardNormalDivergence({ mean, logVariance });
    const values = await evaluate([divergence, ...gradients(divergence, [mean, logVariance])], {
      mean: Float32Array.of(0),
      logVariance: Float32Array.of(0),
    });
    expect(values.map(({ data }) => Number(data[0]))).toEqual([0, 0, 0]);
  });

  test("reparameterise scales noise by the standard deviation, not by the variance", async () => {
    const code = { mean: input("mean", [1, 2]), logVariance: input("logVariance", [1, 2]) };
    const [draw] = await evaluate([reparameterise(code, input("noise", [1, 2]))], {
      mean: Float32Array.of(3, -1),
      logVariance: Float32Array.of(Math.log(4), Math.log(0.25)),
      noise: Float32Array.of(1.5, -2),
    });
    expectAgreement(draw!, { shape: [1, 2], data: [6, -2] }, 1e-6);
  });
});
