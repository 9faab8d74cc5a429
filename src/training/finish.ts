// The end of a run: its networks as .onnx files, its losses as a chart, what it is worth on the test split, and a
// report that shows all of it.

import { join, relative } from "node:path";
import { type Dataset, loadDataset } from "../data/index.ts";
import type { Game } from "../game/game.ts";
import { roleFunctions } from "../game/roles.ts";
import { modeCoverage } from "../metrics/modes.ts";
import { randomStream } from "../random/index.ts";
import { inferenceFile } from "../runtime/inference.ts";
import type { State } from "../runtime/program.ts";
import { sizeOf } from "../tensor/index.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { readAllEvents } from "./events.ts";
import type { Run, RunDescription } from "./run-directory.ts";
import { exampleValues } from "./samples.ts";
import type { Trainer } from "./trainer.ts";

export interface Finished {
  readonly test: Readonly<Record<string, number>>;
  readonly models: readonly string[];
  readonly pictures: readonly string[];
}

/** Samples that mode coverage is counted on (PacGAN's protocol). */
const COVERAGE_SAMPLES = 2500;
/** Examples evaluated at a time, so that memory does not grow with the test set. */
const EVALUATED = 1000;

export async function finishRun({
  run,
  trainer,
  dataset,
}: {
  run: Run;
  trainer: Trainer;
  dataset: Dataset;
}): Promise<Finished> {
  const models = await exportModels(run.modelsPath, trainer, run.description);
  const losses = join(run.path, "losses.png");
  const chart = await lossChart(run);
  if (chart !== undefined) await writeFileAtomic(losses, chart);
  const test = await testMetrics(run, trainer, dataset);
  await writeFileAtomic(
    join(run.path, "metrics.json"),
    `${JSON.stringify({ round: trainer.round, test }, null, 2)}\n`,
  );
  const samples = (await readAllEvents(run.eventsPath)).flatMap((event) =>
    event.type === "samples" && event.round === trainer.round ? [String(event.file)] : [],
  );
  const pictures = [...samples.map((file) => join(run.path, file)), ...(chart === undefined ? [] : [losses])];
  await writeFileAtomic(run.reportPath, report(run, trainer, test, pictures));
  return { test, models, pictures };
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

/** Each player's loss over the rounds. */
async function lossChart(run: Run): Promise<Uint8Array | undefined> {
  const events = (await readAllEvents(run.eventsPath)).filter(({ type }) => type === "round");
  const names = new Set(events.flatMap((event) => Object.keys(event.metrics as object)));
  const players = [...names].filter((name) => !name.includes("/"));
  if (events.length < 2 || players.length === 0) return undefined;
  const { lineChart } = await import("../pictures/line-chart.ts");
  const { png } = await lineChart({
    title: `${run.description.model} on ${run.description.data.source}`,
    series: players.map((name) => ({
      name,
      x: events.map(({ round }) => round),
      y: events.map((event) => (event.metrics as Record<string, number | null>)[name] ?? Number.NaN),
    })),
  });
  return png;
}

/** Reconstruction error on the test split, and mode coverage where the modes are known. */
async function testMetrics(run: Run, trainer: Trainer, dataset: Dataset): Promise<Record<string, number>> {
  const metrics: Record<string, number> = {};
  const { seed, data } = run.description;
  if (trainer.game.roles.encode !== undefined && trainer.game.roles.decode !== undefined) {
    const { test, shape } = await loadDataset(data.source, { seed, splits: ["test"], ...data.options });
    if (test.count > 0) {
      let sum = 0;
      for (let start = 0; start < test.count; start += EVALUATED) {
        const inputs = exampleValues(test, shape, Math.min(start + EVALUATED, test.count), start);
        const { data: rebuilt } = (await trainer.role("reconstruct", inputs))!;
        for (let index = 0; index < inputs.length; index++) sum += (inputs[index]! - rebuilt[index]!) ** 2;
      }
      metrics.mse = sum / (test.count * sizeOf(shape));
    }
  }
  const latent = trainer.game.roles.generate?.latent;
  if (latent !== undefined && dataset.modes !== undefined) {
    const noise = randomStream(seed, "test").normal(0, new Float32Array(COVERAGE_SAMPLES * latent));
    const { data: samples } = (await trainer.role("generate", noise))!;
    const { centres, sigma } = dataset.modes;
    const coverage = modeCoverage(samples, centres, { dimensions: dataset.shape[0]!, deviation: sigma });
    metrics.modes = coverage.modes;
    metrics.highQuality = coverage.highQuality;
  }
  return metrics;
}

function report(
  run: Run,
  trainer: Trainer,
  test: Readonly<Record<string, number>>,
  pictures: readonly string[],
): string {
  const { model, options, data, seed, versions } = run.description;
  const rows = Object.entries(options).map(([name, value]) => `| ${name} | ${JSON.stringify(value)} |`);
  const measures = Object.entries(test).map(
    ([name, value]) => `| ${name} | ${Number(value.toPrecision(6))} |`,
  );
  const images = pictures.map((file) => {
    const path = relative(run.path, file).replaceAll("\\", "/");
    return `![${path}](${path})`;
  });
  return `# ${model} on ${data.source}

${trainer.round} rounds, seed ${seed}, gamelan ${versions.gamelan}.

| option | value |
| --- | --- |
${rows.join("\n")}
${measures.length === 0 ? "" : `\nOn the test split:\n\n| measure | value |\n| --- | --- |\n${measures.join("\n")}\n`}
${images.join("\n\n")}
`;
}
