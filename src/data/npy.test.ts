import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeNpy, type NpyValues, readNpy, writeNpy } from "./npy.ts";

/** A file with any header. */
function npy(dictionary: string, body: Uint8Array, version = 1): Uint8Array {
  const long = version > 1;
  const head = Buffer.alloc(long ? 12 : 10);
  head.write("\x93NUMPY", "latin1");
  head[6] = version;
  if (long) head.writeUInt32LE(dictionary.length + 1, 8);
  else head.writeUInt16LE(dictionary.length + 1, 8);
  return Buffer.concat([head, Buffer.from(`${dictionary}\n`), body]);
}
const header = (descr: string, shape: string, fortran = "False"): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe("npy", () => {
  test.each<[string, NpyValues]>([
    ["f4", Float32Array.of(1.5, -2, 3, 4, 5, 6)],
    ["f8", Float64Array.of(1.5, -2, 3, 4, 5, 6)],
    ["u1", Uint8Array.of(0, 255, 3, 4, 5, 6)],
    ["i1", Int8Array.of(0, -1, 3, 4, 5, 6)],
    ["u2", Uint16Array.of(65535, 2, 3, 4, 5, 6)],
    ["i2", Int16Array.of(-5, 2, 3, 4, 5, 6)],
    ["i4", Int32Array.of(-5, 2, 3, 4, 5, 6)],
    ["u4", Uint32Array.of(2 ** 32 - 1, 2, 3, 4, 5, 6)],
    ["i8", BigInt64Array.of(-5n, 2n, 3n, 4n, 5n, 6n)],
  ])("writes and reads %s", (type, values) => {
    for (const shape of [[6], [2, 3], [1, 2, 3, 1]])
      expect(readNpy(encodeNpy(values, shape), "a.npy")).toEqual({ type, shape, values });
  });

  test("writes NumPy's own bytes", () => {
    // numpy.save of numpy.arange(3, dtype="<f4").reshape(1, 3)
    const expected = `\x93NUMPY\x01\x00\x76\x00${"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }".padEnd(117)}\n`;
    const bytes = encodeNpy(Float32Array.of(0, 1, 2), [1, 3]);
    expect(Buffer.from(bytes.subarray(0, 128)).toString("latin1")).toBe(expected);
    expect(bytes.length).toBe(140);
  });

  test("reads scalars, empty arrays, version 2 and unaligned bytes", () => {
    expect(readNpy(npy(header("<f4", "()"), floats(7)), "a")).toMatchObject({
      shape: [],
      values: Float32Array.of(7),
    });
    expect(readNpy(npy(header("<f4", "(0, 5)"), floats()), "a").shape).toEqual([0, 5]);
    expect(readNpy(npy(header("<f4", "(2,)"), floats(7, 8), 2), "a").values).toEqual(Float32Array.of(7, 8));
    const shifted = new Uint8Array(200).subarray(1);
    const bytes = encodeNpy(Float32Array.of(1, 2, 3), [3]);
    shifted.set(bytes);
    expect(readNpy(shifted.subarray(0, bytes.length), "a").values).toEqual(Float32Array.of(1, 2, 3));
  });

  test("turns Fortran's order into C's", () => {
    // Element (i, j) of a 2×3 array is at i + 2 j.
    const array = readNpy(npy(header("<f4", "(2, 3)", "True"), floats(0, 10, 1, 11, 2, 12)), "a");
    expect(array.values).toEqual(Float32Array.of(0, 1, 2, 10, 11, 12));
  });

  test.each([
    ["not npy", Buffer.from("hello, world, hello"), /a\.npy is not an \.npy file/],
    [
      "big-endian",
      npy(header(">f4", "(1,)"), floats(1)),
      /a\.npy holds elements of type >f4; use little-endian/,
    ],
    ["text", npy(header("<U5", "(1,)"), floats(1)), /type <U5/],
    ["half precision", npy(header("<f2", "(2,)"), floats(1)), /type <f2/],
    ["objects", npy(header("|O", "(2,)"), floats(1)), /type \|O/],
    [
      "records",
      npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", floats(1)),
      /holds records/,
    ],
    [
      "truncated",
      npy(header("<f4", "(3,)"), floats(1, 2)),
      /is truncated: 3 elements of type f4 take 12 bytes, and it has 8/,
    ],
    ["too long", npy(header("<f4", "(1,)"), floats(1, 2)), /is too long/],
    ["cut header", npy(header("<f4", "(1,)"), floats(1)).subarray(0, 30), /is truncated: its header/],
    ["broken header", npy("{'descr': '<f4'}", floats(1)), /is damaged: its header is/],
  ])("names what is wrong: %s", (_, bytes, message) => {
    expect(() => readNpy(bytes, "a.npy")).toThrow(message);
  });

  test("writes a file, and names one that cannot be written", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gamelan-npy-"));
    await writeNpy(join(folder, "a.npy"), Float32Array.of(1, 2), [2]);
    expect(readNpy(await readFile(join(folder, "a.npy")), "a").values).toEqual(Float32Array.of(1, 2));
    await expect(writeNpy(join(folder, "no", "a.npy"), Float32Array.of(1), [1])).rejects.toThrow(
      /cannot write .*a\.npy/,
    );
    await expect(writeNpy(join(folder, "b.npy"), Float32Array.of(1), [2])).rejects.toThrow(RangeError);
    await rm(folder, { recursive: true });
  });
});
