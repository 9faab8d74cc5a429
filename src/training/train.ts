// A run from beginning to end: `train` begins one, `resume` takes one up where its last checkpoint left it. Both
// give a `Training`, whose events drive it: rounds are played as the events are asked for.
//
// What is written when (events, samples) depends on the round alone, so that a resumed run leaves the same log and
// pictures as one that was never stopped. Checkpoints also follow the clock, since nothing else depends on them.

import { basename, dirname, join, relative } from "node:path";
import type { Dataset } from "../data/index.ts";
import { defaultSource } from "../data/index.ts";
import { UserError } from "../errors.ts";
import type { Game } from "../game/game.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import type { Picture } from "../pictures/png.ts";
import { probeDevice } from "../runtime/devices.ts";
import type { Device } from "../runtime/engine.ts";
import { nodeEngine } from "../runtime/node.ts";
import { versions } from "../version.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { loadLatestCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { EventLog } from "./events.ts";
import { finishRun } from "./finish.ts";
import { examplesPerRound, phaseEnds, planOf } from "./plan.ts";
import { type DataOptions, prepare } from "./prepare.ts";
import { createRun, openRun, type Run } from "./run-directory.ts";
import { drawSamples } from "./samples.ts";
import { countWeights, firstNotFinite, initialState, restoredState, Trainer } from "./trainer.ts";

/** How long to train: passes over the training set, or rounds. */
export interface TrainingLength {
  readonly epochs?: number;
  readonly rounds?: number;
}

export interface TrainRequest extends TrainingLength, DataOptions {
  /** A name of the catalogue. */
  readonly model: string;
  /** A name or a path; the generated glyphs unless told. */
  readonly data?: string;
  /** The model's own options; the rest have its defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  /** The run's folder; a fresh one below `runs` unless told. */
  readonly out?: string;
  readonly device?: Device;
  /** Threads for one operator; the runtime's own choice unless told. */
  readonly threads?: number;
  /** Rounds between checkpoints; at the ends of epochs and by the clock unless told. */
  readonly checkpointEvery?: number;
  /** Stops the run cleanly: its state is saved and it can be resumed. */
  readonly signal?: AbortSignal;
}

export interface ResumeRequest extends TrainingLength {
  readonly device?: Device;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

export type TrainingEvent =
  | {
      readonly type: "start";
      readonly path: string;
      readonly model: string;
      readonly data: string;
      /** Rounds done already. */
      readonly round: number;
      /** Rounds asked for in all. */
      readonly rounds: number;
      readonly roundsPerEpoch: number;
      readonly weights: number;
    }
  | {
      readonly type: "round";
      readonly round: number;
      readonly epoch: number;
      /** Means since the last such event: each player's loss, and what it reports, as "player/what". */
      readonly metrics: Readonly<Record<string, number>>;
      readonly roundsPerSecond: number;
    }
  | { readonly type: "samples"; readonly round: number; readonly file: string; readonly picture?: Picture }
  | { readonly type: "checkpoint"; readonly round: number; readonly file: string }
  | { readonly type: "warning"; readonly message: string }
  | {
      readonly type: "end";
      readonly round: number;
      readonly reason: "finished" | "stopped";
      /** Seconds since this call began. */
      readonly seconds: number;
      readonly metrics: Readonly<Record<string, number>>;
      /** Measured on the test split, which nothing before has seen. */
      readonly test: Readonly<Record<string, number>>;
      /** Files of the run, by what they are. */
      readonly files: { readonly models: readonly string[]; readonly pictures: readonly string[] };
    };

export interface Training {
  /** The run's folder. */
  readonly path: string;
  /** Plays the rounds. Ends with an "end" event; leaving the loop early saves and closes the run. */
  events(): AsyncIterable<TrainingEvent>;
}

/** Fixed when a run begins, and kept with it. */
interface RunSettings {
  readonly phaseEnds: readonly number[];
  /** Rounds between events. */
  readonly eventEvery: number;
  /** Rounds between pictures. */
  readonly sampleEvery: number;
  readonly checkpointEvery: number | null;
}

const EVENTS_PER_EPOCH = 20;
const MOST_SAMPLES = 50;
const CHECKPOINT_SECONDS = 30;

/**
 * Begins a run.
 *
 * @throws UserError where the request, the data or the device will not do; nothing is written then
 * @example
 * const run = await train({ model: "vae", data: "mnist", epochs: 5, options: { latent: 16 } });
 * for await (const event of run.events()) if (event.type === "round") console.log(event.round, event.metrics);
 */
export async function train(request: TrainRequest): Promise<Training> {
  const began = performance.now();
  const model = findModel(request.model);
  const options = checkOptions(model, request.options ?? {});
  const length = lengthOf(request) ?? { epochs: 10 };
  const seed = request.seed ?? 0;
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new UserError(`seed ${seed} is not a whole number from 0 on`);
  }
  const { device = "cpu", threads = 0, checkpointEvery } = request;
  const how = definedOnly({
    validation: request.validation,
    imageSize: request.imageSize,
    grey: request.grey,
  });
  if (device !== "cpu") await probeDevice(device);
  const source = request.data ?? defaultSource;
  const { game, dataset } = await prepare(model, options, source, { seed, ...how });

  const ends = phaseEnds(game, length);
  const roundsPerEpoch = roundsPerEpochOf(game);
  const epochs = ends.at(-1)! / roundsPerEpoch;
  const settings: RunSettings = {
    phaseEnds: ends,
    eventEvery: Math.max(1, Math.round(Math.min(roundsPerEpoch, ends.at(-1)!) / EVENTS_PER_EPOCH)),
    sampleEvery: Math.max(
      1,
      epochs < 2
        ? Math.ceil(ends.at(-1)! / 10)
        : Math.round(roundsPerEpoch * Math.ceil(epochs / MOST_SAMPLES)),
    ),
    checkpointEvery: checkpointEvery ?? null,
  };
  const run = await createRun(
    request.out === undefined ? "runs" : dirname(request.out),
    {
      versions: versions(),
      model: model.name,
      options: JSON.parse(JSON.stringify(options)),
      data: { source: dataset.source, fingerprint: dataset.fingerprint, options: how },
      seed,
      batch: game.batch,
      device,
      threads,
      ...length,
      settings: { ...settings, phaseEnds: [...ends] },
    },
    request.out === undefined ? {} : { name: basename(request.out) },
  );
  return new RunTraining({ run, game, dataset, settings, rounds: ends.at(-1)!, began, ...signalOf(request) });
}

/**
 * Takes up a run from its last good checkpoint, to its asked length or a new one.
 *
 * @throws UserError where it is no run, is being trained elsewhere, or its data are no longer the same
 */
export async function resume(path: string, request: ResumeRequest = {}): Promise<Training> {
  const began = performance.now();
  const run = await openRun(path, { mode: "train" });
  try {
    const { description } = run;
    const model = findModel(description.model);
    const options = checkOptions(model, description.options);
    const device = request.device ?? (description.device as Device);
    if (device !== "cpu") await probeDevice(device);
    const { source, fingerprint, options: how } = description.data;
    const { game, dataset } = await prepare(model, options, source, { seed: description.seed, ...how });
    if (dataset.fingerprint !== fingerprint) {
      throw new UserError(
        `the data of ${source} are not those that ${path} was begun with (fingerprint ${dataset.fingerprint}, then ${fingerprint})`,
      );
    }
    const settings = description.settings as unknown as RunSettings;
    const length = lengthOf(request);
    const asked = length === undefined ? settings.phaseEnds.at(-1)! : phaseEnds(game, length).at(-1)!;
    if (length !== undefined) {
      const others = { epochs: undefined, rounds: undefined };
      await run.update({ ...others, ...length, device, threads: request.threads ?? description.threads });
    }
    return new RunTraining({
      run,
      game,
      dataset,
      settings,
      rounds: asked,
      began,
      ...signalOf(request),
      resumed: true,
    });
  } catch (error) {
    await run.close();
    throw error;
  }
}

function lengthOf({ epochs, rounds }: TrainingLength): { epochs: number } | { rounds: number } | undefined {
  if (epochs !== undefined && rounds !== undefined) throw new UserError("give epochs or rounds, not both");
  if (epochs !== undefined) {
    if (!(epochs > 0) || !Number.isFinite(epochs))
      throw new UserError(`epochs must be above 0, not ${epochs}`);
    return { epochs };
  }
  if (rounds === undefined) return undefined;
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    throw new UserError(`rounds must be a whole number from 1 on, not ${rounds}`);
  }
  return { rounds };
}

const signalOf = ({ signal }: { signal?: AbortSignal }) => (signal === undefined ? {} : { signal });

function definedOnly<T extends object>(values: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

function roundsPerEpochOf(game: Game): number {
  return game.data.count / examplesPerRound(game, game.phases.at(-1)!);
}

interface TrainingParts {
  readonly run: Run;
  readonly game: Game;
  readonly dataset: Dataset;
  readonly settings: RunSettings;
  readonly rounds: number;
  readonly began: number;
  readonly signal?: AbortSignal;
  readonly resumed?: boolean;
}

class RunTraining implements Training {
  private readonly parts: TrainingParts;
  private readonly sums = new Map<string, { sum: number; count: number }>();
  private latest: Readonly<Record<string, number>> = {};
  private eventBegan = performance.now();
  private eventRound = 0;

  constructor(parts: TrainingParts) {
    this.parts = parts;
  }

  get path(): string {
    return this.parts.run.path;
  }

  async *events(): AsyncGenerator<TrainingEvent, void, undefined> {
    const { run, game, dataset, settings } = this.parts;
    const { seed, device, threads } = run.description;
    let trainer: Trainer | undefined;
    let log: EventLog | undefined;
    try {
      const { checkpoint, warnings } = await loadLatestCheckpoint(run.path);
      for (const message of warnings) yield { type: "warning", message };
      trainer = new Trainer({
        game,
        dataset,
        seed,
        engine: nodeEngine,
        session: { device: device as Device, ...(threads > 0 ? { threads } : {}) },
        plan: planOf(game, settings.phaseEnds),
        round: checkpoint?.round ?? 0,
        state: checkpoint === undefined ? initialState(game, seed) : restoredState(game, checkpoint.tensors),
      });
      log = await EventLog.open(run.eventsPath, { resumeFrom: trainer.round });
      yield* this.play(trainer, log);
    } finally {
      await log?.close();
      await trainer?.release();
      await run.close();
    }
  }

  private async *play(trainer: Trainer, log: EventLog): AsyncGenerator<TrainingEvent, void, undefined> {
    const { run, game, dataset, settings, rounds, signal, began } = this.parts;
    const { seed } = run.description;
    let saved = trainer.round;
    let savedAt = performance.now();
    const save = async (): Promise<TrainingEvent> => {
      const bad = firstNotFinite(trainer.state);
      if (bad !== undefined) {
        throw new UserError(
          `training diverged: after round ${trainer.round} ${bad} is no longer finite; ` +
            `the checkpoint of round ${saved} is kept; try a lower learningRate`,
          { exitCode: 1 },
        );
      }
      await log.sync();
      const tensors = new Map(
        Object.entries(trainer.state).map(([name, { shape, data }]) => [
          name,
          { shape, data: data as Float32Array },
        ]),
      );
      const file = await saveCheckpoint(run.path, { round: trainer.round, tensors, metadata: {} });
      saved = trainer.round;
      savedAt = performance.now();
      return { type: "checkpoint", round: saved, file };
    };

    const roundsPerEpoch = roundsPerEpochOf(game);
    const start = { path: run.path, model: run.description.model, data: dataset.source };
    yield {
      type: "start",
      ...start,
      round: trainer.round,
      rounds,
      roundsPerEpoch,
      weights: countWeights(game),
    };
    this.eventRound = trainer.round;
    this.eventBegan = performance.now();
    while (trainer.round < rounds && !signal?.aborted) {
      const before = trainer.round;
      const limit = Math.min(
        rounds,
        nextMultiple(before, settings.eventEvery),
        nextMultiple(before, settings.sampleEvery),
        settings.checkpointEvery === null ? rounds : nextMultiple(before, settings.checkpointEvery),
      );
      try {
        this.count(await trainer.advance(limit));
      } catch (error) {
        // What was reached before the bad call is good, and worth keeping.
        if (error instanceof UserError && saved < trainer.round) yield await save();
        throw error;
      }
      const { round } = trainer;
      if (round % settings.eventEvery === 0 || round === rounds) {
        const event = this.roundEvent(round, round / roundsPerEpoch);
        log.append({ type: "round", round, epoch: event.epoch, metrics: { ...event.metrics } });
        yield event;
      }
      if (round % settings.sampleEvery === 0 || round === rounds) {
        for (const sample of await drawSamples(trainer, dataset, seed)) {
          const file = join(run.samplesPath, `${sample.name}-${String(round).padStart(7, "0")}.png`);
          await writeFileAtomic(file, sample.png);
          log.append({ type: "samples", round, file: relative(run.path, file) });
          yield {
            type: "samples",
            round,
            file,
            ...(sample.picture === undefined ? {} : { picture: sample.picture }),
          };
        }
      }
      const due =
        settings.checkpointEvery === null
          ? performance.now() - savedAt > CHECKPOINT_SECONDS * 1000
          : round % settings.checkpointEvery === 0;
      if (due || round === rounds) yield await save();
    }
    const finished = trainer.round >= rounds;
    if (!finished && saved < trainer.round) yield await save();
    const results = finished
      ? await finishRun({ run, trainer, dataset })
      : { test: {}, models: [], pictures: [] };
    yield {
      type: "end",
      round: trainer.round,
      reason: finished ? "finished" : "stopped",
      seconds: (performance.now() - began) / 1000,
      metrics: this.latest,
      test: results.test,
      files: { models: results.models, pictures: results.pictures },
    };
  }

  private count(metrics: Readonly<Record<string, Float32Array>>): void {
    for (const [name, values] of Object.entries(metrics)) {
      const sum = this.sums.get(name) ?? { sum: 0, count: 0 };
      for (const value of values) sum.sum += value;
      sum.count += values.length;
      this.sums.set(name, sum);
    }
  }

  private roundEvent(round: number, epoch: number): Extract<TrainingEvent, { type: "round" }> {
    this.latest = Object.fromEntries(Array.from(this.sums, ([name, { sum, count }]) => [name, sum / count]));
    this.sums.clear();
    const now = performance.now();
    const roundsPerSecond = ((round - this.eventRound) / (now - this.eventBegan)) * 1000;
    this.eventRound = round;
    this.eventBegan = now;
    return { type: "round", round, epoch, metrics: this.latest, roundsPerSecond };
  }
}

const nextMultiple = (value: number, step: number) => (Math.floor(value / step) + 1) * step;
