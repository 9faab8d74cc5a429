// A labelled set made larger by examples that a trained model makes of its classes.

import type { Dataset, Split } from "../../data/index.ts";
import { UserError } from "../../errors.ts";
import { checkWhole } from "../../given.ts";
import { sizeOf } from "../../tensor/index.ts";
import type { OpenRun } from "../../training/open.ts";
import { encodeSplit, examplesAtOnce } from "../latent-space.ts";
import {
  type AugmentationWay,
  byClass,
  byNeighbours,
  byRuns,
  byVarying,
  type ClassSampler,
  lacksFor,
  usualWay,
} from "./class-samples.ts";
import { joined, type LabelledSet, labelledSet } from "./labelled-set.ts";

export interface AugmentOptions {
  /** Examples to add; as many as there are real ones unless told. */
  readonly count?: number;
  /** The class of all that are added, by its number; one class after the other unless told. */
  readonly label?: number;
  /**
   * How many training examples' labels are used, chosen by the seed; all unless told. Only models that learn no labels
   * may be told fewer.
   */
  readonly labels?: number;
  /** How examples of a class are made; as the model can unless told. */
  readonly way?: AugmentationWay;
  /** Fixes what is drawn; 0 unless told. */
  readonly seed?: number;
  /** Told how many examples are made. */
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface Augmented {
  /** The run's data; the training examples are the real labelled ones and, behind them, those that were made. */
  readonly dataset: Dataset;
  /** How many of them are real. */
  readonly real: number;
  /** How many were made. */
  readonly generated: number;
  readonly way: AugmentationWay;
  /** What the model has seen of the real ones, in a sentence. */
  readonly protocol: string;
}

/**
 * Adds examples that a model makes to the labelled examples that it was trained on. What is made is of the real
 * examples' type: images of bytes become bytes.
 *
 * @param run a run, or one for each class, each trained on one class (`normal`)
 * @throws UserError where the data have no labels, the model has learnt more labels than are to be used, or cannot make
 * examples of a class
 * @example
 * const model = await open("runs/conditional-gan-mnist-1"); // trained with examples: 500
 * const { dataset, real, generated } = await augment(model, { count: 1000 });
 * dataset.train.count; // 1500: 500 real ones, then 1000 others
 */
export async function augment(
  run: OpenRun | readonly OpenRun[],
  options: AugmentOptions = {},
): Promise<Augmented> {
  const runs = "length" in run ? run : [run];
  const { labels, seed = 0 } = options;
  const set = await labelledSet(runs, { labels, seed });
  return augmented(runs, set, options);
}

/** The same of labelled examples that are known already. */
export async function augmented(
  runs: readonly OpenRun[],
  set: LabelledSet,
  { count = set.real.count, label, way, seed = 0, onProgress }: AugmentOptions,
): Promise<Augmented> {
  checkWhole("count", count);
  const run = runs[0]!;
  const chosen = wayFor(set, run, way);
  const sample = await samplerFor(chosen, runs, set, seed);
  const { real, dataset, protocol } = set;
  const counts = countsOf(set, count, label);
  const size = sizeOf(dataset.shape);
  const atOnce = examplesAtOnce(dataset.shape);
  const made: Split = {
    count,
    values: real.values instanceof Uint8Array ? new Uint8Array(count * size) : new Float32Array(count * size),
    labels: new Int32Array(count),
  };
  let [row, part] = [0, 0];
  for (const [own, wanted] of counts) {
    for (let start = 0; start < wanted; start += atOnce, part++) {
      const some = Math.min(atOnce, wanted - start);
      copyValues(await sample(own, some, part), made.values, row * size);
      made.labels!.fill(own, row, row + some);
      row += some;
      onProgress?.("generated examples", row, count);
    }
  }
  const train = joined([real, made], size);
  return { dataset: { ...dataset, train }, real: real.count, generated: count, way: chosen, protocol };
}

function wayFor({ byClass }: LabelledSet, run: OpenRun, way: AugmentationWay | undefined): AugmentationWay {
  if (byClass !== undefined) {
    if ((way ?? "runs") === "runs") return "runs";
    throw new UserError("of several runs each generates its class; leave out the way");
  }
  if (way === "runs") throw new UserError("this way takes several runs, one for each class");
  const { description, roles } = run;
  if (way !== undefined) {
    const reason = lacksFor(run, way);
    if (reason === undefined) return way;
    throw new UserError(`${reason}; it has ${roles.join(", ")}`);
  }
  const usual = usualWay(run);
  if (usual !== undefined) return usual;
  throw new UserError(
    `${description.model} cannot make examples of a class: it learns no classes, and does not encode and decode; ` +
      "train conditional-gan or vae, or one run for each class with --normal",
  );
}

async function samplerFor(
  way: AugmentationWay,
  runs: readonly OpenRun[],
  { real, byClass: each }: LabelledSet,
  seed: number,
): Promise<ClassSampler> {
  const run = runs[0]!;
  switch (way) {
    case "class":
      return byClass(run, seed);
    case "runs":
      return byRuns(each!, seed);
    case "vary":
      return byVarying(run, await encodeSplit(run, real), seed);
    case "between":
      return byNeighbours(run, await encodeSplit(run, real), seed);
  }
}

/** How many examples are made of each class: of those that real examples are of, as equally many as can be. */
function countsOf(
  { real, classes }: LabelledSet,
  count: number,
  label: number | undefined,
): [number, number][] {
  const there = [...new Set(real.labels)].sort((a, b) => a - b);
  if (label !== undefined) {
    if (there.includes(label)) return [[label, count]];
    throw new UserError(
      classes[label] === undefined
        ? `a label is a class from 0 to ${classes.length - 1}, not ${label}`
        : `no real example is of class ${classes[label]}`,
    );
  }
  return there.map((own, index) => [
    own,
    Math.floor(((index + 1) * count) / there.length) - Math.floor((index * count) / there.length),
  ]);
}

/** Values as the real examples have them: bytes stand for [0, 1]. */
function copyValues(from: Float32Array, to: Uint8Array | Float32Array, at: number): void {
  if (to instanceof Float32Array) to.set(from, at);
  else
    for (let index = 0; index < from.length; index++)
      to[at + index] = Math.round(255 * Math.min(1, Math.max(0, from[index]!)));
}
