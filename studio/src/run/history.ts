// A run's log as the page holds it: read thinned once, then followed event by event. When it has grown by as much as
// was read, it is read thinned again, so that a page may stay open for days.

import { useEffect, useRef, useState } from "preact/hooks";
import type {
  CollapseEvent,
  RunEvent,
  RunHistory,
  RunSummary,
  SamplePicture,
  ValidationEvent,
} from "../api.ts";
import { readHistory, readTail } from "../api.ts";

const POINTS = 600;
const BUSY_SECONDS = 1;
const QUIET_SECONDS = 4;

/** A metric over the rounds. */
export interface MetricCurve {
  readonly rounds: number[];
  readonly mean: (number | null)[];
  readonly least: (number | null)[];
  readonly most: (number | null)[];
}

export interface FollowedRun {
  readonly curves: ReadonlyMap<string, MetricCurve>;
  /** Whether several events make one point. */
  readonly thinned: boolean;
  readonly samples: readonly SamplePicture[];
  readonly collapse: readonly CollapseEvent[];
  readonly validation: readonly ValidationEvent[];
  /** The run as the last answer had it. */
  readonly run: RunSummary | undefined;
}

/** A run's log, followed. `problem` says why there is none. */
export function useFollowedRun(name: string): {
  readonly followed: FollowedRun | undefined;
  readonly problem: string | undefined;
  again(): void;
} {
  const [state, setState] = useState<{ readonly followed?: FollowedRun; readonly problem?: string }>({});
  const again = useRef(() => {});
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let log: FollowedLog | undefined;
    let asking = false;

    const step = async (): Promise<void> => {
      if (log === undefined || log.isFull())
        log = new FollowedLog(await readHistory(name, { points: POINTS, signal }));
      const tail = await readTail(name, log.next, { signal });
      if (tail.reset || !log.append(tail.events, tail.next)) log = undefined;
      else setState({ followed: log.snapshot(tail.run) });
      // What is left of a long tail is asked for at once.
      const busy = tail.run.state === "training" || tail.run.state === "elsewhere";
      wait(tail.events.length > 1000 || log === undefined ? 0 : busy ? BUSY_SECONDS : QUIET_SECONDS);
    };
    const tick = (): void => {
      clearTimeout(timer);
      if (asking || signal.aborted || document.hidden) return;
      asking = true;
      step()
        .catch((error: unknown) => {
          if (signal.aborted) return;
          const problem = error instanceof Error ? error.message : String(error);
          setState((before) => ({ ...before, problem }));
          wait(QUIET_SECONDS);
        })
        .finally(() => {
          asking = false;
        });
    };
    const wait = (seconds: number): void => {
      timer = setTimeout(tick, seconds * 1000);
    };
    again.current = tick;
    document.addEventListener("visibilitychange", tick);
    tick();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [name]);
  return { followed: state.followed, problem: state.problem, again: () => again.current() };
}

/** The numbers of a log, added to as it grows. */
export class FollowedLog {
  next: number;
  readonly #start: number;
  readonly #thinned: boolean;
  #rounds: number[];
  readonly #curves = new Map<string, Omit<MetricCurve, "rounds">>();
  #samples: SamplePicture[];
  #collapse: CollapseEvent[];
  #validation: ValidationEvent[];

  constructor({ next, events, rounds, metrics, samples, collapse, validation }: RunHistory) {
    this.next = next;
    this.#start = rounds.length;
    this.#thinned = events > rounds.length;
    this.#rounds = [...rounds];
    this.#samples = [...samples];
    this.#collapse = [...collapse];
    this.#validation = [...validation];
    for (const [name, { mean, least, most }] of Object.entries(metrics))
      this.#curves.set(name, { mean: [...mean], least: [...least], most: [...most] });
  }

  /** Whether it is time to read it thinned again. */
  isFull(): boolean {
    return this.#rounds.length > this.#start + POINTS;
  }

  /** Adds events; false where they do not follow on what is here. */
  append(events: readonly RunEvent[], next: number): boolean {
    const last = this.#rounds.at(-1) ?? 0;
    if (events.some(({ round }) => round < last)) return false;
    for (const event of events) {
      if (event.type === "round") this.#count(event);
      else if (event.type === "collapse") this.#collapse = [...this.#collapse, event];
      else if (event.type === "validation") this.#validation = [...this.#validation, event];
      else {
        const file = event.file.replace(/^.*\//, "");
        const name = file.replace(/-\d+\.png$/, "");
        this.#samples = [...this.#samples, { name, round: event.round, file }];
      }
    }
    this.next = next;
    return true;
  }

  /** What there is now; it does not change any more. */
  snapshot(run: RunSummary): FollowedRun {
    const rounds = [...this.#rounds];
    return {
      curves: new Map(
        Array.from(this.#curves, ([name, { mean, least, most }]) => [
          name,
          { rounds, mean: [...mean], least: [...least], most: [...most] },
        ]),
      ),
      thinned: this.#thinned,
      samples: this.#samples,
      collapse: this.#collapse,
      validation: this.#validation,
      run,
    };
  }

  #count({ round, metrics }: Extract<RunEvent, { type: "round" }>): void {
    const row = this.#rounds.length;
    this.#rounds.push(round);
    for (const name of Object.keys(metrics)) {
      if (this.#curves.has(name)) continue;
      const gap = () => new Array<number | null>(row).fill(null);
      this.#curves.set(name, { mean: gap(), least: gap(), most: gap() });
    }
    for (const [name, { mean, least, most }] of this.#curves)
      for (const column of [mean, least, most]) column.push(metrics[name] ?? null);
  }
}
