// The judge of a data set: a small classifier that Gamelan trains on the set's own training examples. Its features
// take the place that those of a network trained on photographs have elsewhere, which say little of digits and
// garments, and its classes tell which modes generated samples are of.
//
// It is a function of the data alone, so that all runs on them can be judged by the same one. Once trained it is kept
// in the user's cache, with its accuracy and the moments of the features of the real examples, and found again by
// the data's fingerprint. What cannot be read there is trained anew.

import { loadDataset } from "../data/index.ts";
import type { TableSchema } from "../data/table/schema.ts";
import { UserError } from "../errors.ts";
import type { GaussianMoments } from "../metrics/moments.ts";
import { nodeEngine } from "../runtime/node.ts";
import { sizeOf } from "../tensor/index.ts";
import type { Batch } from "../training/open.ts";
import { RolePrograms } from "../training/role-programs.ts";
import { classifierFolder, keepClassifier, keptClassifier } from "./classifier-cache.ts";
import { FEATURES, RECIPE } from "./classifier-model.ts";
import { stackedClassifier } from "./stacked-classifier.ts";
import {
  classifierGame,
  largestOfEach,
  type TrainedClassifier,
  trainClassifier,
} from "./train-classifier.ts";

export interface DomainClassifier {
  /** The source it knows. */
  readonly source: string;
  /** Shape of one example, [channels, height, width] or [features]. */
  readonly shape: readonly number[];
  readonly classes: readonly string[];
  /** The share of the test examples whose class it tells, 0 … 1. */
  readonly accuracy: number;
  /** How many features an example has. */
  readonly dimensions: number;
  /** Mean and covariance of the features of the real examples. */
  readonly moments: Readonly<Record<"train" | "test", GaussianMoments>>;
  /** Features of examples, [count, dimensions]. `examples` is row-major [count, …shape], images in [0, 1]. */
  features(examples: Float32Array): Promise<Batch>;
  /** Probabilities of the classes, [count, classes]. */
  probabilities(examples: Float32Array): Promise<Batch>;
  /** The likeliest class of each example. */
  classify(examples: Float32Array): Promise<Int32Array>;
  close(): Promise<void>;
}

export interface DomainClassifierOptions {
  /**
   * Fixes generated examples and splits, as for a data set. Leave it at 0, whatever the seed of a run, and all runs are
   * judged by one classifier.
   */
  readonly seed?: number;
  /** Height and width of images in pixels. */
  readonly imageSize?: number;
  /** True: one grey channel. False: three channels of colour. */
  readonly grey?: boolean;
  /** Of a table: how its rows are vectors, where they are not to be as its own training split has them. */
  readonly table?: TableSchema;
  /** Rounds of training; a fixed number unless told, fewer for very few examples. */
  readonly rounds?: number;
  /** Threads for one operator; the runtime's own choice unless told. */
  readonly threads?: number;
  /** Called as it is trained; never where it comes from the cache. */
  readonly onProgress?: (progress: { readonly round: number; readonly rounds: number }) => void;
}

/**
 * The classifier of a source with labels: from the cache, or trained now, which takes a minute or so for MNIST on two
 * cores. Of stacked sets it is the classifier of the grey set, applied to each channel.
 *
 * @throws UserError where the source cannot be had, or has no labels or no test examples
 * @example
 * const judge = await domainClassifier("fashion-mnist");
 * const classes = await judge.classify(samples); // Int32Array; samples [count, 1, 28, 28] in [0, 1]
 * await judge.close();
 */
export async function domainClassifier(
  source: string,
  options: DomainClassifierOptions = {},
): Promise<DomainClassifier> {
  const { seed = 0, imageSize, grey, table, rounds, threads, onProgress } = options;
  const how = {
    seed,
    ...(table === undefined ? {} : { table }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(grey === undefined ? {} : { grey }),
  };
  const described = await loadDataset(source, { ...how, splits: [] });
  const { name, shape, classes, fingerprint, stackOf } = described;
  if (classes === undefined)
    throw new UserError(`${name} has no labels, and a domain classifier learns from labelled examples`);
  if (classes.length < 2)
    throw new UserError(
      `all labels of ${name} are of one class, and a domain classifier tells classes apart`,
    );
  const form = { source, shape, classes };
  if (stackOf !== undefined) {
    const { grey: _, ...rest } = options;
    return stackedClassifier(form, await domainClassifier(stackOf, rest));
  }

  const session = { device: "cpu" as const, ...(threads === undefined ? {} : { threads }) };
  const folder = classifierFolder(name, [
    ...[RECIPE, fingerprint, seed, shape, rounds ?? "all"],
    ...(described.table === undefined ? [] : [JSON.stringify(described.table)]),
  ]);
  let game = classifierGame(described);
  let classifier = await keptClassifier(folder, game);
  if (classifier === undefined) {
    const dataset = await loadDataset(source, { ...how, splits: ["train", "test"] });
    if (dataset.test.count < 2 || dataset.test.labels === undefined)
      throw new UserError(
        `${name} has no ${dataset.test.count < 2 ? "" : "labelled "}test examples, on which a domain classifier is tried`,
      );
    game = classifierGame(dataset);
    classifier = await trainClassifier(game, dataset, { session, rounds, onProgress });
    await keepClassifier(folder, classifier);
  }
  return opened(form, classifier, new RolePrograms(game, nodeEngine, session));
}

function opened(
  form: Pick<DomainClassifier, "source" | "shape" | "classes">,
  { state, accuracy, moments }: TrainedClassifier,
  roles: RolePrograms,
): DomainClassifier {
  const size = sizeOf(form.shape);
  const compute = async (role: "encode" | "classify", examples: Float32Array): Promise<Batch> => {
    if (examples.length % size !== 0)
      throw new UserError(
        `examples of ${form.source} are ${size} numbers each, and ${examples.length} are no whole number of examples`,
      );
    return (await roles.compute(role, [examples], state))!;
  };
  return {
    ...form,
    accuracy,
    dimensions: FEATURES,
    moments,
    features: (examples) => compute("encode", examples),
    probabilities: (examples) => compute("classify", examples),
    classify: async (examples) => largestOfEach(await compute("classify", examples)),
    close: () => roles.release(),
  };
}
