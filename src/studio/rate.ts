// How fast a run goes, from the moments at which it was seen to be somewhere.

import type { Pace } from "./contract.ts";

/** Seconds of the past that a rate is measured over. */
const SECONDS = 10;

export class Rate {
  #moments: { readonly time: number; readonly round: number }[] = [];

  /** Notes that a round was reached; `time` in seconds of any clock. */
  note(time: number, round: number): void {
    const last = this.#moments.at(-1);
    if (last !== undefined && (round < last.round || time < last.time)) this.#moments = [];
    // Two moments are kept however long ago they are: a round may take minutes.
    const recent = this.#moments.filter((moment) => time - moment.time < SECONDS);
    this.#moments = [...(recent.length > 0 ? recent : this.#moments.slice(-1)), { time, round }];
  }

  /** Its pace towards so many rounds in all; nothing before that can be told. */
  towards(rounds: number | undefined): { readonly pace?: Pace } {
    const [first, last] = [this.#moments[0], this.#moments.at(-1)];
    if (first === undefined || last === undefined || rounds === undefined) return {};
    const roundsPerSecond = (last.round - first.round) / (last.time - first.time);
    if (!(roundsPerSecond > 0) || !Number.isFinite(roundsPerSecond)) return {};
    return { pace: { roundsPerSecond, secondsLeft: Math.max(0, rounds - last.round) / roundsPerSecond } };
  }
}
