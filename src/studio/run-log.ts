// A run's events.jsonl as the studio reads it: never more of it than is new.
//
// `RunLog` keeps the numbers of a log in memory, column by column, and reads on where it ended. A screen shows a
// thousand points, so a long log is thinned to buckets of events, each with its mean, its least and its greatest
// value, so that no spike is lost. `readTail` gives what came after a byte of the file, for a page that follows a
// run; `lastEvents` finds the newest events of a run from the file's end, for the list of runs.
//
// A log may be cut back when its run is resumed. Then it is shorter than what was read, or no line ends where the
// reading did, or rounds go down; it is read anew.

import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";
import type {
  CollapseEvent,
  MetricBuckets,
  RunEvent,
  RunHistory,
  SamplePicture,
  ValidationEvent,
} from "./contract.ts";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1 << 20;
/** As much of a log's end as is searched for its newest events. */
const END_BYTES = 1 << 17;

type RoundEvent = Extract<RunEvent, { type: "round" }>;

const round = z.int().nonnegative();
const rareEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("samples"), round, file: z.string() }),
  z.object({
    type: z.literal("collapse"),
    round,
    measures: z.record(z.string(), z.number().nullable()),
    warnings: z.array(z.object({ what: z.string(), message: z.string() })),
  }),
  z.object({
    type: z.literal("validation"),
    round,
    measures: z.record(z.string(), z.number().nullable()),
  }),
]);

/** A line as an event, or undefined where it is none that the studio knows. */
function parseLine(line: string): RunEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRoundEvent(value) ? value : rareEvent.safeParse(value).data;
  } catch {
    return undefined;
  }
}

/** By hand, as a log may hold a hundred thousand of them. */
function isRoundEvent(value: unknown): value is RoundEvent {
  if (typeof value !== "object" || value === null) return false;
  const { type, round, epoch, metrics } = value as { readonly [Field in keyof RoundEvent]?: unknown };
  if (type !== "round" || !Number.isSafeInteger(round) || typeof epoch !== "number") return false;
  if (typeof metrics !== "object" || metrics === null) return false;
  for (const metric of Object.values(metrics))
    if (metric !== null && typeof metric !== "number") return false;
  return true;
}

const eventsOf = (text: string): RunEvent[] =>
  text.split("\n").flatMap((line) => (line === "" ? [] : (parseLine(line) ?? [])));

/** What a picture's file says of itself: `samples/generated-0000100.png`. */
export function pictureOf({ round, file }: { readonly round: number; readonly file: string }): SamplePicture {
  const own = file.replace(/^.*\//, "");
  return { name: own.replace(/-\d+\.png$/, ""), round, file: own };
}

/**
 * Whole lines from a byte on, at most about a megabyte of them.
 *
 * @returns `reset` where the file no longer holds a line's end before that byte
 */
async function readLines(
  file: FileHandle,
  from: number,
): Promise<{ readonly text: string; readonly next: number; readonly reset: boolean }> {
  const { size } = await file.stat();
  const start = Math.max(0, from - 1);
  if (from > size) return { text: "", next: 0, reset: true };
  let length = Math.min(size - start, CHUNK_BYTES);
  for (;;) {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, start);
    if (from > 0 && bytesRead > 0 && buffer[0] !== NEWLINE) return { text: "", next: 0, reset: true };
    const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    const next = start + end + 1;
    if (end >= 0 && next > from)
      return { text: buffer.toString("utf8", from - start, end + 1), next, reset: false };
    // One line that is longer than all that was read.
    if (bytesRead === length && start + length < size) length *= 2;
    else return { text: "", next: from, reset: false };
  }
}

/** Events after a byte of a log. */
export async function readTail(
  path: string,
  from: number,
): Promise<{ readonly events: RunEvent[]; readonly next: number; readonly reset: boolean }> {
  const file = await open(path, "r");
  try {
    const { text, next, reset } = await readLines(file, from);
    return { events: eventsOf(text), next, reset };
  } finally {
    await file.close();
  }
}

export interface LastEvents {
  readonly round?: RoundEvent;
  readonly samples?: Extract<RunEvent, { type: "samples" }>;
  readonly collapse?: CollapseEvent;
}

/** The newest event of each kind, where it stands near enough to a log's end. */
export async function lastEvents(path: string): Promise<LastEvents> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, END_BYTES);
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, size - length);
    const lines = buffer.toString("utf8").split("\n");
    const found: { [Type in RunEvent["type"]]?: RunEvent } = {};
    for (const line of lines.reverse()) {
      const [, type] = /^\{"type":"(round|samples|collapse)"/.exec(line) ?? [];
      if (type === undefined || found[type as RunEvent["type"]] !== undefined) continue;
      const event = parseLine(line);
      if (event !== undefined) found[event.type] = event;
      if (Object.keys(found).length === 3) break;
    }
    return found as LastEvents;
  } finally {
    await file.close();
  }
}

/** A log's numbers, read on whenever it is asked for. */
export class RunLog {
  readonly #path: string;
  #next = 0;
  #rounds: number[] = [];
  #epochs: number[] = [];
  /** A value for each round event; NaN where it had none. */
  #metrics = new Map<string, number[]>();
  #samples: SamplePicture[] = [];
  #collapse: CollapseEvent[] = [];
  #validation: ValidationEvent[] = [];
  #reading: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** The log thinned to about so many buckets. */
  async history(points: number): Promise<RunHistory> {
    const reading = this.#reading.catch(() => {}).then(() => this.#readOn());
    this.#reading = reading;
    await reading;
    const size = Math.max(1, Math.ceil(this.#rounds.length / points));
    const ends = Array.from({ length: Math.ceil(this.#rounds.length / size) }, (_, bucket) =>
      Math.min((bucket + 1) * size, this.#rounds.length),
    );
    return {
      next: this.#next,
      events: this.#rounds.length,
      rounds: ends.map((end) => this.#rounds[end - 1]!),
      epochs: ends.map((end) => this.#epochs[end - 1]!),
      metrics: Object.fromEntries(
        Array.from(this.#metrics, ([name, values]) => [name, bucketsOf(values, ends)]),
      ),
      samples: this.#samples,
      collapse: this.#collapse,
      validation: thinned(this.#validation, points),
    };
  }

  async #readOn(): Promise<void> {
    const file = await open(this.#path, "r");
    try {
      for (let first = true; ; first = false) {
        const { text, next, reset } = await readLines(file, this.#next);
        if (!reset && text === "") return;
        if (reset || (first && this.#goesBack(text))) {
          this.#forget();
          continue;
        }
        this.#take(text);
        this.#next = next;
      }
    } finally {
      await file.close();
    }
  }

  /** Whether lines are not what follows on those before: the log was cut back, and has grown again. */
  #goesBack(text: string): boolean {
    const first = parseLine(text.slice(0, text.indexOf("\n")));
    return first !== undefined && first.round < (this.#rounds.at(-1) ?? 0);
  }

  #take(text: string): void {
    for (const event of eventsOf(text)) {
      if (event.type === "round") this.#count(event);
      else if (event.type === "samples") this.#samples.push(pictureOf(event));
      else if (event.type === "validation") this.#validation.push(event);
      else this.#collapse.push(event);
    }
  }

  #count({ round, epoch, metrics }: RoundEvent): void {
    const row = this.#rounds.length;
    this.#rounds.push(round);
    this.#epochs.push(epoch);
    for (const [name, value] of Object.entries(metrics)) {
      let values = this.#metrics.get(name);
      if (values === undefined) {
        // A metric of a later phase.
        values = new Array<number>(row).fill(Number.NaN);
        this.#metrics.set(name, values);
      }
      values.push(value ?? Number.NaN);
    }
    for (const values of this.#metrics.values()) if (values.length === row) values.push(Number.NaN);
  }

  #forget(): void {
    this.#next = 0;
    this.#rounds = [];
    this.#epochs = [];
    this.#metrics = new Map();
    this.#samples = [];
    this.#collapse = [];
    this.#validation = [];
  }
}

/** About so many of them, the last among them. */
function thinned<T>(events: readonly T[], points: number): readonly T[] {
  const step = Math.max(1, Math.ceil(events.length / points));
  return events.filter((_, index) => (events.length - 1 - index) % step === 0);
}

function bucketsOf(values: readonly number[], ends: readonly number[]): MetricBuckets {
  const [mean, least, most]: (number | null)[][] = [[], [], []];
  let start = 0;
  for (const end of ends) {
    let [sum, count, low, high] = [0, 0, Infinity, -Infinity];
    for (let at = start; at < end; at++) {
      const value = values[at]!;
      if (!Number.isFinite(value)) continue;
      sum += value;
      count++;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    mean!.push(count === 0 ? null : sum / count);
    least!.push(count === 0 ? null : low);
    most!.push(count === 0 ? null : high);
    start = end;
  }
  return { mean: mean!, least: least!, most: most! };
}
