// Examples as files: a grid of images, a file an image, a chart of points, or the numbers themselves.

import type { TableSchema } from "../data/index.ts";
import { encodeNpy } from "../data/npy.ts";
import { gridOf, type ImageBatch } from "../pictures/grid.ts";
import { encodePng, type Picture } from "../pictures/png.ts";
import { sizeOf } from "../tensor/shape.ts";
import { makeFolder } from "../training/atomic-file.ts";
import {
  type Destination,
  type DestinationKind,
  numberedFiles,
  refuseLeftovers,
  writeOut,
} from "./destination.ts";

const isImage = (shape: readonly number[]): boolean =>
  shape.length === 3 && (shape[0] === 1 || shape[0] === 3);
const isPoint = (shape: readonly number[]): boolean => shape.length === 1 && shape[0] === 2;

/** Whether examples of a shape can be a picture: grey or colour images, or points of the plane. */
export const isDrawable = (shape: readonly number[]): boolean => isImage(shape) || isPoint(shape);

/** What examples of a shape can be written as; those of a table as rows too. */
export function kindsFor(shape: readonly number[], table?: TableSchema): DestinationKind[] {
  return [
    ...(table === undefined ? [] : (["table"] as const)),
    ...(isDrawable(shape) ? (["picture"] as const) : []),
    "array",
    ...(isImage(shape) ? (["folder"] as const) : []),
  ];
}

/** What they are written as unless told: "generated.png". */
export function usualFile(stem: string, shape: readonly number[], table?: TableSchema): string {
  return `${stem}.${table !== undefined ? "csv" : isDrawable(shape) ? "png" : "npy"}`;
}

/** Pixels of the picture for each pixel of an image: small ones are enlarged to about 64. */
export const scaleFor = (shape: readonly number[]): number => Math.max(1, Math.floor(64 / shape.at(-1)!));

/**
 * Writes examples.
 *
 * @param real points of the data, drawn beneath those made, where examples are points
 * @param columns of a grid of images
 * @returns the picture, where it was one of images
 */
export async function writeExamples(
  { kind, path }: Destination,
  made: ImageBatch & { readonly data: Float32Array },
  real: () => Promise<Float32Array>,
  columns?: number,
): Promise<Picture | undefined> {
  const [count = 0, ...shape] = made.shape;
  const grid = { scale: scaleFor(shape), ...(columns === undefined ? {} : { columns }) };
  switch (kind) {
    case "array":
      await writeOut(path, encodeNpy(made.data, made.shape));
      return isImage(shape) ? gridOf(made, grid) : undefined;
    case "folder":
      await writeEach(path, made, count, shape);
      return gridOf(made, grid);
    case "picture": {
      if (!isImage(shape)) {
        const { scatterChart } = await import("../pictures/scatter-chart.ts");
        const { png } = await scatterChart({ real: await real(), generated: made.data });
        await writeOut(path, png);
        return undefined;
      }
      const picture = gridOf(made, grid);
      await writeOut(path, encodePng(picture));
      return picture;
    }
  }
}

async function writeEach(
  folder: string,
  { data }: { readonly data: Float32Array },
  count: number,
  shape: readonly number[],
): Promise<void> {
  const size = sizeOf(shape);
  const files = numberedFiles(folder, count);
  await refuseLeftovers(folder, files);
  await makeFolder(folder);
  for (const [index, file] of files.entries()) {
    const image = data.subarray(index * size, (index + 1) * size);
    await writeOut(file, encodePng(gridOf({ shape: [1, ...shape], data: image }, { padding: 0 })));
  }
}
