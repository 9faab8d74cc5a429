// A sweep followed to its end: progress on standard error, and at the end the table, and what to do next.

import { formatOption } from "../models/settings.ts";
import { formatCount, formatDuration, formatNumber, Progress } from "../pictures/progress.ts";
import { bestCommand, formatValue, rowsOf } from "../sweep/report.ts";
import type { SweepEvent, SweepResult } from "../sweep/sweep.ts";
import { type Output, oneLine } from "./output.ts";
import { quoted } from "./runs.ts";
import { table } from "./table.ts";

/** Trials that the terminal shows. */
const MOST_ROWS = 30;

type EventOf<Type extends SweepEvent["type"]> = Extract<SweepEvent, { type: Type }>;

/** Shows a sweep while it is played. */
export class SweepFollower {
  readonly #output: Output;
  #progress: Progress | undefined;
  #unit = "";
  #metric = "";
  #best: Readonly<Record<string, number>> = {};

  constructor(output: Output) {
    this.#output = output;
  }

  take(event: SweepEvent): void {
    switch (event.type) {
      case "start":
        this.#begin(event);
        break;
      case "progress":
        this.#move(event);
        break;
      case "trial":
        this.#trial(event);
        break;
      case "rung":
        this.say(
          `rung ${event.rung} done, ${formatNumber(event.length)} ${this.#unit} each: ${event.goOn} go on`,
        );
        break;
    }
  }

  /** A line for people, above the line of progress. */
  say(line: string): void {
    if (this.#output.quiet) return;
    if (this.#progress === undefined) this.#output.note(line);
    else this.#progress.print(line);
  }

  /** Ends the line of progress, which stays. */
  leaveLine(): void {
    this.#progress?.finish();
    this.#progress = undefined;
  }

  #begin({
    path,
    model,
    data,
    trials,
    runs,
    rungs,
    processes,
    heldOut,
    finished,
    unit,
    metric,
  }: EventOf<"start">): void {
    this.#unit = unit;
    this.#metric = metric;
    const each = runs === 1 ? "" : ` of ${runs} runs`;
    const lengths = rungs.map(({ length }) => formatNumber(length)).join(", ");
    const where = processes === 0 ? "in this process" : `${processes} at a time`;
    this.say(`${model} on ${data}: ${trials} trials${each}, ${lengths} ${unit}, ${where}, in ${path}`);
    if (heldOut !== undefined)
      this.say(
        `there is no validation split: ${heldOut * 100} % of the training examples are kept apart for it`,
      );
    if (finished > 0) this.say(`going on after ${formatCount(finished)} finished runs`);
  }

  #move({ done, total }: EventOf<"progress">): void {
    if (this.#output.quiet) return;
    this.#progress ??= new Progress({
      stream: this.#output.surroundings.stderr,
      total: rounded(total),
      start: rounded(done),
      unit: this.#unit,
      label: "sweep",
    });
    this.#progress.update(rounded(done), this.#best);
  }

  #trial({ result, finished, trials, best }: EventOf<"trial">): void {
    if (best?.value !== undefined) this.#best = { [`best ${this.#metric}`]: best.value };
    const options = Object.entries(result.options).map(([name, value]) => `${name}=${formatOption(value)}`);
    const outcome =
      result.failed === undefined
        ? `${this.#metric} ${formatValue(result)}`
        : `failed: ${oneLine(result.failed)}`;
    const mark = best === result ? ", the best so far" : "";
    this.say(`trial ${result.trial} (${finished} of ${trials}): ${options.join(" ")}: ${outcome}${mark}`);
  }
}

/** Tells what has come of a sweep. */
export function summarise(output: Output, result: SweepResult): void {
  const { path, spec, goal, reason, best, trials, seconds, files, finishedRuns, runs } = result;
  const { model, data, metric } = spec;
  const next = bestCommand(result);
  output.result({
    ...{ path, model, data, metric, goal, reason, seconds, finishedRuns, runs },
    ...{ best: best ?? null, trials, files },
    ...(reason === "finished" && next !== undefined ? { next } : {}),
  });
  if (reason === "stopped") {
    output.warn(
      `stopped after ${formatCount(finishedRuns)} of ${formatCount(runs)} runs, all saved; ` +
        `go on with: gamelan sweep ${quoted(path)}`,
    );
    return;
  }
  if (best === undefined) output.warn(`every trial failed; the first: ${trials[0]?.failed ?? ""}`);
  if (output.quiet) {
    output.print(path);
    return;
  }
  output.print(`${model} on ${data}: ${formatCount(trials.length)} trials in ${formatDuration(seconds)}`);
  const [header = [], ...rows] = rowsOf(result);
  output.print(indented(table([header, ...rows.slice(0, MOST_ROWS)])));
  if (rows.length > MOST_ROWS) output.print(`  and ${rows.length - MOST_ROWS} more in table.csv`);
  output.print(
    table([["  folder", path], ...files.map((file, index) => [index === 0 ? "  report" : "", file])]),
  );
  if (next !== undefined) output.print(`next: ${next}`);
}

/** Parts of an epoch with one digit. */
const rounded = (length: number): number => Number(length.toFixed(1));

const indented = (text: string): string => text.replace(/^/gm, "  ");
