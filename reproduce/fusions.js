/**
 * What a fusion of an autoencoder and a GAN gains or loses against its two halves, each trained alone: on Fashion-MNIST,
 * with bodies of one size, the same batch and as many rounds.
 */
import { domainClassifier, randomStream } from "../dist/index.js";
import { codeCollapse } from "../dist/metrics/code-collapse.js";
import { stacksOf } from "../dist/pictures/grid.js";
import { encodePng } from "../dist/pictures/png.js";
import { figure, markdownTable } from "./figures.js";
import { LOOKED_AT, meanSquaredError, sampleMeasures } from "./measures.js";
import { gathered, passed, roundsOf, splitOf, withRun } from "./reproduction.js";

const data = "fashion-mnist";
/** Generated samples that the Fréchet distance is of: as many as there are test examples. */
const SAMPLES = 10_000;
/** Images of a row of the pictures. */
const SHOWN = 16;

const body = { filters: 16, latent: 32, batch: 64 };
const AVERAGING = 0.999;

/**
 * @typedef {object} Contestant
 * @property {string} label
 * @property {string} model
 * @property {Record<string, unknown>} [options] beside the common ones
 * @property {string} [autoencoder] label of its autoencoder half
 * @property {string} [gan] label of its GAN half
 * @property {boolean} [generates] false: what it would generate from has not learned
 * @property {boolean} [averages] false: there are no averages of its weights
 */

/** @type {readonly Contestant[]} */
const contestants = [
  { label: "autoencoder", model: "autoencoder", options: { architecture: "conv" }, averages: false },
  {
    // Nearly all of the training goes to the fusion's first phase, which is its autoencoder half.
    label: "contractive autoencoder",
    model: "contractive-fusion",
    options: { autoencode: 1e6 },
    generates: false,
  },
  { label: "DCGAN", model: "dcgan" },
  { label: "WGAN-GP", model: "wgan-gp" },
  {
    label: "contractive-fusion",
    model: "contractive-fusion",
    autoencoder: "contractive autoencoder",
    gan: "WGAN-GP",
  },
  {
    label: "contractive-fusion, non-saturating",
    model: "contractive-fusion",
    options: { loss: "non-saturating", penalty: "none", criticSteps: 1 },
    autoencoder: "contractive autoencoder",
    gan: "DCGAN",
  },
  { label: "shared-fusion", model: "shared-fusion", autoencoder: "autoencoder", gan: "DCGAN" },
  { label: "code-noise-gan", model: "code-noise-gan", autoencoder: "autoencoder", gan: "DCGAN" },
  {
    label: "noise-encoded-gan, adversarial",
    model: "noise-encoded-gan",
    options: { pipeline: "adversarial" },
    autoencoder: "autoencoder",
    gan: "DCGAN",
  },
  {
    label: "noise-encoded-gan, plain",
    model: "noise-encoded-gan",
    options: { pipeline: "plain" },
    averages: false,
    autoencoder: "autoencoder",
    gan: "DCGAN",
  },
];

/** @type {import("./reproduction.js").Reproduction} */
export const fusions = {
  name: "fusions",
  title: "Fusions against their halves",
  summary: "what four fusions gain or lose against their halves trained alone, on Fashion-MNIST",
  seeds: 3,
  protocol: (variant) =>
    `Fashion-MNIST, 60,000 training images. All have convolutional bodies with ${body.filters} filters next to the image, codes of ${body.latent} numbers, batches of ${body.batch}, and ${roundsFor(variant).toLocaleString("en-GB")} rounds; phases of a fusion share these. In a round each player makes one step, but for the critics of the Wasserstein distance: five in WGAN-GP, three in contractive-fusion, as they are by default. What generates, and what encodes and decodes for it, are averages of weights (decay ${AVERAGING}), but for the plain autoencoder and pipeline, which have none. Bodies are of one size, but not the same in everything: generators and the fusions' decoders have batch normalisation, the plain autoencoder has none. The contractive autoencoder is the fusion's own first phase, given all rounds but a handful.

- **Error**: mean squared error of reconstructions of the 10,000 test images.
- **Fréchet**: squared Fréchet distance of ${SAMPLES.toLocaleString("en-GB")} generated samples from the test images, in the features of Gamelan's own classifier of Fashion-MNIST. Models that do not turn noise into images get codes from a mixture of 10 Gaussians fitted to the codes of training images.
- **Duplicates**: share of ${LOOKED_AT.toLocaleString("en-GB")} samples whose nearest other sample is nearer than the 5 % nearest among as many real images; 5 % is what the data have.
- **Codes** of the first ${LOOKED_AT.toLocaleString("en-GB")} test images: effective rank (of ${body.latent}), share of distinct codes, correlation of distances between codes with those between images, evenness of the factors between the two.
- **Codes of noise**: effective rank of codes of images of uniform noise, and their deviation divided by that of codes of test images.

No paper has these figures; the halves are what the fusions are held against.`,
  trials: (variant) =>
    contestants.map(({ label, model, options, averages = true }) => ({
      name: label,
      table: "all",
      label,
      request: {
        model,
        data,
        options: { ...body, ...(averages ? { averaging: AVERAGING } : {}), ...options },
        rounds: roundsFor(variant),
      },
    })),
  tables: [
    {
      name: "quality",
      of: "all",
      title: "Images",
      first: "model",
      columns: [
        { measure: "error", title: "error", digits: 4 },
        { measure: "frechet", title: "Fréchet", digits: 1 },
        { measure: "duplicates", title: "duplicates", digits: 1, percent: true },
        { measure: "secondsPerThousand", title: "s per 1,000 rounds", digits: 1 },
        { measure: "seconds", title: "training, s of computing", digits: 0 },
      ],
    },
    {
      name: "codes",
      of: "all",
      title: "Codes",
      first: "model",
      columns: [
        { measure: "effectiveRank", title: "effective rank", digits: 1 },
        { measure: "distinctCodes", title: "distinct", digits: 1, percent: true },
        { measure: "distanceCorrelation", title: "correlation of distances", digits: 2 },
        { measure: "distanceEvenness", title: "evenness", digits: 2 },
        { measure: "noiseRank", title: "rank of noise", digits: 1 },
        { measure: "noiseSpread", title: "spread of noise", digits: 2 },
      ],
    },
  ],
  published: [],
  prepare: async (threads) => (await domainClassifier(data, { threads })).close(),
  async measure({ trial, seed, run, threads }) {
    const { examples, size } = await splitOf(data, "test");
    return withRun(run, threads, async (opened) => {
      const { roles } = opened;
      return {
        ...(roles.includes("reconstruct")
          ? { error: await meanSquaredError(examples, size, (chunk) => opened.reconstruct(chunk)) }
          : {}),
        ...(roles.includes("encode") ? await codeMeasures(opened, examples, size) : {}),
        ...(contestantOf(trial).generates === false
          ? {}
          : await sampleMeasures(opened, { data, count: SAMPLES, seed, threads, examples, size })),
      };
    });
  },
  conclude: (resultsOf) =>
    `## Gains and losses

Each fusion's figure divided by that of its half with the same seed: below 1 it has gained.

${markdownTable([
  ["fusion", "autoencoder half", "error, of the half's", "GAN half", "Fréchet, of the half's"],
  ...contestants.flatMap(({ label, autoencoder, gan }) =>
    autoencoder === undefined || gan === undefined
      ? []
      : [
          [
            label,
            autoencoder,
            figure(ratios(resultsOf(label), resultsOf(autoencoder), "error"), { digits: 2 }),
            gan,
            figure(ratios(resultsOf(label), resultsOf(gan), "frechet"), { digits: 2 }),
          ],
        ],
  ),
])}`,
  async illustrate(runOf, trials) {
    const { examples, size, shape } = await splitOf(data, "test");
    const real = { shape: [SHOWN, ...shape], data: examples.subarray(0, SHOWN * size) };
    /** @type {{ label: string, images: import("../dist/index.js").Batch }[]} */
    const generated = [{ label: "test images", images: real }];
    const rebuilt = [...generated];
    for (const trial of trials) {
      const run = runOf(trial.name);
      if (run === undefined) continue;
      await withRun(run, undefined, async (opened) => {
        const { label } = trial;
        if (contestantOf(trial).generates !== false)
          generated.push({ label, images: await opened.generate(SHOWN, { seed: 0 }) });
        if (opened.roles.includes("reconstruct"))
          rebuilt.push({ label, images: await opened.reconstruct(real.data) });
      });
    }
    return [
      { file: "fusions-generated.png", what: "Samples", rows: generated },
      { file: "fusions-reconstructed.png", what: "Reconstructions", rows: rebuilt },
    ].map(({ file, what, rows }) => ({
      file,
      png: encodePng(
        stacksOf(
          rows.map(({ images }) => images),
          { columns: SHOWN, scale: 2 },
        ),
      ),
      caption: `${what}, a row each, from the top: ${rows.map(({ label }) => label).join("; ")}`,
    }));
  },
};

const roundsFor = (/** @type {import("./reproduction.js").Variant} */ variant) =>
  roundsOf(variant, { whole: 6000, quick: 1000 });

const contestantOf = (/** @type {import("./reproduction.js").Trial} */ { name }) =>
  /** @type {Contestant} */ (contestants.find(({ label }) => label === name));

/** @typedef {import("../dist/index.js").OpenRun} OpenRun */

/** @param {OpenRun} run @param {Float32Array} examples @param {number} size */
async function codeMeasures(run, examples, size) {
  const { latent } = body;
  const measured = async (/** @type {Float32Array} */ inputs) =>
    codeCollapse(await gathered(passed(inputs, size, (chunk) => run.encode(chunk))), inputs, { latent });
  const { effectiveRank, distinctCodes, distanceCorrelation, distanceEvenness, deviation } = await measured(
    examples.subarray(0, LOOKED_AT * size),
  );
  const noise = await measured(
    randomStream(0, "noise images").uniform(0, new Float32Array(LOOKED_AT * size)),
  );
  return {
    ...{ effectiveRank, distinctCodes, distanceCorrelation, distanceEvenness },
    noiseRank: noise.effectiveRank,
    noiseSpread: noise.deviation / deviation,
  };
}

/**
 * A measure divided by another trial's with the same seed.
 *
 * @param {readonly import("./results.js").Result[]} results
 * @param {readonly import("./results.js").Result[]} halves
 * @param {string} measure
 */
function ratios(results, halves, measure) {
  return results.flatMap(({ seed, measures }) => {
    const own = measures?.[measure];
    const half = halves.find((one) => one.seed === seed)?.measures?.[measure];
    return typeof own === "number" && typeof half === "number" ? [own / half] : [];
  });
}
