/** What several reproductions measure of a trained run. */
import { domainClassifier, domainDistance } from "../dist/index.js";
import { duplicates } from "../dist/metrics/duplicates.js";
import { gathered, passed, samplesOf } from "./reproduction.js";

/** @typedef {import("../dist/index.js").OpenRun} OpenRun */

/** Examples that duplicates are looked for among. */
export const LOOKED_AT = 2000;

/**
 * The mean squared error of what a role makes of examples against what it should be.
 *
 * @param {Float32Array} examples
 * @param {number} size numbers of an example
 * @param {(examples: Float32Array) => Promise<{ data: Float32Array }>} role
 * @param {Float32Array} [wanted] the examples themselves unless told
 */
export async function meanSquaredError(examples, size, role, wanted = examples) {
  let sum = 0;
  let index = 0;
  for await (const made of passed(examples, size, role))
    for (const value of made) sum += (value - /** @type {number} */ (wanted[index++])) ** 2;
  return sum / wanted.length;
}

/**
 * The squared Fréchet distance of generated samples from test images, in the features of the data's own classifier, and
 * the share of samples that have a near double.
 *
 * @param {OpenRun} run
 * @param {object} how
 * @param {string} how.data source of the classifier
 * @param {number} how.count samples
 * @param {number} how.seed
 * @param {number} how.threads
 * @param {Float32Array} how.examples test images
 * @param {number} how.size numbers of an image
 */
export async function sampleMeasures(run, { data, count, seed, threads, examples, size }) {
  const samples = await gathered(samplesOf(run, { count, seed }));
  const judge = await domainClassifier(data, { threads });
  const frechet = await domainDistance(judge, samples);
  await judge.close();
  const looked = LOOKED_AT * size;
  const { share } = duplicates(samples.subarray(0, looked), examples.subarray(0, looked), {
    dimensions: size,
  });
  return { frechet, duplicates: share };
}
