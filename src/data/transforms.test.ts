import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "./load.ts";
import { writeNpy } from "./npy.ts";
import { transformNames } from "./transforms.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-transforms-"));
});
afterAll(() => rm(folder, { recursive: true }));

const glyphs = "glyphs:train=40,validation=5,test=5";
const load = (source: string, options: object = {}) => loadDataset(source, { seed: 5, ...options });

/** All examples of an array of images, in order. */
async function ofArray(
  values: Uint8Array | Float32Array,
  shape: number[],
  transform: string,
): Promise<{ shape: readonly number[]; values: number[] }> {
  await writeNpy(join(folder, "images.npy"), values, shape);
  const data = await load(`${join(folder, "images.npy")}+${transform}`, { test: 0, validation: 0 });
  return { shape: data.shape, values: [...data.train.values] };
}

describe("by hand", () => {
  const two = Uint8Array.of(0, 50, 100, 150, 200, 255);

  test("negative", async () => {
    expect((await ofArray(two, [1, 2, 3], "negative")).values).toEqual([255, 205, 155, 105, 55, 0]);
    const floats = Float32Array.of(0, 0.25, 1, 0.5);
    expect((await ofArray(floats, [1, 2, 2], "negative")).values).toEqual([1, 0.75, 0, 0.5]);
  });

  test("binarised", async () => {
    expect((await ofArray(two, [1, 2, 3], "binarised")).values).toEqual([0, 0, 0, 255, 255, 255]);
    const high = await ofArray(two, [1, 2, 3], "binarised:threshold=0.7");
    expect(high.values).toEqual([0, 0, 0, 0, 255, 255]);
  });

  test("rotated, anticlockwise", async () => {
    expect(await ofArray(two, [1, 2, 3], "rotated")).toEqual({
      shape: [1, 3, 2],
      values: [100, 255, 50, 200, 0, 150],
    });
    expect(await ofArray(two, [1, 2, 3], "rotated:quarters=2")).toEqual({
      shape: [1, 2, 3],
      values: [255, 200, 150, 100, 50, 0],
    });
    const back = await ofArray(two, [1, 2, 3], "rotated+rotated:quarters=3");
    expect(back).toEqual({ shape: [1, 2, 3], values: [...two] });
  });

  test("grey", async () => {
    const colour = Uint8Array.of(255, 0, 0, 255, 0, 0);
    expect(await ofArray(colour, [1, 3, 1, 2], "grey")).toEqual({ shape: [1, 1, 2], values: [76, 150] });
  });

  test("edges of a step are on both sides of it, and nowhere in what is even", async () => {
    const step = Uint8Array.from({ length: 30 }, (_, i) => (i % 6 < 3 ? 0 : 255));
    const { values } = await ofArray(step, [1, 5, 6], "edges");
    expect(values).toEqual(Array.from({ length: 30 }, (_, i) => (i % 6 === 2 || i % 6 === 3 ? 255 : 0)));
    // Half a step is half as strong; of several channels the strongest counts.
    const colour = new Float32Array(3 * 12).fill(0.3);
    for (let i = 0; i < 12; i++) colour[12 + i] = i % 4 < 2 ? 0 : 0.5;
    const edges = await ofArray(colour, [1, 3, 3, 4], "edges");
    expect(edges).toEqual({ shape: [1, 3, 4], values: [0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0] });
  });

  test("sampled is 1 as often as the grey value says", async () => {
    const greys = Uint8Array.from({ length: 100_000 }, (_, i) => [0, 64, 191, 255][i % 4]!);
    const { values } = await ofArray(greys, [10, 100, 100], "sampled");
    const sums = [0, 0, 0, 0];
    expect(new Set(values)).toEqual(new Set([0, 255]));
    values.forEach((value, i) => {
      sums[i % 4]! += value / 255;
    });
    expect([sums[0], sums[3]]).toEqual([0, 25_000]);
    // Five standard deviations of a share of 25,000.
    expect(Math.abs(sums[1]! / 25_000 - 64 / 255)).toBeLessThan(0.014);
    expect(Math.abs(sums[2]! / 25_000 - 191 / 255)).toBeLessThan(0.014);
  });

  test("noisy adds its level", async () => {
    const middle = new Float32Array(40_000).fill(0.5);
    const { values } = await ofArray(middle, [4, 100, 100], "noisy:level=0.1");
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0025);
    expect(Math.abs(Math.sqrt(variance) - 0.1)).toBeLessThan(0.002);
    const ends = await ofArray(new Uint8Array(100).fill(255), [1, 10, 10], "noisy");
    expect(Math.max(...ends.values)).toBe(255);
    expect(Math.min(...ends.values)).toBeGreaterThan(10);
  });
});

describe("a transformed source", () => {
  test.each(transformNames)("+%s keeps order and labels, and says what it is", async (name) => {
    const [plain, derived] = [await load(glyphs), await load(`${glyphs}+${name}`)];
    expect(derived).toMatchObject({ source: `${glyphs}+${name}`, name: `glyphs+${name}`, kind: "image" });
    expect(derived.classes).toEqual(plain.classes);
    for (const split of ["train", "validation", "test"] as const) {
      expect(derived[split].labels).toEqual(plain[split].labels);
      expect(derived[split].values).toHaveLength(plain[split].values.length);
      if (name !== "grey") expect(derived[split].values).not.toEqual(plain[split].values);
    }
    expect(derived.fingerprint).not.toBe(plain.fingerprint);
    expect((await load(`${glyphs}+${name}`)).train).toEqual(derived.train);
  });

  test("has the factors that are still true", async () => {
    expect((await load(`${glyphs}+edges`)).factors).toBeDefined();
    const turned = await load(`${glyphs}+rotated`);
    expect([turned.factors, turned.train.factors]).toEqual([undefined, undefined]);
  });

  test("is of the wanted size before it is transformed", async () => {
    const data = await load(`${glyphs}+binarised`, { imageSize: 14 });
    expect(data.shape).toEqual([1, 14, 14]);
    expect(new Set(data.train.values)).toEqual(new Set([0, 255]));
  });

  test("what is random follows from the seed, and is new in every step of a chain", async () => {
    const [one, other] = [await load(`${glyphs}+noisy`), await load(`${glyphs}+noisy`, { seed: 6 })];
    expect(other.fingerprint).not.toBe(one.fingerprint);
    const fixed = join(folder, "fixed.npy");
    await writeNpy(fixed, new Uint8Array(5 * 64).fill(128), [5, 8, 8]);
    const whole = { test: 0, validation: 0 };
    const [a, b] = [await load(`${fixed}+noisy`, whole), await load(`${fixed}+noisy`, { ...whole, seed: 6 })];
    expect(a.train.values).not.toEqual(b.train.values);
    const twice = await load(`${fixed}+noisy+noisy`, whole);
    const steps = [...a.train.values].map((value, i) => [value - 128, twice.train.values[i]! - value]);
    expect(steps.every(([first, second]) => Math.abs(first! - second!) < 2)).toBe(false);
  });

  test("may be a path whose name has a plus sign", async () => {
    await writeNpy(join(folder, "a+edges"), Uint8Array.of(1), [1, 1, 1]);
    await expect(load(join(folder, "a+edges"))).rejects.toThrow(/a\+edges is not of a known kind/);
    await mkdir(join(folder, "c+d"));
    await writeNpy(join(folder, "c+d", "e.npy"), new Uint8Array(64), [4, 4, 4]);
    expect((await load(`${join(folder, "c+d", "e.npy")}+negative`)).name).toBe("e.npy+negative");
  });

  test("that cannot be is refused in one line", async () => {
    await expect(load("ring+edges")).rejects.toThrow("ring holds vectors, and +edges works on images");
    await expect(load("glyphs+edgse")).rejects.toThrow(
      'no transform called "edgse" in glyphs+edgse; did you mean "edges"?',
    );
    await expect(load("glyphs:train=9+edges+xyzzy")).rejects.toThrow(
      /no transform called "xyzzy".*there are/,
    );
    await expect(load("glyhps+edges")).rejects.toThrow(/no data called "glyhps".*did you mean "glyphs"/);
    await expect(load("glyphs+noisy:level=-1")).rejects.toThrow(/\+noisy: level=-1 is not possible/);
    await expect(load("glyphs+edges:level=1")).rejects.toThrow(/\+edges has no option "level"/);
    await writeFile(join(folder, "x.txt"), "");
    await expect(load(`${join(folder, "x.txt")}+edgse`)).rejects.toThrow(/did you mean "edges"/);
  });
});
