// What has come of a sweep's runs: `results.jsonl`, one JSON object a line, forced to the disk as each run ends. A
// crash may leave half a line at the end, which is cut off when the file is opened again.

import { type FileHandle, open, readFile, truncate } from "node:fs/promises";
import { z } from "zod";
import { cannotWrite, isSystemError } from "../training/atomic-file.ts";

const result = z.object({
  trial: z.int().positive(),
  seed: z.int().nonnegative(),
  fold: z.int().positive().optional(),
  /** Epochs or rounds played, from the run's beginning. */
  length: z.number().positive(),
  /** The run's folder, below the sweep's. */
  run: z.string(),
  /** JSON has no NaN: null. */
  measures: z.record(z.string(), z.number().nullable()).optional(),
  round: z.int().nonnegative().optional(),
  seconds: z.number().nonnegative().optional(),
  /** Why there are no measures. */
  failed: z.string().optional(),
});

/** A run that was played to a rung, or failed on the way. */
export type RunResult = z.output<typeof result>;

/** What tells a result from all others. */
export const keyOf = ({ trial, seed, fold, length }: Omit<RunResult, "run">): string =>
  [trial, seed, fold ?? 0, length].join("/");

export class Results {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #results: Map<string, RunResult>;

  private constructor(path: string, handle: FileHandle, results: Map<string, RunResult>) {
    this.#path = path;
    this.#handle = handle;
    this.#results = results;
  }

  /** @throws UserError (exit code 1) where the file cannot be read or written */
  static async open(path: string): Promise<Results> {
    try {
      await (await open(path, "a")).close();
      const bytes = await readFile(path);
      const whole = bytes.lastIndexOf(0x0a) + 1;
      await truncate(path, whole);
      const lines = bytes.subarray(0, whole).toString("utf8").split("\n");
      const results = lines.flatMap((line) => parse(line) ?? []);
      return new Results(path, await open(path, "a"), new Map(results.map((each) => [keyOf(each), each])));
    } catch (error) {
      throw isSystemError(error) ? cannotWrite(path, error) : error;
    }
  }

  /** All results so far. */
  list(): RunResult[] {
    return [...this.#results.values()];
  }

  get(key: Omit<RunResult, "run">): RunResult | undefined {
    return this.#results.get(keyOf(key));
  }

  /** Adds a result; it is on the disk when the promise is kept. */
  async add(added: RunResult): Promise<void> {
    this.#results.set(keyOf(added), added);
    try {
      await this.#handle.appendFile(`${JSON.stringify(added)}\n`);
      await this.#handle.sync();
    } catch (error) {
      throw isSystemError(error) ? cannotWrite(this.#path, error) : error;
    }
  }

  /** Counts for this sitting only: another is to try the run again. */
  remember(lost: RunResult): void {
    this.#results.set(keyOf(lost), lost);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function parse(line: string): RunResult | undefined {
  try {
    return result.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
