/** What the reproductions of anomaly detection share: the models, what is measured of them, and the plain baselines. */

import { floatsOf } from "../dist/data/floats.js";
import { anomalousRows, anomalyDetector, detectionQuality, loadDataset } from "../dist/index.js";
import { Moments } from "../dist/metrics/moments.js";
import { nearestNeighbours } from "../dist/metrics/neighbours.js";
import { principalComponents, projectRows, rebuildRows } from "../dist/metrics/principal-components.js";
import { withRun } from "./reproduction.js";

/** @typedef {import("../dist/index.js").Split} Split */
/** @typedef {import("./reproduction.js").Trial} Trial */

/** @type {readonly { model: string, widths?: string }[]} `widths`: a further option that is set to the widths */
export const MODELS = [
  { model: "autoencoder" },
  { model: "vae" },
  { model: "contractive-autoencoder" },
  { model: "ganomaly" },
  { model: "alad", widths: "criticWidths" },
  { model: "shared-fusion" },
];

/** Models whose bodies would be convolutional for images. */
const CHOOSING = new Set(["autoencoder", "vae", "ganomaly", "alad", "shared-fusion"]);

/**
 * One set of sizes for all models; everything else is each model's own default.
 *
 * @param {(typeof MODELS)[number]} of
 * @param {{ widths: readonly number[], latent: number, batch: number }} sizes
 */
export const optionsOf = ({ model, widths: further }, { widths, latent, batch }) => ({
  ...(CHOOSING.has(model) ? { architecture: "dense" } : {}),
  ...{ widths, latent, batch },
  ...(further === undefined ? {} : { [further]: widths.slice(0, 1) }),
});

export const BASELINES = /** @type {const} */ ({
  chance: "chance",
  pca: "PCA",
  neighbours: "nearest neighbours",
});

/** @typedef {(typeof BASELINES)[keyof typeof BASELINES]} Baseline */

/** The k-th nearest training example is how far an example is from them. */
export const NEIGHBOUR = 5;

/** What scores are called in the tables. */
const SCORES = [
  { score: "anomaly", title: "its own score" },
  { score: "reconstruction", title: "reconstruction" },
  { score: "critic", title: "critic" },
  { score: "code-density", title: "density of codes" },
  { score: "combined", title: "combined" },
];

/** Rows of a table across data sets: each score that a model has, and what baselines have. @param {string} quality */
const rowsOf = (quality) =>
  [
    { measure: quality, title: "" },
    ...SCORES.map(({ score, title }) => ({ measure: `${score} ${quality}`, title })),
  ].map((row) => ({ ...row, error: `${row.measure}Error` }));

/**
 * A table of one quality across data sets.
 *
 * @param {{ name: string, of: string, title: string, quality: string }} table
 */
export const qualityTable = ({ name, of, title, quality }) => ({
  name,
  of,
  title,
  first: "score",
  columns: [],
  across: { rows: rowsOf(quality), digits: 1, percent: true },
});

/** What stands behind ±, for a protocol. @param {{ tested: string, sets: string }} words what tests and columns are of */
export const errorsInWords = ({ tested, sets }) =>
  `Behind ± is the standard error over test ${tested} (of AUROC by DeLong et al. 1988, of AUPRC by resampling them), and with it, where there are several seeds, that over trainings: the root of the sum of their squares. That of the mean takes the ${sets}' errors for independent.`;

/** What the rows mean, for a protocol. @param {string} gaussians those of the density of codes */
export const scoresInWords = (gaussians) =>
  `*Reconstruction* is the squared error of an example's reconstruction; *critic* the negated score of the critic; *density of codes* the negative log density of its code under ${gaussians} with full covariances, fitted to the codes of training examples; *its own score* the one that the model's paper gives it. *Combined* is the mean of all that a model has, each standardised by its mean and deviation over held-out normal examples. Every score that there is has its row: none was chosen. *Chance* is what scores without meaning get: half of all pairs in order, and the share of anomalies.`;

/**
 * Qualities of all scores of a trained run, on its test split.
 *
 * @param {string} run
 * @param {{ threads: number, normal: readonly string[], components: number }} how
 */
export const measureRun = (run, { threads, normal, components }) =>
  withRun(run, threads, async (opened) => {
    const data = await opened.data();
    const detector = await anomalyDetector(opened, { score: "combined", components, data });
    const { scores, parts } = await detector.scoreSplit(data.test);
    const anomalous = anomalousRows(data.test, data.classes, normal);
    return Object.fromEntries(
      Object.entries({ ...parts, combined: scores }).flatMap(([name, own]) =>
        Object.entries(qualitiesOf(own, anomalous)).map(([quality, value]) => [`${name} ${quality}`, value]),
      ),
    );
  });

/**
 * Qualities of a baseline, given the same training and test examples as a model.
 *
 * @param {string} source
 * @param {{ baseline: Baseline, normal: readonly string[], validation: number, components: number, most?: number }} how
 *   `most`: training examples that neighbours are looked for among
 */
export async function measureBaseline(source, { baseline, normal, validation, components, most }) {
  const { train, test, classes, shape } = await loadDataset(source, { seed: 0, normal, validation });
  const size = shape.reduce((product, extent) => product * extent, 1);
  const [learnt, tried] = [floatsOf(train.values), floatsOf(test.values)];
  const scoring = {
    [BASELINES.chance]: () => new Float64Array(test.count),
    [BASELINES.pca]: () => principalErrors(learnt, tried, { size, components }),
    [BASELINES.neighbours]: () => neighbourDistances(evenly(learnt, size, most), tried, size),
  };
  return qualitiesOf(scoring[baseline](), anomalousRows(test, classes, normal));
}

/** @param {ArrayLike<number>} scores @param {Uint8Array | undefined} anomalous */
function qualitiesOf(scores, anomalous) {
  const quality = anomalous && detectionQuality(scores, anomalous);
  if (quality === undefined) throw new Error("the test split has not both kinds of examples");
  const { auroc, averagePrecision } = quality;
  return {
    auroc: auroc.value,
    aurocError: auroc.standardError,
    averagePrecision: averagePrecision.value,
    averagePrecisionError: averagePrecision.standardError,
  };
}

/**
 * Squared distances of test rows from the span of the first principal components of the training rows.
 *
 * @param {Float32Array} learnt
 * @param {Float32Array} tried
 * @param {{ size: number, components: number }} how
 */
export function principalErrors(learnt, tried, { size, components }) {
  const moments = new Moments(size);
  moments.add(learnt);
  const principal = principalComponents(moments.gaussian(), components);
  const rebuilt = rebuildRows(principal, projectRows(principal, tried));
  return Float64Array.from({ length: tried.length / size }, (_, row) => {
    let sum = 0;
    for (let at = row * size; at < (row + 1) * size; at++)
      sum += /** @type {number} */ (tried[at] - /** @type {number} */ (rebuilt[at])) ** 2;
    return sum;
  });
}

/**
 * Distances of test rows from their fifth nearest training row.
 *
 * @param {Float32Array} learnt
 * @param {Float32Array} tried
 * @param {number} size
 */
export function neighbourDistances(learnt, tried, size) {
  const { distances } = nearestNeighbours(tried, learnt, { dimensions: size, k: NEIGHBOUR });
  return distances.filter((_, place) => place % NEIGHBOUR === NEIGHBOUR - 1);
}

/** Some rows, spread evenly. @param {Float32Array} rows @param {number} size @param {number} [most] */
function evenly(rows, size, most = Number.POSITIVE_INFINITY) {
  const count = rows.length / size;
  if (count <= most) return rows;
  const taken = new Float32Array(most * size);
  for (let to = 0; to < most; to++) {
    const from = Math.floor((to * count) / most) * size;
    taken.set(rows.subarray(from, from + size), to * size);
  }
  return taken;
}
