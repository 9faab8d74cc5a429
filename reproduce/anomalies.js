/**
 * Anomalies in tables of ADBench (Han et al. 2022, "ADBench: Anomaly detection benchmark"), found by models beside
 * principal components and nearest neighbours.
 */
import { sourceOf, TABLES, writeTables } from "./anomaly-tables.js";
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

const normal = ["0"];
/** Of the rows to learn from, kept for the common scale of combined scores. */
const VALIDATION = 0.1;

/** A third of the numbers of a row, and two at least. @param {{ columns: number }} table */
const latentOf = ({ columns }) => Math.max(2, Math.round(columns / 3));

const sizesOf = (/** @type {{ columns: number }} */ table) => ({
  widths: [64, 32],
  latent: latentOf(table),
  batch: 128,
});

/** @type {import("./reproduction.js").Reproduction} */
export const anomalies = {
  name: "anomalies",
  title: "Anomalies in tables",
  summary: "AUROC and AUPRC on eight tables of ADBench, beside PCA and nearest neighbours",
  seeds: 3,
  protocol: (variant) =>
    `Eight tables of ADBench (Han et al. 2022), as they are there. The protocol is the usual semi-supervised one, of normal rows only: half of a table's normal rows are learnt from, the other half and all anomalies are the test. Which half is drawn once. Of the rows to learn from a tenth is held out. Columns are standardised by those trained on. Labels serve the test alone; nothing was tuned on these tables, no length or option chosen by what came out, and no training stopped by it.

All models have dense bodies of 64 and 32 units, codes of a third of the columns (two at least), batches of 128 and ${lengthOf(variant).toLocaleString("en-GB")} rounds; the rest are their defaults. ${scoresInWords("a Gaussian")}

The baselines learn from the same rows. *PCA* is the squared distance from the span of as many principal components as a code has numbers, the best that a linear autoencoder of this size can do. *Nearest neighbours* is the distance to the ${NEIGHBOUR}th nearest training row.

Mean is that over the tables, without weights. ${errorsInWords({ tested: "rows", sets: "tables" })} Other halves to learn from would add to it.`,
  trials: (variant) =>
    TABLES.flatMap((table) => [
      ...Object.values(BASELINES).map((baseline) => ({
        name: `${baseline}, ${table.name}`,
        table: "tables",
        label: baseline,
        column: table.name,
      })),
      ...MODELS.map((of) => ({
        name: `${of.model}, ${table.name}`,
        table: "tables",
        label: of.model,
        column: table.name,
        request: {
          model: of.model,
          data: sourceOf(table.file),
          options: optionsOf(of, sizesOf(table)),
          normal,
          validation: VALIDATION,
          rounds: lengthOf(variant),
        },
      })),
    ]),
  tables: [
    { name: "auroc", of: "tables", title: "AUROC, %", quality: "auroc" },
    { name: "precision", of: "tables", title: "AUPRC, %", quality: "averagePrecision" },
  ].map(qualityTable),
  published: [],
  prepare: writeTables,
  async measure({ trial, run, threads }) {
    if (trial.request !== undefined) return measureRun(run, { threads, normal, components: 1 });
    const table = /** @type {(typeof TABLES)[number]} */ (TABLES.find(({ name }) => name === trial.column));
    return measureBaseline(sourceOf(table.file), {
      baseline: /** @type {import("./anomaly-trials.js").Baseline} */ (trial.label),
      normal,
      validation: VALIDATION,
      components: latentOf(table),
    });
  },
};

const lengthOf = (/** @type {import("./reproduction.js").Variant} */ variant) =>
  roundsOf(variant, { whole: 2000, quick: 400 });
