// The file of compressed images.
//
//   magic         "GMLN", and the format's version in a byte
//   mode          a byte: 0 lossy, 1 lossless
//   fingerprint   8 bytes of the model that is needed to decode
//   run           the name of the run it was made with: length, UTF-8
//   count         how many images
//   shape         how many axes, each axis
//   step          lossy: float64, the step of codes
//   group         lossless: how many images were coded side by side
//   checksum      CRC-32 of the decoded bytes
//   payload       its length and its CRC-32
//   checksum      CRC-32 of all of the above
//   payload       bytes, to the end of the file
//
// Whole numbers are written as bytes.ts says, checksums as uint32, everything little-endian.

import { crc32 } from "node:zlib";
import { UserError } from "../../errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

const MAGIC = Uint8Array.from("GMLN", (letter) => letter.charCodeAt(0));
const VERSION = 1;
const MODES = ["lossy", "lossless"] as const;
/** Bytes of images that one file may hold. */
const LARGEST = 2 ** 32 - 1;
/** Images coded side by side, at most: what decoding needs at a time must not be what a file says. */
export const MOST_TOGETHER = 32;
/** Names of folders; a file must not lead anywhere else, nor write to a terminal. */
const NAME = /^[^\p{Cc}/]*$/u;

export type CompressionMode = (typeof MODES)[number];

export interface CompressedFile {
  readonly mode: CompressionMode;
  /** 16 hexadecimal digits: the model that is needed to decode. */
  readonly fingerprint: string;
  /** Name of the run it was made with. */
  readonly run: string;
  readonly count: number;
  /** Shape of an image. */
  readonly shape: readonly number[];
  /** Lossy: the step of codes. Lossless: how many images were coded side by side. */
  readonly parameter: number;
  /** CRC-32 of the decoded bytes. */
  readonly checksum: number;
  readonly payload: Uint8Array;
}

/** @throws UserError for more images than a file may hold */
export function encodeFile(file: CompressedFile): Uint8Array {
  const { mode, fingerprint, run, count, shape, parameter, checksum, payload } = file;
  if (count * sizeOf(shape) > LARGEST)
    throw new UserError(`${count} images are too many for one file; compress fewer at a time`);
  const name = new TextEncoder().encode(run);
  const head = new ByteWriter()
    .bytes(MAGIC)
    .bytes(Uint8Array.of(VERSION, MODES.indexOf(mode)))
    .bytes(Buffer.from(fingerprint, "hex"))
    .whole(name.length)
    .bytes(name)
    .whole(count)
    .whole(shape.length);
  for (const size of shape) head.whole(size);
  if (mode === "lossy") head.float64(parameter);
  else head.whole(parameter);
  const bytes = head.uint32(checksum).whole(payload.length).uint32(crc32(payload)).finish();
  return new ByteWriter().bytes(bytes).uint32(crc32(bytes)).bytes(payload).finish();
}

/**
 * Reads a file, and checks all of it that can be checked without the model.
 *
 * @param name what messages call it
 * @throws UserError for anything that is not as it was written
 */
export function decodeFile(bytes: Uint8Array, name: string): CompressedFile {
  if (!MAGIC.every((byte, index) => bytes[index] === byte))
    throw new UserError(`${name} is no file of gamelan compress: it does not begin with GMLN`);
  const version = bytes[MAGIC.length];
  if (version !== undefined && version !== VERSION)
    throw new UserError(`${name} has the format's version ${version}, and this gamelan reads ${VERSION}`);
  try {
    return read(new ByteReader(bytes), bytes);
  } catch (error) {
    throw error instanceof UserError ? damaged(name, error.message) : error;
  }
}

/** A file that is not what was written. */
export const damaged = (name: string, why: string): UserError =>
  new UserError(`${name} is damaged: ${why}; compress the images again`);

function read(reader: ByteReader, bytes: Uint8Array): CompressedFile {
  reader.bytes(MAGIC.length + 1);
  const mode = MODES[reader.bytes(1)[0]!];
  const fingerprint = Buffer.from(reader.bytes(8)).toString("hex");
  const run = new TextDecoder().decode(reader.bytes(reader.whole()));
  const count = reader.whole();
  const axes = reader.whole();
  const shape: number[] = [];
  for (let axis = 0; axis < axes; axis++) shape.push(reader.whole());
  const parameter = mode === "lossless" ? reader.whole() : reader.float64();
  const checksum = reader.uint32();
  const length = reader.whole();
  const ofPayload = reader.uint32();
  const end = reader.position;
  const possible =
    mode !== undefined &&
    NAME.test(run) &&
    count > 0 &&
    parameter > 0 &&
    parameter <= (mode === "lossless" ? MOST_TOGETHER : Number.MAX_VALUE) &&
    count * sizeOf(shape) <= LARGEST;
  if (reader.uint32() !== crc32(bytes.subarray(0, end)) || !possible)
    throw new UserError("the checksum of its header does not hold");
  const payload = reader.rest();
  if (payload.length !== length)
    throw new UserError(`it should have ${length} bytes of images, and has ${payload.length}`);
  if (crc32(payload) !== ofPayload) throw new UserError("the checksum of its images does not hold");
  return { mode, fingerprint, run, count, shape, parameter, checksum, payload };
}
