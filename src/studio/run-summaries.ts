// What the list of runs shows of each. A hundred runs with long logs are to be listed every few seconds: so a run is
// read again only where one of its files has changed, and of its log only the end.

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cannotRead, isSystemError } from "../training/atomic-file.ts";
import { openRun, type RunDescription } from "../training/run-directory.ts";
import { isLocked } from "../training/run-lock.ts";
import type { Measured, RunDescriptionJson, RunDetails, RunSummary } from "./contract.ts";
import { Rate } from "./rate.ts";
import { lastEvents, pictureOf } from "./run-log.ts";
import type { RunsFolder } from "./runs-folder.ts";
import type { Trainings } from "./trainings.ts";

/** What is known of a run from its files alone. */
interface Known {
  /** Changes with the files. */
  readonly stamp: string;
  readonly description?: RunDescription;
  readonly measured?: Measured;
  readonly summary: Omit<RunSummary, "state">;
}

const numbers = z.record(z.string(), z.number().nullable()).optional();
const measuredSchema = z.object({
  round: z.number(),
  best: z.object({ measure: z.string(), round: z.number(), value: z.number() }).optional(),
  validation: numbers,
  test: numbers,
  collapse: numbers,
});

export class RunSummaries {
  readonly #folder: RunsFolder;
  readonly #trainings: Trainings;
  readonly #known = new Map<string, Known>();
  /** How fast logs grow: all there is to tell the pace of runs that others train. */
  readonly #rates = new Map<string, Rate>();

  constructor(folder: RunsFolder, trainings: Trainings) {
    this.#folder = folder;
    this.#trainings = trainings;
  }

  /** All runs, the newest first. */
  async list(): Promise<RunSummary[]> {
    const names = await this.#folder.names();
    for (const name of this.#known.keys()) {
      if (names.includes(name)) continue;
      this.#known.delete(name);
      this.#rates.delete(name);
    }
    const runs = await Promise.all(names.map((name) => this.#summaryOrProblem(name)));
    return runs.sort(
      (a, b) => (b.created ?? "").localeCompare(a.created ?? "") || (a.name < b.name ? -1 : 1),
    );
  }

  /** @throws Refused where there is no such run */
  async of(name: string): Promise<RunSummary> {
    const path = await this.#folder.pathOf(name);
    const { summary, measured } = await this.#read(name, path);
    return this.#withState(path, summary, measured);
  }

  /** @throws Refused where there is no such run */
  async detailsOf(name: string): Promise<RunDetails> {
    const path = await this.#folder.pathOf(name);
    const { summary, description, measured } = await this.#read(name, path);
    const files = await readdir(join(path, "models")).catch(() => []);
    return {
      ...(await this.#withState(path, summary, measured)),
      ...(description === undefined ? {} : { description: description as RunDescriptionJson }),
      ...(measured === undefined ? {} : { measured }),
      roles: files.filter((file) => file.endsWith(".onnx")).map((file) => file.slice(0, -".onnx".length)),
    };
  }

  async #summaryOrProblem(name: string): Promise<RunSummary> {
    try {
      return await this.of(name);
    } catch (error) {
      return { ...broken(name, error), state: "broken" };
    }
  }

  async #withState(
    path: string,
    summary: Omit<RunSummary, "state">,
    measured: Measured | undefined,
  ): Promise<RunSummary> {
    const { name, round, rounds } = summary;
    const training = this.#trainings.get(name);
    if (training !== undefined) return { ...summary, state: "training", ...training.progress(rounds) };
    if (summary.model === undefined) return { ...summary, state: "broken" };
    if (await isLocked(path))
      return { ...summary, state: "elsewhere", ...this.#rates.get(name)?.towards(rounds) };
    const finished = measured !== undefined && rounds !== undefined && round >= rounds;
    const problem = finished ? undefined : this.#trainings.problemOf(name);
    return {
      ...summary,
      state: finished ? "finished" : "paused",
      ...(problem === undefined ? {} : { problem }),
    };
  }

  async #read(name: string, path: string): Promise<Known> {
    const files = ["run.json", "events.jsonl", "metrics.json", "checkpoints", "samples", "models"];
    const stats = await Promise.all(files.map((file) => stat(join(path, file)).catch(() => undefined)));
    const stamp = stats
      .map((found) => (found === undefined ? "-" : `${found.mtimeMs}/${found.size}`))
      .join(" ");
    const known = this.#known.get(name);
    if (known?.stamp === stamp) return known;
    const fresh = { stamp, ...(await readRun(name, path)) };
    this.#known.set(name, fresh);
    const rate = this.#rates.get(name) ?? new Rate();
    this.#rates.set(name, rate);
    rate.note((stats[1]?.mtimeMs ?? 0) / 1000, fresh.summary.round);
    return fresh;
  }
}

async function readRun(name: string, path: string): Promise<Omit<Known, "stamp">> {
  try {
    const { description, eventsPath } = await openRun(path);
    const { round, samples, collapse } = await lastEvents(eventsPath);
    const measured = await readMeasured(join(path, "metrics.json"));
    const { model, data, created, settings } = description;
    const phaseEnds = z.array(z.number()).safeParse(settings.phaseEnds).data;
    const rounds = description.lastRound ?? description.rounds ?? phaseEnds?.at(-1);
    return {
      description,
      ...(measured === undefined ? {} : { measured }),
      summary: {
        name,
        model,
        data: data.source,
        created,
        round: round?.round ?? 0,
        ...(rounds === undefined ? {} : { rounds }),
        ...(round === undefined ? {} : { epoch: round.epoch }),
        metrics: round?.metrics ?? {},
        ...(samples === undefined ? {} : { picture: await pictureToShow(path, samples) }),
        warnings: collapse?.warnings.map(({ message }) => message) ?? [],
      },
    };
  } catch (error) {
    return { summary: broken(name, error) };
  }
}

/** Of the pictures of the newest round the one that shows a run best: what it generates, where it does. */
async function pictureToShow(path: string, newest: { round: number; file: string }): Promise<string> {
  const { file } = pictureOf(newest);
  const ending = file.slice(file.lastIndexOf("-"));
  const files = await readdir(join(path, "samples")).catch(() => []);
  return files.find((other) => other === `generated${ending}`) ?? file;
}

async function readMeasured(path: string): Promise<Measured | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return measuredSchema.safeParse(JSON.parse(text)).data as Measured | undefined;
  } catch {
    return undefined;
  }
}

function broken(name: string, error: unknown): Omit<RunSummary, "state"> {
  const told = isSystemError(error) && error.path !== undefined ? cannotRead(error.path, error) : error;
  const problem = told instanceof Error ? told.message : String(told);
  return { name, problem, round: 0, metrics: {}, warnings: [] };
}
