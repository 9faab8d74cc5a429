// What can be read off codes: the labels of test examples told from their codes, by the nearest training codes and by
// logistic regression. Beside it the same of principal components, as many as a code has numbers: what the best linear
// encoder reaches, which has learnt nothing.

import type { Dataset, Split } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { UserError } from "../errors.ts";
import { logisticProbe } from "../metrics/logistic-probe.ts";
import { type LabelledCodes, neighbourAccuracy } from "../metrics/neighbours.ts";
import type { OpenRun } from "../training/open.ts";
import { encodeSplit, type SplitCodes } from "./latent-space.ts";
import { type PrincipalEncoders, principalEncoder } from "./principal-codes.ts";

/** Training examples that a probe learns from, and test examples that it is tried on, at most. */
export const PROBED = { train: 10_000, test: 5000 } as const;

export interface ProbeAccuracy {
  /** Shares of test examples whose label is that of the nearest training code, 0 … 1. */
  readonly nearest: number;
  /** The same of logistic regression. */
  readonly logistic: number;
}

export interface Probe {
  /** Examples learnt from and tried on. */
  readonly trained: number;
  readonly tested: number;
  readonly codes: ProbeAccuracy;
  /** Of as many principal components; undefined where examples have more than 1,024 numbers. */
  readonly principal?: ProbeAccuracy & { readonly components: number };
}

/** Why there is nothing to tell apart among training examples that have labels; undefined where there is. */
export function oneLabel({ train, classes }: Pick<Dataset, "train" | "classes">): string | undefined {
  const labels = new Set(train.labels);
  if (labels.size !== 1) return undefined;
  const [label] = labels;
  return `all training examples are of one class, ${classes?.[label!] ?? label}`;
}

/**
 * Probes the codes of a run's encoder.
 *
 * @param given the codes of training and test examples, and the principal components, where they have been computed
 * already
 * @throws UserError where the data, or their test examples, have no labels, or there is only one to learn
 */
export async function probeCodes(
  run: Pick<OpenRun, "shape" | "apply">,
  dataset: Dataset,
  given: {
    readonly codes?: { readonly train: SplitCodes; readonly test: SplitCodes };
    readonly principal?: PrincipalEncoders;
  } = {},
): Promise<Probe> {
  if (dataset.train.labels === undefined)
    throw new UserError(`${dataset.name} has no labels, and a probe is tried on labels`);
  const reason = oneLabel(dataset);
  if (reason !== undefined) throw new UserError(`${reason}, and a probe tells classes apart`);
  if (dataset.test.labels === undefined)
    throw new UserError(`the test examples of ${dataset.name} have no labels, which a probe is tried on`);
  const train = given.codes?.train ?? (await encodeSplit(run, dataset.train, PROBED.train));
  const test = given.codes?.test ?? (await encodeSplit(run, dataset.test, PROBED.test));
  const own = { codes: train.codes, labels: train.labels! };
  const found = accuracyOf(own, { codes: test.codes, labels: test.labels! }, train.dimensions);
  const counts = { trained: train.count, tested: test.count };
  const { principal: encoderOf = (wanted) => principalEncoder(dataset, wanted) } = given;
  const principal = encoderOf(train.dimensions);
  if (principal === undefined) return { ...counts, codes: found };
  const { components } = principal;
  const coded = (split: Split, count: number): LabelledCodes => {
    const some = takeEvenly(split, dataset.shape, count);
    return { codes: principal.encode(some), labels: some.labels! };
  };
  const [learnt, tried] = [coded(dataset.train, train.count), coded(dataset.test, test.count)];
  return { ...counts, codes: found, principal: { ...accuracyOf(learnt, tried, components), components } };
}

function accuracyOf(train: LabelledCodes, test: LabelledCodes, latent: number): ProbeAccuracy {
  return {
    nearest: neighbourAccuracy(train, test, { latent }),
    logistic: logisticProbe(train, test, { latent }).accuracy,
  };
}
