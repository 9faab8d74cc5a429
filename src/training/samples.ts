// What a run shows of itself: the same noise generated again and again, the same examples reconstructed.

import type { Dataset, Split } from "../data/dataset.ts";
import { gridOf, pairsOf } from "../pictures/grid.ts";
import { encodePng, type Picture } from "../pictures/png.ts";
import { randomStream } from "../random/index.ts";
import { sizeOf } from "../tensor/index.ts";
import { generationInputs } from "./generation.ts";
import type { Trainer } from "./trainer.ts";

const GENERATED = 64;
const RECONSTRUCTED = 32;
const POINTS = 2000;

/** A picture of a run's present state, named after what it shows. */
export interface Sample {
  readonly name: "generated" | "reconstructed" | "varied";
  readonly png: Uint8Array;
  /** Pixels, for the terminal; a chart has none. */
  readonly picture?: Picture;
}

/** Examples `start` to `end` as floats: bytes become [0, 1]. */
export function exampleValues(split: Split, shape: readonly number[], end: number, start = 0): Float32Array {
  const size = sizeOf(shape);
  const values = split.values.subarray(start * size, end * size);
  return values instanceof Float32Array ? values : Float32Array.from(values, (byte) => byte / 255);
}

/** Small pictures are enlarged so that a grid is worth looking at. */
const scaleFor = (shape: readonly number[]) => Math.max(1, Math.floor(64 / shape.at(-1)!));

/** Pictures of what a model makes now. */
export async function drawSamples(trainer: Trainer, dataset: Dataset, seed: number): Promise<Sample[]> {
  const { shape, kind } = dataset;
  const drawable = kind === "image" ? shape[0] === 1 || shape[0] === 3 : shape[0] === 2 && shape.length === 1;
  if (!drawable) return [];
  const samples: Sample[] = [];
  const { generate } = trainer.game.roles;
  if (generate !== undefined) {
    const count = kind === "image" ? GENERATED : POINTS;
    const made = (await trainer.role(
      "generate",
      ...generationInputs(generate, { count, seed, stream: "samples" }),
    ))!;
    samples.push(
      kind === "image"
        ? pictured("generated", gridOf(made, { scale: scaleFor(shape) }))
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
