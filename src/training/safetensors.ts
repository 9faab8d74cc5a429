// Named arrays in a file, in the safetensors format, which Python, Rust and the browser read too.
//
//   8 bytes   length of the header, little-endian, a multiple of 8 as written here
//   header    JSON: { "__metadata__": { name: text }, NAME: { dtype, shape, data_offsets: [begin, end] }, … },
//             filled up with spaces
//   data      the arrays one after the other, little-endian, row-major; offsets count from here
//
// The data has no gaps and no overlaps. Arrays are written widest numbers first, so that each lies on a
// multiple of its own number's size. Format: https://github.com/huggingface/safetensors
//
// Numbers are written as they lie in memory: little-endian on every machine that ONNX Runtime runs on.

import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { cannotRead, isSystemError } from "./atomic-file.ts";

const BYTES = { F64: 8, I64: 8, F32: 4, I32: 4, U8: 1, BOOL: 1 } as const;

/** The kinds of numbers that are read and written. BOOL is a byte of 0 or 1. */
export type StoredType = keyof typeof BYTES;

export type StoredData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** An array to store. `data` has as many numbers as `shape` says; its kind is taken from `data`'s unless given. */
export interface TensorToStore {
  readonly shape: readonly number[];
  readonly data: StoredData;
  /** Only needed to store a Uint8Array as BOOL. */
  readonly type?: StoredType;
}

/** An array as read. */
export interface StoredTensor extends TensorToStore {
  readonly type: StoredType;
}

/** What the header says of one array; `begin` and `end` count bytes from the start of the data. */
export interface StoredEntry {
  readonly name: string;
  readonly type: StoredType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of the data. */
  readonly entries: readonly StoredEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Safetensors {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that is cut short, changed or not of the format it should be. */
export class DamagedFileError extends UserError {}

const LARGEST_HEADER = 100_000_000;
const LARGEST_READ = 64 * 2 ** 20;

/**
 * Where every array will lie in the file. The order depends on the names and kinds alone.
 *
 * @throws RangeError when an array's length is not what its shape says, or its kind cannot be stored.
 */
export function layOut(tensors: ReadonlyMap<string, TensorToStore>): StoredEntry[] {
  const items = [...tensors].map(([name, tensor]) => ({ name, tensor, type: typeOf(name, tensor) }));
  items.sort((a, b) => BYTES[b.type] - BYTES[a.type] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  let begin = 0;
  return items.map(({ name, tensor, type }) => {
    const end = begin + tensor.data.byteLength;
    const entry = { name, type, shape: [...tensor.shape], begin, end };
    begin = end;
    return entry;
  });
}

/**
 * The bytes of a safetensors file as chunks: the header, then each array's own memory, not copied. Write them
 * in order, and do not change the arrays before they are written.
 *
 * @example
 * const tensors = new Map([["weight", { shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) }]]);
 * await writeFileAtomic("weights.safetensors", safetensorsChunks(tensors, { round: "7" }));
 */
export function safetensorsChunks(
  tensors: ReadonlyMap<string, TensorToStore>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const entries = layOut(tensors);
  const fields = entries.map(({ name, type, shape, begin, end }) => {
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: type, shape, data_offsets: [begin, end] })}`;
  });
  if (Object.keys(metadata).length > 0) fields.unshift(`"__metadata__":${JSON.stringify(metadata)}`);
  const json = Buffer.from(`{${fields.join(",")}}`);
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, " ");
  header.writeBigUInt64LE(BigInt(header.length - 8));
  json.copy(header, 8);
  return [header, ...entries.map(({ name }) => bytesOf(tensors.get(name)!.data))];
}

/**
 * Read a whole file. Everything is checked: the lengths, that the arrays fill the data without gaps or
 * overlaps, that shapes and offsets agree.
 *
 * @param onData Called with the bytes of the data in order, as they are read: for a checksum.
 * @throws DamagedFileError, one line, when the file is not what it should be; UserError when it cannot be read.
 *
 * @example
 * const { tensors, metadata } = await readSafetensors("weights.safetensors");
 * tensors.get("weight")?.data; // Float32Array(4) [1, 2, 3, 4]
 */
export async function readSafetensors(
  path: string,
  onData: (bytes: Uint8Array) => void = () => {},
): Promise<Safetensors & { header: SafetensorsHeader }> {
  return withFile(path, async (handle, size) => {
    const { header, start } = await headerOf(handle, size, path);
    const tensors = new Map<string, StoredTensor>();
    for (const { name, type, shape, begin, end } of header.entries) {
      const bytes = new Uint8Array(end - begin);
      await readAll(handle, bytes, start + begin, path);
      onData(bytes);
      tensors.set(name, { type, shape, data: dataOf(type, bytes) });
    }
    return { tensors, metadata: header.metadata, header };
  });
}

/** Read the header only: names, kinds, shapes and metadata, at little cost however large the file. */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, async (handle, size) => (await headerOf(handle, size, path)).header);
}

/** The same from memory; the arrays are copies. `path` is what the errors call the file. */
export function parseSafetensors(bytes: Uint8Array, path = "the safetensors file"): Safetensors {
  const start = dataStart(bytes, bytes.length, path);
  const header = parseHeader(bytes.subarray(8, start), bytes.length - start, path);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, type, shape, begin, end } of header.entries) {
    // A copy, whatever kind of byte array it is: a Buffer's own slice() would share the memory.
    const copy = new Uint8Array(bytes.subarray(start + begin, start + end));
    tensors.set(name, { type, shape, data: dataOf(type, copy) });
  }
  return { tensors, metadata: header.metadata };
}

/** The memory of an array as bytes, not copied. */
export function bytesOf(data: StoredData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

// --- Reading ---------------------------------------------------------------------------------------------------

async function withFile<Result>(
  path: string,
  use: (handle: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  try {
    const handle = await open(path, "r");
    try {
      return await use(handle, (await handle.stat()).size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw isSystemError(error) ? cannotRead(path, error) : error;
  }
}

async function headerOf(handle: FileHandle, size: number, path: string) {
  const prefix = new Uint8Array(Math.min(8, size));
  await readAll(handle, prefix, 0, path);
  const start = dataStart(prefix, size, path);
  const json = new Uint8Array(start - 8);
  await readAll(handle, json, 8, path);
  return { header: parseHeader(json, size - start, path), start };
}

/** Where the data starts: behind the 8 bytes of the header's length and the header. */
function dataStart(prefix: Uint8Array, size: number, path: string): number {
  if (size < 8) throw damaged(path, `it has ${size} bytes, and the format begins with 8 bytes of length`);
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(LARGEST_HEADER)) {
    throw damaged(
      path,
      `it is no safetensors file, or its first bytes are damaged (a header of ${length} bytes)`,
    );
  }
  const start = 8 + Number(length);
  if (start > size) {
    throw damaged(path, `it is cut short: it has ${size} bytes, and its header alone needs ${start}`);
  }
  return start;
}

const METADATA = z.record(z.string(), z.string());
const ENTRY = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

function parseHeader(json: Uint8Array, dataLength: number, path: string): SafetensorsHeader {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw damaged(path, "its header is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw damaged(path, "its header is not a JSON object");
  }
  let metadata: Record<string, string> = {};
  const entries: StoredEntry[] = [];
  for (const [name, value] of Object.entries(parsed)) {
    if (name === "__metadata__") {
      const result = METADATA.safeParse(value);
      if (!result.success) throw damaged(path, "its metadata is not an object of texts");
      metadata = result.data;
    } else {
      entries.push(parseEntry(name, value, path));
    }
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== expected) {
      const how = begin < expected ? "overlaps the array before it" : "leaves a gap before it";
      throw damaged(path, `array ${JSON.stringify(name)} ${how}`);
    }
    expected = end;
  }
  if (expected !== dataLength) {
    const how = expected > dataLength ? "is cut short" : "has bytes that belong to no array";
    throw damaged(path, `it ${how}: ${dataLength} bytes of data where its header tells of ${expected}`);
  }
  return { entries, metadata };
}

function parseEntry(name: string, value: unknown, path: string): StoredEntry {
  const array = `array ${JSON.stringify(name)}`;
  const result = ENTRY.safeParse(value);
  if (!result.success)
    throw damaged(path, `the header's entry for ${array} is not a kind, shape and offsets`);
  const { dtype, shape, data_offsets } = result.data;
  if (!isStoredType(dtype)) {
    const known = Object.keys(BYTES).join(", ");
    throw new UserError(`${path}: ${array} holds ${dtype} numbers, which are not read here; ${known} are`);
  }
  const [begin, end] = data_offsets;
  const needed = shape.reduce((product, extent) => product * extent, BYTES[dtype]);
  if (end - begin !== needed) {
    const found = `${end - begin} bytes where its shape [${shape}] of ${dtype} needs ${needed}`;
    throw damaged(path, `${array} has ${found}`);
  }
  return { name, type: dtype, shape, begin, end };
}

async function readAll(handle: FileHandle, into: Uint8Array, from: number, path: string): Promise<void> {
  let done = 0;
  while (done < into.length) {
    const length = Math.min(into.length - done, LARGEST_READ);
    const { bytesRead } = await handle.read(into, done, length, from + done);
    if (bytesRead === 0) throw damaged(path, "it became shorter while it was read");
    done += bytesRead;
  }
}

function damaged(path: string, what: string): DamagedFileError {
  return new DamagedFileError(`${path} cannot be used: ${what}`);
}

// --- Kinds of numbers ------------------------------------------------------------------------------------------

function isStoredType(text: string): text is StoredType {
  return Object.hasOwn(BYTES, text);
}

function dataOf(type: StoredType, bytes: Uint8Array<ArrayBuffer>): StoredData {
  const { buffer } = bytes;
  switch (type) {
    case "F64":
      return new Float64Array(buffer);
    case "F32":
      return new Float32Array(buffer);
    case "I64":
      return new BigInt64Array(buffer);
    case "I32":
      return new Int32Array(buffer);
    case "U8":
    case "BOOL":
      return bytes;
  }
}

function typeOf(name: string, { data, shape, type }: TensorToStore): StoredType {
  const own = ownType(data);
  if (own === undefined)
    throw new RangeError(`array ${JSON.stringify(name)} is of a kind that is not stored`);
  if (type !== undefined && type !== own && !(type === "BOOL" && own === "U8")) {
    throw new RangeError(`array ${JSON.stringify(name)} is said to be ${type} and is ${own}`);
  }
  if (name === "__metadata__") throw new RangeError('no array may be named "__metadata__"');
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (count !== data.length || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new RangeError(`array ${JSON.stringify(name)} has ${data.length} numbers and the shape [${shape}]`);
  }
  return type ?? own;
}

function ownType(data: StoredData): StoredType | undefined {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof BigInt64Array) return "I64";
  if (data instanceof Uint8Array) return "U8";
  return undefined;
}
