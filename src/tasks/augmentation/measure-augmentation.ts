// What generated examples are worth: a small classifier learns from the real labelled examples alone, and from these
// and generated ones, in as many rounds; what both get right of the test examples is compared. Everything is repeated
// with other seeds, and the two of a seed are compared with each other, since a seed that is good for one is often good
// for the other: the difference has a smaller standard error than either accuracy.
//
// The difference counts where it is farther from 0 than chance explains: than t standard errors, with Student's t of
// 95 % for so few seeds.

import { UserError } from "../../errors.ts";
import { classifierAccuracy } from "../../evaluation/index.ts";
import { meanAndError } from "../../metrics/moments.ts";
import type { OpenRun } from "../../training/open.ts";
import { type AugmentOptions, augmented } from "./augment.ts";
import type { AugmentationWay } from "./class-samples.ts";
import { labelledSet } from "./labelled-set.ts";

export interface MeasureOptions extends AugmentOptions {
  /** How often all is repeated, with other labels where some are chosen, other samples, another classifier; 5 unless told. */
  readonly seeds?: number;
  /** Rounds of each classifier, 128 examples each; 1,000 unless told. */
  readonly rounds?: number;
  readonly threads?: number;
}

/** A mean over seeds; the error of one seed is not known. */
export interface SeedMean {
  readonly value: number;
  readonly standardError?: number;
}

export interface AugmentationEffect {
  readonly real: number;
  readonly generated: number;
  /** Test examples that the accuracies are of. */
  readonly test: number;
  readonly seeds: number;
  readonly way: AugmentationWay;
  /** What the model has seen of the real examples, in a sentence. */
  readonly protocol: string;
  /** Share of test examples told right by a classifier of the real examples alone. */
  readonly without: SeedMean;
  /** The same of the real and the generated ones. */
  readonly with: SeedMean;
  /** The second less the first, seed by seed. */
  readonly difference: SeedMean;
  /** Whether it is farther from 0 than chance explains; one seed does not tell. */
  readonly verdict: "helps" | "harms" | "makes no difference" | "unknown";
}

/** Two-sided quantiles of Student's t, 95 %, by degrees of freedom from 1 on; more have about the last. */
const STUDENT = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/**
 * Measures what augmenting is worth to a small classifier.
 *
 * @throws UserError as `augment` does, and where there are no test examples
 * @example
 * const { difference, verdict } = await measureAugmentation(model, { labels: 500, seeds: 3 });
 */
export async function measureAugmentation(
  run: OpenRun | readonly OpenRun[],
  options: MeasureOptions = {},
): Promise<AugmentationEffect> {
  const { seeds = 5, rounds = 1000, seed: first = 0, labels, threads, onProgress } = options;
  const runs = "length" in run ? run : [run];
  const session = { device: "cpu" as const, ...(threads === undefined ? {} : { threads }) };
  const accuracies = { without: [] as number[], with: [] as number[] };
  let found: Pick<AugmentationEffect, "real" | "generated" | "test" | "way" | "protocol"> | undefined;
  for (let seed = first; seed < first + seeds; seed++) {
    const set = await labelledSet(runs, { labels, seed });
    const { dataset } = set;
    if (dataset.test.count === 0 || dataset.test.labels === undefined)
      throw new UserError(
        `${dataset.name} has no ${dataset.test.count === 0 ? "" : "labelled "}test examples, on which classifiers are compared`,
      );
    const { onProgress: _, ...how } = options;
    const all = await augmented(runs, set, { ...how, seed });
    const total = 2 * seeds * rounds;
    for (const [name, data] of [
      ["without", dataset],
      ["with", all.dataset],
    ] as const) {
      const before = (2 * (seed - first) + (name === "with" ? 1 : 0)) * rounds;
      accuracies[name].push(
        await classifierAccuracy(data, {
          session,
          rounds,
          seed,
          onProgress: ({ round }) => onProgress?.("training classifiers", before + round, total),
        }),
      );
    }
    const { real, generated, way, protocol } = all;
    found = { real, generated, test: dataset.test.count, way, protocol };
  }
  const differences = accuracies.with.map((value, index) => value - accuracies.without[index]!);
  return {
    ...found!,
    seeds,
    without: seedMean(accuracies.without),
    with: seedMean(accuracies.with),
    difference: seedMean(differences),
    verdict: verdictOf(differences),
  };
}

function seedMean(values: readonly number[]): SeedMean {
  const { mean: value, standardError } = meanAndError(values);
  return values.length < 2 ? { value } : { value, standardError };
}

/** Whether differences are on one side of 0, farther than chance explains. */
export function verdictOf(differences: readonly number[]): AugmentationEffect["verdict"] {
  if (differences.length < 2) return "unknown";
  const { mean, standardError } = meanAndError(differences);
  // Differences that are all the same, on few test examples, say nothing of chance.
  if (standardError === 0) return mean === 0 ? "makes no difference" : "unknown";
  const t = STUDENT[Math.min(differences.length - 1, STUDENT.length) - 1]!;
  if (Math.abs(mean) <= t * standardError) return "makes no difference";
  return mean > 0 ? "helps" : "harms";
}

/** The verdict as a sentence. */
export function effectInWords({ verdict, seeds }: AugmentationEffect): string {
  switch (verdict) {
    case "unknown":
      return seeds === 1
        ? "One seed does not tell whether generated examples help; ask for several."
        : "Differences are the same with all seeds, which does not tell whether it is chance; ask for more.";
    case "helps":
      return "Generated examples help, by more than chance explains.";
    case "harms":
      return "Generated examples do not help: with them the classifier is worse, by more than chance explains.";
    case "makes no difference":
      return `Generated examples do not help: the difference is no more than chance explains with ${seeds} seeds.`;
  }
}
