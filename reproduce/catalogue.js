/** All reproductions, by name. */
import { anomalies } from "./anomalies.js";
import { augmentation } from "./augment.js";
import { binaryMnist } from "./binary-mnist.js";
import { compression } from "./compression.js";
import { digitAnomalies } from "./digit-anomalies.js";
import { fusions } from "./fusions.js";
import { mixtures } from "./mixtures.js";
import { models } from "./models.js";
import { nearestNeighbour } from "./nearest-neighbour.js";
import { stackedMnist } from "./stacked-mnist.js";

/** @type {readonly import("./reproduction.js").Reproduction[]} */
export const reproductions = [
  mixtures,
  stackedMnist,
  nearestNeighbour,
  binaryMnist,
  fusions,
  compression,
  models,
  anomalies,
  digitAnomalies,
  augmentation,
];

/**
 * @param {string} name
 * @returns {import("./reproduction.js").Reproduction}
 */
export function findReproduction(name) {
  const found = reproductions.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`no reproduction "${name}"; there are ${reproductions.map((one) => one.name).join(", ")}`);
}
