// What samples and examples are compared in: features of the classifier of the data's own domain, those of a network
// that the user names, or, where the data are vectors, their values.

import type { Dataset } from "../../data/index.ts";
import { type DomainClassifier, domainClassifier } from "../../evaluation/index.ts";
import { sizeOf } from "../../tensor/index.ts";
import type { OpenRun } from "../../training/open.ts";
import { dataSeedOf } from "../../training/run-directory.ts";

export interface FeatureSpace {
  /** What they are, for people. */
  readonly name: string;
  /** Features of examples, row-major [count, dimensions]. */
  of(examples: Float32Array): Promise<{ readonly data: Float32Array; readonly dimensions: number }>;
  close(): Promise<void>;
}

/** The values of examples themselves. */
export const valueFeatures = (shape: readonly number[]): FeatureSpace => ({
  name: "the examples' own numbers",
  of: async (examples) => ({ data: examples, dimensions: sizeOf(shape) }),
  close: async () => {},
});

/** Those of the domain's classifier; closing them leaves it open. */
export const classifierFeatures = (judge: DomainClassifier): FeatureSpace => ({
  name: `features of the classifier of ${judge.source}, which is right on ${(100 * judge.accuracy).toFixed(1)} % of test examples`,
  async of(examples) {
    const { shape, data } = await judge.features(examples);
    return { data, dimensions: shape[1]! };
  },
  close: async () => {},
});

/** Why there can be no classifier of the data's domain, which is tried on test examples; undefined where there can. */
export function lacksForDomain({ classes, test, train }: Dataset): string | undefined {
  if (classes === undefined || train.labels === undefined) return "the data have no labels";
  if (classes.length < 2) return "all labels are of one class";
  if (test.count > 0 && test.labels === undefined) return "the test examples have no labels";
  return test.count < 2
    ? `there are ${test.count === 0 ? "no" : "too few"} test examples with labels`
    : undefined;
}

/** Whether there can be a classifier of the data's domain. */
export const hasDomain = (dataset: Dataset): boolean => lacksForDomain(dataset) === undefined;

/**
 * The classifier of a run's domain: from the cache, or trained now. It has seen none of the run's test examples: where
 * these were cut by a seed, it is that of the same seed.
 */
export function domainOf(
  { description }: OpenRun,
  { cutsTest }: Dataset,
  options: {
    readonly threads?: number | undefined;
    readonly rounds?: number | undefined;
    readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  },
): Promise<DomainClassifier> {
  const { source, options: how, table } = description.data;
  const { threads, rounds, onProgress } = options;
  const { imageSize, grey } = how as { imageSize?: number; grey?: boolean };
  return domainClassifier(source, {
    ...(cutsTest ? { seed: dataSeedOf(description) } : {}),
    ...(table === undefined ? {} : { table }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(grey === undefined ? {} : { grey }),
    ...(threads === undefined ? {} : { threads }),
    ...(rounds === undefined ? {} : { rounds }),
    ...(onProgress && { onProgress: ({ round, rounds: all }) => onProgress({ done: round, total: all }) }),
  });
}
