// What happened in a run, round by round: `events.jsonl`, one JSON object a line, only ever added to.
//
// The rounds never go down. A trainer that is to resume exactly adds every event of a round, calls `sync`, and
// only then saves that round's checkpoint. Resuming from the checkpoint cuts the file back to that round, so the
// resumed log becomes the log of the run that was never stopped. A crash may leave half a line at the end,
// which readers pass over and resuming cuts off.
//
// JSON has no NaN and no infinities; such a number is written, and read, as null.

import { createReadStream } from "node:fs";
import { type FileHandle, open, truncate } from "node:fs/promises";
import { z } from "zod";
import { cannotRead, cannotWrite, isSystemError } from "./atomic-file.ts";

type EventValue = z.core.util.JSONType | undefined;

/** An event: its kind, the rounds done when it happened, and whatever else belongs to it. */
export interface RunEvent {
  readonly type: string;
  readonly round: number;
  readonly [field: string]: EventValue;
}

const EVENT = z.looseObject({ type: z.string(), round: z.int().nonnegative() });
const NEWLINE = 0x0a;
const FLUSH_BYTES = 32 * 1024;
const FLUSH_MILLISECONDS = 1000;

/**
 * Adds events to a file. `append` only remembers; the lines go out together, once a second or so, and when
 * asked to.
 *
 * @example
 * const log = await EventLog.open("runs/first/events.jsonl");
 * log.append({ type: "losses", round: 100, losses: { player: 0.25 } });
 * await log.sync(); // now on the disk
 * await log.close();
 */
export class EventLog {
  readonly path: string;
  readonly #handle: FileHandle;
  #round: number;
  #lines: string[] = [];
  #size = 0;
  #flushed = performance.now();
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  private constructor(path: string, handle: FileHandle, round: number) {
    this.path = path;
    this.#handle = handle;
    this.#round = round;
  }

  /**
   * Open the file to add to it; it is made if it is missing.
   * @param options `resumeFrom`: cut the file back to the events of rounds up to this one. Without it only half a
   * line at the end is cut off.
   * @throws UserError (exit code 1) when the file cannot be read or written.
   */
  static async open(
    path: string,
    { resumeFrom = Infinity }: { resumeFrom?: number } = {},
  ): Promise<EventLog> {
    try {
      await (await open(path, "a")).close();
      const { bytes, round } = await placeAfter(path, resumeFrom);
      // Before it is opened for good: on Windows a file opened to be added to cannot be cut.
      await truncate(path, bytes);
      const handle = await open(path, "a");
      return new EventLog(path, handle, round);
    } catch (error) {
      throw isSystemError(error) ? cannotWrite(path, error) : error;
    }
  }

  /**
   * Add an event.
   * @throws RangeError when its round is before the last event's. UserError when an earlier event could not be
   * written.
   */
  append(event: RunEvent): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (!Number.isSafeInteger(event.round) || event.round < this.#round) {
      throw new RangeError(`an event of round ${event.round} cannot follow one of round ${this.#round}`);
    }
    this.#round = event.round;
    const line = `${JSON.stringify(event)}\n`;
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size >= FLUSH_BYTES || performance.now() - this.#flushed >= FLUSH_MILLISECONDS) {
      this.flush().catch((error: unknown) => {
        this.#failure ??= error;
      });
    }
  }

  /** Hand all events to the system: other programs see them, and they outlive this process. */
  flush(): Promise<void> {
    const text = this.#lines.join("");
    this.#lines = [];
    this.#size = 0;
    this.#flushed = performance.now();
    this.#writing = this.#writing.then(async () => {
      if (this.#failure !== undefined) throw this.#failure;
      if (text === "") return;
      await this.#orFail(() => this.#handle.appendFile(text));
    });
    return this.#writing;
  }

  /** Force all events to the disk: they outlive a power cut. Call it before saving a checkpoint. */
  async sync(): Promise<void> {
    await this.flush();
    await this.#orFail(() => this.#handle.sync());
  }

  /** Write what is left, force it to the disk and close the file. */
  async close(): Promise<void> {
    try {
      await this.sync();
    } finally {
      await this.#handle.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #orFail(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw isSystemError(error) ? cannotWrite(this.path, error) : error;
    }
  }
}

/**
 * The events of a file, in order. Lines that are not events (half a line after a crash) are passed over.
 * @throws UserError (exit code 1) when the file cannot be read.
 *
 * @example
 * for await (const event of readEvents("runs/first/events.jsonl")) console.log(event.round, event.type);
 */
export async function* readEvents(path: string): AsyncGenerator<RunEvent> {
  for await (const { event } of linesOf(path)) if (event !== undefined) yield event;
}

/** The same as an array. */
export async function readAllEvents(path: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(path)) events.push(event);
  return events;
}

/** How many bytes of the file to keep so that it ends with the last event of a round up to `round`. */
async function placeAfter(path: string, round: number): Promise<{ bytes: number; round: number }> {
  let place = { bytes: 0, round: 0 };
  for await (const { event, end } of linesOf(path)) {
    if (event === undefined) continue;
    if (event.round > round) break;
    place = { bytes: end, round: event.round };
  }
  return place;
}

/** Each whole line: the event it holds, if it does, and where it ends in the file, its line end included. */
async function* linesOf(path: string): AsyncGenerator<{ event: RunEvent | undefined; end: number }> {
  let pieces: Buffer[] = [];
  let end = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
        pieces.push(chunk.subarray(start, at));
        const line = Buffer.concat(pieces);
        pieces = [];
        end += line.length + 1;
        start = at + 1;
        yield { event: parseEvent(line), end };
      }
      pieces.push(chunk.subarray(start));
    }
  } catch (error) {
    throw isSystemError(error) ? cannotRead(path, error) : error;
  }
}

function parseEvent(line: Buffer): RunEvent | undefined {
  try {
    const result = EVENT.safeParse(JSON.parse(line.toString("utf8")));
    return result.success ? (result.data as RunEvent) : undefined;
  } catch {
    return undefined;
  }
}
