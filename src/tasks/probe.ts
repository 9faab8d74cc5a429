// What can be read off codes: the labels of test examples told from their codes, by the nearest training codes and by
// logistic regression. Beside it the same of principal components, as many as a code has numbers: what the best linear
// encoder reaches, which has learnt nothing.

import type { Dataset, Split } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { UserError } from "../errors.ts";
import { logisticProbe } from "../metrics/logistic-probe.ts";
import { Moments } from "../metrics/moments.ts";
import { type LabelledCodes, neighbourAccuracy } from "../metrics/neighbours.ts";
import { principalComponents, projectRows } from "../metrics/principal-components.ts";
import { sizeOf } from "../tensor/index.ts";
import type { OpenRun } from "../training/open.ts";
import { exampleValues } from "../training/samples.ts";
import { encodeSplit, examplesAtOnce, type SplitCodes } from "./latent-space.ts";

/** Training examples that a probe learns from, and test examples that it is tried on, at most. */
export const PROBED = { train: 10_000, test: 5000 } as const;
/** Examples of more numbers have no principal components here: that would take minutes, and much memory. */
const MOST_DIMENSIONS = 1024;
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

/**
 * Probes the codes of a run's encoder.
 *
 * @param codes those of training and test examples, where they have been computed already
 * @throws UserError where the data have no labels, or no test examples
 */
export async function probeCodes(
  run: Pick<OpenRun, "shape" | "apply">,
  dataset: Dataset,
  codes?: { readonly train: SplitCodes; readonly test: SplitCodes },
): Promise<Probe> {
  if (dataset.train.labels === undefined)
    throw new UserError(`${dataset.name} has no labels, and a probe is tried on labels`);
  const train = codes?.train ?? (await encodeSplit(run, dataset.train, PROBED.train));
  const test = codes?.test ?? (await encodeSplit(run, dataset.test, PROBED.test));
  const own = { codes: train.codes, labels: train.labels! };
  const found = accuracyOf(own, { codes: test.codes, labels: test.labels! }, train.dimensions);
  const counts = { trained: train.count, tested: test.count };
  const size = sizeOf(run.shape);
  if (size > MOST_DIMENSIONS) return { ...counts, codes: found };
  const components = Math.min(train.dimensions, size);
  const linear = principalCodes(dataset, [train.count, test.count], components);
  return { ...counts, codes: found, principal: { ...accuracyOf(...linear, components), components } };
}

function accuracyOf(train: LabelledCodes, test: LabelledCodes, latent: number): ProbeAccuracy {
  return {
    nearest: neighbourAccuracy(train, test, { latent }),
    logistic: logisticProbe(train, test, { latent }).accuracy,
  };
}

/** The training and the test examples, evenly taken, along the principal components of the former. */
function principalCodes(
  { train, test, shape }: Dataset,
  counts: readonly [number, number],
  components: number,
): [LabelledCodes, LabelledCodes] {
  const [learnt, tried] = [takeEvenly(train, shape, counts[0]), takeEvenly(test, shape, counts[1])];
  const moments = new Moments(sizeOf(shape));
  for (const chunk of chunksOf(learnt, shape)) moments.add(chunk);
  const principal = principalComponents(moments.gaussian(), components);
  const codesOf = (split: Split): LabelledCodes => {
    const codes = new Float64Array(split.count * components);
    let to = 0;
    for (const chunk of chunksOf(split, shape)) {
      const projected = projectRows(principal, chunk);
      codes.set(projected, to);
      to += projected.length;
    }
    return { codes, labels: split.labels! };
  };
  return [codesOf(learnt), codesOf(tried)];
}

/** A split's examples as floats, some at a time. */
function* chunksOf(split: Split, shape: readonly number[]): Generator<Float32Array> {
  const atOnce = examplesAtOnce(shape);
  for (let start = 0; start < split.count; start += atOnce)
    yield exampleValues(split, shape, Math.min(start + atOnce, split.count), start);
}
