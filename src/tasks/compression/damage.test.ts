// Files that were damaged, or made up, at random: each is refused in one line, or decodes to what it says.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "../../data/index.ts";
import { UserError } from "../../errors.ts";
import { train } from "../../training/train.ts";
import { compress, decompress } from "./compress.ts";
import { type CompressionMode, decodeFile, encodeFile } from "./format.ts";

const GLYPHS = "glyphs:classes=digits,train=60,validation=0,test=8";
const MODES = ["lossy", "lossless"] as const;

let folder = "";
let run = "";
let images = new Uint8Array(0);
const files = new Map<CompressionMode, Uint8Array>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-damage-"));
  run = join(folder, "vae");
  const training = await train({
    model: "vae",
    data: GLYPHS,
    imageSize: 14,
    options: { architecture: "dense", widths: [16], latent: 3, batch: 20, likelihood: "beta-binomial" },
    rounds: 20,
    threads: 1,
    test: false,
    out: run,
  });
  for await (const _ of training.events());
  images = (await loadDataset(GLYPHS, { seed: 0, imageSize: 14 })).test.values as Uint8Array<ArrayBuffer>;
  for (const mode of MODES) files.set(mode, (await compress(run, images, { mode })).file);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What becomes of a file: the reason why it is refused, or what is in it. Anything else is thrown on. */
async function outcome(file: Uint8Array) {
  try {
    const { data, shape, exact } = await decompress(run, file, { name: "a.gmln" });
    return { data, shape, exact };
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

const LINE = /^a\.gmln [^\n]+$/;

describe("a compressed file", () => {
  test("cut, changed, lengthened or mixed up anywhere: refused", async () => {
    const byte = fc.nat(255);
    const damage = fc.record({
      mode: fc.constantFrom(...MODES),
      cut: fc.option(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), byte), {
        maxLength: 8,
      }),
      more: fc.uint8Array({ maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ mode, cut, changes, more }) => {
        const file = files.get(mode)!;
        const damaged = Uint8Array.of(...file.subarray(0, Math.floor((cut ?? 1) * file.length)), ...more);
        for (const [place, value] of changes) damaged[Math.floor(place * damaged.length)] = value;
        fc.pre(!Buffer.from(damaged).equals(file));
        expect(await outcome(damaged)).toMatch(LINE);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("made up, with checksums that hold: refused, or told from what was coded", async () => {
    const made = fc.record({
      mode: fc.constantFrom(...MODES),
      count: fc.nat(12),
      parameter: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1e-300, 1e-9, 0.1, 1e300)),
      payload: fc.uint8Array({ maxLength: 400 }),
      kept: fc.boolean(),
      run: fc.string({ unit: "grapheme" }),
    });
    await fc.assert(
      fc.asyncProperty(made, async ({ mode, payload, kept, parameter, ...rest }) => {
        const content = decodeFile(files.get(mode)!, "a.gmln");
        // Its own coded bytes, or any.
        const coded = kept ? content.payload : payload;
        const whole = mode === "lossless" ? Math.ceil(parameter) : parameter;
        const found = await outcome(
          encodeFile({ ...content, ...rest, parameter: Math.min(whole, 2 ** 40), payload: coded }),
        );
        if (typeof found === "string") expect(found).toMatch(LINE);
        else {
          expect(found.shape).toEqual([rest.count, 1, 14, 14]);
          if (found.exact) expect(found.data).toEqual((await decompress(run, files.get(mode)!)).data);
        }
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  test("that says it holds more than there is: refused before room is made for it", async () => {
    for (const mode of MODES) {
      const content = decodeFile(files.get(mode)!, "a.gmln");
      expect(await outcome(encodeFile({ ...content, count: 2 ** 14 }))).toMatch(LINE);
      const together = encodeFile({ ...content, parameter: 2 ** 30 });
      if (mode === "lossless") expect(await outcome(together)).toMatch("its header does not hold");
    }
  });

  test("that names a folder elsewhere, or writes to a terminal: refused", async () => {
    const content = decodeFile(files.get("lossy")!, "a.gmln");
    for (const name of ["../../elsewhere", "/etc", "\u001b[2J", "two\nlines"])
      expect(await outcome(encodeFile({ ...content, run: name }))).toMatch("its header does not hold");
  });
});
