// Pictures of 8 bits a channel, and PNG files of them.

import { writeFile } from "node:fs/promises";
import { encode } from "fast-png";
import { UserError } from "../errors.ts";

/** A picture: rows from the top, pixels from the left, channels side by side. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1: grey. 3: red, green and blue. */
  readonly channels: 1 | 3;
  /** height × width × channels bytes. */
  readonly data: Uint8Array;
}

/**
 * A picture as the bytes of a PNG file.
 * @throws RangeError when the data's length is not what the size says.
 *
 * @example
 * const bytes = encodePng({ width: 2, height: 1, channels: 1, data: new Uint8Array([0, 255]) });
 */
export function encodePng({ width, height, channels, data }: Picture): Uint8Array {
  if (width < 1 || height < 1 || data.length !== width * height * channels) {
    throw new RangeError(`${data.length} bytes are no picture of ${width}×${height}×${channels}`);
  }
  return encode({ width, height, channels, depth: 8, data });
}

/**
 * Write a picture to a PNG file.
 * @throws UserError (exit code 1) naming the path when it cannot be written.
 */
export async function writePng(path: string, picture: Picture): Promise<void> {
  try {
    await writeFile(path, encodePng(picture));
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new UserError(`cannot write ${path}: ${error.message}`, { cause: error, exitCode: 1 });
  }
}
