// One run of a trial: begun where there is none yet, taken up where there is. It is an ordinary run, but for the
// test split, which it does not look at.

import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { isRun } from "../training/run-directory.ts";
import { RunLockedError } from "../training/run-lock.ts";
import {
  type ResumeRequest,
  resume,
  type Training,
  type TrainingEvent,
  type TrainingLength,
  type TrainRequest,
  train,
} from "../training/train.ts";

/** What a process needs to know to play a run; plain JSON. */
export interface TrialJob {
  /** The run's folder. */
  readonly path: string;
  readonly request: Omit<TrainRequest, "out" | "signal" | "test" | "epochs" | "rounds">;
  /** How far to play, from the run's beginning. */
  readonly length: TrainingLength;
  /** True: the test split is measured at the run's end, which a sweep leaves alone. */
  readonly test?: boolean;
}

export type TrialOutcome =
  | {
      readonly status: "finished";
      readonly round: number;
      /** Of the validation split: losses, what players report, and further measures. */
      readonly measures: Readonly<Record<string, number>>;
      readonly seconds: number;
    }
  /** It cannot be trained: it diverges, say. It would fail again. */
  | { readonly status: "failed"; readonly reason: string }
  /** Its process has ended before it; another attempt may go well. */
  | { readonly status: "lost"; readonly reason: string }
  /** It was asked to stop, and is saved. */
  | { readonly status: "stopped" };

export interface TrialOptions {
  readonly signal: AbortSignal;
  /** Told the part that is done, from 0 to 1. */
  readonly onProgress: (part: number) => void;
}

/** How a job is done: in this process or in another. */
export type TrialRunner = (job: TrialJob, options: TrialOptions) => Promise<TrialOutcome>;

/** The process that trained a run may just be saving it, on its way out. */
const PATIENCE = { attempts: 60, milliseconds: 500 };

/** Does a job in this process. What is wrong with the run is its outcome; nothing is thrown. */
export const runTrial: TrialRunner = async (job, { signal, onProgress }) => {
  // What keeps a run from being taken up may pass; what ends it while it is played would come again.
  let lasting = !(await isRun(job.path));
  try {
    const training = lasting ? await begin(job, signal) : await takeUp(job, signal);
    lasting = true;
    let rounds = 1;
    let end: Extract<TrainingEvent, { type: "end" }> | undefined;
    for await (const event of training.events()) {
      if (event.type === "start") rounds = event.rounds;
      if (event.type === "start" || event.type === "round") onProgress(Math.min(1, event.round / rounds));
      if (event.type === "end") end = event;
    }
    if (end?.reason !== "finished") return { status: "stopped" };
    return { status: "finished", round: end.round, measures: end.validation, seconds: end.seconds };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: lasting && isOfTheTrial(error) ? "failed" : "lost", reason };
  }
};

/** Divergence and options that do not fit, but not what the system refuses, a full disk say. */
const isOfTheTrial = (error: unknown): boolean => error instanceof UserError && error.cause === undefined;

const begin = ({ path, request, length, test = false }: TrialJob, signal: AbortSignal): Promise<Training> =>
  train({ ...request, ...length, test, out: path, signal });

async function takeUp({ path, request, length }: TrialJob, signal: AbortSignal): Promise<Training> {
  const { device, threads } = request;
  const again: ResumeRequest = {
    ...length,
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
    signal,
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return await resume(path, again);
    } catch (error) {
      if (!(error instanceof RunLockedError) || attempt === PATIENCE.attempts || signal.aborted) throw error;
      await wait(PATIENCE.milliseconds);
    }
  }
}
