/**
 * Strange digits: models that have seen one digit of MNIST find the others (as in Perera, Nallapati, Xiang 2019, "OCGAN:
 * One-class novelty detection using GANs with constrained latent representations"), and models that have seen all but
 * one find that one (as in Zenati, Foo, Lecouat, Manek, Chandrasekhar 2018, "Efficient GAN-based anomaly detection").
 */
import {
  BASELINES,
  errorsInWords,
  MODELS,
  measureBaseline,
  measureRun,
  NEIGHBOUR,
  optionsOf,
  qualityTable,
  scoresInWords,
} from "./anomaly-trials.js";
import { roundsOf } from "./reproduction.js";

const data = "mnist";
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
const VALIDATION = 0.1;
const sizes = { widths: [256, 128], latent: 16, batch: 128 };
/** Training images among which neighbours are looked for, spread evenly. */
const NEIGHBOURS = 5000;

const KINDS = /** @type {const} */ ([
  {
    table: "one digit normal",
    title: "One digit normal",
    /** The one that is published first. */
    qualities: ["auroc", "averagePrecision"],
    digits: DIGITS,
    normalOf: (/** @type {string} */ digit) => [digit],
    /** Gaussians in the density of codes: as many as there are digits. */
    components: 1,
  },
  {
    table: "one digit held out",
    title: "One digit held out",
    qualities: ["averagePrecision", "auroc"],
    digits: ["1", "4", "5", "7", "9"],
    normalOf: (/** @type {string} */ digit) => DIGITS.filter((other) => other !== digit),
    components: 9,
  },
]);

const WORDS = { auroc: "AUROC", averagePrecision: "AUPRC" };

/** @type {import("./reproduction.js").Reproduction} */
export const digitAnomalies = {
  name: "digit-anomalies",
  title: "Strange digits",
  summary: "MNIST with one digit normal (AUROC) and one digit held out (AUPRC), beside published figures",
  seeds: 1,
  protocol: (variant) =>
    `MNIST. *One digit normal*: the training images of one digit are learnt from; of the 10,000 test images the other nine digits are anomalies. *One digit held out*: nine digits are learnt from, and of the test images the tenth is the anomaly. Of the images to learn from a tenth is held out. Test images and labels serve the test alone: nothing was tuned by them, no length or option chosen, no training stopped.

All models have dense bodies of ${sizes.widths.join(" and ")} units, codes of ${sizes.latent} numbers, batches of ${sizes.batch} and ${lengthOf(variant).toLocaleString("en-GB")} rounds; the rest are their defaults. ${scoresInWords("as many Gaussians as there are normal digits,")}

The baselines learn from the same images. *PCA* is the squared distance from the span of ${sizes.latent} principal components, the best that a linear autoencoder of this size can do. *Nearest neighbours* is the distance to the ${NEIGHBOUR}th nearest of ${NEIGHBOURS.toLocaleString("en-GB")} training images.

The published figures are of other networks, mostly convolutional, and of other lengths, and their cuts of the images need not be these: those of one digit held out learn from 80 % of all images without the digit and test on the other 20 % of all. Mean is that over the digits. ${errorsInWords({ tested: "images", sets: "digits" })}`,
  trials: (variant) =>
    KINDS.flatMap(({ table, digits, normalOf }) =>
      digits.flatMap((digit) => [
        ...Object.values(BASELINES).map((baseline) => ({
          name: `${baseline}, ${table}, ${digit}`,
          table,
          label: baseline,
          column: digit,
        })),
        ...MODELS.map((of) => ({
          name: `${of.model}, ${table}, ${digit}`,
          table,
          label: of.model,
          column: digit,
          request: {
            model: of.model,
            data,
            options: optionsOf(of, sizes),
            normal: normalOf(digit),
            validation: VALIDATION,
            rounds: lengthOf(variant),
          },
        })),
      ]),
    ),
  tables: KINDS.flatMap(({ table, title, qualities }) =>
    qualities.map((quality, index) =>
      qualityTable({
        name: index === 0 ? table : `${table}, ${quality}`,
        of: table,
        title: `${title}: ${WORDS[quality]}, %`,
        quality,
      }),
    ),
  ),
  published: [
    {
      table: "one digit normal",
      label: "AnoGAN",
      values: { mean: "93.7 %" },
      source: "Schlegl et al. 2017, as later papers quote it",
    },
    { table: "one digit normal", label: "OCGAN", values: { mean: "97.5 %" }, source: "Perera et al. 2019" },
    {
      table: "one digit held out",
      label: "BiGAN-σ",
      values: { 1: "28.7 %", 4: "44.3 %", 5: "51.4 %", 7: "34.7 %", 9: "30.7 %" },
      source: "Zenati et al. 2018",
    },
  ],
  async measure({ trial, run, threads }) {
    const kind = /** @type {(typeof KINDS)[number]} */ (KINDS.find(({ table }) => table === trial.table));
    const normal = kind.normalOf(/** @type {string} */ (trial.column));
    if (trial.request !== undefined) return measureRun(run, { threads, normal, components: kind.components });
    return measureBaseline(data, {
      baseline: /** @type {import("./anomaly-trials.js").Baseline} */ (trial.label),
      normal,
      validation: VALIDATION,
      components: sizes.latent,
      most: NEIGHBOURS,
    });
  },
};

const lengthOf = (/** @type {import("./reproduction.js").Variant} */ variant) =>
  roundsOf(variant, { whole: 3000, quick: 500 });
