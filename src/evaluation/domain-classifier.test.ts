import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { putIdxSplit } from "../../test/support/idx-files.ts";
import { encodeNpz, loadDataset, writeNpy } from "../data/index.ts";
import { exampleValues } from "../training/samples.ts";
import { type DomainClassifierOptions, domainClassifier } from "./domain-classifier.ts";
import { domainDistance } from "./domain-distance.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-judge-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("GAMELAN_DATA", join(folder, "data"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const source = "glyphs:classes=digits,train=600,validation=0,test=150";
const short = { rounds: 60, threads: 1 } as const;
const small = { ...short, imageSize: 14 } as const;

/** The classifier, and in how many steps it was trained: 0 from the cache. */
async function judgeOf(from: string, options: DomainClassifierOptions = small) {
  let steps = 0;
  const judge = await domainClassifier(from, { ...options, onProgress: () => steps++ });
  return { judge, steps };
}

const testExamples = async (from: string, options: object = { imageSize: 14 }) => {
  const { test: split, shape } = await loadDataset(from, { seed: 0, splits: ["test"], ...options });
  return { examples: exampleValues(split, shape, split.count), labels: split.labels! };
};

const shareOf = (found: Int32Array, labels: Int32Array): number =>
  found.filter((label, i) => label === labels[i]).length / labels.length;

describe("the classifier of a domain", () => {
  test("tells most of the classes, and gives features and probabilities", async () => {
    const { judge } = await judgeOf(source);
    expect(judge).toMatchObject({ source, shape: [1, 14, 14], dimensions: 128 });
    expect(judge.classes).toHaveLength(10);
    expect(judge.accuracy).toBeGreaterThan(0.8);
    const { examples, labels } = await testExamples(source);
    const found = await judge.classify(examples);
    expect(shareOf(found, labels)).toBe(judge.accuracy);
    const features = await judge.features(examples);
    expect([features.shape, features.data.length]).toEqual([[150, 128], 150 * 128]);
    const { shape, data } = await judge.probabilities(examples);
    expect(shape).toEqual([150, 10]);
    found.forEach((label, i) => {
      const row = [...data.subarray(10 * i, 10 * (i + 1))];
      expect(row.indexOf(Math.max(...row))).toBe(label);
      expect(row.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
    });
    await expect(judge.features(examples.subarray(1))).rejects.toThrow(/196 numbers each/);
    await judge.close();
  });

  test("is of vectors too", async () => {
    const { judge } = await judgeOf("ring:train=1000,validation=0,test=200", short);
    expect(judge.accuracy).toBeGreaterThan(0.95);
    await judge.close();
  });

  test("needs labels and test examples", async () => {
    await expect(judgeOf("glyphs:train=9,validation=0,test=1")).rejects.toThrow(
      /glyphs has no test examples/,
    );
    const array = join(folder, "plain.npy");
    await writeNpy(array, new Uint8Array(36), [9, 2, 2]);
    await expect(domainClassifier(array)).rejects.toThrow(/plain\.npy has no labels/);
    const examples = { values: new Uint8Array(36), shape: [9, 2, 2] };
    const labels = { values: Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0), shape: [9] };
    const half = join(folder, "half.npz");
    await writeFile(half, encodeNpz({ x_train: examples, y_train: labels, x_test: examples }));
    await expect(domainClassifier(half)).rejects.toThrow(/half\.npz has no labelled test examples/);
  });
});

describe("the cache", () => {
  /** The file of the only classifier in the second cache. */
  const kept = async () => {
    const root = join(folder, "second", "gamelan", "classifiers");
    const [name, ...others] = await readdir(root);
    expect([name!.slice(0, 7), others]).toEqual(["glyphs-", []]);
    return join(root, name!, "checkpoints", "round-000001.safetensors");
  };

  test("gives the same classifier again, and other data another one", async () => {
    const first = await judgeOf(source);
    const again = await judgeOf(source);
    expect(again.steps).toBe(0);
    const { examples } = await testExamples(source);
    const features = await first.judge.features(examples);
    expect(Buffer.from((await again.judge.features(examples)).data.buffer)).toEqual(
      Buffer.from(features.data.buffer),
    );
    expect(again.judge.accuracy).toBe(first.judge.accuracy);
    expect(again.judge.moments).toEqual(first.judge.moments);
    const other = await judgeOf(source, { ...small, seed: 1, rounds: 3 });
    expect(other.steps).toBeGreaterThan(0);
    for (const { judge } of [first, again, other]) await judge.close();
  });

  test("that is damaged is made anew, the same", async () => {
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "second"));
    const few = { ...small, rounds: 5 };
    const before = await judgeOf(source, few);
    const path = await kept();
    const bytes = await readFile(path);
    const flipped = Buffer.from(bytes);
    flipped[flipped.length - 1000]! ^= 1;
    for (const damaged of [flipped, bytes.subarray(0, 500)]) {
      await writeFile(path, damaged);
      const after = await judgeOf(source, few);
      expect(after.steps).toBeGreaterThan(0);
      expect(after.judge.moments).toEqual(before.judge.moments);
      await after.judge.close();
      expect((await readFile(path)).equals(bytes)).toBe(true);
    }
    await before.judge.close();
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  });

  test("that cannot be written is left out", async () => {
    await writeFile(join(folder, "file"), "");
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "file"));
    try {
      const { judge, steps } = await judgeOf(source, { ...small, rounds: 2 });
      expect(steps).toBeGreaterThan(0);
      await judge.close();
    } finally {
      vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
    }
  });
});

describe("the distance in a domain", () => {
  test("is 0 to the examples themselves, small to others of the kind and large to noise", async () => {
    const { judge } = await judgeOf(source);
    const { examples } = await testExamples(source);
    const own = await domainDistance(judge, examples);
    expect(Math.abs(own)).toBeLessThan(1e-4);
    const toTrain = await domainDistance(judge, examples, { against: "train" });
    const noise = examples.map((_, i) => ((i * 7919) % 256) / 255);
    const far = await domainDistance(judge, noise);
    expect(toTrain).toBeGreaterThan(0.01);
    expect(far).toBeGreaterThan(20 * toTrain);
    const parts = [examples.subarray(0, 196 * 40), examples.subarray(196 * 40)];
    expect(await domainDistance(judge, parts, { against: "train" })).toBeCloseTo(toTrain, 6);
    await judge.close();
  });
});

test("stacks are judged channel by channel", async () => {
  const digits = await loadDataset(source, { seed: 0, imageSize: 14 });
  for (const [part, { values, labels }] of [
    ["train", digits.train],
    ["t10k", digits.test],
  ] as const)
    await putIdxSplit(join(folder, "data", "mnist"), part, 14, values, labels!);
  const stacks = "stacked-mnist:count=10,test=300";
  const base = await judgeOf("mnist", short);
  const { judge, steps } = await judgeOf(stacks, short);
  expect(steps).toBe(0);
  expect(judge).toMatchObject({ source: stacks, shape: [3, 14, 14], dimensions: 384 });
  expect(judge.accuracy).toBe(base.judge.accuracy ** 3);
  const { examples, labels } = await testExamples(stacks, {});
  const found = await judge.classify(examples);
  expect(Math.abs(shareOf(found, labels) - judge.accuracy)).toBeLessThan(0.1);
  const { shape, data } = await judge.probabilities(examples.subarray(0, 2 * 588));
  expect(shape).toEqual([2, 1000]);
  for (const i of [0, 1]) {
    const row = [...data.subarray(1000 * i, 1000 * (i + 1))];
    expect(row.indexOf(Math.max(...row))).toBe(found[i]);
    expect(row.reduce((sum, value) => sum + value)).toBeCloseTo(1, 4);
  }
  // The stacks' own moments are about those that follow from the digits'.
  const features = await judge.features(examples);
  expect(features.shape).toEqual([300, 384]);
  const { mean } = judge.moments.test;
  const measured = mean.map((_, k) => {
    let sum = 0;
    for (let i = 0; i < 300; i++) sum += features.data[384 * i + k]!;
    return sum / 300;
  });
  const gap = Math.hypot(...measured.map((value, k) => value - mean[k]!)) / Math.hypot(...mean);
  expect(gap).toBeLessThan(0.1);
  const near = await domainDistance(judge, examples);
  const shuffled = await domainDistance(
    judge,
    examples.map((value) => 1 - value),
  );
  expect(shuffled).toBeGreaterThan(10 * near);
  for (const each of [base.judge, judge]) await each.close();
});
