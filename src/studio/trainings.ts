// The runs that this server trains, each in a process of its own, by the processes that play the runs of sweeps
// (sweep/trial-process.ts): a job goes out by message, progress and the outcome come back, and when the server is
// gone a run is saved. Pages come and go; the trainings are the server's.

import { UserError } from "../errors.ts";
import type { TrialJob, TrialOutcome, TrialRunner } from "../sweep/run-trial.ts";
import type { Pace } from "./contract.ts";
import { Rate } from "./rate.ts";
import { Refused } from "./refused.ts";

/** A run that is being trained. */
export class Training {
  readonly #stop = new AbortController();
  readonly #rate = new Rate();
  /** When it is over, however it ends. */
  readonly outcome: Promise<TrialOutcome>;
  /** When the run is there and its first round can be played; or when it is over. */
  readonly begun: Promise<void>;

  constructor(job: TrialJob, runner: TrialRunner) {
    const { promise, resolve } = deferred();
    this.begun = promise;
    this.outcome = runner(job, {
      signal: this.#stop.signal,
      onProgress: (part) => {
        this.#rate.note(performance.now() / 1000, part);
        resolve();
      },
    }).finally(resolve);
  }

  /** Saves the run and ends its process. */
  async stop(): Promise<TrialOutcome> {
    this.#stop.abort();
    return this.outcome;
  }

  /** How fast it is, of so many rounds in all; nothing before that is known. */
  progress(rounds: number | undefined): { readonly pace?: Pace } {
    const { pace } = this.#rate.towards(1);
    // What is told is the part that is done.
    return pace === undefined || rounds === undefined
      ? {}
      : { pace: { ...pace, roundsPerSecond: pace.roundsPerSecond * rounds } };
  }
}

export class Trainings {
  readonly #runner: TrialRunner;
  readonly #running = new Map<string, Training>();
  readonly #problems = new Map<string, string>();
  #closed = false;

  constructor(runner: TrialRunner) {
    this.#runner = runner;
  }

  get(name: string): Training | undefined {
    return this.#running.get(name);
  }

  /** Runs that are being trained, and those that are just beginning. */
  names(): string[] {
    return [...this.#running.keys()];
  }

  /** Why the last training of a run ended, where it went wrong. */
  problemOf(name: string): string | undefined {
    return this.#problems.get(name);
  }

  /**
   * Begins a run or goes on with one, and waits until it plays.
   *
   * @throws UserError where it cannot be begun
   */
  async play(name: string, job: TrialJob): Promise<void> {
    if (this.#closed) throw new Refused("the server is stopping", 409);
    if (this.#running.has(name)) throw new Refused(`${name} is being trained already`, 409);
    this.#problems.delete(name);
    const training = new Training(job, this.#runner);
    this.#running.set(name, training);
    const over = training.outcome.then((outcome) => {
      this.#running.delete(name);
      if ("reason" in outcome) this.#problems.set(name, outcome.reason);
    });
    await training.begun;
    // A run that could not be begun is over at the same time.
    await Promise.race([over, new Promise((resolve) => setImmediate(resolve))]);
    const problem = this.#problems.get(name);
    if (problem !== undefined && !this.#running.has(name)) throw new UserError(problem);
  }

  /** Saves a run and ends its process; nothing where it is not being trained here. */
  async stop(name: string): Promise<void> {
    await this.#running.get(name)?.stop();
  }

  /** Saves all runs and ends their processes; no other begins after that. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#running.values(), (training) => training.stop()));
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
