// NumPy's .npy: one array. Read: little-endian (or single-byte) numbers; Fortran's order is turned into C's.
//
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
//   "\x93NUMPY", version (2 bytes), length of the header (2 bytes in version 1, 4 from 2 on), the header (a Python
//   dictionary with the keys descr, fortran_order and shape, padded to 64 bytes), the elements.

import { writeFile } from "node:fs/promises";
import { UserError } from "../errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import { systemReason } from "./files.ts";

export type NpyValues =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

export interface NpyArray {
  /** NumPy's name of the type without its byte order: `f4`, `u1`, `b1` for truth values. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: NpyValues;
}

const readers: Readonly<Record<string, (view: readonly [ArrayBuffer, number, number]) => NpyValues>> = {
  b1: (view) => new Uint8Array(...view),
  u1: (view) => new Uint8Array(...view),
  i1: (view) => new Int8Array(...view),
  u2: (view) => new Uint16Array(...view),
  i2: (view) => new Int16Array(...view),
  u4: (view) => new Uint32Array(...view),
  i4: (view) => new Int32Array(...view),
  i8: (view) => new BigInt64Array(...view),
  f4: (view) => new Float32Array(...view),
  f8: (view) => new Float64Array(...view),
};

/**
 * Reads the bytes of an .npy file; `name` is what messages call it.
 *
 * @example
 * const { shape, values } = readNpy(await readFile("codes.npy"), "codes.npy");
 */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  if (magic !== "\x93NUMPY")
    throw new UserError(`${name} is not an .npy file: it does not begin with \\x93NUMPY`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const truncated = (): UserError => new UserError(`${name} is truncated: its header is incomplete`);
  if (bytes.length < 12) throw truncated();
  const headerStart = bytes[6] === 1 ? 10 : 12;
  const start = headerStart + (bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < start) throw truncated();
  const header = new TextDecoder().decode(bytes.subarray(headerStart, start));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (
    fortran === undefined ||
    dimensions === undefined ||
    (descr === undefined && !header.includes("'descr'"))
  )
    throw new UserError(`${name} is damaged: its header is ${JSON.stringify(header.trim().slice(0, 80))}`);
  const type = descr?.slice(1) ?? "";
  const reader = readers[type];
  if (descr === undefined || reader === undefined || !"<|=".includes(descr[0] ?? ""))
    throw new UserError(
      `${name} holds ${descr === undefined ? "records" : `elements of type ${descr}`}; use little-endian float32, float64 or whole numbers of up to 64 bits`,
    );
  const shape = dimensions
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  const width = Number(type.slice(1));
  const count = sizeOf(shape);
  const held = bytes.length - start;
  if (held !== count * width)
    throw new UserError(
      `${name} is ${held < count * width ? "truncated" : "too long"}: ${shape.join("×")} elements of type ${type} take ${count * width} bytes, and it has ${held}`,
    );
  // A view where the elements lie aligned, else a copy; the machine is little-endian, as all that Node runs on are.
  const aligned =
    (bytes.byteOffset + start) % width === 0 && bytes.buffer instanceof ArrayBuffer
      ? reader([bytes.buffer, bytes.byteOffset + start, count])
      : reader([Uint8Array.from(bytes.subarray(start)).buffer, 0, count]);
  return { type, shape, values: fortran === "True" && shape.length > 1 ? rowMajor(aligned, shape) : aligned };
}

/** The same elements with the last index running fastest instead of the first. */
function rowMajor(values: NpyValues, shape: readonly number[]): NpyValues {
  const out = values.slice();
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  for (let i = 0; i < out.length; i++) {
    let from = 0;
    for (let axis = 0; axis < shape.length; axis++) from += index[axis]! * strides[axis]!;
    out[i] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return out;
}

/** The bytes of an .npy file of `values`, row-major, of `shape`. */
export function encodeNpy(values: NpyValues, shape: readonly number[]): Uint8Array {
  if (sizeOf(shape) !== values.length)
    throw new RangeError(`${values.length} elements do not have the shape ${shape.join("×")}`);
  const kind =
    values instanceof Float32Array || values instanceof Float64Array
      ? "f"
      : values instanceof Uint8Array || values instanceof Uint16Array || values instanceof Uint32Array
        ? "u"
        : "i";
  const width = values.BYTES_PER_ELEMENT;
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${width === 1 ? "|" : "<"}${kind}${width}', 'fortran_order': False, 'shape': (${tuple}), }`;
  // Magic, version, length, dictionary, spaces and a line feed fill a multiple of 64 bytes.
  const start = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + values.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (start - 10) & 0xff, (start - 10) >> 8]);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(start - 11)}\n`), 10);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
  return bytes;
}

/**
 * Writes an .npy file.
 *
 * @example
 * await writeNpy("codes.npy", codes, [1000, 32]); // numpy.load("codes.npy").shape == (1000, 32)
 */
export async function writeNpy(path: string, values: NpyValues, shape: readonly number[]): Promise<void> {
  const bytes = encodeNpy(values, shape);
  try {
    await writeFile(path, bytes);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new UserError(`cannot write ${path}: ${reason}`, { cause: error, exitCode: 1 });
  }
}
