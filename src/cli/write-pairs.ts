// Examples and their reconstructions as a file.

import { encodeNpy } from "../data/npy.ts";
import { pairsOf } from "../pictures/grid.ts";
import { encodePng, type Picture } from "../pictures/png.ts";
import type { Batch } from "../training/open.ts";
import { type Destination, writeOut } from "./destination.ts";
import { scaleFor } from "./write-examples.ts";

/** Writes the reconstructions' numbers, or a picture with the examples; gives back the picture of images. */
export async function writePairs(
  { kind, path }: Destination,
  inputs: Float32Array,
  { shape, data }: Batch,
): Promise<Picture | undefined> {
  const [, channels] = shape;
  const picture =
    shape.length === 4 && (channels === 1 || channels === 3)
      ? pairsOf({ shape, data: inputs }, { shape, data }, { scale: scaleFor(shape) })
      : undefined;
  if (kind === "array") await writeOut(path, encodeNpy(data, shape));
  else if (picture !== undefined) await writeOut(path, encodePng(picture));
  else {
    const { scatterChart } = await import("../pictures/scatter-chart.ts");
    await writeOut(path, (await scatterChart({ real: inputs, generated: data })).png);
  }
  return picture;
}
