// IDX files, the form in which MNIST and its kin are published, plain or compressed by gzip.
//
//   2 bytes 0, a type, the number of dimensions, then each dimension and all elements, big-endian.
//
// A file is first opened (a few kilobytes are read: enough for its shape and a checksum of its content), and read
// later, if at all. The header says how long the content is, so it is inflated into one array of that length, and
// that array is the data set: nothing is copied.

import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, gunzip, gunzipSync } from "node:zlib";
import { UserError } from "../errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import { readBytes, systemReason } from "./files.ts";
import { checksumOf } from "./fingerprint.ts";

const inflate = promisify(gunzip);

const types = {
  8: { name: "uint8", bytes: 1 },
  9: { name: "int8", bytes: 1 },
  11: { name: "int16", bytes: 2 },
  12: { name: "int32", bytes: 4 },
  13: { name: "float32", bytes: 4 },
  14: { name: "float64", bytes: 8 },
} as const;
type TypeName = (typeof types)[keyof typeof types]["name"];

export interface IdxFile {
  readonly path: string;
  readonly type: TypeName;
  readonly shape: readonly number[];
  /** The CRC-32 of the inflated file, the same whether or not it is compressed. */
  readonly checksum: string;
}

export type IdxValues = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** Looks into an IDX file. A UserError where it is not one, or is not as long as it says. */
export async function openIdx(path: string): Promise<IdxFile> {
  const { start, end, size } = await readEnds(path);
  const compressed = isGzip(start);
  const header = parseHeader(path, compressed ? inflateStart(path, start) : start);
  const needed = lengthOf(header);
  if (!compressed) checkLength(path, header, size);
  else if (needed > size * 1032 + 64)
    // Deflate cannot compress by more than 1032 to 1.
    throw new UserError(`${path} is damaged: ${describe(header)} cannot come from ${size} compressed bytes`);
  const checksum = compressed
    ? end
        .readUInt32LE(end.length - 8)
        .toString(16)
        .padStart(8, "0")
    : checksumOf(await readBytes(path));
  return { path, type: header.type, shape: header.shape, checksum };
}

/** The elements of an IDX file. A UserError where it is truncated or damaged, or holds more than it says. */
export async function readIdx(file: IdxFile): Promise<IdxValues> {
  const stored = await readBytes(file.path);
  const content = isGzip(stored) ? await inflateAll(file, stored) : stored;
  checkLength(file.path, parseHeader(file.path, content), content.length);
  return decode(file.type, content.subarray(4 + 4 * file.shape.length));
}

interface Header {
  readonly type: TypeName;
  readonly shape: readonly number[];
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const bytesOf = (type: TypeName): number => Object.values(types).find(({ name }) => name === type)!.bytes;
const lengthOf = ({ type, shape }: Header): number => 4 + 4 * shape.length + sizeOf(shape) * bytesOf(type);
const describe = ({ type, shape }: Header): string => `${shape.join("×")} ${type} elements`;

/** Enough of both ends of a file for a header and a gzip trailer. */
async function readEnds(path: string): Promise<{ start: Buffer; end: Buffer; size: number }> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const start = Buffer.alloc(Math.min(size, 4096));
      const end = Buffer.alloc(Math.min(size, 4096));
      await file.read(start, 0, start.length, 0);
      await file.read(end, 0, end.length, size - end.length);
      return { start, end, size };
    } finally {
      await file.close();
    }
  } catch (error) {
    const reason = systemReason(error);
    throw reason === undefined ? error : new UserError(`cannot read ${path}: ${reason}`, { cause: error });
  }
}

function inflateStart(path: string, start: Buffer): Buffer {
  try {
    return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw damaged(path, error);
  }
}

async function inflateAll(file: IdxFile, stored: Buffer): Promise<Buffer> {
  // A little room over, so that the inflater need not begin a second piece and join the two.
  const room = lengthOf(file) + 64;
  try {
    return await inflate(stored, { chunkSize: room, maxOutputLength: room });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
      throw new UserError(`${file.path} holds more than the ${describe(file)} its header says`, {
        cause: error,
      });
    throw damaged(file.path, error);
  }
}

function damaged(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || !String(error.code).startsWith("Z_")) return error;
  return error.code === "Z_BUF_ERROR"
    ? new UserError(`${path} is truncated: its compressed data stop early`, { cause: error })
    : new UserError(`${path} is damaged: ${error.message}`, { cause: error });
}

function parseHeader(path: string, bytes: Buffer): Header {
  const fail = (why: string): never => {
    throw new UserError(`${path} is not an IDX file: ${why}`);
  };
  if (bytes.length < 4) fail(`it has ${bytes.length} bytes`);
  if (bytes[0] !== 0 || bytes[1] !== 0) fail("it does not begin with two zero bytes");
  const code = bytes[2]!;
  const type = Object.entries(types).find(([key]) => Number(key) === code)?.[1];
  if (type === undefined) return fail(`its type is 0x${code.toString(16).padStart(2, "0")}`);
  const dimensions = bytes[3]!;
  if (dimensions < 1 || dimensions > 8) fail(`it has ${dimensions} dimensions`);
  if (bytes.length < 4 + 4 * dimensions)
    throw new UserError(`${path} is truncated: its header is incomplete`);
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  return { type: type.name, shape };
}

function checkLength(path: string, header: Header, length: number): void {
  const needed = lengthOf(header);
  if (length < needed)
    throw new UserError(
      `${path} is truncated: ${describe(header)} take ${needed} bytes, and it has ${length}`,
    );
  if (length > needed)
    throw new UserError(
      `${path} has ${length - needed} bytes more than the ${describe(header)} its header says`,
    );
}

/** A view of the bytes, turned to this machine's order in place. */
function decode(type: TypeName, bytes: Buffer): IdxValues {
  if (type === "uint8") return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  if (type === "int8") return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  // A header of any number of dimensions can leave the elements of eight bytes unaligned: those are moved.
  const width = bytesOf(type);
  const aligned = bytes.byteOffset % width === 0 ? bytes : Buffer.from(Uint8Array.from(bytes).buffer);
  const view = [aligned.buffer, aligned.byteOffset, aligned.length / width] as const;
  if (type === "int16") {
    aligned.swap16();
    return new Int16Array(...view);
  }
  if (type === "float64") {
    aligned.swap64();
    return new Float64Array(...view);
  }
  aligned.swap32();
  return type === "int32" ? new Int32Array(...view) : new Float32Array(...view);
}
