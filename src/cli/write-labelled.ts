// A labelled set as files that can be trained on: arrays, a folder of images for each class, or the rows of a table.

import { join } from "node:path";
import { encodeNpz, type Split } from "../data/index.ts";
import { encodePng } from "../pictures/png.ts";
import type { Augmented } from "../tasks/augmentation/augment.ts";
import { sizeOf } from "../tensor/shape.ts";
import { type Destination, numberedFiles, refuseLeftovers, writeOut } from "./destination.ts";
import { floatsOf, labelNames } from "./examples.ts";

/**
 * Writes real and generated examples, which can be told apart: by the array `generated`, by the files' names, or as
 * the last rows of a table. Arrays hold the real test examples too, so that whoever trains on them is tested on these.
 */
export async function writeLabelled({ kind, path }: Destination, set: Augmented): Promise<void> {
  const { dataset, real } = set;
  const { train, test, shape, classes, table } = dataset;
  if (kind === "table" && table !== undefined) {
    const { writeRows } = await import("./write-rows.ts");
    return writeRows(path, table, floatsOf(train.values), labelNames(train, classes));
  }
  if (kind === "folder") return writeFolders(path, set);
  const arraysOf = (split: Split, ending: string) => ({
    [`x_${ending}`]: { values: split.values, shape: [split.count, ...shape] },
    [`y_${ending}`]: { values: split.labels!, shape: [split.count] },
  });
  const generated = new Uint8Array(train.count).fill(1, real);
  await writeOut(
    path,
    encodeNpz({
      ...arraysOf(train, "train"),
      generated: { values: generated, shape: [train.count] },
      ...(test.count > 0 && test.labels !== undefined ? arraysOf(test, "test") : {}),
    }),
  );
}

/** CLASS/real-0001.png, …, CLASS/generated-0001.png, …; all classes have a folder of their own. */
async function writeFolders(folder: string, { dataset, real }: Augmented): Promise<void> {
  const { train, shape, classes } = dataset;
  const size = sizeOf(shape);
  const [channels = 1, height = 1, width = 1] = shape;
  const { gridOf } = await import("../pictures/grid.ts");
  const rowsOf = new Map<string, number>();
  for (const [label, name] of classes!.entries()) {
    const rows = Array.from(train.labels!.keys()).filter((row) => train.labels![row] === label);
    for (const [kind, chosen] of [
      ["real", rows.filter((row) => row < real)],
      ["generated", rows.filter((row) => row >= real)],
    ] as const) {
      const files = numberedFiles(join(folder, name), chosen.length, `${kind}-`);
      for (const [index, row] of chosen.entries()) rowsOf.set(files[index]!, row);
    }
  }
  await refuseLeftovers(folder, [...rowsOf.keys()]);
  for (const [file, row] of rowsOf) {
    const data = train.values.subarray(row * size, (row + 1) * size);
    const image = { shape: [1, channels, height, width], data };
    await writeOut(file, encodePng(gridOf(image, { padding: 0 })));
  }
}
