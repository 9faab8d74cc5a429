// Small sets of IDX files under MNIST's names.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes a split: `part` is `train` or `t10k`, images are [count, side, side] bytes. */
export async function putIdxSplit(
  directory: string,
  part: string,
  side: number,
  images: ArrayLike<number>,
  labels: ArrayLike<number>,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const count = labels.length;
  const header = Buffer.from([0, 0, 8, 3, 0, 0, count >> 8, count & 255, 0, 0, 0, side, 0, 0, 0, side]);
  await writeFile(
    join(directory, `${part}-images-idx3-ubyte`),
    Buffer.concat([header, Buffer.from(Uint8Array.from(images))]),
  );
  const labelHeader = Buffer.from([0, 0, 8, 1, 0, 0, count >> 8, count & 255]);
  await writeFile(
    join(directory, `${part}-labels-idx1-ubyte`),
    Buffer.concat([labelHeader, Buffer.from(Uint8Array.from(labels))]),
  );
}
