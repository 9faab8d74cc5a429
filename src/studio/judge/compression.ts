// Images before and after they were compressed by a run's networks, and what they weigh.

import { takeRows } from "../../data/splits.ts";
import { UserError } from "../../errors.ts";
import { gridOf } from "../../pictures/grid.ts";
import { encodePng } from "../../pictures/png.ts";
import { compress, decompress } from "../../tasks/compression/index.ts";
import { sizeOf } from "../../tensor/index.ts";
import { open } from "../../training/open.ts";
import type { CompressionRequest, CompressionResult } from "../contract.ts";
import { addressOf, isDrawable, judgedExamples } from "./examples.ts";

/**
 * Compresses some images and decompresses the file again.
 *
 * @throws UserError where the model cannot do it, or there are no such images
 */
export async function compressedImages(
  path: string,
  request: CompressionRequest,
): Promise<CompressionResult> {
  const { images, shape, of, words } = await imagesOf(path, request);
  const { mode = "lossy", step } = request;
  const { file, bitsPerPixel, modelBytes, meanSquaredError } = await compress(path, images, {
    mode,
    ...(step === undefined ? {} : { step }),
  });
  const { data } = await decompress(path, file);
  const count = shape[0]!;
  const size = images.length / count;
  let png = 0;
  for (let start = 0; start < images.length; start += size) {
    const one = { shape: [1, ...shape.slice(1)], data: images.subarray(start, start + size) };
    png += encodePng(gridOf(one, { padding: 0, columns: 1 })).length;
  }
  return {
    examples: words,
    mode,
    count,
    of,
    before: addressOf({ shape, data: images }),
    after: addressOf({ shape, data }),
    bytes: { raw: images.length, png, file: file.length },
    bitsPerPixel,
    modelBytes,
    ...(meanSquaredError === undefined ? {} : { peakSignalToNoise: -10 * Math.log10(meanSquaredError) }),
  };
}

async function imagesOf(path: string, request: CompressionRequest) {
  const run = await open(path);
  try {
    if (!isDrawable(run.shape)) throw new UserError("only grey and colour images are compressed");
    const { examples, words } = await judgedExamples(run, request);
    const start = Math.min(request.start ?? 0, examples.count - 1);
    const count = Math.min(request.count ?? 1, examples.count - start);
    const rows = Int32Array.from({ length: count }, (_, index) => start + index);
    const { values } = takeRows(examples, rows, sizeOf(run.shape));
    const images =
      values instanceof Uint8Array
        ? values
        : Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
    return { images, shape: [count, ...run.shape], of: examples.count, words };
  } finally {
    await run.close();
  }
}
