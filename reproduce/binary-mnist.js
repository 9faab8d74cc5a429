/**
 * The likelihood of binarised MNIST under a variational autoencoder, by importance sampling (Burda, Grosse,
 * Salakhutdinov 2016, "Importance weighted autoencoders").
 */
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { randomStream } from "../dist/index.js";
import { importanceLogLikelihood } from "../dist/metrics/likelihood.js";
import { meanAndError } from "../dist/metrics/moments.js";
import { gridOf } from "../dist/pictures/grid.js";
import { encodePng } from "../dist/pictures/png.js";
import { roundsOf, splitOf, withRun } from "./reproduction.js";

/** The test images: each drawn once. */
const drawn = "mnist+sampled";
const CODES = 200;

/** Examples whose codes are drawn at a time; each is repeated for each of its codes. */
const CHUNK = 20;

/** Rounds after which the learning rate begins to fall, with draws made once and with draws made anew. */
const HALVED = 120_000;

/**
 * The length and the schedule of draws made once are those at which the first network, trained on 50,000 examples, did
 * best on the other 10,000: 91.95 nats after 100,000 rounds, 91.09 after 200,000, 90.85 and 90.76 after as many again,
 * the rate halved after each. Draws made anew have half the length, and nothing was chosen for them.
 */
const trained = { architecture: "dense", batch: 100, learningRate: 1e-3 };
const once = { halveAfter: HALVED, halveEvery: HALVED };
const anew = { halveAfter: HALVED, halveEvery: 40_000, binarise: true };
const pythae = { widths: [400], latent: 40 };
const burda = { widths: [200, 200], latent: 50, activation: "tanh" };
const settings = [
  {
    label: "drawn once: VAE, 784-400-40",
    data: drawn,
    options: { ...trained, ...pythae, ...once },
    rounds: 480_000,
  },
  {
    label: "drawn anew: VAE, 784-400-40",
    data: "mnist",
    options: { ...trained, ...pythae, ...anew },
    rounds: 240_000,
  },
  {
    label: "drawn anew: VAE, 784-200-200-50",
    data: "mnist",
    options: { ...trained, ...burda, ...anew },
    rounds: 240_000,
  },
];

/** @type {import("./reproduction.js").Reproduction} */
export const binaryMnist = {
  name: "binary-mnist",
  title: "Likelihood of binarised MNIST",
  summary: "negative log-likelihood of binarised MNIST under a VAE, by importance sampling",
  seeds: 3,
  protocol: (variant) =>
    `Pixels of MNIST are drawn, 1 with the grey value as the probability. *Drawn once* (static binarisation): before training, so that all rounds see the same draws; the published binarisation (Salakhutdinov, Murray 2008) is another draw of the same kind, with the last 10,000 of its training images kept for validation. *Drawn anew* (dynamic binarisation, as Burda et al. 2016 train): in each round. Both are trained on 60,000 images and judged by the same test images, drawn once. −log p(x) of the ${examplesOf(variant).toLocaleString("en-GB")} ${variant.quick ? "first " : ""}test images is estimated with ${CODES} codes an image, drawn from the encoder (Burda et al. 2016, who take 5,000); it is an upper bound in expectation. −ELBO is the mean over single codes. Both in nats.

"784-400-40" is the network of pythae's reproduction: one hidden layer of 400 ReLU units on either side of 40 code units. "784-200-200-50" is that of Burda et al. with one stochastic layer and tanh; they train it for 3,280 epochs of batches of 20, ours has 400 of batches of 100. The learning rate stays as it is for ${HALVED.toLocaleString("en-GB")} rounds, and then falls steadily, to a half in as many, or with draws made anew in a third of that. Length and schedule of the first row were chosen by the likelihood of 10,000 training examples kept apart, and then all were trained on. The error over examples is the standard error of the mean over test images, of the first seed.`,
  trials: (variant) =>
    settings.map(({ label, data, options, rounds }) => ({
      name: label,
      table: "likelihood",
      label,
      request: {
        model: "vae",
        data,
        options,
        rounds: roundsOf(variant, { whole: rounds, quick: 12_000 }),
      },
      measuring: { examples: examplesOf(variant) },
    })),
  tables: [
    {
      name: "likelihood",
      first: "model",
      columns: [
        { measure: "negativeLogLikelihood", title: "−log p(x)", digits: 2 },
        { measure: "errorOverExamples", title: "error over examples", digits: 2 },
        { measure: "negativeElbo", title: "−ELBO", digits: 2 },
        { measure: "seconds", title: "training, s of computing", digits: 0 },
      ],
    },
  ],
  published: [
    {
      table: "likelihood",
      label: "drawn once: VAE, 784-400-40",
      values: { negativeLogLikelihood: "89.78" },
      source: "pythae's reproduction, ± 0.01 over five estimates",
    },
    {
      table: "likelihood",
      label: "VAE",
      values: { negativeLogLikelihood: "89.9" },
      source: "Rezende, Mohamed 2015",
    },
    {
      table: "likelihood",
      label: "drawn anew: VAE, 784-200-200-50",
      values: { negativeLogLikelihood: "86.76" },
      source: "Burda et al. 2016",
    },
  ],
  async measure({ trial, seed, run, threads }) {
    const { examples, size } = await splitOf(drawn, "test");
    const session = await InferenceSession.create(join(run, "models", "evidence.onnx"), {
      intraOpNumThreads: threads,
    });
    const count = /** @type {number} */ (trial.measuring?.examples);
    const latent = /** @type {number} */ (trial.request?.options.latent);
    const stream = randomStream(seed, "importance");
    const estimates = new Float64Array(count);
    let elbo = 0;
    for (let start = 0; start < count; start += CHUNK) {
      const rows = Math.min(CHUNK, count - start) * CODES;
      const repeated = new Float32Array(rows * size);
      for (let row = 0; row < rows; row++) {
        const example = (start + Math.floor(row / CODES)) * size;
        repeated.set(examples.subarray(example, example + size), row * size);
      }
      const noise = stream.normal(start, new Float32Array(rows * latent));
      const { logWeight } = await session.run({
        x: new Tensor("float32", repeated, [rows, 1, 28, 28]),
        noise: new Tensor("float32", noise, [rows, latent]),
      });
      const logWeights = /** @type {Float32Array} */ (logWeight?.data);
      estimates.set(importanceLogLikelihood(logWeights, { samples: CODES }), start);
      for (const value of logWeights) elbo += value / CODES / count;
    }
    await session.release();
    const { mean, standardError } = meanAndError(estimates);
    return {
      negativeLogLikelihood: -mean,
      negativeElbo: -elbo,
      // One seed's is as good as another's: they differ little, and it is no mean.
      ...(seed === 0 ? { errorOverExamples: standardError } : {}),
    };
  },
  async illustrate(runOf, trials) {
    const pictures = [];
    for (const [index, { name, label }] of trials.entries()) {
      const run = runOf(name);
      if (run === undefined) continue;
      const samples = await withRun(run, undefined, (opened) => opened.generate(64, { seed: 0 }));
      const caption = `Samples of ${label}: probabilities of pixels`;
      pictures.push({
        file: `binary-mnist-${index + 1}.png`,
        png: encodePng(gridOf(samples, { columns: 16, scale: 2 })),
        caption,
        of: [name],
      });
    }
    return pictures;
  },
};

/** @param {import("./reproduction.js").Variant} variant */
function examplesOf({ quick, rounds }) {
  return quick || rounds !== undefined ? 1000 : 10_000;
}
