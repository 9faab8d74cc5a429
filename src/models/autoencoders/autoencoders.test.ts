// What each autoencoder must show, beyond moving what it should: trained for a second on small glyphs.

import { beforeAll, describe, expect, test } from "vitest";
import { gameFor } from "../../../test/support/catalogue-games.ts";
import { CONV, DENSE, labelled, small, VECTORS } from "../../../test/support/games/setting.ts";
import { numbersOf, play } from "../../../test/support/rounds.ts";
import { examplesOf, smallGlyphs, trained } from "../../../test/support/trained.ts";
import type { Dataset } from "../../data/index.ts";
import { importanceLogLikelihood } from "../../metrics/likelihood.ts";
import { randomStream } from "../../random/index.ts";

let glyphs: Dataset;
let examples: Float32Array;
beforeAll(async () => {
  glyphs = await smallGlyphs();
  examples = examplesOf(glyphs, glyphs.test);
});

const body = { architecture: "dense", widths: [64], latent: 16, batch: 64, learningRate: 3e-3 };
const dense = { ...small, architecture: "dense", widths: [6] };

const normal = (name: string, size: number) => randomStream(1, name).normal(0, new Float32Array(size));

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

const squaredDistance = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, value, index) => sum + (value - other[index]!) ** 2, 0);

/** The mean squared distance of samples to the nearest of some examples. */
function nearestDistance(samples: Float32Array, among: Float32Array, count: number): number {
  const size = among.length / count;
  const rows = (values: Float32Array) =>
    Array.from({ length: values.length / size }, (_, row) => values.subarray(row * size, (row + 1) * size));
  return mean(
    rows(samples).map((row) => Math.min(...rows(among).map((other) => squaredDistance(row, other)))),
  );
}

/** The share of codes whose nearest other code has the same label. */
function neighbourAccuracy(codes: Float32Array, labels: Int32Array): number {
  const length = codes.length / labels.length;
  const rows = Array.from(labels, (_, row) => codes.subarray(row * length, (row + 1) * length));
  const right = rows.filter((row, index) => {
    const distances = rows.map((other, at) =>
      at === index ? Number.POSITIVE_INFINITY : squaredDistance(row, other),
    );
    return labels[distances.indexOf(Math.min(...distances))] === labels[index];
  });
  return right.length / rows.length;
}

describe("denoising-autoencoder", () => {
  test("rebuilds noised examples better than one that has never met noise", async () => {
    const noise = normal("noise", examples.length);
    const noised = examples.map((value, index) => value + 0.5 * noise[index]!);
    const error = async (level: number) => {
      const options = { ...body, latent: 64, level };
      const model = await trained("denoising-autoencoder", options, glyphs, 200);
      return squaredDistance(await model.ask("reconstruct", noised), examples);
    };
    expect((await error(0.5)) / (await error(0))).toBeLessThan(0.9);
  });

  test.each([
    [
      "salt-and-pepper",
      0.1,
      "noise salt-and-pepper needs values in [0, 1], as images have; use gaussian or masking",
    ],
    ["masking", 1.5, "level 1.5 is a share of the values and at most 1; noise masking needs less"],
  ])("refuses noise %s of %s", (noise, level, message) => {
    const options = { ...dense, noise, level };
    expect(() => gameFor({ model: "denoising-autoencoder", options, data: VECTORS })).toThrow(message);
  });
});

describe("sparse-autoencoder", () => {
  const options = { ...body, latent: 64 };
  const sparse = (more: object) => trained("sparse-autoencoder", { ...options, ...more }, glyphs, 200);

  test("kl: units are active as often as asked", async () => {
    const [asked, free] = [
      await sparse({ sparsity: "kl", rho: 0.1, lambda: 0.01 }),
      await sparse({ sparsity: "kl", rho: 0.1, lambda: 0 }),
    ];
    expect(Math.abs(asked.metric("autoencoder/activation") / 0.1 - 1)).toBeLessThan(0.2);
    expect(Math.abs(mean(await asked.ask("encode", examples)) / 0.1 - 1)).toBeLessThan(0.2);
    expect(free.metric("autoencoder/activation")).toBeGreaterThan(0.2);
  });

  test("l1: the greater its weight, the less active", async () => {
    const activation = async (lambda: number) =>
      (await sparse({ sparsity: "l1", lambda })).metric("autoencoder/activation");
    expect(await activation(1e-2)).toBeLessThan(0.3 * (await activation(0)));
  });
});

describe("supervised-autoencoder", () => {
  test("neighbours of a code have its label more often than those of a plain one", async () => {
    const labels = glyphs.test.labels!;
    const model = (lambda: number) => trained("supervised-autoencoder", { ...body, lambda }, glyphs, 200);
    const [supervised, plain] = [await model(0.1), await model(0)];
    const accuracy = async ({ ask }: typeof plain) =>
      neighbourAccuracy(await ask("encode", examples), labels);
    expect(await accuracy(supervised)).toBeGreaterThan((await accuracy(plain)) + 0.05);
    const probabilities = await supervised.ask("classify", examples);
    const classes = glyphs.classes!.length;
    const right = labels.filter((label, row) => {
      const own = Array.from(probabilities.subarray(row * classes, (row + 1) * classes));
      expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      return own.indexOf(Math.max(...own)) === label;
    });
    expect(right.length / labels.length).toBeGreaterThan(0.8);
  });

  test("regression comes near to the label's number", async () => {
    const options = { ...body, task: "regression", lambda: 0.1 };
    const model = await trained("supervised-autoencoder", options, glyphs, 200);
    // Half the variance of ten classes drawn evenly is 4.1.
    expect(model.metric("autoencoder/prediction")).toBeLessThan(1.5);
  });

  test("says what it needs where there are no labels", () => {
    expect(() => gameFor({ model: "supervised-autoencoder", options: small, data: CONV })).toThrow(
      "supervised-autoencoder needs labels, and the data have none; without labels use autoencoder",
    );
    expect(() =>
      gameFor({ model: "supervised-autoencoder", options: small, data: labelled(CONV) }),
    ).not.toThrow();
  });
});

describe("vae", () => {
  test.each(["bernoulli", "gaussian", "discretised-logistic", "beta-binomial"])(
    "%s: weights of importance average to the bound, and sampling more of them raises it",
    async (likelihood) => {
      const options = { ...body, latent: 4, likelihood, deviation: 0.5 };
      const { ask, metric } = await trained("vae", options, glyphs, 100);
      const [count, samples] = [100, 32];
      const size = examples.length / glyphs.test.count;
      const repeated = new Float32Array(count * samples * size);
      for (let row = 0; row < count * samples; row++) {
        const example = Math.floor(row / samples);
        repeated.set(examples.subarray(example * size, (example + 1) * size), row * size);
      }
      const weights = await ask("evidence", repeated, normal("draws", count * samples * 4));
      const bound = mean(weights);
      const better = mean(importanceLogLikelihood(weights, { samples }));
      expect(better).toBeGreaterThan(bound);
      // The same on other examples, up to what a batch and 100 examples differ by.
      expect(Math.abs(bound + metric("vae")) / Math.abs(metric("vae"))).toBeLessThan(0.15);
    },
  );

  test.each(["discretised-logistic", "beta-binomial"])("%s needs pixels", (likelihood) => {
    expect(() => gameFor({ model: "vae", options: { ...small, likelihood }, data: VECTORS })).toThrow(
      `likelihood ${likelihood} needs values in [0, 1], as images have; use gaussian`,
    );
  });

  test("comes to rest where its learning rate is halved at every step", async () => {
    const options = { ...body, latent: 4, halveEvery: 1, halveAfter: 2 };
    const [some, more] = [
      await trained("vae", options, glyphs, 30),
      await trained("vae", options, glyphs, 40),
    ];
    const code = async ({ ask }: typeof some) => Array.from(await ask("encode", examples.slice(0, 784)));
    expect(await code(more)).toEqual(await code(some));
  });
});

describe("wae", () => {
  test("its codes are distributed like the prior, and samples of the prior look like the data", async () => {
    const options = { ...body, latent: 4 };
    const [matched, free] = [
      await trained("wae", { ...options, lambda: 100 }, glyphs, 200),
      await trained("wae", { ...options, lambda: 0 }, glyphs, 200),
    ];
    expect(Math.abs(matched.metric("autoencoder/discrepancy"))).toBeLessThan(
      0.1 * free.metric("autoencoder/discrepancy"),
    );
    const noise = normal("noise", 100 * options.latent);
    const strangeness = async ({ ask }: typeof matched) =>
      nearestDistance(await ask("generate", noise), examples, glyphs.test.count);
    expect(await strangeness(matched)).toBeLessThan(0.8 * (await strangeness(free)));
  });

  test("needs two examples a batch", () => {
    expect(() => gameFor({ model: "wae", options: { ...small, batch: 1 }, data: DENSE })).toThrow();
  });
});

describe("rae", () => {
  const penalised = async (options: object) => {
    const model = await trained("rae", { ...body, ...options }, glyphs, 200);
    return { metric: model.metric, state: model.state };
  };

  test("codes that cost something stay near 0", async () => {
    const [free, near] = [await penalised({ beta: 0 }), await penalised({ beta: 1 })];
    expect(near.metric("autoencoder/norm")).toBeLessThan(0.5 * free.metric("autoencoder/norm"));
  });

  test("gradient: the decoder's slopes fall as their weight grows", async () => {
    const slope = async (lambda: number) =>
      (await penalised({ penalty: "gradient", lambda, beta: 0.1 })).metric("autoencoder/penalty");
    expect(await slope(1)).toBeLessThan(0.5 * (await slope(0)));
  });

  test("l2: the penalty is the sum of the squares of the decoder's weights", async () => {
    const game = gameFor({ model: "rae", options: { ...dense, penalty: "l2" }, data: DENSE });
    const { metrics } = await play(game, game.phases[0]!);
    const first = game.variables.initialise(0);
    const squares = game.variables
      .weightsOf("decoder")
      .flatMap(({ name }) => Array.from(first.get(name)!, (value) => value ** 2));
    expect(metrics["autoencoder/penalty"]![0]).toBeCloseTo(
      squares.reduce((sum, value) => sum + value, 0),
      3,
    );
  });

  test("spectral: the decoder follows the largest singular value of each of its kernels", async () => {
    const { state } = await penalised({ penalty: "spectral" });
    for (const layer of ["dense1", "dense2"]) {
      const { data, shape } = state[`decoder/${layer}/kernel`]!;
      const [rows, columns] = shape as [number, number];
      const times = (u: readonly number[]) =>
        Array.from({ length: columns }, (_, j) =>
          u.reduce((sum, value, i) => sum + value * Number(data[i * columns + j]), 0),
        );
      const back = (v: readonly number[]) =>
        Array.from({ length: rows }, (_, i) =>
          v.reduce((sum, value, j) => sum + value * Number(data[i * columns + j]), 0),
        );
      const unit = (v: readonly number[]) => v.map((value) => value / Math.hypot(...v));
      const followed = numbersOf(state, `decoder/${layer}/singular`);
      let exact = followed;
      for (let step = 0; step < 200; step++) exact = unit(back(times(exact)));
      expect(Math.hypot(...times(followed)) / Math.hypot(...times(exact))).toBeGreaterThan(0.98);
    }
  });
});

describe("vq-vae", () => {
  const { latent: _, ...rest } = body;
  const options = { ...rest, positions: 4, dimension: 4, codes: 32 };

  test("ema: most codes are in use, and the code says what the reconstruction is", async () => {
    const model = await trained("vq-vae", options, glyphs, 300);
    expect(model.metric("autoencoder/perplexity")).toBeGreaterThan(8);
    expect(model.metric("autoencoder/used")).toBeGreaterThan(0.75);
    expect(model.metric("autoencoder/reconstruction")).toBeLessThan(0.05);
    const codes = await model.ask("encode", examples);
    expect(await model.ask("decode", codes)).toEqual(await model.ask("reconstruct", examples));
    // Codes that are near are the same once they are quantised.
    const nearby = codes.map((value) => value * (1 + 1e-6));
    expect(await model.ask("decode", nearby)).toEqual(await model.ask("decode", codes));
  });

  test("loss: the codebook comes to the codes", async () => {
    const model = await trained("vq-vae", { ...options, codebook: "loss", codes: 8 }, glyphs, 300);
    expect(model.metric("autoencoder/perplexity")).toBeGreaterThan(1.5);
    expect(model.metric("autoencoder/reconstruction")).toBeLessThan(0.07);
  });
});
