// Translations as a file or files: with what they were made of where it is a picture, by themselves otherwise.

import { stacksOf } from "../pictures/grid.ts";
import { encodePng, type Picture } from "../pictures/png.ts";
import type { Batch } from "../training/open.ts";
import { type Destination, writeOut } from "./destination.ts";
import { isDrawable, scaleFor, writeExamples } from "./write-examples.ts";

/**
 * Writes translations; gives back the picture of images.
 *
 * @param partners what they should be, where that is known
 */
export async function writeTranslations(
  destination: Destination,
  inputs: Batch,
  made: Batch,
  partners: Float32Array | undefined,
): Promise<Picture | undefined> {
  const [from, to] = [inputs.shape.slice(1), made.shape.slice(1)];
  const areImages = [from, to].every((shape) => shape.length === 3 && isDrawable(shape));
  if (destination.kind !== "picture" || !areImages || String(from.slice(1)) !== String(to.slice(1)))
    return writeExamples(destination, made, async () => partners ?? made.data);
  const rows = [inputs, made, ...(partners === undefined ? [] : [{ shape: made.shape, data: partners }])];
  const picture = stacksOf(rows, { scale: scaleFor(to) });
  await writeOut(destination.path, encodePng(picture));
  return picture;
}
