// NumPy's .npz: a zip archive of .npy files, one for each array, stored or deflated.

import { crc32 } from "node:zlib";
import { unzipSync, zipSync } from "fflate";
import { UserError } from "../errors.ts";
import { encodeNpy, type NpyArray, type NpyValues, readNpy } from "./npy.ts";

/**
 * Reads the arrays of an .npz file by name; `name` is what messages call the file. `wanted` chooses among the names
 * of all arrays, and only those chosen are inflated.
 */
export function readNpz(
  bytes: Uint8Array,
  name: string,
  wanted: (names: readonly string[]) => readonly string[] = (names) => names,
): Map<string, NpyArray> {
  const checksums = checksumsOf(bytes, name);
  const chosen = new Set(
    wanted([...checksums.keys()].filter((key) => key.endsWith(".npy")).map((key) => key.slice(0, -4))),
  );
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(bytes, { filter: (member) => chosen.has(member.name.slice(0, -4)) });
  } catch (error) {
    throw new UserError(`${name} is damaged: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  const arrays = new Map<string, NpyArray>();
  for (const [member, content] of Object.entries(members)) {
    if (crc32(content) !== checksums.get(member))
      throw new UserError(`${name} is damaged: the checksum of ${member} does not match`);
    arrays.set(member.slice(0, -4), readNpy(content, `${name}: ${member}`));
  }
  return arrays;
}

/** No date, so that the same arrays are the same bytes: 1980, the first that a zip archive can have. */
const EPOCH = new Date(1980, 0, 1);

/**
 * The bytes of an .npz file of some arrays, deflated.
 *
 * @example
 * encodeNpz({ x: { values: Float32Array.of(1, 2), shape: [2] } }); // numpy.load(file)["x"]
 */
export function encodeNpz(
  arrays: Readonly<Record<string, { readonly values: NpyValues; readonly shape: readonly number[] }>>,
): Uint8Array {
  const members = Object.entries(arrays).map(([name, { values, shape }]) => [
    `${name}.npy`,
    encodeNpy(values, shape),
  ]);
  return zipSync(Object.fromEntries(members), { level: 3, mtime: EPOCH });
}

/** The CRC-32 of each member, from the archive's directory, since fflate does not compare them. */
function checksumsOf(bytes: Uint8Array, name: string): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0)
    throw new UserError(`${name} is not an .npz file, or is truncated: it has no zip directory at its end`);
  const checksums = new Map<string, number>();
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50)
      throw new UserError(`${name} is damaged: its zip directory is broken`);
    const length = view.getUint16(at + 28, true);
    const member = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length));
    checksums.set(member, view.getUint32(at + 16, true));
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return checksums;
}
