// A sweep being played: its runs, a few at a time, and what is made of their results.
//
// Trials are compared by what is measured on validation examples at a run's end; the test split is never loaded. So
// that no seed trains on another's test examples, the data are those of the first seed in all runs.
//
// Runs are played in rungs (one, unless the sweep halves). A run that goes on to the next rung is resumed. Each
// result is on the disk before the next run begins, so that a sweep can be taken up after any crash.

import { setMaxListeners } from "node:events";
import { join } from "node:path";
import type { Device } from "../runtime/engine.ts";
import type { DataOptions } from "../training/prepare.ts";
import { type Goal, judge, rank, type TrialResult } from "./ranking.ts";
import { writeReport } from "./report.ts";
import type { Results, RunResult } from "./results.ts";
import { runTrial, type TrialJob, type TrialOutcome, type TrialRunner } from "./run-trial.ts";
import { type CompleteSpec, unitOf } from "./spec.ts";
import { runTrialApart } from "./trial-process.ts";
import type { PlayedTrial, Rung } from "./trials.ts";

export type SweepEvent =
  | {
      readonly type: "start";
      readonly path: string;
      readonly model: string;
      readonly data: string;
      readonly metric: string;
      /** What lengths are counted in. */
      readonly unit: "epochs" | "rounds";
      readonly trials: number;
      /** Runs of each trial: seeds × folds. */
      readonly runs: number;
      readonly rungs: readonly Rung[];
      /** At a time; 0: in this process. */
      readonly processes: number;
      /** The part of the training examples kept apart because the data have no validation split. */
      readonly heldOut?: number;
      /** Runs finished by an earlier sitting. */
      readonly finished: number;
    }
  /** Epochs or rounds done of those of all trials. */
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  | {
      readonly type: "trial";
      readonly result: TrialResult;
      /** Trials of this rung that are done. */
      readonly finished: number;
      readonly trials: number;
      readonly best: TrialResult | undefined;
    }
  | {
      readonly type: "rung";
      /** From 1 on. */
      readonly rung: number;
      readonly length: number;
      /** Trials that go on. */
      readonly goOn: number;
    };

export interface SweepResult {
  /** The sweep's folder. */
  readonly path: string;
  readonly spec: CompleteSpec;
  readonly goal: Goal;
  readonly reason: "finished" | "stopped";
  /** Absent where every trial failed. */
  readonly best?: TrialResult;
  /** The best first, failed ones last; of a stopped sweep those that are done. */
  readonly trials: readonly TrialResult[];
  readonly heldOut?: number;
  /** Runs that are done, and in all. */
  readonly finishedRuns: number;
  readonly runs: number;
  /** Seconds since this call began. */
  readonly seconds: number;
  /** Report, table and picture; none of a stopped sweep. */
  readonly files: readonly string[];
}

/** A sweep of which all is known that can be without training. */
export interface PreparedSweep {
  readonly spec: CompleteSpec;
  readonly goal: Goal;
  readonly trials: readonly PlayedTrial[];
  readonly rungs: readonly Rung[];
  readonly processes: number;
  readonly threads: number | undefined;
  readonly device: Device;
  readonly dataOptions: DataOptions;
  readonly heldOut: number | undefined;
}

/** One run of a rung. */
interface Task {
  readonly trial: PlayedTrial;
  /** What tells its result from others. */
  readonly key: {
    readonly trial: number;
    readonly seed: number;
    readonly fold?: number;
    readonly length: number;
  };
  readonly run: string;
  readonly job: TrialJob;
}

/** Plays a sweep. */
export class Conductor {
  readonly #path: string;
  readonly #prepared: PreparedSweep;
  readonly #results: Results;
  readonly #tell: (event: SweepEvent) => void;
  /** Aborted when the user stops the sweep, or something makes it impossible to go on. */
  readonly #stop = new AbortController();
  /** Parts that are done of the runs being played, in epochs or rounds of this rung. */
  readonly #playing = new Map<Task, number>();
  /** Epochs or rounds of the runs that are done. */
  #done = 0;

  constructor(
    path: string,
    prepared: PreparedSweep,
    results: Results,
    {
      signal,
      onEvent = () => {},
    }: { readonly signal?: AbortSignal; readonly onEvent?: (event: SweepEvent) => void },
  ) {
    this.#path = path;
    this.#prepared = prepared;
    this.#results = results;
    this.#tell = onEvent;
    setMaxListeners(0, this.#stop.signal); // One for each process.
    if (signal?.aborted) this.#stop.abort();
    else signal?.addEventListener("abort", () => this.#stop.abort(), { once: true });
  }

  async conduct(began: number): Promise<SweepResult> {
    const { spec, goal, trials, rungs, processes, heldOut } = this.#prepared;
    const runsEach = spec.seeds.length * (spec.folds ?? 1);
    this.#tell({
      type: "start",
      path: this.#path,
      model: spec.model,
      data: spec.data,
      metric: spec.metric,
      unit: unitOf(spec),
      trials: trials.length,
      runs: runsEach,
      rungs,
      processes,
      ...(heldOut === undefined ? {} : { heldOut }),
      finished: this.#results.list().length,
    });
    let judged: TrialResult[] = [];
    let remaining = trials;
    let stopped = false;
    for (const [index, rung] of rungs.entries()) {
      const before = rungs[index - 1]?.length ?? 0;
      // Fewer go on than there is room for where others have failed.
      this.#done += (rung.trials - remaining.length) * runsEach * (rung.length - before);
      const present = await this.#play(remaining, rung.length, before);
      judged = [...judged.filter(({ trial }) => !present.some((one) => one.trial === trial)), ...present];
      stopped = present.length < remaining.length;
      const next = rungs[index + 1];
      if (stopped || next === undefined) break;
      const numbers = rank(present, goal)
        .filter(({ value }) => value !== undefined)
        .slice(0, next.trials)
        .map(({ trial }) => trial);
      remaining = trials.filter(({ number }) => numbers.includes(number));
      this.#tell({ type: "rung", rung: index + 1, length: rung.length, goOn: remaining.length });
    }
    const ranked = rank(judged, goal);
    const best = ranked.find(({ value }) => value !== undefined);
    const outcome = {
      ...{ path: this.#path, spec, goal, trials: ranked },
      ...(best === undefined ? {} : { best }),
      ...(heldOut === undefined ? {} : { heldOut }),
    };
    const files = stopped ? [] : await writeReport(outcome);
    return {
      ...outcome,
      reason: stopped ? "stopped" : "finished",
      finishedRuns: this.#results.list().length,
      runs: rungs.reduce((sum, rung) => sum + rung.trials, 0) * runsEach,
      seconds: (performance.now() - began) / 1000,
      files,
    };
  }

  /** Plays all runs of these trials to a length, those that are done already excepted. */
  async #play(trials: readonly PlayedTrial[], length: number, before: number): Promise<TrialResult[]> {
    const { spec, goal, processes } = this.#prepared;
    const tasks = trials.map((trial) => this.#tasksOf(trial, length));
    const judged: TrialResult[] = [];
    const settle = (own: readonly Task[]): void => {
      const result = judge(own[0]!.trial, this.#results.list(), { metric: spec.metric, length });
      judged.push(result);
      const best = rank(judged, goal).find(({ value }) => value !== undefined);
      this.#tell({ type: "trial", result, finished: judged.length, trials: trials.length, best });
    };
    const isDone = ({ key }: Task): boolean => this.#results.get(key) !== undefined;
    const open = tasks.flatMap((own) => {
      this.#done += own.filter(isDone).length * (length - before);
      if (own.every(isDone)) settle(own);
      return own.filter((task) => !isDone(task)).map((task) => ({ task, own }));
    });
    this.#progress();
    const runner = processes === 0 ? runTrial : runTrialApart;
    await this.#share(open, Math.max(1, processes), async ({ task, own }) => {
      await this.#run(task, runner, length, before);
      if (own.every(isDone)) settle(own);
      this.#progress();
    });
    return judged;
  }

  /** Some workers take one item after the other; the first error stops them all. */
  async #share<Item>(
    items: readonly Item[],
    workers: number,
    work: (item: Item) => Promise<void>,
  ): Promise<void> {
    let next = 0;
    let failure: { error: unknown } | undefined;
    const worker = async (): Promise<void> => {
      while (next < items.length && !this.#stop.signal.aborted) {
        try {
          await work(items[next++]!);
        } catch (error) {
          failure ??= { error };
          this.#stop.abort();
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(workers, items.length) }, worker));
    if (failure !== undefined) throw failure.error;
  }

  async #run(task: Task, runner: TrialRunner, length: number, before: number): Promise<void> {
    const outcome = await runner(task.job, {
      signal: this.#stop.signal,
      onProgress: (part) => {
        this.#playing.set(task, Math.max(0, part * length - before));
        this.#progress();
      },
    });
    this.#playing.delete(task);
    if (outcome.status === "stopped") return;
    this.#done += length - before;
    const result: RunResult = { ...task.key, run: task.run, ...told(outcome) };
    if (outcome.status === "lost") this.#results.remember(result);
    else await this.#results.add(result);
  }

  #progress(): void {
    const { spec, rungs } = this.#prepared;
    const runs = spec.seeds.length * (spec.folds ?? 1);
    const total = rungs.reduce(
      (sum, { trials, length }, index) => sum + trials * runs * (length - (rungs[index - 1]?.length ?? 0)),
      0,
    );
    const playing = [...this.#playing.values()].reduce((sum, part) => sum + part, 0);
    this.#tell({ type: "progress", done: Math.min(total, this.#done + playing), total });
  }

  #tasksOf(trial: PlayedTrial, length: number): Task[] {
    const { spec, device, threads, dataOptions } = this.#prepared;
    const unit = unitOf(spec);
    const folds =
      spec.folds === undefined ? [undefined] : Array.from({ length: spec.folds }, (_, i) => i + 1);
    return spec.seeds.flatMap((seed) =>
      folds.map((fold): Task => {
        const run = [
          `trial-${String(trial.number).padStart(3, "0")}`,
          ...(spec.seeds.length > 1 ? [`seed-${seed}`] : []),
          ...(fold === undefined ? [] : [`fold-${fold}`]),
        ].join("-");
        return {
          trial,
          key: { trial: trial.number, seed, ...(fold === undefined ? {} : { fold }), length },
          run: join("runs", run),
          job: {
            path: join(this.#path, "runs", run),
            request: {
              model: spec.model,
              data: spec.data,
              options: trial.settings,
              seed,
              ...(seed === spec.seeds[0] ? {} : { dataSeed: spec.seeds[0]! }),
              ...dataOptions,
              ...(fold === undefined ? {} : { fold: { index: fold, count: spec.folds! } }),
              device,
              ...(threads === undefined ? {} : { threads }),
              planned: { [unit]: spec[unit] },
            },
            length: { [unit]: length },
          },
        };
      }),
    );
  }
}

/** What is kept of an outcome. */
function told(outcome: Exclude<TrialOutcome, { status: "stopped" }>): Partial<RunResult> {
  if (outcome.status !== "finished") return { failed: outcome.reason };
  const { round, measures, seconds } = outcome;
  return { round, measures: { ...measures }, seconds };
}
