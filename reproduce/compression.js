/**
 * Compression with trained models: MNIST without loss, by bits back (Townsend, Bird, Barber 2019, "Practical lossless
 * compression with latent variables using bits back coding", table 2), and garments and photographs with loss, beside
 * what images are usually compressed with.
 */
import { existsSync } from "node:fs";
import { loadDataset, randomStream } from "../dist/index.js";
import { lineChart } from "../dist/pictures/line-chart.js";
import { compressWith } from "../dist/tasks/compression/index.js";
import { curveOf, decibels, losslessBits, pressedBits, qualityAt } from "./codecs.js";
import { hasPhotographs, TILES, writeTiles } from "./photograph-tiles.js";
import { roundsOf, withRun } from "./reproduction.js";

/** @typedef {import("./reproduction.js").Trial} Trial */
/** @typedef {import("./reproduction.js").Variant} Variant */
/** @typedef {import("./codecs.js").Point} Point */
/**
 * What is trained to code with loss; `whole` rounds, where not as many as the others.
 *
 * @typedef {{ label: string, model: string, options: Record<string, unknown>, whole?: number }} Coder
 */

/** Steps of codes, along the curve. */
const STEPS = [16, 8, 4, 2, 1.4, 1, 0.7, 0.5, 0.35, 0.25, 0.125];

/** Bits a pixel at which curves are compared, and what the columns are called in the results. */
const RATES = [0.05, 0.1, 0.2, 0.3, 0.5, 1].map((bits) => ({ bits, measure: `decibelsAt${bits}` }));

/** Test images that are coded with loss, and without: all of them, or some where it is only tried out. */
const countsOf = (/** @type {Variant} */ { rounds }) =>
  rounds === undefined ? { lossy: 1000, lossless: 10_000 } : { lossy: 100, lossless: 200 };

/** Chosen on 10,000 training images that were kept apart, in short runs; then all 60,000 are trained on. */
const CHOSEN = {
  architecture: "dense",
  widths: [400],
  latent: 50,
  batch: 100,
  learningRate: 2e-3,
  halveEvery: 400,
  halveAfter: 5800,
};
/** What is trained to code without loss, and for how many rounds. */
const PROBABLE = [
  {
    table: "grey",
    label: "VAE, beta-binomial",
    data: "mnist",
    options: { ...CHOSEN, likelihood: "beta-binomial" },
    whole: 7400,
  },
  {
    table: "grey",
    label: "VAE, discretised logistic",
    data: "mnist",
    options: { ...CHOSEN, likelihood: "discretised-logistic" },
    whole: 7400,
  },
  {
    table: "binary",
    label: "VAE, Bernoulli",
    data: "mnist+sampled",
    options: { ...CHOSEN, widths: [100], latent: 40, halveEvery: 2000, halveAfter: 8000 },
    whole: 20_000,
  },
];
/** What needs no training. */
const GENERAL = ["PNG", "WebP", "bzip2", "xz", "gzip"];

const GARMENTS = "fashion-mnist";
/**
 * What is trained to code with loss: autoencoders, VAEs whose codes are trained with noise of their own, and
 * autoencoders that are trained with the noise of rounding and pay for their bits.
 *
 * @type {readonly Coder[]}
 */
const CODING = [
  {
    label: "autoencoder, 16 numbers",
    model: "autoencoder",
    options: { widths: [256, 128], latent: 16, batch: 128 },
  },
  {
    label: "autoencoder, 64 numbers",
    model: "autoencoder",
    options: { widths: [256, 128], latent: 64, batch: 128 },
  },
  noisy({ widths: [256, 128], latent: 64, deviation: 0.1 }),
  noisy({ widths: [256, 128], latent: 64, deviation: 0.05 }),
  compressive({ widths: [256, 128], latent: 128, lambda: 20 }),
  compressive({ widths: [256, 128], latent: 256, lambda: 100 }),
  compressive({ widths: [512, 256], latent: 128, lambda: 20 }, 24_000),
  compressive({ widths: [512, 256], latent: 256, lambda: 100 }, 24_000),
];
/** @type {readonly Coder[]} */
const TILED = [
  {
    label: "autoencoder, 192 numbers",
    model: "autoencoder",
    options: { widths: [512], latent: 192, batch: 64 },
  },
  noisy({ widths: [512], latent: 192, deviation: 0.05, batch: 64 }),
  compressive({ widths: [512], latent: 384, lambda: 20, batch: 64 }),
];
const FORMATS = /** @type {const} */ (["jpeg", "webp", "avif"]);
const LAYOUTS = /** @type {const} */ ({ files: "a file each", sheet: "all in one picture" });

/** @type {import("./reproduction.js").Reproduction} */
export const compression = {
  name: "compression",
  title: "Compression with trained models",
  summary: "bits a pixel of MNIST without loss (BB-ANS); rate and distortion beside JPEG, WebP and AVIF",
  seeds: 1,
  protocol: (variant) =>
    `Whole files are counted, headers and all. A model's own size, the weights that decoding needs, is no part of them, and stands beside.

**Without loss**: the ${inWords(countsOf(variant).lossless)} test images of MNIST, in a drawn order, and the same with each pixel drawn once, 1 with its grey value as the probability (bits a pixel: of one bit each). "Bound" is the model's negative evidence lower bound on these images. The networks have one hidden layer of 400 units on either side of 50 code units (for two levels 100 and 40, as published; the published network for grey values has 200 and 50). Width and learning rate were chosen on 10,000 training images kept apart, in runs of 1,000 rounds; lengths were not searched: they are what there was time for. PNG and WebP are given each image as a file, or all of them as one picture; bzip2, xz and gzip the raw bytes (of two levels: eight pixels a byte) of all images, each with \`-9\`.

**With loss**: ${inWords(countsOf(variant).lossy)} drawn test images, in one file of \`gamelan compress\` at each of ${STEPS.length} steps from ${STEPS[0]} to ${STEPS.at(-1)}; JPEG (mozjpeg), WebP and AVIF at qualities from 1 to 95, a file each and all in one picture. Quality is the peak signal-to-noise ratio of all pixels together, between the measured points at equal bits a pixel; where a cell is empty, the curve does not reach so far. ${hasPhotographs() ? `Photographs are ${TILES.words}.` : "Photographs are left out: there is no folder kodak in $GAMELAN_DATA."}`,
  trials: (variant) => {
    const counts = countsOf(variant);
    const tiled = hasPhotographs();
    return [
      ...PROBABLE.map(({ table, label, data, options, whole }) => ({
        name: label,
        table,
        label,
        request: { model: "vae", data, options, rounds: roundsOf(variant, { whole, quick: 4000 }) },
        measuring: { count: counts.lossless },
      })),
      ...["grey", "binary"].flatMap((table) =>
        GENERAL.flatMap((label) =>
          layoutsOf(label).map((layout) => ({
            name: `${label}, ${table}${layout === undefined ? "" : `, ${layout}`}`,
            table,
            label: layout === undefined ? label : `${label}, ${layout}`,
            measuring: { count: counts.lossless },
          })),
        ),
      ),
      ...codingTrials("garments", GARMENTS, CODING, variant, counts.lossy),
      ...(tiled ? codingTrials("photographs", TILES.path, TILED, variant, counts.lossy) : []),
    ];
  },
  tables: [
    losslessTable("grey", "MNIST without loss"),
    losslessTable("binary", "MNIST of two levels without loss"),
    lossyTable("garments", "Fashion-MNIST with loss: decibels at equal bits"),
    ...(hasPhotographs()
      ? [lossyTable("photographs", "32×32 tiles of photographs with loss: decibels at equal bits")]
      : []),
  ],
  published: [
    ...publishedBits("grey", {
      bound: "1.39",
      "BB-ANS": "1.41",
      bz2: "1.42",
      gzip: "1.64",
      PNG: "2.79",
      WebP: "2.10",
    }),
    ...publishedBits("binary", {
      bound: "0.19",
      "BB-ANS": "0.19",
      bz2: "0.25",
      gzip: "0.33",
      PNG: "0.78",
      WebP: "0.44",
    }),
  ],
  async prepare() {
    if (hasPhotographs() && !existsSync(TILES.path)) await writeTiles();
  },
  async measure({ trial, run }) {
    const count = /** @type {number} */ (trial.measuring?.count);
    switch (trial.table) {
      case "grey":
      case "binary": {
        const images = await imagesOf(trial.table === "grey" ? "mnist" : "mnist+sampled", count);
        if (trial.request === undefined) return known({ bits: await generalBits(trial, images) });
        return withRun(run, 1, async (opened) => {
          const { bitsPerPixel, bound, modelBytes, noteBytes, initialBits } = await compressWith(
            opened,
            images.bytes,
            { mode: "lossless" },
          );
          const above = bitsPerPixel - /** @type {number} */ (bound);
          return known({ bits: bitsPerPixel, bound, above, modelBytes, noteBytes, initialBits });
        });
      }
      default: {
        const images = await imagesOf(sourceOf(trial), count);
        const { curve, modelBytes } = await lossyCurve(trial, run, images);
        return known({
          modelBytes,
          ...Object.fromEntries(RATES.map(({ bits, measure }) => [measure, qualityAt(curve, bits)])),
        });
      }
    }
  },
  async illustrate(runOf, trials) {
    const pictures = [];
    for (const [table, words] of /** @type {const} */ ([
      ["garments", "Fashion-MNIST"],
      ["photographs", "tiles of photographs"],
    ])) {
      const series = [];
      for (const trial of trials) {
        // Headers of files as small as these outweigh what is in them; the table has those too.
        if (trial.table !== table || trial.label.endsWith(LAYOUTS.files)) continue;
        const run = runOf(trial.name);
        if (trial.request !== undefined && run === undefined) continue;
        const images = await imagesOf(sourceOf(trial), /** @type {number} */ (trial.measuring?.count));
        const { curve } = await lossyCurve(trial, run ?? "", images);
        const points = curve.filter(({ bits }) => bits <= 1).toSorted((a, b) => a.bits - b.bits);
        series.push({
          name: trial.label,
          x: points.map(({ bits }) => bits),
          y: points.map(({ error }) => decibels(error)),
        });
      }
      if (series.length === 0) continue;
      const labels = { xLabel: "bits a pixel", yLabel: "decibels" };
      const { png } = await lineChart({ series, ...labels, scale: "linear", smoothing: 1 });
      pictures.push({ file: `compression-${table}.png`, png, caption: `Rate and distortion, ${words}` });
    }
    return pictures;
  },
};

/** @param {{ widths: number[], latent: number, deviation: number, batch?: number }} options */
function noisy({ latent, deviation, ...rest }) {
  const options = { architecture: "dense", likelihood: "gaussian", latent, deviation, ...rest };
  return { label: `VAE, ${latent} numbers, deviation ${deviation}`, model: "vae", options };
}

/**
 * @param {{ widths: number[], latent: number, lambda: number, batch?: number }} options
 * @param {number} [whole] rounds, if not as many as the others are trained for; rates fall in the last third
 * @returns {Coder}
 */
function compressive({ latent, lambda, ...rest }, whole) {
  const options = { architecture: "dense", latent, lambda, ...rest };
  const label = `compressive autoencoder, λ ${lambda}`;
  const model = "compressive-autoencoder";
  if (whole === undefined) return { label, model, options };
  const falling = { halveAfter: (2 * whole) / 3, halveEvery: whole / 12 };
  return { label: `${label}, longer`, model, options: { ...options, ...falling }, whole };
}

/** Rounds with loss: steps on tiles take four times as long. */
const lengthOf = (/** @type {string} */ table) => (table === "garments" ? 6000 : 4000);

/** @param {string} label */
const layoutsOf = (label) =>
  label === "PNG" || label === "WebP" ? Object.values(LAYOUTS) : /** @type {undefined[]} */ ([undefined]);

/**
 * @param {string} table
 * @param {string} data
 * @param {readonly Coder[]} models
 * @param {Variant} variant
 * @param {number} count
 * @returns {Trial[]}
 */
const codingTrials = (table, data, models, variant, count) => [
  ...models.map(({ label, model, options, whole = lengthOf(table) }) => ({
    name: `${label}, ${table}`,
    table,
    label,
    request: { model, data, options, rounds: roundsOf(variant, { whole, quick: 2000 }) },
    measuring: { count },
  })),
  ...FORMATS.flatMap((format) =>
    Object.values(LAYOUTS).map((layout) => ({
      name: `${format}, ${table}, ${layout}`,
      table,
      label: `${format.toUpperCase().replace("WEBP", "WebP")}, ${layout}`,
      measuring: { count },
    })),
  ),
];

/** @param {string} name @param {string} title */
function losslessTable(name, title) {
  return {
    name,
    title,
    first: "coder",
    columns: [
      { measure: "bits", title: "bits a pixel", digits: 3 },
      { measure: "bound", title: "the model's bound", digits: 3 },
      { measure: "above", title: "above it", digits: 3 },
      { measure: "modelBytes", title: "bytes of the model", digits: 0 },
    ],
  };
}

/** @param {string} name @param {string} title */
function lossyTable(name, title) {
  return {
    name,
    title,
    first: "coder",
    columns: [
      ...RATES.map(({ bits, measure }) => ({ measure, title: `${bits} bits a pixel`, digits: 2 })),
      { measure: "modelBytes", title: "bytes of the model", digits: 0 },
    ],
  };
}

/** @param {string} table @param {Record<string, string>} bits the first is the bound */
function publishedBits(table, { bound = "", ...bits }) {
  return Object.entries(bits).map(([label, value]) => ({
    table,
    label,
    values: { bits: value, ...(label === "BB-ANS" ? { bound } : {}) },
    source: "Townsend et al. 2019",
  }));
}

/** @param {Trial} trial */
const sourceOf = ({ table }) => (table === "garments" ? GARMENTS : TILES.path);

const inWords = (/** @type {number} */ count) => count.toLocaleString("en-GB");

/** What there is a number for. @param {Record<string, number | undefined>} measures */
const known = (measures) =>
  /** @type {Record<string, number>} */ (
    Object.fromEntries(Object.entries(measures).filter(([, value]) => value !== undefined))
  );

/**
 * Test images of a source, in a drawn order: tiles of one photograph do not lie side by side.
 *
 * @param {string} source
 * @param {number} count
 * @returns {Promise<import("./codecs.js").Images>}
 */
async function imagesOf(source, count) {
  const { test, shape } = await loadDataset(source, { seed: 0, splits: ["test"] });
  if (!(test.values instanceof Uint8Array)) throw new Error(`${source} holds no bytes`);
  const size = test.values.length / test.count;
  const taken = Math.min(count, test.count);
  const bytes = new Uint8Array(taken * size);
  const order = randomStream(0, "compression").permutation(0, test.count).subarray(0, taken);
  for (const [to, from] of order.entries())
    bytes.set(test.values.subarray(from * size, (from + 1) * size), to * size);
  return { bytes, count: taken, shape };
}

/** @param {Trial} trial @param {import("./codecs.js").Images} images */
async function generalBits({ label, table }, images) {
  const layout = label.endsWith(LAYOUTS.sheet) ? "sheet" : "files";
  if (label.startsWith("PNG")) return losslessBits("png", images, layout);
  if (label.startsWith("WebP")) return losslessBits("webp", images, layout);
  const program = /** @type {"bzip2" | "xz" | "gzip"} */ (label);
  return pressedBits(program, images, table === "binary" ? packed(images.bytes) : images.bytes);
}

/** Pixels of two levels, eight a byte. @param {Uint8Array} bytes */
function packed(bytes) {
  const bits = new Uint8Array(Math.ceil(bytes.length / 8));
  bytes.forEach((byte, index) => {
    if (byte > 127) bits[index >> 3] = /** @type {number} */ (bits[index >> 3]) | (128 >> (index & 7));
  });
  return bits;
}

/**
 * @param {Trial} trial
 * @param {string} run
 * @param {import("./codecs.js").Images} images
 * @returns {Promise<{ curve: Point[], modelBytes?: number }>}
 */
async function lossyCurve({ request, label }, run, images) {
  if (request === undefined) {
    const format = FORMATS.find((one) => label.toLowerCase().startsWith(one));
    const layout = label.endsWith(LAYOUTS.sheet) ? "sheet" : "files";
    return { curve: await curveOf(/** @type {typeof FORMATS[number]} */ (format), images, layout) };
  }
  return withRun(run, 1, async (opened) => {
    const curve = [];
    let modelBytes = 0;
    for (const step of STEPS) {
      const coded = await compressWith(opened, images.bytes, { step });
      modelBytes = coded.modelBytes;
      curve.push({ bits: coded.bitsPerPixel, error: /** @type {number} */ (coded.meanSquaredError) });
    }
    return { curve, modelBytes };
  });
}
