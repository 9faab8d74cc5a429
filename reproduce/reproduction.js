/**
 * What a reproduction is, and what several of them need to measure a trained run.
 */
import { floatsOf } from "../dist/data/floats.js";
import { loadDataset, open } from "../dist/index.js";

/**
 * What is trained; lengths are in rounds, so that a budget is the same number for all.
 *
 * @typedef {object} TrainRequest
 * @property {string} model
 * @property {string} data
 * @property {Record<string, unknown>} options the model's own, where they are not its defaults
 * @property {number} [examples] how many training examples are kept, others with each seed, where not all are
 * @property {readonly string[]} [normal] the classes that are trained on, where not all are
 * @property {string} [to] the second set of a model of two
 * @property {number} [pictures] how many are drawn while it is trained
 * @property {number} [validation] fraction of the training examples that is held out
 */

/**
 * A row of a table: one setting, trained with several seeds.
 *
 * @typedef {object} Trial
 * @property {string} name unlike all others of the reproduction; it becomes a part of file names
 * @property {string} table name of the table it stands in
 * @property {string} label what the table calls it
 * @property {string} [column] of a table across trials: the column it stands in; its row is that of its label
 * @property {TrainRequest & { rounds: number }} [request] without one, nothing is trained, only measured
 * @property {Record<string, number>} [measuring] numbers that the measuring goes by
 */

/**
 * What others have published, beside it.
 *
 * @typedef {object} Published
 * @property {string} table name of the table that it stands in
 * @property {string} label
 * @property {Record<string, string>} values by measure; of a table across trials by column, or `mean`
 * @property {string} source where it stands
 */

/**
 * @typedef {object} Table
 * @property {string} name
 * @property {string} [of] the `table` of its trials, where it is not its own name
 * @property {string} [title] where there are several
 * @property {string} first heading of the first column
 * @property {readonly import("./figures.js").Column[]} columns
 * @property {import("./figures.js").Across} [across] instead of columns: a column for each `column` of its trials
 */

/**
 * How much is trained. `rounds` overrides the length of every trial.
 *
 * @typedef {{ quick: boolean, rounds?: number | undefined }} Variant
 */

/** @typedef {import("./play-trial.js").Job & { trial: Trial }} MeasuringJob */

/** @typedef {{ file: string, png: Uint8Array, caption: string, of?: readonly string[] }} Illustration `of`: names of the trials whose runs it shows; all that were asked for unless told */

/**
 * @typedef {object} Reproduction
 * @property {string} name
 * @property {string} title
 * @property {string} summary a line for the list
 * @property {number} seeds how many, unless told
 * @property {(variant: Variant) => string} protocol paragraphs of Markdown
 * @property {(variant: Variant) => Trial[]} trials
 * @property {readonly Table[]} tables
 * @property {readonly Published[]} published
 * @property {(threads: number) => Promise<void>} [prepare] work that all measuring shares, done once and kept
 * @property {(job: MeasuringJob) => Promise<Record<string, number>>} measure
 * @property {(resultsOf: (trial: string) => readonly import("./results.js").Result[]) => string} [conclude] Markdown
 *   below the tables
 * @property {(runOf: (trial: string) => string | undefined, trials: readonly Trial[]) => Promise<Illustration[]>} [illustrate]
 *   pictures of the first seed's runs; `runOf` gives the folder of a trial's
 */

/**
 * A length by variant: whole or quick, unless a number of rounds is asked for.
 *
 * @param {Variant} variant
 * @param {{ whole: number, quick: number }} lengths
 */
export const roundsOf = ({ quick, rounds }, lengths) => rounds ?? (quick ? lengths.quick : lengths.whole);

/** Examples that pass through a network at a time, so that memory stays bounded. */
const CHUNK = 1000;

/**
 * Opens a run for as long as something is done with it.
 *
 * @template T
 * @param {string} path
 * @param {number | undefined} threads
 * @param {(run: import("../dist/index.js").OpenRun) => Promise<T>} use
 */
export async function withRun(path, threads, use) {
  const run = await open(path, threads === undefined ? {} : { threads });
  try {
    return await use(run);
  } finally {
    await run.close();
  }
}

/**
 * Chunks of generated samples. Each chunk has a seed of its own, and no two runs of different seeds share one.
 *
 * @param {import("../dist/index.js").OpenRun} run
 * @param {{ count: number, seed: number, prior?: "normal" | "mixture" }} options
 */
export async function* samplesOf(run, { count, seed, ...options }) {
  for (let start = 0; start < count; start += CHUNK) {
    const chunk = await run.generate(Math.min(CHUNK, count - start), {
      seed: seed * 1000 + start / CHUNK,
      ...options,
    });
    yield chunk.data;
  }
}

/**
 * @param {AsyncIterable<Float32Array>} chunks
 * @returns {Promise<Float32Array>}
 */
export async function gathered(chunks) {
  const all = [];
  for await (const chunk of chunks) all.push(chunk);
  const whole = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const chunk of all) {
    whole.set(chunk, end);
    end += chunk.length;
  }
  return whole;
}

/**
 * Examples passed through a role of a run, a chunk at a time.
 *
 * @param {Float32Array} examples
 * @param {number} size numbers of an example
 * @param {(examples: Float32Array) => Promise<{ data: Float32Array }>} role
 */
export async function* passed(examples, size, role) {
  for (let start = 0; start < examples.length; start += CHUNK * size)
    yield (await role(examples.subarray(start, start + CHUNK * size))).data;
}

/**
 * A split of a data set as floats, images in [0, 1]; the data set is that of the seed 0, which all runs share.
 *
 * @param {string} source
 * @param {"train" | "test"} name
 */
export async function splitOf(source, name) {
  const dataset = await loadDataset(source, { seed: 0, splits: [name] });
  const { count, values, labels } = dataset[name];
  const { shape } = dataset;
  return {
    shape,
    size: shape.reduce((product, extent) => product * extent, 1),
    count,
    labels: labels ?? new Int32Array(0),
    examples: floatsOf(values),
  };
}
