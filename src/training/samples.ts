// What a run shows of itself: the same noise generated again and again, the same examples reconstructed or translated.

import { join } from "node:path";
import type { Dataset, Split } from "../data/dataset.ts";
import { floatsOf } from "../data/floats.ts";
import { gridOf, pairsOf, stacksOf } from "../pictures/grid.ts";
import { encodePng, type Picture } from "../pictures/png.ts";
import { randomStream } from "../random/index.ts";
import { sizeOf } from "../tensor/index.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { classColumns, generationInputs } from "./generation.ts";
import type { Run } from "./run-directory.ts";
import type { Trainer } from "./trainer.ts";

const GENERATED = 64;
/** Rows of a picture whose columns are classes. */
const ROWS = 8;
const RECONSTRUCTED = 32;
const TRANSLATED = 24;
const POINTS = 2000;

/** A picture of a run's present state, named after what it shows. */
export interface Sample {
  readonly name: "generated" | "reconstructed" | "varied" | "translated" | "translated-back";
  readonly png: Uint8Array;
  /** Pixels, for the terminal; a chart has none. */
  readonly picture?: Picture;
}

/** Examples `start` to `end` as floats: bytes become [0, 1]. */
export function exampleValues(split: Split, shape: readonly number[], end: number, start = 0): Float32Array {
  const size = sizeOf(shape);
  return floatsOf(split.values.subarray(start * size, end * size));
}

/** Small pictures are enlarged so that a grid is worth looking at. */
export const scaleFor = (shape: readonly number[]) => Math.max(1, Math.floor(64 / shape.at(-1)!));

/** A picture as a file of a run. */
export interface SampleFile extends Pick<Sample, "picture"> {
  readonly file: string;
  /** From the run's folder. */
  readonly link: string;
}

/** Writes pictures of what a model makes now, named after the round that its networks are of. */
export async function writeSamples(
  run: Run,
  trainer: Trainer,
  dataset: Dataset,
  round: number,
): Promise<SampleFile[]> {
  const written: SampleFile[] = [];
  for (const { name, png, picture } of await drawSamples(trainer, dataset, run.description.seed)) {
    const fileName = `${name}-${String(round).padStart(7, "0")}.png`;
    const file = join(run.samplesPath, fileName);
    await writeFileAtomic(file, png);
    written.push({ file, link: `samples/${fileName}`, ...(picture === undefined ? {} : { picture }) });
  }
  return written;
}

/** Pictures of what a model makes now. */
async function drawSamples(trainer: Trainer, dataset: Dataset, seed: number): Promise<Sample[]> {
  const { shape, kind } = dataset;
  const drawable = kind === "image" ? shape[0] === 1 || shape[0] === 3 : shape[0] === 2 && shape.length === 1;
  if (!drawable) return [];
  const samples: Sample[] = [];
  const { generate } = trainer.game.roles;
  if (generate !== undefined) {
    const columns = classColumns(generate);
    const count = kind !== "image" ? POINTS : columns === undefined ? GENERATED : columns * ROWS;
    const noise = generationInputs(generate, { count, seed, stream: "samples" });
    const made = (await trainer.role("generate", ...noise))!;
    const partners = await trainer.role("generatePartner", ...noise);
    const options = { scale: scaleFor(shape) };
    samples.push(
      kind === "image"
        ? pictured(
            "generated",
            partners === undefined
              ? gridOf(made, columns === undefined ? options : { ...options, columns })
              : stacksOf([made, partners], { ...options, columns: 16 }),
          )
        : await scattered("generated", dataset, made.data, trainer.round),
    );
  }
  const source = dataset.validation.count > 0 ? dataset.validation : dataset.train;
  const count = Math.min(kind === "image" ? RECONSTRUCTED : POINTS, source.count);
  const inputs = exampleValues(source, shape, count);
  /** Versions of the same examples, beside them. */
  const beside = async (name: Sample["name"], made: Made) => {
    samples.push(
      kind === "image"
        ? pictured(name, pairsOf({ shape: made.shape, data: inputs }, made, { scale: scaleFor(shape) }))
        : await scattered(name, dataset, made.data, trainer.round),
    );
  };
  const rebuilt = await trainer.role("reconstruct", inputs);
  if (rebuilt !== undefined) await beside("reconstructed", rebuilt);
  const { vary } = trainer.game.roles;
  if (vary !== undefined) {
    const { data: codes } = (await trainer.role("encode", inputs))!;
    const noise = randomStream(seed, "samples").normal(0, new Float32Array(count * vary.noise));
    await beside("varied", (await trainer.role("vary", codes, noise))!);
  }
  return [...samples, ...(await drawTranslations(trainer, dataset))];
}

/** Examples of each domain above what they are in the other, and above their partners there, where data are pairs. */
async function drawTranslations(trainer: Trainer, dataset: Dataset): Promise<Sample[]> {
  const { target } = dataset;
  if (target === undefined || ![1, 3].includes(target.shape[0]!)) return [];
  if (String(target.shape.slice(1)) !== String(dataset.shape.slice(1))) return [];
  // Of both the same split, since examples may be partners.
  const split = dataset.validation.count > 0 && target.validation.count > 0 ? "validation" : "train";
  const samples: Sample[] = [];
  for (const [role, name, from, to] of [
    ["translate", "translated", dataset, target],
    ["translateBack", "translated-back", target, dataset],
  ] as const) {
    const count = Math.min(TRANSLATED, from[split].count);
    const inputs = exampleValues(from[split], from.shape, count);
    const made = await trainer.role(role, inputs);
    if (made === undefined) continue;
    const partners = target.paired
      ? [{ shape: made.shape, data: exampleValues(to[split], to.shape, count) }]
      : [];
    const images = [{ shape: [count, ...from.shape], data: inputs }, made, ...partners];
    samples.push(pictured(name, stacksOf(images, { scale: scaleFor(from.shape), columns: 8 })));
  }
  return samples;
}

interface Made {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function pictured(name: Sample["name"], picture: Picture): Sample {
  return { name, picture, png: encodePng(picture) };
}

async function scattered(
  name: Sample["name"],
  dataset: Dataset,
  made: Float32Array,
  round: number,
): Promise<Sample> {
  const { scatterChart } = await import("../pictures/scatter-chart.ts");
  const real = exampleValues(dataset.train, dataset.shape, Math.min(POINTS, dataset.train.count));
  const { png } = await scatterChart({ real, generated: made, title: `${dataset.name}, round ${round}` });
  return { name, png };
}
