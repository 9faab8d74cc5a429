// The best networks of a run, by a measure of the validation split that is taken again and again while it trains
// (early stopping, Prechelt 1998, "Early stopping - but when?"): the checkpoint of the round where the measure was best
// so far is kept, and training may end once so many looks in a row have found nothing better. Only the last phase of a
// game counts, since before it some networks have not learned yet.
//
// Which round that is stands in every checkpoint of the run, so that the newest one always knows, whenever the run was
// killed.

import { z } from "zod";
import { UserError } from "../errors.ts";
import { isSystemError } from "./atomic-file.ts";
import {
  type Checkpoint,
  type Json,
  type LatestCheckpoint,
  loadCheckpointOf,
  loadLatestCheckpoint,
} from "./checkpoint.ts";
import { measures } from "./measure.ts";

export interface BestSettings {
  /** A player's loss ("vae"), what it reports ("vae/distortion"), or another measure of the split ("mse"). */
  readonly measure: string;
  /** Whether little or much of it is good: much of `modes` and `highQuality`, little of all else unless told. */
  readonly goal?: "least" | "most";
  /** Looks in a row that find nothing better, after which training ends; it plays all its rounds unless told. */
  readonly patience?: number;
}

/** The best look at the validation split so far. */
export interface BestLook {
  readonly round: number;
  readonly value: number;
}

const stateSchema = z.object({
  best: z.object({ round: z.int(), value: z.number() }).optional(),
  worse: z.int(),
  looked: z.int(),
});

export class Best {
  readonly settings: BestSettings;
  private look: BestLook | undefined;
  /** Looks since then. */
  private worse = 0;
  /** The round of the last look. */
  private looked = 0;

  constructor(settings: BestSettings) {
    this.settings = settings;
  }

  get best(): BestLook | undefined {
    return this.look;
  }

  /** Whether patience is at its end. */
  get exhausted(): boolean {
    return this.worse >= (this.settings.patience ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Takes note of a look, once a round. A value that is no number is never the best.
   *
   * @param counts false for a look out of turn, at the end of a run: it may be the best, and is no end of patience
   */
  take(round: number, found: Readonly<Record<string, number>>, { counts = true } = {}): void {
    if (round <= this.looked) return;
    this.looked = round;
    const value = found[this.settings.measure] ?? Number.NaN;
    if (this.look === undefined ? Number.isFinite(value) : this.isBetter(value, this.look.value)) {
      this.look = { round, value };
      this.worse = 0;
    } else if (counts) {
      this.worse++;
    }
  }

  /** Forgets the best look: its networks are lost. */
  forget(): void {
    this.look = undefined;
  }

  /** What each checkpoint of the run keeps. */
  toJson(): Json {
    const { worse, looked } = this;
    return { ...(this.look === undefined ? {} : { best: { ...this.look } }), worse, looked };
  }

  /**
   * Goes on from what a checkpoint has kept.
   *
   * @param patienceFrom a round from which there is patience anew, where it was at its end before
   */
  restore(kept: unknown, patienceFrom = 0): void {
    const { best, worse = 0, looked = 0 } = stateSchema.safeParse(kept).data ?? {};
    this.look = best;
    this.worse = worse;
    this.looked = looked;
    if (this.exhausted && looked <= patienceFrom) this.worse = 0;
  }

  private isBetter(value: number, than: number): boolean {
    const { measure, goal = goalOf(measure) } = this.settings;
    return goal === "most" ? value > than : value < than;
  }
}

/** Losses, and what players report, are to be small unless somebody says otherwise. */
const goalOf = (measure: string): "least" | "most" =>
  (measures as Readonly<Record<string, "least" | "most">>)[measure] ?? "least";

/** How often it is looked again, where a run that is being trained has just kept another checkpoint. */
const ATTEMPTS = 3;

/**
 * The checkpoint whose networks a run gives out: the best one of a run that keeps the best, and the newest of others;
 * undefined where there is none. Damaged ones are passed over, with a warning for each.
 *
 * @throws UserError where it cannot be read, or somebody has removed it
 */
export async function keptCheckpoint(path: string): Promise<LatestCheckpoint> {
  for (let attempt = 1; ; attempt++) {
    const { checkpoint, warnings } = await loadLatestCheckpoint(path);
    const { best } = stateSchema.safeParse(checkpoint?.metadata.best).data ?? {};
    if (best === undefined || best.round === checkpoint!.round) return { checkpoint, warnings };
    try {
      return { checkpoint: await bestCheckpoint(path, best.round), warnings };
    } catch (error) {
      const gone =
        error instanceof MissingError || (error instanceof UserError && isSystemError(error.cause));
      if (!gone || attempt === ATTEMPTS) throw error;
    }
  }
}

class MissingError extends UserError {}

/** @throws UserError where it cannot be read, or somebody has removed it */
export async function bestCheckpoint(path: string, round: number): Promise<Checkpoint> {
  const checkpoint = await loadCheckpointOf(path, round);
  if (checkpoint !== undefined) return checkpoint;
  throw new MissingError(
    `the best checkpoint of ${path}, of round ${round}, is missing; ` +
      `gamelan resume ${path} ends the run with the last one`,
    { exitCode: 1 },
  );
}

/**
 * @param names what is measured on the validation split; none where there is no such split
 * @throws UserError where the measure is not among them, or the patience is no number of looks
 */
export function checkBest({ measure, patience }: BestSettings, names: readonly string[]): void {
  if (names.length === 0)
    throw new UserError(
      `the best by ${measure} is told on validation examples, and there are none; keep some apart with validation, such as 0.1`,
    );
  if (!names.includes(measure))
    throw new UserError(
      `nothing called "${measure}" is measured on the validation split; there is ${names.join(", ")}`,
    );
  if (patience !== undefined && !(Number.isSafeInteger(patience) && patience >= 1))
    throw new UserError(`patience is a whole number from 1 on, not ${patience}`);
}
