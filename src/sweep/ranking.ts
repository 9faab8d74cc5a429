// From the results of single runs to trials, the best first. A trial's value is the mean over its runs (seeds and
// folds) with the standard error of that mean, s/√n. The folds of one seed share training examples, so that the
// error is somewhat too small there.

import type { RunResult } from "./results.ts";
import type { PlayedTrial } from "./trials.ts";

export type Goal = "least" | "most";

export interface TrialResult {
  /** The trial's number, from 1 on. */
  readonly trial: number;
  /** The searched options; those that change nothing beside the others are left out. */
  readonly options: Readonly<Record<string, unknown>>;
  /** All options that its runs are given, those among them that the trials share. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The metric, a mean over the runs; absent where the trial failed. */
  readonly value?: number;
  /** Its standard error, where there are several runs. */
  readonly standardError?: number;
  /** Epochs or rounds that it was trained for. */
  readonly length: number;
  /** Seconds of all its runs together. */
  readonly seconds: number;
  readonly runs: readonly {
    /** The run's folder, below the sweep's. */
    readonly run: string;
    readonly seed: number;
    readonly fold?: number;
    readonly value?: number;
  }[];
  /** Why it counts as worst: the first reason of its runs. */
  readonly failed?: string;
}

/** A trial as its results of one length have it; all results count for the seconds. */
export function judge(
  trial: PlayedTrial,
  results: readonly RunResult[],
  { metric, length }: { readonly metric: string; readonly length: number },
): TrialResult {
  const own = results.filter((result) => result.trial === trial.number);
  const runs = own
    .filter((result) => result.length === length)
    .sort((a, b) => a.seed - b.seed || (a.fold ?? 0) - (b.fold ?? 0));
  const values = runs.map(({ measures }) => measures?.[metric] ?? Number.NaN);
  const lost = values.findIndex((value) => !Number.isFinite(value));
  const failed = lost < 0 ? undefined : (runs[lost]!.failed ?? `${metric} is not finite`);
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return {
    trial: trial.number,
    options: trial.options,
    settings: trial.settings,
    ...(failed === undefined ? { value: mean } : {}),
    ...(failed === undefined && n > 1 ? { standardError: Math.sqrt(variance / n) } : {}),
    length,
    seconds: own.reduce((sum, { seconds = 0 }) => sum + seconds, 0),
    runs: runs.map(({ run, seed, fold }, index) => ({
      run,
      seed,
      ...(fold === undefined ? {} : { fold }),
      ...(Number.isFinite(values[index]) ? { value: values[index]! } : {}),
    })),
    ...(failed === undefined ? {} : { failed }),
  };
}

/**
 * The best first: what was trained longer before what was left behind, then by the metric; failed ones last. Equals
 * keep the order of their numbers.
 */
export function rank(trials: readonly TrialResult[], goal: Goal): TrialResult[] {
  const sign = goal === "least" ? 1 : -1;
  return [...trials].sort((a, b) => {
    if (a.value === undefined || b.value === undefined) {
      return Number(a.value === undefined) - Number(b.value === undefined) || a.trial - b.trial;
    }
    return b.length - a.length || sign * (a.value - b.value) || a.trial - b.trial;
  });
}
