import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { openIdx, readIdx } from "./idx.ts";

const real = process.env.GAMELAN_DATA;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-idx-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The bytes of an IDX file. */
function idx(type: number, shape: number[], body: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, body]);
}

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const read = async (name: string, bytes: Uint8Array) => readIdx(await openIdx(await put(name, bytes)));

async function refusal(name: string, bytes: Uint8Array): Promise<string> {
  const error = await read(name, bytes).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).toContain(join(folder, name));
  expect(message).not.toContain("\n");
  return message;
}

const bytes = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
const plain = idx(8, [2, 3, 4], bytes);

describe("IDX", () => {
  test("reads bytes, plain and compressed, with one checksum", async () => {
    for (const [name, content] of [
      ["plain", plain],
      ["packed.gz", gzipSync(plain)],
      ["two members.gz", Buffer.concat([gzipSync(plain.subarray(0, 20)), gzipSync(plain.subarray(20))])],
    ] as const) {
      const file = await openIdx(await put(name, content));
      expect(file).toMatchObject({ type: "uint8", shape: [2, 3, 4] });
      expect(await readIdx(file)).toEqual(bytes);
    }
    expect((await openIdx(join(folder, "plain"))).checksum).toBe(
      (await openIdx(join(folder, "packed.gz"))).checksum,
    );
  });

  test("reads the other types, big-endian", async () => {
    const numbers = [1, -2, 300, -40];
    const write = (
      width: number,
      method: (view: DataView, at: number, value: number) => void,
    ): Uint8Array => {
      const view = new DataView(new ArrayBuffer(4 * width));
      numbers.forEach((value, i) => {
        method(view, i * width, value);
      });
      return new Uint8Array(view.buffer);
    };
    expect([...(await read("int8", idx(9, [2], Uint8Array.of(255, 5))))]).toEqual([-1, 5]);
    expect([
      ...(await read(
        "int16",
        idx(
          11,
          [4],
          write(2, (v, at, x) => v.setInt16(at, x)),
        ),
      )),
    ]).toEqual(numbers);
    expect([
      ...(await read(
        "int32",
        idx(
          12,
          [4],
          write(4, (v, at, x) => v.setInt32(at, x)),
        ),
      )),
    ]).toEqual(numbers);
    expect([
      ...(await read(
        "f4",
        idx(
          13,
          [4],
          write(4, (v, at, x) => v.setFloat32(at, x)),
        ),
      )),
    ]).toEqual(numbers);
    expect([
      ...(await read(
        "f8",
        idx(
          14,
          [2, 2],
          write(8, (v, at, x) => v.setFloat64(at, x)),
        ),
      )),
    ]).toEqual(numbers);
  });

  test("names a truncated file", async () => {
    expect(await refusal("short", plain.subarray(0, 30))).toMatch(
      /is truncated: 2×3×4 uint8 .* take 40 bytes, and it has 30/,
    );
    expect(await refusal("header only", plain.subarray(0, 10))).toMatch(
      /truncated: its header is incomplete/,
    );
    expect(await refusal("packed short.gz", gzipSync(plain.subarray(0, 30)))).toMatch(/is truncated/);
  });

  test("names a truncated or damaged gzip", async () => {
    const random = Uint8Array.from({ length: 20_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
    const packed = gzipSync(idx(8, [20_000], random));
    expect(await refusal("cut.gz", packed.subarray(0, packed.length - 5000))).toMatch(
      /is truncated: its compressed data stop early/,
    );
    expect(await refusal("cut early.gz", packed.subarray(0, 12))).toMatch(/truncated|not an IDX file/);
    const flipped = Buffer.from(packed);
    flipped[flipped.length - 6]! ^= 1;
    expect(await refusal("flipped.gz", flipped)).toMatch(/is damaged: incorrect data check/);
    const lying = gzipSync(idx(8, [60_000, 1000, 1000], new Uint8Array(10)));
    expect(await refusal("lying.gz", lying)).toMatch(/is damaged: .* cannot come from \d+ compressed bytes/);
  });

  test("names bytes too many", async () => {
    const long = Buffer.concat([plain, Buffer.alloc(7)]);
    expect(await refusal("long", long)).toMatch(/has 7 bytes more than the 2×3×4 uint8/);
    expect(await refusal("long.gz", gzipSync(long))).toMatch(/has 7 bytes more/);
    expect(await refusal("longer.gz", gzipSync(Buffer.concat([plain, Buffer.alloc(100)])))).toMatch(
      /holds more than/,
    );
  });

  test("names what is no IDX file", async () => {
    expect(await refusal("text", Buffer.from("hello, world"))).toMatch(
      /is not an IDX file: it does not begin/,
    );
    expect(await refusal("empty", Buffer.alloc(0))).toMatch(/is not an IDX file: it has 0 bytes/);
    expect(await refusal("type", idx(7, [1], Uint8Array.of(1)))).toMatch(/its type is 0x07/);
    expect(await refusal("flat", idx(8, [], Uint8Array.of(1)))).toMatch(/it has 0 dimensions/);
    await expect(openIdx(join(folder, "nowhere"))).rejects.toThrow(
      /cannot read .*nowhere: there is no such file/,
    );
    await expect(openIdx(folder)).rejects.toThrow(UserError);
  });

  test.skipIf(real === undefined)("reads MNIST (needs GAMELAN_DATA)", async () => {
    const path = join(real!, "mnist", "t10k-images-idx3-ubyte.gz");
    const file = await openIdx(path);
    expect(file.shape).toEqual([10_000, 28, 28]);
    const values = await readIdx(file);
    const content = gunzipSync(await readFile(path));
    expect(content.subarray(16).equals(values as Uint8Array)).toBe(true);
    const unpacked = await put("t10k", content);
    expect((await openIdx(unpacked)).checksum).toBe(file.checksum);
  });
});
