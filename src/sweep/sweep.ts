// Sweeps over the options of a model, as the library and the command begin them and take them up. All that can be
// wrong with one is found before anything is written: options, data, metric.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import type { Game } from "../game/game.ts";
import type { Model } from "../game/model.ts";
import { shippedModels } from "../models/catalogue.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { nearest } from "../nearest.ts";
import { probeDevice } from "../runtime/devices.ts";
import type { Device } from "../runtime/engine.ts";
import { measures } from "../training/measure.ts";
import { type DataOptions, prepare, refuseIdle } from "../training/prepare.ts";
import { lockRun } from "../training/run-lock.ts";
import { validationNames } from "../training/validation.ts";
import { Conductor, type PreparedSweep, type SweepEvent, type SweepResult } from "./conductor.ts";
import type { Goal, TrialResult } from "./ranking.ts";
import { Results } from "./results.ts";
import { type CompleteSpec, checkNewSpec, type SweepSpec } from "./spec.ts";
import { readSpec, sweepDirectory } from "./sweep-directory.ts";
import { playedTrials, refuseIdleInAll, rungsOf, type Trial, trialsOf } from "./trials.ts";

export interface SweepOptions {
  /**
   * Runs at a time, each in a process of its own; as many as there are cores, at most 8, unless told. 0: one after
   * the other in this process, which knows the models registered here.
   */
  readonly processes?: number;
  /** Threads of each run; the cores are shared evenly unless told. */
  readonly threads?: number;
  readonly device?: Device;
  /** Stops the sweep cleanly: its runs are saved, and it can be taken up again. */
  readonly signal?: AbortSignal;
  /** Told what happens as it happens. */
  readonly onEvent?: (event: SweepEvent) => void;
}

export type { SweepEvent, SweepResult, SweepSpec, TrialResult };

/** Each process holds the data; more than this is asked for by number. */
const MOST_PROCESSES = 8;
/** Held out for validation where the data have no split for it. */
const HELD_OUT = 0.1;

/**
 * Tries options of a model and compares them by a metric of validation examples.
 *
 * @param spec what to try; see docs/sweep.md
 * @param options `out`: the sweep's folder, a fresh one below `sweeps` unless told. A folder that holds the same
 * sweep is gone on with: finished runs are not repeated, half-done ones are resumed.
 * @throws UserError where the spec, the data or the device will not do; nothing is written then
 *
 * @example
 * const { best } = await sweep({
 *   model: "autoencoder", data: "glyphs", epochs: 2, metric: "mse",
 *   search: { latent: [8, 16, 32], learningRate: { from: 1e-4, to: 1e-2, scale: "log", steps: 3 } },
 * });
 * console.log(best?.options, best?.value);
 */
export async function sweep(
  spec: SweepSpec,
  { out, ...options }: SweepOptions & { readonly out?: string } = {},
): Promise<SweepResult> {
  const began = performance.now();
  const complete = checkNewSpec(spec, "sweep");
  const prepared = await prepareSweep(complete, options, refuseWhatChangesNothing);
  return conduct(await sweepDirectory(complete, out), prepared, options, began);
}

/**
 * Goes on with a sweep that was stopped or killed.
 *
 * @param path its folder
 * @throws UserError where it is no sweep, or is conducted by another process
 */
export async function resumeSweep(path: string, options: SweepOptions = {}): Promise<SweepResult> {
  const began = performance.now();
  return conduct(path, await prepareSweep(await readSpec(path), options), options, began);
}

/** @param check of a sweep that is begun anew; one that was begun before goes on as it is */
async function prepareSweep(
  spec: CompleteSpec,
  options: SweepOptions,
  check: (spec: CompleteSpec, trials: readonly Trial[], game: Game) => void = () => {},
): Promise<PreparedSweep> {
  const model = findModel(spec.model);
  const drawn = trialsOf(spec, model);
  const device = options.device ?? spec.device ?? "cpu";
  if (device !== "cpu") await probeDevice(device);
  const runs = drawn.length * spec.seeds.length * (spec.folds ?? 1);
  const { processes, threads } = sharesOf(runs, {
    device,
    processes: options.processes ?? spec.processes,
    threads: options.threads ?? spec.threads,
  });
  if (processes > 0 && !shippedModels.has(model.name))
    throw new UserError(`${model.name} is registered in this process only; sweep it here, with processes: 0`);
  const { game, heldOut, metrics, dataOptions } = await lookAtData(spec, model, drawn[0]!);
  check(spec, drawn, game);
  const trials = playedTrials(spec, drawn, { model, kind: game.data.specification.kind });
  const rungs = rungsOf(spec, trials.length);
  if (!metrics.includes(spec.metric)) {
    const meant = nearest(spec.metric, metrics);
    const advice = meant === undefined ? `there are ${metrics.join(", ")}` : `did you mean "${meant}"?`;
    throw new UserError(`${model.name} on ${spec.data} has no metric "${spec.metric}"; ${advice}`);
  }
  const known: Readonly<Record<string, Goal>> = measures;
  const goal = spec.goal ?? known[spec.metric] ?? "least";
  return { spec, goal, trials, rungs, processes, threads, device, dataOptions, heldOut };
}

/** How the machine is shared between runs. */
function sharesOf(
  runs: number,
  asked: {
    readonly device: Device;
    readonly processes: number | undefined;
    readonly threads: number | undefined;
  },
): { processes: number; threads: number | undefined } {
  for (const [name, least] of [
    ["processes", 0],
    ["threads", 1],
  ] as const) {
    const number = asked[name] ?? least;
    if (!Number.isSafeInteger(number) || number < least)
      throw new UserError(`${name} is a whole number of at least ${least}, not ${number}`);
  }
  const cores = availableParallelism();
  const most = asked.device === "cpu" ? Math.min(cores, MOST_PROCESSES) : 1;
  const processes = Math.min(asked.processes ?? most, runs);
  return {
    processes,
    threads: asked.threads ?? (processes === 0 ? undefined : Math.max(1, Math.floor(cores / processes))),
  };
}

/** Loads the data as the first run will, to learn whether there are validation examples, and what is measured. */
async function lookAtData(spec: CompleteSpec, model: Model, { options }: Trial) {
  const { folds, validation, imageSize, grey, normal, examples, to, seeds } = spec;
  const load = (how: DataOptions) =>
    prepare(model, checkOptions(model, { ...spec.options, ...options }), spec.data, {
      seed: seeds[0]!,
      ...how,
    });
  const given: DataOptions = {
    ...(validation === undefined ? {} : { validation }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(grey === undefined ? {} : { grey }),
    ...(to === undefined ? {} : { to }),
    ...(normal === undefined ? {} : { normal }),
    ...(examples === undefined ? {} : { examples }),
  };
  const { game, dataset } = await load(
    folds === undefined ? given : { ...given, fold: { index: 1, count: folds } },
  );
  if (dataset.validation.count > 0)
    return { game, metrics: validationNames(game, dataset), dataOptions: given, heldOut: undefined };
  const dataOptions = { ...given, validation: HELD_OUT };
  const second = await load(dataOptions);
  if (second.dataset.validation.count === 0)
    throw new UserError(`${spec.data} has too few examples to keep a tenth of them apart for validation`);
  const metrics = validationNames(second.game, second.dataset);
  return { game: second.game, metrics, dataOptions, heldOut: HELD_OUT };
}

/** @throws UserError for an option that changes nothing in any trial, or a second set of data that does not */
function refuseWhatChangesNothing(spec: CompleteSpec, trials: readonly Trial[], game: Game): void {
  const { model, data } = game;
  refuseIdleInAll(spec, trials, { model, kind: data.specification.kind });
  refuseIdle(game, spec.to === undefined ? {} : { to: spec.to });
}

async function conduct(
  path: string,
  prepared: PreparedSweep,
  options: SweepOptions,
  began: number,
): Promise<SweepResult> {
  const lock = await lockRun(path);
  let results: Results | undefined;
  try {
    results = await Results.open(join(path, "results.jsonl"));
    return await new Conductor(path, prepared, results, options).conduct(began);
  } finally {
    await results?.close();
    await lock.release();
  }
}
