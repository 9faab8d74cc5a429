// Codes drawn from N(0, I) and from a mixture fitted to those of the training examples, decoded or varied.

import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gameFor } from "../../test/support/catalogue-games.ts";
import { DENSE, small } from "../../test/support/games/setting.ts";
import type { Split } from "../data/dataset.ts";
import { randomStream } from "../random/index.ts";
import { codeMixture, componentsFor } from "./code-mixture.ts";
import { type GenerateOptions, type OpenRun, open } from "./open.ts";
import { defaultPrior, generateFromCodes } from "./priors.ts";
import { train } from "./train.ts";

const data = "glyphs:train=300,validation=20,test=20";
let folder = "";
let plain: OpenRun;
let variational: OpenRun;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-priors-"));
  const options = { architecture: "dense", widths: [16], latent: 4, batch: 20 };
  for (const model of ["rae", "vae"]) {
    const training = await train({ model, data, options, rounds: 20, threads: 1, out: join(folder, model) });
    for await (const _ of training.events());
  }
  plain = await open(join(folder, "rae"), { threads: 1 });
  variational = await open(join(folder, "vae"), { threads: 1 });
});
afterAll(async () => {
  await plain?.close();
  await variational?.close();
  await rm(folder, { recursive: true, force: true });
});

test("a model that only encodes and decodes generates from a mixture, which its folder keeps", async () => {
  const file = join(folder, "rae", "mixture.json");
  const made = await plain.generate(5, { seed: 3, components: 2 });
  expect(made.shape).toEqual([5, 1, 28, 28]);
  const kept = JSON.parse(await readFile(file, "utf8"));
  expect(kept).toMatchObject({ round: 20, components: 2, mixture: { dimensions: 4 } });
  const { mtimeMs } = await stat(file);
  expect(await plain.generate(5, { seed: 3, components: 2 })).toEqual(made);
  expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  expect(await plain.generate(5, { seed: 4, components: 2 })).not.toEqual(made);

  // Of another round, of another size or damaged: fitted again.
  for (const text of [JSON.stringify({ ...kept, round: 19 }), "{", JSON.stringify({ round: 20 })]) {
    await writeFile(file, text);
    expect(await plain.generate(5, { seed: 3, components: 2 })).toEqual(made);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(kept);
  }
  await plain.generate(1, { components: 1 });
  expect(JSON.parse(await readFile(file, "utf8")).components).toBe(1);
});

test("codes of the mixture lie where those of examples do, other than those of N(0, I)", async () => {
  const { train: examples } = await plain.data();
  const values = Float32Array.from(examples.values, (byte) => byte / 255);
  const moments = (codes: ArrayLike<number>) => {
    const all = Array.from(codes);
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    return { mean, deviation: Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length) };
  };
  const real = moments((await plain.encode(values)).data);
  const drawn = async (options: GenerateOptions) =>
    moments((await plain.encode((await plain.generate(300, options)).data)).data);
  const apart = (other: typeof real) =>
    Math.abs(other.mean - real.mean) + Math.abs(other.deviation - real.deviation);
  expect(apart(await drawn({ prior: "mixture", components: 2 }))).toBeLessThan(
    apart(await drawn({ prior: "normal" })),
  );
  await expect(drawn({ prior: "normal", components: 2 })).rejects.toThrow("components are of a mixture");
});

test("a model with a prior of its own keeps to it unless told", async () => {
  const own = await variational.generate(3, { seed: 1 });
  expect(await variational.generate(3, { seed: 1, prior: "normal" })).toEqual(own);
  expect(await variational.generate(3, { seed: 1, prior: "mixture", components: 1 })).not.toEqual(own);
});

test("noise is truncated, codes of a mixture are not; parts have noise of their own", async () => {
  const near = await variational.generate(3, { seed: 1, truncation: 0.7 });
  expect(near).not.toEqual(await variational.generate(3, { seed: 1 }));
  const [noise] = variational.noise(3, { seed: 1, truncation: 0.7 });
  expect(await variational.apply("generate", noise!)).toEqual(near);
  expect(variational.inputs("generate")).toEqual([{ name: "noise", shape: [4] }]);
  expect(plain.inputs("generate")).toBeUndefined();
  await expect(plain.generate(3, { truncation: 0.7, components: 1 })).rejects.toThrow(/come from a mixture/);
  const decoded = await plain.generate(3, { prior: "normal", truncation: 0.7 });
  expect(decoded).not.toEqual(await plain.generate(3, { prior: "normal" }));
  for (const [run, options] of [
    [plain, { components: 1 }],
    [variational, {}],
  ] as const) {
    const first = await run.generate(3, options);
    expect(await run.generate(3, { ...options, part: 0 })).toEqual(first);
    expect(await run.generate(3, { ...options, part: 1 })).not.toEqual(first);
  }
});

describe("models of other kinds", () => {
  const split: Split = {
    count: 12,
    values: randomStream(1, "x").uniform(0, new Float32Array(12 * 12)),
  };
  const codes = { path: "", round: 0, shape: [1, 4, 3], examples: async () => split };
  const request = { seed: 0, prior: "mixture", components: 1 } as const;
  const lengthOf = () => 3;

  test("one that has no codes says so", async () => {
    const game = gameFor({ model: "gan", options: { ...small, preset: "small" }, data: DENSE });
    expect(defaultPrior(game)).toBe("normal");
    const apply = async () => ({ shape: [], data: new Float32Array() });
    await expect(generateFromCodes(2, request, { game, apply, lengthOf, codes })).rejects.toThrow(
      "gan does not encode and decode, so no codes can be drawn for it; leave out the prior",
    );
  });

  test("codes are varied where a model has that", async () => {
    const game = gameFor({
      model: "code-noise-gan",
      options: { ...small, architecture: "dense", widths: [6], noise: 2 },
      data: DENSE,
    });
    const asked: [string, number[]][] = [];
    const apply = async (role: string, ...inputs: Float32Array[]) => {
      asked.push([role, inputs.map(({ length }) => length)]);
      return { shape: [], data: new Float32Array(12 * 3).map((_, index) => Math.sin(index)) };
    };
    const lengthOf = (role: string) => (role === "vary" ? 3 : Number.NaN);
    await generateFromCodes(2, request, { game, apply, lengthOf, codes: { ...codes, path: folder } });
    expect(asked).toEqual([
      ["encode", [144]],
      ["vary", [2 * 3, 2 * 2]],
    ]);
  });

  test("a mixture is of examples from all of their split, which may be in the order of its classes", async () => {
    const count = 25_000;
    const sorted = Float32Array.from(
      { length: count },
      (_, index) => (index < count / 2 ? -5 : 5) + (index % 7),
    );
    const mixture = await codeMixture(
      {
        ...{ path: folder, round: 1, dimensions: 1, shape: [1] },
        examples: async () => ({ count, values: sorted }),
        encode: async (data) => ({ data }),
      },
      2,
    );
    for (const weight of mixture.weights) expect(weight).toBeCloseTo(0.5, 2);
  });

  test("long codes get fewer components unless told", () => {
    expect([4, 323, 324, 784].map((dimensions) => componentsFor(dimensions))).toEqual([10, 10, 9, 1]);
    expect(componentsFor(4, 20)).toBe(20);
  });

  test.each([
    [2000, 1, "codes of 2000 numbers are too long for a mixture of 1; train with shorter ones"],
    [512, 10, "codes of 512 numbers are too long for a mixture of 10; ask for components=4 at most"],
    [4, 13, "13 components need as many training examples, and there are 12; ask for fewer"],
  ])("codes of %s numbers, %s components", async (dimensions, components, message) => {
    const encode = async () => ({ data: new Float32Array() });
    await expect(codeMixture({ ...codes, dimensions, encode }, components)).rejects.toThrow(message);
  });
});
