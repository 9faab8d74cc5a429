// The best networks of a run, by a measure of the validation split that is taken again and again while it trains
// (early stopping, Prechelt 1998, "Early stopping - but when?"): the state where the measure was best so far is kept in
// a checkpoint of its own, and training may end once so many looks in a row have found nothing better. Only the last
// phase of a game counts, since before it some networks have not learned yet.

import { z } from "zod";
import { UserError } from "../errors.ts";
import { type Checkpoint, type Json, loadBestCheckpoint, markBest } from "./checkpoint.ts";
import { measures } from "./measure.ts";

export interface BestSettings {
  /** A player's loss ("vae"), what it reports ("vae/distortion"), or another measure of the split ("mse"). */
  readonly measure: string;
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

  /** Takes note of a look, once a round. A value that is no number is never the best. */
  take(round: number, found: Readonly<Record<string, number>>): void {
    if (round <= this.looked) return;
    this.looked = round;
    const value = found[this.settings.measure] ?? Number.NaN;
    if (this.look === undefined ? Number.isFinite(value) : this.isBetter(value, this.look.value)) {
      this.look = { round, value };
      this.worse = 0;
    } else {
      this.worse++;
    }
  }

  /** Has patience anew: a run that has ended early is to go on. */
  goOn(): void {
    if (this.exhausted) this.worse = 0;
  }

  /** What each checkpoint of the run keeps. */
  toJson(): Json {
    const { worse, looked } = this;
    return { ...(this.look === undefined ? {} : { best: { ...this.look } }), worse, looked };
  }

  /** Goes on from what a checkpoint of the run at `path` has kept. */
  async restore(kept: unknown, path: string): Promise<void> {
    const { best, worse = 0, looked = 0 } = stateSchema.safeParse(kept).data ?? {};
    this.look = best;
    this.worse = worse;
    this.looked = looked;
    // A run that was killed may have saved its best checkpoint and not yet marked it.
    if (best !== undefined) await markBest(path, best.round);
  }

  /** @throws UserError where somebody has removed it */
  async checkpoint(path: string): Promise<Checkpoint | undefined> {
    if (this.look === undefined) return undefined;
    const checkpoint = await loadBestCheckpoint(path);
    if (checkpoint?.round === this.look.round) return checkpoint;
    throw new UserError(`the best checkpoint of ${path}, of round ${this.look.round}, is missing`, {
      exitCode: 1,
    });
  }

  private isBetter(value: number, than: number): boolean {
    return goalOf(this.settings.measure) === "most" ? value > than : value < than;
  }
}

/** Losses, and what players report, are to be small. */
const goalOf = (measure: string): "least" | "most" =>
  (measures as Readonly<Record<string, "least" | "most">>)[measure] ?? "least";

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
