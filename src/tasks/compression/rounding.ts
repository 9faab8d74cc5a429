// Numbers of networks, rounded so that coder and decoder agree on them.
//
// The same network gives numbers that differ in their last bits on another number of threads or another machine, and a
// distribution whose parameters differ by a bit decodes to nonsense. So parameters are rounded to a grid, whose steps
// are far larger than such differences; and where a number lies so near to the border between two steps that a
// difference might take it across, the coder notes which of the two it took. The decoder reads the notes, and rounds
// everything else by itself: both have the same whole numbers as long as theirs differ by less than the tolerance.

import { UserError } from "../../errors.ts";

/** A grid: what is rounded is measured in its steps. */
export interface Grid {
  readonly step: number;
  /** Distance from a border within which a note is made. */
  readonly tolerance: number;
  /** The largest whole number, either way. */
  readonly limit: number;
}

/** Rounds numbers of a network one after the other; a coder's and a decoder's round the same. */
export interface Rounder {
  round(value: number, grid: Grid): number;
}

/** Rounds, and notes what was near to a border. */
export class NotingRounder implements Rounder {
  /** How many numbers were rounded. */
  count = 0;
  /** 2·place + 1 where the upper of two steps was taken, else 2·place; rising. */
  readonly notes: number[] = [];

  round(value: number, { step, tolerance, limit }: Grid): number {
    if (!Number.isFinite(value))
      throw new UserError("the networks give numbers that are not finite; this run cannot compress");
    const place = this.count++;
    const scaled = value / step;
    const below = Math.floor(scaled);
    const upper = scaled - below >= 0.5;
    const result = upper ? below + 1 : below;
    // Beyond the limit both sides of a border are the limit.
    if (below >= limit || below < -limit) return clamp(result, limit);
    if (Math.abs(scaled - below - 0.5) * step < tolerance) this.notes.push(2 * place + (upper ? 1 : 0));
    return result;
  }
}

/** Rounds as the notes say, and by itself where they say nothing. */
export class NotedRounder implements Rounder {
  private place = 0;
  private next = 0;
  private readonly notes: readonly number[];

  constructor(notes: readonly number[]) {
    this.notes = notes;
  }

  round(value: number, { step, limit }: Grid): number {
    const place = this.place++;
    const scaled = value / step;
    const note = this.notes[this.next];
    if (note === undefined || note >= 2 * place + 2) return clamp(Math.floor(scaled + 0.5), limit);
    this.next++;
    // The border that the number is nearest to, and its side.
    return clamp(Math.round(scaled - 0.5) + (note % 2), limit);
  }
}

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));
