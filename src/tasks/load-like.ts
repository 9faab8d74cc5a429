// Data that a run has not seen, brought to the form of those it was trained on: images to its size and colour, the
// rows of a table to its vectors.

import { loadDataset, type Split, type SplitName } from "../data/index.ts";
import { shapeInWords } from "../data/shape-in-words.ts";
import { openSource } from "../data/sources.ts";
import { UserError } from "../errors.ts";
import type { OpenRun } from "../training/open.ts";
import { dataSeedOf } from "../training/run-directory.ts";

/**
 * A split of a source, its images resized and made grey as the run's are, and the names of its labels.
 *
 * @param whole do not cut splits from a source that has none of its own
 * @throws UserError where its examples cannot have the run's shape
 */
export async function loadLike(
  source: string,
  { shape, description }: Pick<OpenRun, "shape" | "description">,
  split: SplitName,
  whole: boolean,
): Promise<{ readonly examples: Split; readonly classes?: readonly string[] }> {
  const [channels, height, width] = shape;
  const isImage = shape.length === 3;
  const { table } = description.data;
  const options = {
    // That which cut the run's own splits.
    seed: dataSeedOf(description),
    ...(table === undefined ? {} : { table }),
    ...(isImage && height !== undefined && height === width ? { imageSize: height } : {}),
    ...(isImage && channels === 1 ? { grey: true } : {}),
  };
  const found = await openSource(source, options);
  if ((found.fit === undefined) !== (table === undefined))
    throw new UserError(
      table === undefined
        ? `${source} is a table, and the run was trained on none; give data of the kind it was trained on`
        : `${source} is no table, and the run was trained on one; give a table with its columns`,
    );
  const wanted = { kind: isImage ? ("image" as const) : ("vector" as const), shape };
  if (table === undefined && (found.kind !== wanted.kind || found.shape.join() !== shape.join()))
    throw new UserError(
      `${source} holds ${shapeInWords(found)}, and the run was trained on ${shapeInWords(wanted)}; give data of that form`,
    );
  const data = await loadDataset(source, {
    ...options,
    ...(whole ? { validation: 0, ...(found.test === undefined ? { test: 0 } : {}) } : {}),
    splits: [split],
  });
  return { examples: data[split], ...(data.classes && { classes: data.classes }) };
}
