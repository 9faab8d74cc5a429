import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../errors.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { type CompressedFile, decodeFile, encodeFile } from "./format.ts";

const file: CompressedFile = {
  mode: "lossless",
  fingerprint: "00ff10a0b0c0d0e0",
  run: "vae-überall-1",
  count: 300,
  shape: [1, 28, 28],
  parameter: 4,
  checksum: 0xfffffffe,
  payload: Uint8Array.from({ length: 40 }, (_, index) => 7 * index),
};
const one = encodeFile(file);

/** The reason why bytes are refused. */
function reason(bytes: Uint8Array): string {
  try {
    decodeFile(bytes, "a.gml");
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "";
}

describe("the file of compressed images", () => {
  test("gives back what was written", () => {
    expect(decodeFile(one, "a.gml")).toEqual(file);
    const lossy = { ...file, mode: "lossy" as const, parameter: 0.3, payload: new Uint8Array(0) };
    expect(decodeFile(encodeFile(lossy), "a.gml")).toEqual(lossy);
  });

  test("any changed bit is noticed", () => {
    for (let place = 0; place < 8 * one.length; place++) {
      const changed = one.slice();
      changed[place >> 3]! ^= 1 << (place & 7);
      expect(reason(changed)).toMatch(/^a\.gml (is|has) [^\n]+$/);
    }
  });

  test("any byte too few or too many is noticed", () => {
    for (let length = 0; length < one.length; length++)
      expect(reason(one.subarray(0, length))).toMatch(/^a\.gml is [^\n]+$/);
    expect(reason(Uint8Array.of(...one, 0))).toBe(
      "a.gml is damaged: it should have 40 bytes of images, and has 41; compress the images again",
    );
  });

  test("says what is wrong", () => {
    expect(reason(new TextEncoder().encode("GIF89a"))).toBe(
      "a.gml is no file of gamelan compress: it does not begin with GMLN",
    );
    const later = one.slice();
    later[4] = 2;
    expect(reason(later)).toBe("a.gml has the format's version 2, and this gamelan reads 1");
    expect(() => encodeFile({ ...file, count: 2 ** 40 })).toThrow("too many for one file");
  });

  test("anything else is refused too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(reason(bytes)).not.toBe("");
        expect(reason(Uint8Array.of(...one.subarray(0, 5), ...bytes))).not.toBe("");
      }),
      { seed: 1 },
    );
  });
});

describe("numbers as bytes", () => {
  test("come back", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.double(), fc.nat(0xffffffff), (whole, real, checksum) => {
        const bytes = new ByteWriter().whole(whole).float64(real).uint32(checksum).finish();
        const reader = new ByteReader(bytes);
        expect([reader.whole(), reader.float64(), reader.uint32()]).toEqual([whole, real, checksum]);
        expect(reader.rest()).toHaveLength(0);
        expect(() => reader.bytes(1)).toThrow("it ends too early");
      }),
      { seed: 1 },
    );
    expect(() => new ByteReader(new Uint8Array(9).fill(255)).whole()).toThrow("no such number");
  });
});
