// Runs for tests of the studio: real folders, with logs that were made up.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodePng } from "../../src/pictures/png.ts";
import { createRun } from "../../src/training/run-directory.ts";

export interface MadeRun {
  readonly name: string;
  readonly model?: string;
  readonly options?: Record<string, string | number | boolean>;
  /** Events of rounds 10, 20, … */
  readonly events?: number;
  readonly created?: string;
  /** Whether it looks as if it had been trained to its end. */
  readonly finished?: boolean;
}

/** Makes a run's folder below `parent`. */
export async function makeRun(
  parent: string,
  { name, model = "gan", options = { latent: 8 }, events = 5, created, finished = false }: MadeRun,
): Promise<string> {
  const run = await createRun(
    parent,
    {
      versions: { gamelan: "0.1.0" },
      model,
      options,
      data: {
        source: "ring",
        fingerprint: "none",
        examples: {
          specification: { kind: "vector", shape: [2] },
          count: 100,
          dtype: "float32",
          labelled: false,
        },
      },
      seed: 0,
      batch: 10,
      device: "cpu",
      threads: 0,
      rounds: 10 * events,
      lastRound: 10 * events,
      settings: { phaseEnds: [10 * events] },
      ...(created === undefined ? {} : { created }),
    },
    { name },
  );
  await writeFile(run.eventsPath, madeLog(events));
  const pixels = { width: 2, height: 2, channels: 1 as const, data: new Uint8Array([0, 255, 255, 0]) };
  await writeFile(join(run.samplesPath, "generated-0000010.png"), encodePng(pixels));
  if (finished) {
    await mkdir(run.modelsPath, { recursive: true });
    await writeFile(join(run.modelsPath, "generate.onnx"), "");
    await writeFile(
      join(run.path, "metrics.json"),
      JSON.stringify({ round: 10 * events, test: { modes: 7 } }),
    );
  }
  await run.close();
  return run.path;
}

/** Lines of a log: round 10, 20, …; after the first a picture, after the second a look for collapse. */
export function madeLog(events: number, from = 0): string {
  const lines: object[] = [];
  for (let index = from; index < events; index++) {
    const round = 10 * (index + 1);
    const metrics = { critic: 1 / round, generator: index === 2 ? null : Math.sin(round) };
    lines.push({ type: "round", round, epoch: round / 100, metrics });
    if (index === 0) lines.push({ type: "samples", round, file: "samples/generated-0000010.png" });
    if (index === 1)
      lines.push({
        type: "collapse",
        round,
        measures: { modes: 0.5 },
        warnings: [{ what: "modes", message: "only 50 % of the modes are covered" }],
      });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
