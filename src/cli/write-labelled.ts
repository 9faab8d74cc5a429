// A labelled set as files that can be trained on: arrays, a folder of images for each class, or the rows of a table.

import { join } from "node:path";
import { encodeNpz, type Split } from "../data/index.ts";
import { gridOf } from "../pictures/grid.ts";
import { encodePng } from "../pictures/png.ts";
import type { Augmented } from "../tasks/augmentation/augment.ts";
import { sizeOf } from "../tensor/shape.ts";
import { type Destination, numberedFiles, refuseLeftovers, writeOut } from "./destination.ts";
import { floatsOf, labelNames } from "./examples.ts";

/**
 * Writes real and generated examples, which can be told apart: by the array `generated`, by the files' names, or as
 * the last rows of a table. Arrays and folders hold the real test examples too, where these have labels, so that
 * whoever trains on them is tested on these; a table has no place for them.
 *
 * @returns how many test examples were written
 */
export async function writeLabelled({ kind, path }: Destination, set: Augmented): Promise<number> {
  const { dataset, real } = set;
  const { train, test, shape, classes, table } = dataset;
  const tested = test.labels === undefined ? 0 : test.count;
  if (kind === "table" && table !== undefined) {
    const { writeRows } = await import("./write-rows.ts");
    await writeRows(path, table, floatsOf(train.values), labelNames(train, classes));
    return 0;
  }
  if (kind === "folder") {
    const [folder, apart] = tested > 0 ? [join(path, "train"), join(path, "test")] : [path, path];
    const images = [
      ...imagesOf(folder, dataset, train, [
        ["real-", 0, real],
        ["generated-", real, train.count],
      ]),
      ...(tested > 0 ? imagesOf(apart, dataset, test, [["", 0, tested]]) : []),
    ];
    await refuseLeftovers(
      path,
      images.map(({ file }) => file),
    );
    for (const { file, image } of images) await writeOut(file, encodePng(gridOf(image, { padding: 0 })));
    return tested;
  }
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
      ...(tested > 0 ? arraysOf(test, "test") : {}),
    }),
  );
  return tested;
}

/** CLASS/PREFIX0001.png, …, each prefix for the rows of a range; all classes have a folder of their own. */
function imagesOf(
  folder: string,
  { shape, classes }: Augmented["dataset"],
  { values, labels }: Split,
  ranges: readonly (readonly [prefix: string, from: number, to: number])[],
) {
  const size = sizeOf(shape);
  return classes!.flatMap((name, label) => {
    const rows = Array.from(labels!.keys()).filter((row) => labels![row] === label);
    return ranges.flatMap(([prefix, from, to]) => {
      const chosen = rows.filter((row) => row >= from && row < to);
      return numberedFiles(join(folder, name), chosen.length, prefix).map((file, index) => {
        const row = chosen[index]!;
        return { file, image: { shape: [1, ...shape], data: values.subarray(row * size, (row + 1) * size) } };
      });
    });
  });
}
