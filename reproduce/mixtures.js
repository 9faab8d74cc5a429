/**
 * Modes covered on a ring of 8 and a grid of 25 Gaussians, under the protocol of PacGAN (Lin, Khetan, Fanti, Oh 2018,
 * "PacGAN: The power of two samples in generative adversarial networks", tables of section 4.1).
 */
import { loadDataset } from "../dist/index.js";
import { modeCoverage } from "../dist/metrics/modes.js";
import { scatterChart } from "../dist/pictures/scatter-chart.js";
import { roundsOf, splitOf, withRun } from "./reproduction.js";

const SAMPLES = 2500;

const rounds = { whole: 20_000, quick: 6000 };
/** Of the GAN on codes: the game's, and what its autoencoder needs before. */
const longer = { whole: 30_000, quick: 9000 };

/** A GAN without what holds Gamelan's together on points; packing is the only thing that PacGAN changes. */
const plain = { penalty: "none", averaging: 0, halveEvery: 0 };

/**
 * What brings `gan` to rest on points, said for models that have other defaults. The divergence and the features' error
 * are weighted low: otherwise codes of different modes overlap, and their decodings lie between modes. Small batches lose
 * modes now and then.
 */
const restful = {
  ...{ latent: 2, widths: [128, 128, 128], batch: 512, learningRate: 1e-3, averaging: 0.999 },
  ...{ penalty: "r1r2", penaltyWeight: 1e-4, halveEvery: 1500, halveAfter: 12_000 },
};

/** A GAN on the codes of an autoencoder, which has the first part of the training for itself. */
const onCodes = {
  ...{ ...restful, widths: [128, 128], codeWidths: [128, 128, 128], noise: 2, autoencoding: 0.2 },
  ...{ loss: "non-saturating", criticSteps: 1, beta2: 0.999, halveAfter: 15_000 },
};

/** Where a quick run begins to rest. */
const sooner = { halveEvery: 450, halveAfter: 3600 };

/**
 * The best settings known, of a GAN and of fusions, for both data sets. A better one goes here.
 *
 * @typedef {{ label: string, model: string, options: Record<string, unknown>, lengths?: typeof rounds }} Setting
 * @type {readonly Setting[]}
 */
const best = [
  { label: "GAN, best setting", model: "gan", options: {} },
  { label: "GAN on codes", model: "latent-gan", options: onCodes, lengths: longer },
  { label: "VAE-GAN", model: "vae-gan", options: { ...restful, beta: 0.01, gamma: 1e-3 } },
];

/** @type {readonly import("./figures.js").Column[]} */
const columns = [
  { measure: "modes", title: "modes", digits: 1 },
  { measure: "highQuality", title: "high quality", digits: 1, percent: true },
  { measure: "reverseKl", title: "reverse KL", digits: 2 },
  { measure: "seconds", title: "training, s of computing", digits: 0 },
];

const pacgan = "Lin et al. 2018";

/** @type {import("./reproduction.js").Reproduction} */
export const mixtures = {
  name: "mixtures",
  title: "Modes of a ring and a grid of Gaussians",
  summary: "modes covered on a ring of 8 and a grid of 25 Gaussians (PacGAN's protocol)",
  seeds: 5,
  protocol: () =>
    `The protocol of PacGAN (Lin et al. 2018). *Ring*: 8 Gaussians on a circle of radius 1, σ 0.01. *Grid*: 5×5 Gaussians at −4, −2, 0, 2, 4, σ 0.05. ${SAMPLES.toLocaleString("en-GB")} samples are drawn after training; one is of high quality if it lies within 3σ of the nearest centre, and a mode counts as covered if at least one such sample is nearest to it. The reverse KL is that of the samples' shares of the modes (each sample counts for its nearest one) from equal shares, in nats.

Networks, optimiser and lengths are not the papers': ours have three hidden layers of 128 units on either side. The plain GAN is \`gan\` without the penalties, the averaged weights and the falling learning rates that it has on points; packing is all that is added to it in the next two rows. The best setting is \`gan\` as it comes, and the fusions are given the same means: "GAN on codes" is \`latent-gan\`, whose autoencoder has the first fifth of its rounds. The defaults of \`gan\` and the options of the fusions were found by looking at what a few settings did with some of these seeds; nothing was chosen for a row alone.`,
  trials(variant) {
    /** @type {Setting[]} */
    const settings = [
      { label: "GAN", model: "gan", options: plain },
      ...[2, 4].map((packing) => ({
        label: `PacGAN${packing}`,
        model: "gan",
        options: { ...plain, packing },
      })),
      ...best.map(({ options, ...rest }) => ({
        ...rest,
        options: variant.quick ? { ...options, ...sooner } : options,
      })),
    ];
    return ["ring", "grid"].flatMap((data) =>
      settings.map(({ label, model, options, lengths = rounds }) => ({
        name: `${label}, ${data}`,
        table: data,
        label,
        request: { model, data, options, rounds: roundsOf(variant, lengths) },
      })),
    );
  },
  tables: [
    { name: "ring", title: "Ring, 8 modes", first: "model", columns },
    { name: "grid", title: "Grid, 25 modes", first: "model", columns },
  ],
  published: [
    { table: "ring", label: "GAN", values: { modes: "6.3 ± 0.5", highQuality: "98.2 %" }, source: pacgan },
    { table: "ring", label: "PacGAN2", values: { modes: "7.9", highQuality: "95.6 %" }, source: pacgan },
    {
      table: "ring",
      label: "VEEGAN",
      values: { modes: "8", highQuality: "52.9 %" },
      source: "Srivastava et al. 2017, its own protocol",
    },
    { table: "grid", label: "GAN", values: { modes: "17.3 ± 0.8", highQuality: "94.8 %" }, source: pacgan },
    { table: "grid", label: "PacGAN2", values: { modes: "23.8", highQuality: "91.3 %" }, source: pacgan },
    { table: "grid", label: "PacGAN4", values: { modes: "24.8", highQuality: "93.6 %" }, source: pacgan },
    {
      table: "grid",
      label: "VEEGAN",
      values: { modes: "24.6", highQuality: "40 %" },
      source: "Srivastava et al. 2017, its own protocol",
    },
  ],
  async measure({ trial, seed, run, threads }) {
    const { modes } = await loadDataset(/** @type {string} */ (trial.request?.data), { seed: 0, splits: [] });
    if (modes === undefined) throw new Error(`${trial.name} is of no known modes`);
    const { data } = await withRun(run, threads, (opened) => opened.generate(SAMPLES, { seed }));
    return { ...modeCoverage(data, modes.centres, { dimensions: 2, deviation: modes.sigma }) };
  },
  async illustrate(runOf, trials) {
    const pictures = [];
    for (const trial of trials.filter(({ label }) => !label.startsWith("PacGAN"))) {
      const run = runOf(trial.name);
      if (run === undefined) continue;
      const data = /** @type {string} */ (trial.request?.data);
      const { data: generated } = await withRun(run, undefined, (opened) =>
        opened.generate(SAMPLES, { seed: 0 }),
      );
      const { examples } = await splitOf(data, "test");
      const caption = `${trial.label} on the ${data}: real samples grey, generated ones in colour`;
      const { png } = await scatterChart({
        real: examples.subarray(0, 2 * SAMPLES),
        generated,
        title: `${data}, ${trial.label}`,
      });
      const file = `mixtures-${data}-${trial.label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.png`;
      pictures.push({ file, png, caption, of: [trial.name] });
    }
    return pictures;
  },
};
