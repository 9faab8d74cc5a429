import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "./load.ts";
import { writeNpy } from "./npy.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-target-"));
});
afterAll(() => rm(folder, { recursive: true }));

const glyphs = "glyphs:train=30,validation=5,test=6";
const load = (source: string, to: string, options: object = {}) =>
  loadDataset(source, { seed: 2, to, ...options });

/** A folder of 2×2 images of these names. */
async function putImages(name: string, files: readonly string[]): Promise<string> {
  const sharp = (await import("sharp")).default;
  const directory = join(folder, name);
  await mkdir(directory);
  for (const [i, file] of files.entries()) {
    const create = { width: 2, height: 2, channels: 3 as const, background: { r: 10 * i, g: 0, b: 0 } };
    await sharp({ create }).toFile(join(directory, file));
  }
  return directory;
}

describe("a second data set", () => {
  test("is read with the same seed and options", async () => {
    const data = await load(glyphs, "glyphs:classes=digits,train=12,validation=2,test=2", { imageSize: 16 });
    expect(data.shape).toEqual([1, 16, 16]);
    expect(data.target).toMatchObject({ name: "glyphs", shape: [1, 16, 16], paired: false });
    expect([data.train.count, data.target!.train.count]).toEqual([30, 12]);
    const alone = await loadDataset("glyphs:classes=digits,train=12,validation=2,test=2", {
      seed: 2,
      imageSize: 16,
    });
    expect(data.target!.train).toEqual(alone.train);
    expect((await loadDataset(glyphs, { seed: 2 })).target).toBeUndefined();
  });

  test("is in the fingerprint", async () => {
    const [edges, negative] = [
      await load(glyphs, `${glyphs}+edges`),
      await load(glyphs, `${glyphs}+negative`),
    ];
    expect(edges.fingerprint).not.toBe(negative.fingerprint);
    expect(edges.fingerprint).not.toBe((await loadDataset(glyphs, { seed: 2 })).fingerprint);
  });

  test("may be of another kind", async () => {
    const data = await load(glyphs, "ring:train=30,validation=5,test=6");
    expect([data.kind, data.target!.kind, data.target!.paired]).toEqual(["image", "vector", false]);
  });
});

describe("pairs", () => {
  test("are what is made of one source, in every split that is cut too", async () => {
    const made = await load(`${glyphs}+edges`, glyphs, { splits: ["train", "validation"] });
    expect(made.target!.paired).toBe(true);
    expect(made.target!.train.labels).toEqual(made.train.labels);
    const file = join(folder, "ramp.npy");
    await writeNpy(
      file,
      Uint8Array.from({ length: 80 }, (_, i) => i >> 2),
      [20, 2, 2],
    );
    const cut = await load(`${file}+negative`, file);
    expect(cut.target!.paired).toBe(true);
    expect(cut.validation.count).toBe(2);
    for (const split of ["train", "validation", "test"] as const)
      expect([...cut.target![split].values]).toEqual([...cut[split].values].map((value) => 255 - value));
  });

  test("are not equally many examples of two sets", async () => {
    const digits = "glyphs:classes=digits,train=30,validation=5,test=6";
    expect((await load(glyphs, digits)).target!.paired).toBe(false);
    expect((await load(glyphs, `${digits}+edges`)).target!.paired).toBe(false);
  });

  test("are folders whose files have the same names", async () => {
    const names = ["a.png", "b.png", "c.png"];
    const [photos, maps, others] = [
      await putImages("photos", names),
      await putImages("maps", ["a.webp", "b.webp", "c.webp"]),
      await putImages("others", ["a.png", "b.png", "d.png"]),
    ];
    const whole = { validation: 0, test: 0 };
    expect((await load(photos, maps, whole)).target!.paired).toBe(true);
    expect((await load(photos, `${maps}+edges`, whole)).target!.paired).toBe(true);
    expect((await load(photos, others, whole)).target!.paired).toBe(false);
  });

  test("are arrays of one length", async () => {
    const [one, same, longer] = ["one", "same", "longer"].map((name) => join(folder, `${name}.npy`));
    await writeNpy(one!, new Uint8Array(40), [10, 2, 2]);
    await writeNpy(same!, new Float32Array(20), [10, 2]);
    await writeNpy(longer!, new Uint8Array(44), [11, 2, 2]);
    expect((await load(one!, same!)).target!.paired).toBe(true);
    expect((await load(one!, longer!)).target!.paired).toBe(false);
  });
});
