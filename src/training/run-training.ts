// A run being trained: rounds are played, and what they leave is written down in an order that survives being
// killed at any instant: first the pictures and the log of a round, then the checkpoint that vouches for them.

import { z } from "zod";
import type { Dataset } from "../data/index.ts";
import { UserError } from "../errors.ts";
import type { Game } from "../game/game.ts";
import type { Picture } from "../pictures/png.ts";
import type { Device } from "../runtime/engine.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { RoundProfile } from "../runtime/profile.ts";
import { Best, type BestLook, type BestSettings, bestCheckpoint } from "./best.ts";
import { loadLatestCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { type CollapseWarning, lookForCollapse } from "./collapse.ts";
import { EventLog, readAllEvents } from "./events.ts";
import { finishedRound, finishRun } from "./finish.ts";
import { planOf, roundsPerEpochOf } from "./plan.ts";
import { writeProfile } from "./profile-files.ts";
import type { Run } from "./run-directory.ts";
import { writeSamples } from "./samples.ts";
import {
  countWeights,
  firstNotFinite,
  initialState,
  type Metrics,
  restoredState,
  Trainer,
} from "./trainer.ts";
import { measureValidation } from "./validation.ts";

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
      /** Whether patience was at its end before: no more will be played. */
      readonly early?: true;
      readonly roundsPerEpoch: number;
      readonly weights: number;
      /** How many examples the data have for the test. */
      readonly testExamples: number;
    }
  | {
      readonly type: "round";
      readonly round: number;
      readonly epoch: number;
      /** Means since the last such event: each player's loss, and what it reports, as "player/what". */
      readonly metrics: Readonly<Record<string, number>>;
      readonly roundsPerSecond: number;
    }
  | {
      readonly type: "validation";
      readonly round: number;
      /** On the validation split: losses of the phase's players, what they report, and further measures ("mse"). */
      readonly measures: Readonly<Record<string, number>>;
    }
  | { readonly type: "samples"; readonly round: number; readonly file: string; readonly picture?: Picture }
  | {
      readonly type: "collapse";
      readonly round: number;
      /** Measures of codes and samples (docs/collapse.md). */
      readonly measures: Readonly<Record<string, number>>;
      /** What is collapsing and what to try. */
      readonly warnings: readonly CollapseWarning[];
    }
  | {
      readonly type: "profile";
      readonly profile: RoundProfile;
      /** Files of the run: all profiles so far, and this one as a picture. */
      readonly files: { readonly profiles: string; readonly picture: string };
    }
  | { readonly type: "checkpoint"; readonly round: number; readonly file: string }
  | { readonly type: "warning"; readonly message: string }
  | {
      readonly type: "end";
      readonly round: number;
      readonly reason: "finished" | "stopped";
      /** True where patience was at its end before all rounds were played. */
      readonly early?: boolean;
      /** Seconds since this call began. */
      readonly seconds: number;
      readonly metrics: Readonly<Record<string, number>>;
      /** Measured on the validation split; empty where there is none. */
      readonly validation: Readonly<Record<string, number>>;
      /** Measured on the test split, which nothing before has seen. */
      readonly test: Readonly<Record<string, number>>;
      /** What was kept, where the best networks by a measure were asked for. */
      readonly best?: BestLook & { readonly measure: string };
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
export interface RunSettings {
  readonly phaseEnds: readonly number[];
  /** Rounds between events. */
  readonly eventEvery: number;
  /** Rounds between pictures. */
  readonly sampleEvery: number;
  /** Rounds between looks for collapse; as between pictures where a run does not say. */
  readonly watchEvery?: number;
  /** Rounds between looks at the validation split; as between pictures where a run does not say. */
  readonly validateEvery?: number;
  /** The networks that are kept; those of the last round where a run does not say. */
  readonly best?: BestSettings;
  /** The round from which a run that patience had ended was gone on with. */
  readonly patienceFrom?: number;
  readonly checkpointEvery: number | null;
  /** False: the test split is not looked at. */
  readonly test?: boolean;
  /** True: sizes of gradients and steps are metrics. */
  readonly sizes?: boolean;
}

export interface TrainingParts {
  readonly run: Run;
  readonly game: Game;
  readonly dataset: Dataset;
  readonly settings: RunSettings;
  readonly device: Device;
  /** 0 leaves it to the runtime. */
  readonly threads: number;
  /** Rounds asked for in all. */
  readonly rounds: number;
  /** Whether to find out, in each phase, where the time of a round goes. */
  readonly profile?: boolean;
  /** Moment of the request, for the seconds it took. */
  readonly began: number;
  readonly signal?: AbortSignal;
}

/** Seconds between checkpoints where no number of rounds is set. */
const CHECKPOINT_SECONDS = 30;

/** A metric's values since the last event. */
const metricSum = z.object({ sum: z.number(), count: z.number() });
type MetricSum = z.output<typeof metricSum>;

export class RunTraining implements Training {
  private readonly parts: TrainingParts;
  private readonly roundsPerEpoch: number;
  private readonly sums = new Map<string, MetricSum>();
  private readonly profiled = new Set<string>();
  private readonly best: Best | undefined;
  private latest: Readonly<Record<string, number>> = {};
  private eventBegan = 0;
  private eventRound = 0;
  private saved = 0;
  private savedAt = 0;
  /** Rounds whose checkpoints were kept as the best, the newest last. */
  private savedBest: readonly number[] = [];

  constructor(parts: TrainingParts) {
    this.parts = parts;
    this.roundsPerEpoch = roundsPerEpochOf(parts.game);
    if (parts.settings.best !== undefined) this.best = new Best(parts.settings.best);
  }

  get path(): string {
    return this.parts.run.path;
  }

  async *events(): AsyncGenerator<TrainingEvent, void, undefined> {
    const { run } = this.parts;
    let trainer: Trainer | undefined;
    let log: EventLog | undefined;
    try {
      const { checkpoint, warnings } = await loadLatestCheckpoint(run.path);
      for (const message of warnings) yield { type: "warning", message };
      trainer = this.trainerFrom(checkpoint);
      this.saved = trainer.round;
      this.restoreSums(checkpoint?.metadata.sums);
      this.best?.restore(checkpoint?.metadata.best, this.parts.settings.patienceFrom);
      if (this.best?.best !== undefined) this.savedBest = [this.best.best.round];
      log = await EventLog.open(run.eventsPath, { resumeFrom: trainer.round });
      try {
        yield* this.play(trainer, log);
      } finally {
        // Whoever leaves the loop early, or a round that went wrong: what was reached before is worth keeping.
        if (trainer.round > this.saved && firstNotFinite(trainer.state) === undefined)
          await this.save(trainer, log);
      }
    } finally {
      await log?.close();
      await trainer?.release();
      await run.close();
    }
  }

  private trainerFrom(checkpoint: Awaited<ReturnType<typeof loadLatestCheckpoint>>["checkpoint"]): Trainer {
    const { run, game, dataset, settings, device, threads } = this.parts;
    const { seed } = run.description;
    return new Trainer({
      game,
      dataset,
      seed,
      engine: nodeEngine,
      session: { device, ...(threads > 0 ? { threads } : {}) },
      plan: planOf(game, settings.phaseEnds),
      round: checkpoint?.round ?? 0,
      state: checkpoint === undefined ? initialState(game, seed) : restoredState(game, checkpoint.tensors),
    });
  }

  private async *play(trainer: Trainer, log: EventLog): AsyncGenerator<TrainingEvent, void, undefined> {
    const { run, game, dataset, settings, rounds, signal, began } = this.parts;
    yield {
      type: "start",
      path: run.path,
      model: run.description.model,
      data: dataset.source,
      round: trainer.round,
      rounds,
      ...(this.best?.exhausted === true && trainer.round < rounds ? { early: true } : {}),
      roundsPerEpoch: this.roundsPerEpoch,
      weights: countWeights(game),
      // Training examples are always read, and with them it is known what is left for the test.
      testExamples: dataset.testCount ?? 0,
    };
    this.eventRound = trainer.round;
    this.eventBegan = performance.now();
    this.savedAt = performance.now();
    const { sampleEvery, checkpointEvery } = settings;
    const { watchEvery = sampleEvery, validateEvery = sampleEvery } = settings;
    // A call ends where the state itself is wanted. Metrics come for each round, so events may lie within calls.
    const steps = [sampleEvery, watchEvery, validateEvery, checkpointEvery ?? sampleEvery];
    const start = trainer.round;
    while (!this.isFinished(trainer) && !signal?.aborted) {
      const limit = Math.min(rounds, ...steps.map((step) => nextMultiple(trainer.round, step)));
      const from = trainer.round;
      const called = performance.now();
      const metrics = await trainer.advance(limit);
      yield* this.count(metrics, { from, to: trainer.round, called, log });
      if (this.parts.profile === true) yield* this.profile(trainer);
      yield* await this.record(trainer, log);
      if (this.isNewBest || this.checkpointIsDue(trainer.round)) yield await this.save(trainer, log);
    }
    const finished = this.isFinished(trainer);
    // Of a run that is ended where it stands, the last round is still to be written down.
    if (finished && trainer.round === start && (await finishedRound(run)) !== start)
      yield* await this.record(trainer, log, await recordedTypes(run, start));
    if (trainer.round > this.saved || this.isNewBest) yield await this.save(trainer, log);
    const early = finished && trainer.round < rounds;
    if (early) await run.update({ lastRound: trainer.round });
    const best = finished ? yield* this.takeBest(trainer, log) : undefined;
    const results = finished
      ? await finishRun({ run, trainer, dataset, test: settings.test !== false, best })
      : { validation: {}, test: {}, models: [], pictures: [] };
    yield {
      type: "end",
      round: trainer.round,
      reason: finished ? "finished" : "stopped",
      ...(early ? { early } : {}),
      seconds: (performance.now() - began) / 1000,
      metrics: this.latest,
      validation: results.validation,
      test: results.test,
      ...(best === undefined ? {} : { best }),
      files: { models: results.models, pictures: results.pictures },
    };
  }

  /**
   * Writes down what is due after this round: looks at the validation split and for collapse, pictures, and of the last
   * round the metrics since the last event.
   *
   * @param recorded types of events that the log has of this round already
   */
  private async record(
    trainer: Trainer,
    log: EventLog,
    recorded: ReadonlySet<string> = new Set(),
  ): Promise<TrainingEvent[]> {
    const { run, dataset, settings } = this.parts;
    const { round } = trainer;
    const events: TrainingEvent[] = [];
    // Patience may end with this look, and this round is then the last.
    const validation = await this.validate(trainer);
    const last = this.isFinished(trainer);
    if (last && this.sums.size > 0) events.push(this.roundEvent(round, { now: performance.now(), log }));
    if (validation !== undefined && !recorded.has("validation")) {
      log.append({ type: "validation", round, measures: { ...validation } });
      events.push({ type: "validation", round, measures: validation });
    }
    if ((round % (settings.watchEvery ?? settings.sampleEvery) === 0 || last) && !recorded.has("collapse"))
      events.push(...(await this.watch(trainer, log)));
    if ((round % settings.sampleEvery === 0 || last) && !recorded.has("samples")) {
      for (const { file, link, picture } of await writeSamples(run, trainer, dataset, round)) {
        log.append({ type: "samples", round, file: link });
        events.push({ type: "samples", round, file, ...(picture === undefined ? {} : { picture }) });
      }
    }
    return events;
  }

  /** Profiles a phase once its first rounds are played. */
  private async *profile(trainer: Trainer): AsyncGenerator<TrainingEvent, void, undefined> {
    if (this.profiled.has(trainer.phase)) return;
    this.profiled.add(trainer.phase);
    const profile = await trainer.profile();
    yield { type: "profile", profile, files: await writeProfile(this.parts.run, profile) };
  }

  /** Looks for collapse. */
  private async watch(trainer: Trainer, log: EventLog): Promise<TrainingEvent[]> {
    const { run, dataset, rounds } = this.parts;
    const { round } = trainer;
    const found = await lookForCollapse(trainer, dataset, {
      seed: run.description.seed,
      progress: round / rounds,
    });
    if (found === undefined) return [];
    const { measures, warnings } = found;
    log.append({ type: "collapse", round, measures, warnings: warnings.map((warning) => ({ ...warning })) });
    return [{ type: "collapse", round, measures, warnings }];
  }

  /** Whether all rounds are played, or patience is at its end. */
  private isFinished({ round }: Trainer): boolean {
    return round >= this.parts.rounds || this.best?.exhausted === true;
  }

  /** Whether there is a best look whose networks are in no checkpoint yet: those of this round. */
  private get isNewBest(): boolean {
    const { best } = this.best ?? {};
    return best !== undefined && best.round !== this.savedBest.at(-1);
  }

  /** Looks at the validation split where that is due, and notes whether it is the best look so far. */
  private async validate(trainer: Trainer): Promise<Readonly<Record<string, number>> | undefined> {
    const { run, game, dataset, settings, rounds } = this.parts;
    const { validateEvery = settings.sampleEvery, phaseEnds } = settings;
    const { round } = trainer;
    const counts = round % validateEvery === 0;
    if (dataset.validation.count === 0 || !(counts || round >= rounds)) return undefined;
    const measures = await measureValidation(trainer, dataset, run.description.seed);
    const lastPhase = phaseEnds[game.phases.length - 2] ?? 0;
    if (round > lastPhase) this.best?.take(round, measures, { counts });
    return measures;
  }

  /** Gives the trainer the best networks, where they are not its own; where they are lost it keeps its own. */
  private async *takeBest(
    trainer: Trainer,
    log: EventLog,
  ): AsyncGenerator<TrainingEvent, (BestLook & { readonly measure: string }) | undefined, undefined> {
    const { best } = this;
    if (best?.best === undefined) return undefined;
    const look = best.best;
    if (look.round !== trainer.round) {
      try {
        const checkpoint = await bestCheckpoint(this.path, look.round);
        trainer.state = restoredState(this.parts.game, checkpoint.tensors);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        yield {
          type: "warning",
          message: `the networks of round ${look.round}, the best by ${best.settings.measure}, are lost, and those of the last round are kept: ${error.message}`,
        };
        best.forget();
        yield await this.save(trainer, log);
        return undefined;
      }
    }
    return { measure: best.settings.measure, ...look };
  }

  private checkpointIsDue(round: number): boolean {
    const { checkpointEvery } = this.parts.settings;
    return checkpointEvery === null
      ? performance.now() - this.savedAt > CHECKPOINT_SECONDS * 1000
      : round % checkpointEvery === 0;
  }

  private async save(trainer: Trainer, log: EventLog): Promise<TrainingEvent> {
    const bad = firstNotFinite(trainer.state);
    if (bad !== undefined) {
      throw new UserError(
        `training diverged: after round ${trainer.round} ${bad} is no longer finite; ` +
          `the checkpoint of round ${this.saved} is kept; try a lower learningRate`,
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
    const metadata = {
      sums: Object.fromEntries(this.sums),
      ...(this.best === undefined ? {} : { best: this.best.toJson() }),
    };
    if (this.isNewBest) this.savedBest = [...this.savedBest.slice(-1), this.best!.best!.round];
    // Should the newest checkpoint be damaged, the one before it wants what was the best for it.
    const file = await saveCheckpoint(
      this.path,
      { round: trainer.round, tensors, metadata },
      { also: this.savedBest },
    );
    this.saved = trainer.round;
    this.savedAt = performance.now();
    return { type: "checkpoint", round: this.saved, file };
  }

  /** A checkpoint may lie between two events; the next event's means count from the last one all the same. */
  private restoreSums(saved: unknown): void {
    const sums = z.record(z.string(), metricSum).safeParse(saved).data ?? {};
    for (const [name, sum] of Object.entries(sums)) this.sums.set(name, sum);
  }

  /** Adds up the metrics of a call's rounds; where an event is due among them, that is written and told. */
  private count(
    metrics: Metrics,
    { from, to, called, log }: { from: number; to: number; called: number; log: EventLog },
  ): TrainingEvent[] {
    const { eventEvery } = this.parts.settings;
    const lasted = performance.now() - called;
    // Made before any is told: whoever leaves the loop at the first leaves a whole log all the same.
    const events: TrainingEvent[] = [];
    for (let start = from; start < to; ) {
      const due = nextMultiple(start, eventEvery);
      const end = Math.min(due, to);
      for (const [name, values] of Object.entries(metrics)) {
        const { sum, count } = this.sums.get(name) ?? { sum: 0, count: 0 };
        const part = values.subarray(start - from, end - from);
        this.sums.set(name, {
          sum: part.reduce((total, value) => total + value, sum),
          count: count + part.length,
        });
      }
      // Rounds of a call take equally long.
      const now = called + (lasted * (end - from)) / (to - from);
      if (end === due && this.sums.size > 0) events.push(this.roundEvent(end, { now, log }));
      start = end;
    }
    return events;
  }

  /** Writes and returns the event of a round: the means of the metrics since the last one. */
  private roundEvent(
    round: number,
    { now, log }: { now: number; log: EventLog },
  ): Extract<TrainingEvent, { type: "round" }> {
    this.latest = Object.fromEntries(Array.from(this.sums, ([name, { sum, count }]) => [name, sum / count]));
    this.sums.clear();
    const roundsPerSecond = ((round - this.eventRound) / (now - this.eventBegan)) * 1000;
    this.eventRound = round;
    this.eventBegan = now;
    const epoch = round / this.roundsPerEpoch;
    log.append({ type: "round", round, epoch, metrics: { ...this.latest } });
    return { type: "round", round, epoch, metrics: this.latest, roundsPerSecond };
  }
}

/** Types of events that a run's log has of a round. */
async function recordedTypes(run: Run, round: number): Promise<Set<string>> {
  const events = await readAllEvents(run.eventsPath);
  return new Set(events.filter((event) => event.round === round).map(({ type }) => type));
}

const nextMultiple = (value: number, step: number) => (Math.floor(value / step) + 1) * step;
