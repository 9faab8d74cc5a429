// What a trained run is worth: all measures that its model's roles and its data allow, or those asked for.

import { UserError } from "../../errors.ts";
import { checkWhole } from "../../given.ts";
import { nearest } from "../../nearest.ts";
import type { OpenRun } from "../../training/open.ts";
import type { FeatureSpace } from "./features.ts";
import type { Found } from "./group.ts";
import { computations } from "./groups.ts";
import {
  type GroupName,
  groupNames,
  type Measurements,
  type MeasureName,
  measureNames,
  measures,
} from "./measures.ts";
import { type EvaluationPicture, sampleGrid } from "./pictures.ts";
import { Subject } from "./subject.ts";

export interface EvaluateOptions {
  /** Measures, or groups of them; all that apply unless told. */
  readonly metrics?: readonly string[];
  /** Fixes samples and draws; 0 unless told. */
  readonly seed?: number;
  /** Test examples, and samples, looked at at most; 10,000 unless told. */
  readonly count?: number;
  /** Codes drawn for an example's likelihood; 100 unless told. */
  readonly draws?: number;
  /** Features to compare samples in, instead of those of the domain's classifier. They are left open. */
  readonly features?: FeatureSpace;
  /** Threads of the domain's classifier. */
  readonly threads?: number;
  /** Rounds that the domain's classifier is trained for, where it is not there yet; as many as are good unless told. */
  readonly judgeRounds?: number;
  /** Told what is computed and how far it is. */
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface Evaluation {
  /** Rounds that the networks were trained for. */
  readonly round: number;
  readonly seed: number;
  /** Test examples, and samples, at most. */
  readonly count: number;
  /** Codes drawn for an example's likelihood. */
  readonly draws: number;
  /** What samples were compared in, where they were. */
  readonly features?: string;
  readonly measures: Measurements;
  /** Why groups of measures are not there. */
  readonly skipped: Partial<Record<GroupName, string>>;
  readonly pictures: readonly EvaluationPicture[];
}

/**
 * Evaluates a run by its test split. What several measures need is computed once, and examples and samples are looked
 * at some at a time.
 *
 * @throws UserError for a measure that there is not, or that was asked for and cannot be had, with the reason
 * @example
 * const model = await open("runs/vae-mnist-1");
 * const { measures } = await evaluateRun(model, { metrics: ["mse", "likelihood"] });
 * measures.mse?.value;
 */
export async function evaluateRun(run: OpenRun, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { seed = 0, count = 10_000, draws = 100, onProgress = () => {} } = options;
  checkWhole("count", count, 2);
  checkWhole("draws", draws);
  if (options.judgeRounds !== undefined) checkWhole("judgeRounds", options.judgeRounds);
  const wanted = options.metrics === undefined ? undefined : wantedMeasures(options.metrics);
  const wantedGroups = new Set(
    wanted === undefined ? groupNames : [...wanted].map((name) => measures[name].group),
  );
  const subject = new Subject(run, await run.data(), {
    seed,
    count,
    draws,
    threads: options.threads,
    judgeRounds: options.judgeRounds,
    features: options.features,
    groups: wantedGroups,
    onProgress,
  });
  try {
    const found: Measurements = {};
    const skipped: Partial<Record<GroupName, string>> = {};
    const pictures: EvaluationPicture[] =
      wanted === undefined && subject.generates ? await sampleGrid(subject).catch(nothingToShow) : [];
    let features: string | undefined;
    for (const name of groupNames.filter((group) => wantedGroups.has(group))) {
      const reason = computations[name].lacks(subject);
      if (reason !== undefined) {
        if (wanted !== undefined) throw new UserError(`there is no ${name} to measure: ${reason}`);
        skipped[name] = reason;
        continue;
      }
      let result: Found;
      try {
        result = await computations[name].measure(subject);
      } catch (error) {
        // Samples of a model that has diverged are no numbers: other measures may still be had.
        if (wanted !== undefined || !(error instanceof UserError)) throw error;
        skipped[name] = error.message;
        continue;
      }
      pictures.push(...(result.pictures ?? []));
      if (name === "distance" || name === "manifold" || name === "memorisation")
        features = (await subject.features()).name;
      for (const [measure, measured] of Object.entries(result.measured))
        if (wanted?.has(measure as MeasureName) ?? true) found[measure as MeasureName] = measured;
    }
    return {
      round: run.round,
      seed,
      count,
      draws,
      ...(features === undefined ? {} : { features }),
      measures: found,
      skipped,
      pictures,
    };
  } finally {
    await subject.close();
  }
}

/** The groups that a run can be measured by, and why not by the others. */
export async function applicableGroups(
  run: OpenRun,
): Promise<Readonly<Record<GroupName, string | undefined>>> {
  const subject = new Subject(run, await run.data(), {
    seed: 0,
    count: 10,
    draws: 1,
    groups: new Set(),
    onProgress: () => {},
  });
  const reasons = groupNames.map((name) => [name, computations[name].lacks(subject)] as const);
  return Object.fromEntries(reasons) as Readonly<Record<GroupName, string | undefined>>;
}

/** Names of measures, and of groups, as the measures that they mean. */
function wantedMeasures(names: readonly string[]): Set<MeasureName> {
  const wanted = new Set<MeasureName>();
  for (const name of names) {
    const meant = measureNames.filter((measure) => measure === name || measures[measure].group === name);
    if (meant.length === 0) {
      const known = [...measureNames, ...groupNames];
      const near = nearest(name, known);
      throw new UserError(
        `there is no measure "${name}"; ${near === undefined ? "gamelan evaluate --list names all" : `did you mean ${near}?`}`,
      );
    }
    for (const measure of meant) wanted.add(measure);
  }
  return wanted;
}

/** Codes may be too long, or examples too few, for the mixture that would be drawn from: other measures say so. */
function nothingToShow(error: unknown): EvaluationPicture[] {
  if (error instanceof UserError) return [];
  throw error;
}
