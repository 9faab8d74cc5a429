// The logs that were looked at lately are kept in memory, so that what is new is all that is read. Numbers of a log
// of 100,000 events take some megabytes.

import { join } from "node:path";
import type { RunHistory } from "./contract.ts";
import { RunLog } from "./run-log.ts";

const MOST = 24;

export class RunLogs {
  /** By path, the one that was asked for longest ago first. */
  readonly #logs = new Map<string, RunLog>();

  /** The log of a run's folder, thinned to about so many buckets. */
  history(path: string, points: number): Promise<RunHistory> {
    const log = this.#logs.get(path) ?? new RunLog(join(path, "events.jsonl"));
    this.#logs.delete(path);
    this.#logs.set(path, log);
    const [oldest] = this.#logs.keys();
    if (this.#logs.size > MOST) this.#logs.delete(oldest!);
    return log.history(points);
  }
}
