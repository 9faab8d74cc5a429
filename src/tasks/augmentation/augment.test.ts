import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeNpz, loadDataset, type Split } from "../../data/index.ts";
import { type OpenRun, open } from "../../training/open.ts";
import { type TrainRequest, train } from "../../training/train.ts";
import { augment } from "./augment.ts";
import { effectInWords, measureAugmentation, verdictOf } from "./measure-augmentation.ts";

const DIGITS = "glyphs:classes=digits,train=200,validation=0,test=40";
const few = { rounds: 2, threads: 1, imageSize: 8 } as const;

let folder = "";
const runs: Record<string, OpenRun> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-augment-"));
  const dense = { architecture: "dense", widths: [8], latent: 3, batch: 10 };
  const requests: Record<string, Omit<TrainRequest, "data">> = {
    conditional: { model: "conditional-gan", options: { filters: 2, batch: 10 }, examples: 50, ...few },
    vae: { model: "vae", options: dense, ...few },
    vary: { model: "code-noise-gan", options: { ...dense, noise: 2 }, ...few },
    gan: { model: "gan", options: { batch: 10 }, ...few },
    threes: { model: "vae", options: dense, normal: ["3"], ...few },
    fives: { model: "vae", options: dense, normal: ["5"], ...few },
  };
  for (const [name, request] of Object.entries(requests)) {
    const out = join(folder, name);
    for await (const _ of (await train({ data: DIGITS, ...request, out })).events());
    runs[name] = await open(out, { threads: 1 });
  }
});
afterAll(async () => {
  for (const run of Object.values(runs)) await run.close();
  await rm(folder, { recursive: true, force: true });
});

const rowsOf = (values: ArrayLike<number>, from: number, to: number) =>
  Array.from({ length: to - from }, (_, row) =>
    Array.prototype.slice.call(values, (from + row) * 64, (from + row + 1) * 64),
  );

describe("examples are made", () => {
  test("by class, behind the real ones, as bytes", async () => {
    const run = runs.conditional!;
    const { dataset, real, generated, way, protocol } = await augment(run, { count: 20, seed: 3 });
    expect([real, generated, way, dataset.train.count]).toEqual([50, 20, "class", 70]);
    const own = await run.data();
    expect(dataset.test).toEqual(own.test);
    expect(dataset.train.values.subarray(0, 50 * 64)).toEqual(own.train.values);
    expect([...dataset.train.labels!.subarray(50)]).toEqual(
      Array.from({ length: 20 }, (_, row) => Math.floor(row / 2)),
    );
    const { data } = await run.generate(2, { seed: 3, label: 4, part: 4 });
    expect([...dataset.train.values.subarray(58 * 64, 60 * 64)]).toEqual(
      Array.from(data, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
    );
    expect(protocol).toBe("conditional-gan was trained on the same 50 labelled examples and no others");
    expect(await augment(run, { count: 20, seed: 3 })).toMatchObject({ dataset });
    expect((await augment(run, { count: 20, seed: 4 })).dataset.train).not.toEqual(dataset.train);
  });

  test("of one class only, where that is asked for", async () => {
    const { dataset } = await augment(runs.conditional!, { count: 7, label: 9 });
    expect([...dataset.train.labels!.subarray(50)]).toEqual(new Array(7).fill(9));
    await expect(augment(runs.conditional!, { count: -1 })).rejects.toThrow(
      "count is a whole number from 1 on",
    );
    await expect(augment(runs.conditional!, { label: 10 })).rejects.toThrow(
      "a label is a class from 0 to 9, not 10",
    );
  });

  test("by versions of real examples of a class", async () => {
    const { dataset, way, real } = await augment(runs.vary!, { count: 10, labels: 40 });
    expect([way, real, dataset.train.count]).toEqual(["vary", 40, 50]);
    expect(new Set(rowsOf(dataset.train.values, 40, 50).map(String)).size).toBe(10);
  });

  test("by a run for each class", async () => {
    const { dataset, way, real, protocol } = await augment([runs.fives!, runs.threes!], { count: 6 });
    expect(way).toBe("runs");
    expect([...dataset.train.labels!.subarray(real)]).toEqual([3, 3, 3, 5, 5, 5]);
    expect(new Set(dataset.train.labels!.subarray(0, real))).toEqual(new Set([3, 5]));
    expect(protocol).toMatch(/^2 runs were trained on the same \d+ examples, each on those of one class$/);
    expect(new Set(dataset.test.labels)).toEqual(new Set([3, 5]));
    await expect(augment([runs.vae!, runs.threes!])).rejects.toThrow(/not trained on one class/);
    await expect(augment([runs.threes!, runs.threes!])).rejects.toThrow("two runs were trained on class 3");
  });
});

test("no run's training examples are among the test examples of several", async () => {
  const file = join(folder, "points.npz");
  const values = Float32Array.from({ length: 120 }, (_, index) => index);
  const labels = Int32Array.from({ length: 60 }, (_, row) => row % 2);
  await writeFile(file, encodeNpz({ x: { values, shape: [60, 2] }, y: { values: labels, shape: [60] } }));
  const opened: OpenRun[] = [];
  for (const normal of ["0", "1"]) {
    const out = join(folder, `points-${normal}`);
    const request = { model: "autoencoder", data: file, normal: [normal], options: { latent: 1, batch: 10 } };
    for await (const _ of (await train({ ...request, rounds: 1, threads: 1, out })).events());
    opened.push(await open(out, { threads: 1 }));
  }
  const { dataset, real } = await augment(opened, { count: 2 });
  for (const run of opened) await run.close();
  const firsts = ({ values: all, count }: Split) => Array.from({ length: count }, (_, row) => all[2 * row]!);
  const [trained, tested] = [firsts(dataset.train).slice(0, real), firsts(dataset.test)];
  expect(tested.length).toBeGreaterThan(2);
  expect(new Set([...trained, ...tested]).size).toBe(trained.length + tested.length);
  expect(new Set(dataset.test.labels)).toEqual(new Set([0, 1]));
});

describe("between neighbours of a class", () => {
  /** A run whose codes are its examples: points of the line. */
  const points = { a: [0, 1, 2, 10], b: [20, 21, 30] };
  const values = Float32Array.from([...points.a, ...points.b]);
  const same = async (_: string, input: Float32Array) => ({ shape: [input.length, 1], data: input });
  const line = {
    description: { model: "line", data: { options: {} } },
    path: "line",
    shape: [1],
    roles: ["encode", "decode"],
    learnsLabels: false,
    inputs: (role: string) => (role === "decode" ? [{ name: "code", shape: [1] }] : undefined),
    apply: same,
    data: async () => ({
      name: "line",
      shape: [1],
      classes: ["a", "b"],
      train: { count: 7, values, labels: Int32Array.of(0, 0, 0, 0, 1, 1, 1) },
      test: { count: 0, values: new Float32Array() },
    }),
  } as unknown as OpenRun;

  test("lie new examples, evenly on the way", async () => {
    const { dataset, way } = await augment(line, { count: 2000 });
    expect(way).toBe("between");
    const made = (dataset.train.values as Float32Array).subarray(7);
    const [a, b] = [made.subarray(0, 1000), made.subarray(1000)];
    expect(Math.min(...a)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...a)).toBeLessThanOrEqual(10);
    expect(Math.min(...b)).toBeGreaterThanOrEqual(20);
    // From each of the three to both others, evenly: the mean is that of the examples.
    expect(b.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(71 / 3, 0);
  });

  test("a class of one example has no neighbours", async () => {
    const one = { ...(await line.data()), train: { count: 2, values, labels: Int32Array.of(0, 1) } };
    await expect(augment({ ...line, data: async () => one } as unknown as OpenRun)).rejects.toThrow(
      "a way leads between two examples of a class, and class 0 has 1; give it more labels",
    );
  });
});

describe("what a model has seen", () => {
  test("is said", async () => {
    expect((await augment(runs.vae!, { labels: 30, count: 1 })).protocol).toBe(
      "vae was trained on 200 examples without labels; of 30 of them labels are used",
    );
    expect((await augment(runs.vae!, { count: 1 })).protocol).toBe(
      "vae was trained on the same 200 examples, without their labels",
    );
  });

  test("must not be more labels than are used", async () => {
    await expect(augment(runs.conditional!, { labels: 20 })).rejects.toThrow(
      "conditional-gan has learnt the labels of 50 examples, so nobody can say what 20 are worth; train it with --examples 20",
    );
    await expect(augment(runs.vae!, { labels: 201 })).rejects.toThrow(
      "has 200 training examples in this run",
    );
  });

  test("a model that can make no class says so", async () => {
    await expect(augment(runs.gan!)).rejects.toThrow(/^gan cannot make examples of a class: /);
    await expect(augment(runs.vae!, { way: "class" })).rejects.toThrow(/^vae does not generate by class; /);
    await expect(augment(runs.vae!, { way: "runs" })).rejects.toThrow(/takes several runs/);
  });
});

describe("what it is worth", () => {
  test("differences are held against chance by Student's t", () => {
    // Mean 0.02 and standard error 0.01: t of 2 degrees of freedom is 4.3, of 40 about 2.2.
    const three = [0.02 - 0.01 * Math.sqrt(3), 0.02, 0.02 + 0.01 * Math.sqrt(3)];
    expect(verdictOf(three)).toBe("makes no difference");
    expect(verdictOf([0.019, 0.02, 0.021])).toBe("helps");
    expect(verdictOf([-0.019, -0.02, -0.021])).toBe("harms");
    expect(verdictOf([0.5])).toBe("unknown");
    expect(verdictOf([0.05, 0.05])).toBe("unknown");
    expect(verdictOf([0, 0, 0])).toBe("makes no difference");
  });

  test("true examples in the place of generated ones help, noise does not", async () => {
    const source = "ring:modes=3,sigma=0.5,train=900,validation=0,test=300";
    const [some, all] = [
      await loadDataset(source, { seed: 0, examples: 9 }),
      await loadDataset(source, { seed: 0 }),
    ];
    const fake = (made: (label: number, place: number) => Float32Array) =>
      ({
        description: { model: "fake", data: { options: {} } },
        shape: [2],
        roles: ["generate"],
        classes: 3,
        learnsLabels: true,
        data: async () => some,
        generate: async (count: number, { label = 0 }) => ({
          shape: [count, 2],
          data: Float32Array.from({ length: count * 2 }, (_, index) => made(label, index >> 1)[index % 2]!),
        }),
      }) as unknown as OpenRun;
    const { values, labels } = all.train;
    const rows = [0, 1, 2].map((label) => Array.from(labels!.keys()).filter((row) => labels![row] === label));
    const genuine = fake((label, place) => {
      const row = rows[label]![place]!;
      return (values as Float32Array).subarray(2 * row, 2 * row + 2);
    });
    const options = { count: 600, seeds: 3, rounds: 60, threads: 1 };
    const told: number[] = [];
    const found = await measureAugmentation(genuine, {
      ...options,
      onProgress: (what, done) => what === "training classifiers" && told.push(done),
    });
    expect(found).toMatchObject({ real: 9, generated: 600, test: 300, seeds: 3, way: "class" });
    expect(found.verdict).toBe("helps");
    expect(found.difference.value).toBeCloseTo(found.with.value - found.without.value, 12);
    expect(told.at(-1)).toBe(360);
    expect(effectInWords(found)).toBe("Generated examples help, by more than chance explains.");
    const wrong = await measureAugmentation(
      fake((label) => Float32Array.of(Math.cos(label), Math.sin(label) - 1)),
      options,
    );
    expect(wrong.verdict).not.toBe("helps");
    const { labels: _, ...unlabelled } = all.test;
    const untold = { ...genuine, data: async () => ({ ...(await genuine.data()), test: unlabelled }) };
    await expect(measureAugmentation(untold as OpenRun, options)).rejects.toThrow(
      / has no labelled test examples, on which classifiers are compared$/,
    );
    expect(effectInWords(wrong)).toMatch(/^Generated examples do not help/);
  });
});
