// The end of a run: its networks as .onnx files, its losses as a chart, what it is worth on the validation and the
// test split, and a report that shows all of it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { emptySplit } from "../data/dataset.ts";
import { type Dataset, loadDataset } from "../data/index.ts";
import type { Game } from "../game/game.ts";
import { roleFunctions } from "../game/roles.ts";
import { inferenceFile } from "../runtime/inference.ts";
import type { State } from "../runtime/program.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import type { BestLook } from "./best.ts";
import { lookForCollapse } from "./collapse.ts";
import { readAllEvents } from "./events.ts";
import { type Measures, measure, reconstructs } from "./measure.ts";
import { profilePicture, readProfiles } from "./profile-files.ts";
import { type CollapseEvent, report } from "./report.ts";
import type { Run, RunDescription } from "./run-directory.ts";
import { writeSamples } from "./samples.ts";
import type { Trainer } from "./trainer.ts";
import { measureValidation } from "./validation.ts";

export interface Finished {
  /** Measured on the validation split; empty where there is none. */
  readonly validation: Readonly<Record<string, number>>;
  /** Measured on the test split; empty where the run was not to look at it. */
  readonly test: Measures;
  readonly models: readonly string[];
  readonly pictures: readonly string[];
}

export async function finishRun({
  run,
  trainer,
  dataset,
  test: testing,
  best,
}: {
  run: Run;
  trainer: Trainer;
  dataset: Dataset;
  /** Where the trainer's networks are those of an earlier round: the best by a measure of the validation split. */
  best: (BestLook & { readonly measure: string }) | undefined;
  /** Whether to look at the test split. */
  test: boolean;
}): Promise<Finished> {
  const { game, state, round } = trainer;
  const exported = { game, state, round: best?.round ?? round };
  const models = await exportModels(run.modelsPath, exported, run.description);
  const losses = join(run.path, "losses.png");
  const events = await readAllEvents(run.eventsPath);
  const chart = await lossChart(run, events);
  if (chart !== undefined) await writeFileAtomic(losses, chart);
  const { seed } = run.description;
  const validation = await measureValidation(trainer, dataset, seed);
  const test = testing ? await testMeasures(run, trainer, dataset) : {};
  const shown = events.filter((event) => event.round === exported.round);
  const collapse =
    exported.round === round
      ? (shown.find(({ type }) => type === "collapse") as CollapseEvent | undefined)
      : await lookForCollapse(trainer, dataset, { seed, progress: 1 });
  const measured = {
    round,
    ...(best === undefined ? {} : { best }),
    ...(dataset.validation.count > 0 ? { validation } : {}),
    ...(testing ? { test } : {}),
    ...(collapse === undefined ? {} : { collapse: collapse.measures }),
  };
  await writeFileAtomic(join(run.path, "metrics.json"), `${JSON.stringify(measured, null, 2)}\n`);
  const samples =
    exported.round === round
      ? shown.flatMap((event) => (event.type === "samples" ? [join(run.path, String(event.file))] : []))
      : (await writeSamples(run, trainer, dataset, exported.round)).map(({ file }) => file);
  const pictures = [...samples, ...(chart === undefined ? [] : [losses])];
  const profiles = await readProfiles(run);
  await writeFileAtomic(
    run.reportPath,
    report(run, { round, best, validation, test, collapse, pictures, profiles }),
  );
  const all = [...pictures, ...profiles.map((profile) => profilePicture(run, profile))];
  return { validation, test, models, pictures: all };
}

/** The round that a run has ended at, where it has. */
export async function finishedRound(run: Run): Promise<number | undefined> {
  try {
    const text = await readFile(join(run.path, "metrics.json"), "utf8");
    return z.object({ round: z.number() }).parse(JSON.parse(text)).round;
  } catch {
    return undefined; // Not there, or not ours.
  }
}

/** Writes each role of the trained networks as a plain .onnx file with a free batch. */
export async function exportModels(
  directory: string,
  { game, state, round }: { readonly game: Game; readonly state: State; readonly round: number },
  { model, versions }: Pick<RunDescription, "model" | "versions">,
): Promise<string[]> {
  const files: string[] = [];
  for (const [role, inference] of Object.entries(roleFunctions(game))) {
    const file = join(directory, `${role}.onnx`);
    const metadata = {
      model,
      role,
      round: String(round),
      gamelan: versions.gamelan,
    };
    await writeFileAtomic(file, inferenceFile(inference, state, metadata));
    files.push(file);
  }
  return files;
}

type Events = Awaited<ReturnType<typeof readAllEvents>>;

/** Each player's loss over the rounds, on the validation split too where there is one. */
async function lossChart(run: Run, all: Events): Promise<Uint8Array | undefined> {
  const events = all.filter(({ type }) => type === "round");
  const names = new Set(events.flatMap((event) => Object.keys(event.metrics as object)));
  const players = [...names].filter((name) => !name.includes("/"));
  if (events.length < 2 || players.length === 0) return undefined;
  const looks = all.filter(({ type }) => type === "validation");
  const seriesOf = (name: string, of: Events, field: string, player: string) => ({
    name,
    x: of.map(({ round }) => round),
    y: of.map((event) => (event[field] as Record<string, number | null>)[player] ?? Number.NaN),
  });
  const { lineChart } = await import("../pictures/line-chart.ts");
  const { png } = await lineChart({
    title: `${run.description.model} on ${run.description.data.source}`,
    series: players.flatMap((player) => [
      seriesOf(player, events, "metrics", player),
      ...(looks.length < 2 ? [] : [seriesOf(`${player}, validation`, looks, "measures", player)]),
    ]),
  });
  return png;
}

/** Measured on the test split, which is loaded only now, and only where reconstructions are compared with it. */
async function testMeasures(run: Run, trainer: Trainer, dataset: Dataset): Promise<Measures> {
  const { seed, data } = run.description;
  const split = reconstructs(trainer.game)
    ? (await loadDataset(data.source, { seed, splits: ["test"], ...data.options })).test
    : emptySplit();
  return measure(trainer, dataset, split, { seed, name: "test" });
}
