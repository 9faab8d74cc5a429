// A short name for the content of a data set, so that a resumed run notices when its data changed.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** 16 hexadecimal digits of the SHA-256 of the parts, in order. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** The CRC-32 of an array's bytes, as gzip has it: a fast check for accidents. */
export function checksumOf(values: ArrayBufferView): string {
  return crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .toString(16)
    .padStart(8, "0");
}
