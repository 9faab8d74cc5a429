// What an evaluation shows beside its numbers.

import type { Split } from "../../data/index.ts";
import { takeEvenly, takeRows } from "../../data/splits.ts";
import type { ClosestPair } from "../../metrics/memorisation.ts";
import { classChart } from "../../pictures/class-chart.ts";
import { gridOf, pairsOf, stacksOf } from "../../pictures/grid.ts";
import { encodePng } from "../../pictures/png.ts";
import { scatterChart } from "../../pictures/scatter-chart.ts";
import { sizeOf } from "../../tensor/index.ts";
import { classColumns } from "../../training/generation.ts";
import { exampleValues, scaleFor } from "../../training/samples.ts";
import { codePlane } from "../code-plane.ts";
import type { Subject } from "./subject.ts";

/** The files' names, without their ending. */
export const pictureNames = ["generated", "reconstructed", "codes", "closest"] as const;

export interface EvaluationPicture {
  /** The file's name, without its ending. */
  readonly name: (typeof pictureNames)[number];
  /** What it shows, for people. */
  readonly title: string;
  readonly png: Uint8Array;
}

const SAMPLES = 64;
const REBUILT = 32;
const POINTS = 2000;

const isImage = (shape: readonly number[]) => shape.length === 3 && (shape[0] === 1 || shape[0] === 3);
const isPoint = (shape: readonly number[]) => shape.length === 1 && shape[0] === 2;

/** Samples: a grid of images, or points over real ones. */
export async function sampleGrid({ run, dataset, options }: Subject): Promise<EvaluationPicture[]> {
  const { shape } = run;
  if (!isImage(shape) && !isPoint(shape)) return [];
  const made = await run.generate(isImage(shape) ? SAMPLES : POINTS, { seed: options.seed });
  const columns = classColumns(run);
  const grid = { scale: scaleFor(shape), ...(columns === undefined ? {} : { columns }) };
  const count = Math.min(POINTS, dataset.train.count);
  const png = isImage(shape)
    ? encodePng(gridOf(made, grid))
    : (await scatterChart({ real: exampleValues(dataset.train, shape, count), generated: made.data })).png;
  return [{ name: "generated", title: "Samples", png }];
}

/** Test images above their reconstructions. */
export async function rebuiltPairs({ run, test }: Subject): Promise<EvaluationPicture[]> {
  const { shape } = run;
  if (!isImage(shape)) return [];
  const some = takeEvenly(test, shape, REBUILT);
  const data = exampleValues(some, shape, some.count);
  const rebuilt = await run.reconstruct(data);
  const png = encodePng(pairsOf({ shape: rebuilt.shape, data }, rebuilt, { scale: scaleFor(shape) }));
  return [{ name: "reconstructed", title: "Test examples, each above its reconstruction", png }];
}

/**
 * Samples above the training images nearest to them, and these above the test images nearest to the samples. Samples
 * are made again, rather than kept.
 */
export async function closestPairs(
  subject: Subject,
  closest: readonly ClosestPair[],
  others: Int32Array,
): Promise<EvaluationPicture[]> {
  const { run, dataset, test, chunk } = subject;
  const { shape } = run;
  if (!isImage(shape)) return [];
  const size = sizeOf(shape);
  const samples = new Float32Array(closest.length * size);
  for (const part of new Set(closest.map(({ sample }) => Math.floor(sample / chunk)))) {
    const made = await subject.samplesOf(part);
    closest.forEach(({ sample }, place) => {
      const row = sample - part * chunk;
      if (row >= 0 && row < chunk) samples.set(made.subarray(row * size, (row + 1) * size), place * size);
    });
  }
  const imagesOf = (split: Split, rows: Int32Array) =>
    exampleValues(takeRows(split, rows, size), shape, rows.length);
  const rows = Int32Array.from(closest, ({ example }) => example);
  const stacks = [samples, imagesOf(dataset.train, rows), imagesOf(test, others)].map((data) => ({
    shape: [closest.length, ...shape],
    data,
  }));
  return [
    {
      name: "closest",
      title:
        "Samples that are nearest to training examples, each above its nearest training example and its nearest " +
        "test example",
      png: encodePng(stacksOf(stacks, { scale: scaleFor(shape) })),
    },
  ];
}

/** Codes as points of the plane, in the colours of their labels. */
export async function codePlaneChart(
  { dataset }: Subject,
  { codes, latent, labels }: { codes: Float32Array; latent: number; labels: Int32Array | undefined },
): Promise<EvaluationPicture> {
  const { points, axes } = codePlane(codes, latent);
  const { png } = await classChart({
    points,
    ...(labels === undefined ? {} : { labels }),
    ...(dataset.classes === undefined ? {} : { classes: dataset.classes }),
    xLabel: axes[0],
    yLabel: axes[1],
  });
  return { name: "codes", title: "Codes of test examples", png };
}
