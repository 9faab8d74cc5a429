// When each phase is played. The rounds at which phases end are fixed when a run begins and kept with it, so that
// a run that is later made longer repeats nothing and skips nothing: the added rounds go to the last phase.

import { UserError } from "../errors.ts";
import type { Game } from "../game/game.ts";
import type { Phase } from "../game/model.ts";

/** A phase in its place. */
export interface Stretch {
  readonly phase: Phase;
  /** Rounds before it. */
  readonly start: number;
  /** Rounds when it is over; Infinity for the last. */
  readonly end: number;
  /** Batches that earlier phases took, of the data and of the second domain. */
  readonly before: { readonly batches: number; readonly targetBatches: number };
}

export type Plan = readonly Stretch[];

/** Examples that one round of a phase looks at. */
export function examplesPerRound(game: Game, phase: Phase): number {
  return Math.max(game.compileRound(phase).batches.length, 1) * game.batch;
}

/** Rounds in one pass over the training set, in the last phase. */
export function roundsPerEpochOf(game: Game): number {
  return game.data.count / examplesPerRound(game, game.phases.at(-1)!);
}

/** Rounds of a run at most: years of them, and few enough that all batches and examples so far are counted exactly. */
export const MOST_ROUNDS = 1e10;

/**
 * The rounds at which phases end, for so many epochs (passes over the training set) or rounds in all.
 *
 * @throws UserError where these are more rounds than a run may have
 */
export function phaseEnds(
  game: Game,
  length: { readonly epochs: number } | { readonly rounds: number },
): number[] {
  const { phases, data } = game;
  const shares = phases.map(({ share }) => share ?? 1);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let done = 0;
  const ends = phases.map((phase, index) => {
    const part = shares[index]! / whole;
    if ("rounds" in length) {
      done = index === phases.length - 1 ? length.rounds : done + Math.round(length.rounds * part);
    } else {
      done += Math.ceil((length.epochs * part * data.count) / examplesPerRound(game, phase) - 1e-9);
    }
    return done;
  });
  if (done <= MOST_ROUNDS) return ends;
  const asked = "rounds" in length ? `${length.rounds} rounds` : `${length.epochs} epochs`;
  throw new UserError(
    `${asked} are more than a run may have, ${MOST_ROUNDS.toLocaleString("en")} rounds; ask for fewer`,
  );
}

/** Puts a game's phases in their places. */
export function planOf(game: Game, ends: readonly number[]): Plan {
  let start = 0;
  let before = { batches: 0, targetBatches: 0 };
  return game.phases.map((phase, index) => {
    const last = index === game.phases.length - 1;
    const stretch = { phase, start, end: last ? Number.POSITIVE_INFINITY : ends[index]!, before };
    start = ends[index]!;
    if (!last) {
      const { batches, targetBatches } = game.compileRound(phase);
      const rounds = stretch.end - stretch.start;
      before = {
        batches: before.batches + rounds * batches.length,
        targetBatches: before.targetBatches + rounds * targetBatches.length,
      };
    }
    return stretch;
  });
}

/** The phase that a round belongs to. */
export function stretchAt(plan: Plan, round: number): Stretch {
  return plan.find(({ end }) => round < end)!;
}
