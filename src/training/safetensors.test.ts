import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import {
  DamagedFileError,
  parseSafetensors,
  readSafetensors,
  readSafetensorsHeader,
  safetensorsChunks,
  type TensorToStore,
} from "./safetensors.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-safetensors-"));
});
afterEach(() => rm(folder, { force: true, recursive: true }));

/** A file as the format's description has it, made by hand. */
function byHand(header: string, data: readonly number[] = []): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.from(data)]);
}

function joined(chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat(chunks);
}

describe("the layout", () => {
  test("is, byte for byte, what the format says", () => {
    const tensors = new Map<string, TensorToStore>([
      ["flags", { shape: [3], data: new Uint8Array([1, 0, 1]), type: "BOOL" }],
      ["weight", { shape: [1, 2], data: new Float32Array([1, -2]) }],
    ]);
    const json =
      '{"__metadata__":{"round":"7"},' +
      '"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
      '"flags":{"dtype":"BOOL","shape":[3],"data_offsets":[8,11]}}';
    const filled = json.padEnd(Math.ceil(json.length / 8) * 8, " ");
    const expected = byHand(filled, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 1, 0, 1]);
    expect(joined(safetensorsChunks(tensors, { round: "7" })).equals(expected)).toBe(true);
  });

  test("reads a file of another writer: no filling, other order, no metadata, a scalar, an empty array", () => {
    const header =
      '{"b":{"shape":[],"data_offsets":[8,12],"dtype":"I32"},' +
      '"none":{"dtype":"F64","shape":[0,4],"data_offsets":[8,8]},' +
      '"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}';
    const { tensors, metadata } = parseSafetensors(
      byHand(header, [254, 255, 255, 255, 255, 255, 255, 255, 5, 0, 0, 0]),
    );
    expect(metadata).toEqual({});
    expect([...tensors.keys()].sort()).toEqual(["a", "b", "none"]);
    expect(tensors.get("a")).toEqual({ type: "I64", shape: [1], data: new BigInt64Array([-2n]) });
    expect(tensors.get("b")).toEqual({ type: "I32", shape: [], data: new Int32Array([5]) });
    expect(tensors.get("none")).toEqual({ type: "F64", shape: [0, 4], data: new Float64Array() });
  });

  test("puts wide numbers first, so that every array lies on a multiple of its number's size", async () => {
    const tensors = new Map<string, TensorToStore>([
      ["a", { shape: [3], data: new Uint8Array(3) }],
      ["z", { shape: [1], data: new Float32Array(1) }],
      ["b", { shape: [1], data: new BigInt64Array(1) }],
      ["y", { shape: [1], data: new Float32Array(1) }],
    ]);
    await writeFileAtomic(join(folder, "file"), safetensorsChunks(tensors));
    const { entries } = await readSafetensorsHeader(join(folder, "file"));
    expect(entries.map(({ name, begin }) => [name, begin])).toEqual([
      ["b", 0],
      ["y", 8],
      ["z", 12],
      ["a", 16],
    ]);
  });

  test("the chunks are the arrays' own memory", () => {
    const whole = new Float32Array([1, 2, 3, 4]);
    const data = whole.subarray(1, 3);
    const chunks = safetensorsChunks(new Map([["part", { shape: [2], data }]]));
    expect(chunks[1]!.buffer).toBe(whole.buffer);
    expect(parseSafetensors(joined(chunks)).tensors.get("part")!.data).toEqual(new Float32Array([2, 3]));
  });
});

const tensorArbitrary: fc.Arbitrary<TensorToStore> = fc.oneof(
  fc.float32Array().map((data) => ({ shape: [data.length], data })),
  fc.float64Array().map((data) => ({ shape: [1, data.length], data })),
  fc.int32Array().map((data) => ({ shape: [data.length, 1], data })),
  fc.bigInt64Array().map((data) => ({ shape: [data.length], data })),
  fc.uint8Array().map((data) => ({ shape: [data.length], data })),
  fc.uint8Array({ max: 1 }).map((data) => ({ shape: [data.length], data, type: "BOOL" as const })),
);
const namesArbitrary = fc.oneof(fc.string(), fc.constantFrom("__proto__", "7", "constructor", "é/😀", '"'));

describe("writing and reading", () => {
  test("give back every bit, any names and metadata", async () => {
    const path = join(folder, "any");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(namesArbitrary, tensorArbitrary), { maxLength: 5 }),
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
        async (items, metadata) => {
          const tensors = new Map(items.filter(([name]) => name !== "__metadata__"));
          const bytes = joined(safetensorsChunks(tensors, metadata));
          await writeFile(path, bytes);
          let data = 0;
          const onFile = await readSafetensors(path, (chunk) => {
            data += chunk.length;
          });
          expect(data).toBe([...tensors.values()].reduce((sum, tensor) => sum + tensor.data.byteLength, 0));
          for (const read of [parseSafetensors(bytes), onFile]) {
            expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort());
            expect(read.tensors.size).toBe(tensors.size);
            for (const [name, tensor] of tensors) {
              const back = read.tensors.get(name)!;
              expect(back.shape).toEqual(tensor.shape);
              expect(back.data.constructor).toBe(tensor.data.constructor);
              expect(rawBytes(back).equals(rawBytes(tensor))).toBe(true);
              expect(back.type === "BOOL").toBe(tensor.type === "BOOL");
            }
          }
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  test("refuse what cannot be stored", () => {
    const store = (tensor: TensorToStore, name = "w") => safetensorsChunks(new Map([[name, tensor]]));
    expect(() => store({ shape: [3], data: new Float32Array(2) })).toThrow(/2 numbers and the shape \[3\]/);
    expect(() => store({ shape: [-1, -2], data: new Float32Array(2) })).toThrow(RangeError);
    expect(() => store({ shape: [2], data: new Float32Array(2), type: "I32" })).toThrow(/said to be I32/);
    expect(() => store({ shape: [0], data: new Uint8Array() }, "__metadata__")).toThrow(RangeError);
  });
});

function rawBytes({ data }: TensorToStore): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

describe("a damaged file", () => {
  const entry = (fields: string, begin: number, end: number) =>
    `{"dtype":"F32",${fields},"data_offsets":[${begin},${end}]}`;
  const four = [0, 0, 0, 0];
  const cases: [string, Buffer, RegExp][] = [
    ["empty", Buffer.alloc(0), /it has 0 bytes/],
    ["shorter than a length", Buffer.alloc(5), /it has 5 bytes/],
    ["another kind of file", Buffer.from("\x89PNG\r\n\x1a\n and so on"), /no safetensors file/],
    ["cut in the header", byHand('{"a":1}   ').subarray(0, 14), /cut short/],
    ["not JSON", byHand("{oh no}"), /header is not JSON/],
    ["not UTF-8", cutText(), /not JSON/],
    ["no object", byHand("[]"), /not a JSON object/],
    ["null", byHand("null"), /not a JSON object/],
    ["metadata of numbers", byHand('{"__metadata__":{"a":1}}'), /metadata is not an object of texts/],
    ["no shape", byHand(`{"a":${entry('"x":1', 0, 4)}}`, four), /"a" is not a kind, shape and offsets/],
    ["negative shape", byHand(`{"a":${entry('"shape":[-1]', 0, 4)}}`, four), /"a" is not a kind/],
    ["fractions", byHand(`{"a":${entry('"shape":[1]', 0.5, 4.5)}}`, four), /"a" is not a kind/],
    [
      "wrong size",
      byHand(`{"a":${entry('"shape":[2]', 0, 4)}}`, four),
      /4 bytes where its shape \[2\] of F32/,
    ],
    ["backward", byHand(`{"a":${entry('"shape":[1]', 4, 0)}}`, four), /-4 bytes where/],
    [
      "overlap",
      byHand(`{"a":${entry('"shape":[1]', 0, 4)},"b":${entry('"shape":[1]', 2, 6)}}`, [...four, 0, 0]),
      /"b" overlaps/,
    ],
    [
      "gap",
      byHand(`{"a":${entry('"shape":[1]', 0, 4)},"b":${entry('"shape":[1]', 8, 12)}}`, [
        ...four,
        ...four,
        ...four,
      ]),
      /"b" leaves a gap/,
    ],
    [
      "gap at the start",
      byHand(`{"a":${entry('"shape":[1]', 4, 8)}}`, [...four, ...four]),
      /"a" leaves a gap/,
    ],
    [
      "data cut short",
      byHand(`{"a":${entry('"shape":[1]', 0, 4)}}`, [0, 0]),
      /is cut short: 2 bytes of data/,
    ],
    ["data too long", byHand(`{"a":${entry('"shape":[1]', 0, 4)}}`, [...four, 0]), /belong to no array/],
  ];

  function cutText(): Buffer {
    const bytes = byHand('{"é":1}');
    bytes[10] = 0xff;
    return bytes;
  }

  test.each(cases)("%s", async (_, bytes, says) => {
    const path = join(folder, "bad.safetensors");
    await writeFile(path, bytes);
    for (const attempt of [
      () => readSafetensors(path),
      () => readSafetensorsHeader(path),
      async () => parseSafetensors(bytes, path),
    ]) {
      const error: unknown = await attempt().then(
        () => "no error",
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(DamagedFileError);
      expect((error as Error).message).toMatch(says);
      expect((error as Error).message).toContain(path);
      expect((error as Error).message).not.toContain("\n");
    }
  });

  test("a kind that is not read is named, and the kinds that are", () => {
    const bytes = byHand('{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', [0, 0]);
    expect(() => parseSafetensors(bytes)).toThrow(/BF16 numbers.*F64, I64, F32, I32, U8, BOOL are/);
  });

  test("cut anywhere, a file is refused", async () => {
    const path = join(folder, "cut");
    const bytes = joined(safetensorsChunks(new Map([["w", { shape: [4], data: new Float32Array(4) }]])));
    await writeFile(path, bytes);
    for (let length = bytes.length - 1; length >= 0; length--) {
      await truncate(path, length);
      await expect(readSafetensors(path)).rejects.toThrow(DamagedFileError);
    }
    expect((await readFile(path)).length).toBe(0);
  });

  test("a missing file is named", async () => {
    const path = join(folder, "none");
    await expect(readSafetensors(path)).rejects.toThrow(`cannot read ${path}: no such file or folder`);
    await expect(readSafetensors(path)).rejects.toBeInstanceOf(UserError);
  });
});
