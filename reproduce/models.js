/**
 * Every model of the catalogue on MNIST, for about as long: what each reconstructs and generates, in figures and in the
 * picture that stands on its page.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { catalogue, domainClassifier } from "../dist/index.js";
import { codeCollapse } from "../dist/metrics/code-collapse.js";
import { neighbourAccuracy } from "../dist/metrics/neighbours.js";
import { describeOptions } from "../dist/models/settings.js";
import { LOOKED_AT, meanSquaredError, sampleMeasures } from "./measures.js";
import { gathered, passed, roundsOf, splitOf, withRun } from "./reproduction.js";

const data = "mnist";
/** Generated samples that the Fréchet distance is of: as many as there are test examples. */
const SAMPLES = 10_000;
/** Training codes among which test codes look for their nearest. */
const LEARNT = 10_000;
const FILTERS = 32;
const AVERAGING = 0.999;

const lengths = { whole: 6000, quick: 1000 };
/** Of models whose critic moves five times a round. */
const fewer = { whole: 2000, quick: 400 };

/** Models of two sets, and which. @type {Record<string, { data: string, to: string }>} */
const DOMAINS = {
  cogan: { data, to: `${data}+negative` },
  pix2pix: { data: `${data}+edges`, to: data },
  unit: { data, to: `${data}+edges` },
};

/** @type {Record<string, string>} */
const FAMILIES = { autoencoder: "Autoencoders", gan: "GANs", fusion: "Fusions" };

const columns = [
  { measure: "error", title: "error", digits: 4 },
  { measure: "frechet", title: "Fréchet", digits: 1 },
  { measure: "duplicates", title: "duplicates", digits: 1, percent: true },
  { measure: "effectiveRank", title: "rank of codes", digits: 1 },
  { measure: "neighbours", title: "nearest neighbour", digits: 1, percent: true },
  { measure: "translation", title: "error of translation", digits: 4 },
  { measure: "seconds", title: "training, s of computing", digits: 0 },
];

/** What a picture of a run shows, the first of these that there is. */
const SHOWN = /** @type {const} */ ([
  ["translated", "Images, what is made of them, and what they were taken from"],
  ["varied", "Images, and below each what the generator makes of its code"],
  ["generated", "Samples"],
  ["reconstructed", "Images, and below each its reconstruction"],
]);

/** @param {import("../dist/index.js").Model} model @param {import("./reproduction.js").Variant} variant */
function trialOf(model, variant) {
  const options = describeOptions(model);
  const has = (/** @type {string} */ name) => options.some((option) => option.name === name);
  const criticSteps = options.find(({ name }) => name === "criticSteps")?.default ?? 1;
  return {
    name: model.name,
    table: model.family,
    label: model.name,
    request: {
      model: model.name,
      ...(DOMAINS[model.name] ?? { data }),
      options: {
        ...(has("architecture") && model.name !== "autoencoder" ? { architecture: "conv" } : {}),
        ...(has("filters") && model.name !== "autoencoder" ? { filters: FILTERS } : {}),
        ...(has("averaging") ? { averaging: AVERAGING } : {}),
      },
      pictures: 5,
      rounds: roundsOf(variant, /** @type {number} */ (criticSteps) >= 5 ? fewer : lengths),
    },
  };
}

/** @type {import("./reproduction.js").Reproduction} */
export const models = {
  name: "models",
  title: "Every model on MNIST",
  summary: "every model of the catalogue at one budget, and the pictures of their pages",
  seeds: 1,
  protocol: (variant) =>
    `All models of the catalogue with their own defaults, but for convolutional networks of ${FILTERS} filters next to the image where there is a choice (the plain autoencoder is the dense one of its page), and averages of weights (${AVERAGING}) where a generator has them. Each has ${roundsIn(variant, lengths)} rounds, those whose critic moves five times a round ${roundsIn(variant, fewer)}. This is an overview at a small budget and no contest: batches, codes and learning rates are each model's own, nothing was tuned, and most go on getting better.

- **Error**: mean squared error of reconstructions of the 10,000 test images.
- **Fréchet**: squared Fréchet distance of ${SAMPLES.toLocaleString("en-GB")} generated samples from the test images, in the features of Gamelan's own classifier of MNIST. Models that do not turn noise into images get codes from a mixture of Gaussians fitted to the codes of training images.
- **Duplicates**: share of ${LOOKED_AT.toLocaleString("en-GB")} samples whose nearest other sample is nearer than the 5 % nearest among as many real images; 5 % is what the data have.
- **Rank of codes**: effective rank of the codes of ${LOOKED_AT.toLocaleString("en-GB")} test images.
- **Nearest neighbour**: share of test images whose code is nearest to that of a training image of the same digit, among ${LEARNT.toLocaleString("en-GB")}. Nothing but \`supervised-autoencoder\` and \`conditional-gan\` has seen labels.
- **Error of translation**: mean squared error to the true partners of the test images.`,
  trials: (variant) => catalogue.map((model) => trialOf(model, variant)),
  tables: Object.entries(FAMILIES).map(([name, title]) => ({ name, title, first: "model", columns })),
  published: [],
  prepare: async (threads) => (await domainClassifier(data, { threads })).close(),
  async measure({ trial, seed, run, threads }) {
    const source = trial.request?.data ?? data;
    const { examples, labels, size } = await splitOf(source, "test");
    return withRun(run, threads, async (opened) => {
      const { roles } = opened;
      // Of two sets, what is rebuilt and generated need not be digits.
      if (trial.request?.to !== undefined) {
        if (!roles.includes("translate")) return {};
        const partners = await splitOf(trial.request.to, "test");
        return {
          translation: await meanSquaredError(
            examples,
            size,
            (chunk) => opened.translate(chunk),
            partners.examples,
          ),
        };
      }
      const rebuilds = roles.includes("reconstruct");
      const generates = roles.includes("generate") || (roles.includes("encode") && roles.includes("decode"));
      return {
        ...(rebuilds
          ? { error: await meanSquaredError(examples, size, (chunk) => opened.reconstruct(chunk)) }
          : {}),
        ...(generates
          ? await sampleMeasures(opened, { data, count: SAMPLES, seed, threads, examples, size })
          : {}),
        ...(roles.includes("encode") ? await codeMeasures(opened, { examples, labels, size }) : {}),
      };
    });
  },
  async illustrate(runOf, trials) {
    const pictures = [];
    for (const trial of trials) {
      const run = runOf(trial.name);
      const shown = run === undefined ? undefined : await lastPicture(run);
      if (shown === undefined) continue;
      const {
        rounds,
        options,
        data: source,
        to,
      } = /** @type {NonNullable<typeof trial.request>} */ (trial.request);
      const command = [
        `gamelan train ${trial.name} --data ${source}`,
        ...(to === undefined ? [] : [`--to ${to}`]),
        `--rounds ${rounds}`,
        ...Object.entries(options).map(([name, value]) => `--set ${name}=${value}`),
      ].join(" ");
      pictures.push({
        file: `models-${trial.name}.png`,
        png: shown.png,
        caption: `${shown.what}, after \`${command}\``,
        of: [trial.name],
      });
    }
    return pictures;
  },
};

const roundsIn = (
  /** @type {import("./reproduction.js").Variant} */ variant,
  /** @type {typeof lengths} */ own,
) => roundsOf(variant, own).toLocaleString("en-GB");

/**
 * @param {import("../dist/index.js").OpenRun} run
 * @param {{ examples: Float32Array, labels: Int32Array, size: number }} test
 */
async function codeMeasures(run, { examples, labels, size }) {
  const train = await splitOf(data, "train");
  const codesOf = (/** @type {Float32Array} */ inputs) =>
    gathered(passed(inputs, size, (chunk) => run.encode(chunk)));
  const learnt = await codesOf(train.examples.subarray(0, LEARNT * size));
  const codes = await codesOf(examples);
  const latent = learnt.length / LEARNT;
  const looked = codes.subarray(0, LOOKED_AT * latent);
  const { effectiveRank } = codeCollapse(looked, examples.subarray(0, LOOKED_AT * size), { latent });
  const neighbours = neighbourAccuracy(
    { codes: learnt, labels: train.labels.subarray(0, LEARNT) },
    { codes, labels },
    { latent },
  );
  return { effectiveRank, neighbours };
}

/** The last picture that a run has drawn of itself, of the first kind in SHOWN. @param {string} run */
async function lastPicture(run) {
  const folder = join(run, "samples");
  const files = (await readdir(folder)).sort();
  for (const [kind, what] of SHOWN) {
    const file = files.findLast((name) => name.startsWith(`${kind}-`) && /-\d+\.png$/.test(name));
    if (file !== undefined) return { png: await readFile(join(folder, file)), what };
  }
  return undefined;
}
