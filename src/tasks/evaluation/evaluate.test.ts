import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Dataset } from "../../data/index.ts";
import { UserError } from "../../errors.ts";
import { domainClassifier } from "../../evaluation/index.ts";
import { featureDistance } from "../../metrics/frechet.ts";
import { type OpenRun, open } from "../../training/open.ts";
import { exampleValues } from "../../training/samples.ts";
import { train } from "../../training/train.ts";
import { applicableGroups, type EvaluateOptions, evaluateRun } from "./evaluate.ts";
import { featureNetwork } from "./feature-network.ts";
import { groupNames, measureNames } from "./measures.ts";
import { evaluationReport, writeEvaluation } from "./write-evaluation.ts";

const DIGITS = "glyphs:classes=digits,train=300,validation=20,test=60";
const options: EvaluateOptions = { threads: 1, judgeRounds: 20, draws: 5 };

let folder = "";
const runs: Record<string, OpenRun> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-evaluate-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  const dense = { architecture: "dense", widths: [16], latent: 3, batch: 20 };
  const requests = {
    vae: { model: "vae", data: DIGITS, imageSize: 14, options: dense },
    ring: {
      model: "gan",
      data: "ring:train=200,validation=0,test=80",
      options: { preset: "points", batch: 20 },
    },
    normal: { model: "autoencoder", data: DIGITS, normal: ["0", "1"], options: dense },
    pairs: {
      model: "pix2pix",
      data: `${DIGITS}+edges`,
      to: DIGITS,
      imageSize: 16,
      options: { filters: 2, batch: 10 },
    },
  };
  for (const [name, request] of Object.entries(requests)) {
    const out = join(folder, name);
    const training = await train({ ...request, rounds: 20, threads: 1, out });
    for await (const _ of training.events());
    runs[name] = await open(out, { threads: 1 });
  }
});
afterAll(async () => {
  for (const run of Object.values(runs)) await run.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const testMeasures = async (name: string) =>
  JSON.parse(await readFile(join(folder, name, "metrics.json"), "utf8")).test as Record<string, number>;

describe("a vae", () => {
  test("is measured by all that applies, the same every time", async () => {
    const told = new Set<string>();
    const evaluation = await evaluateRun(runs.vae!, { ...options, onProgress: (what) => told.add(what) });
    const { measures: found } = evaluation;
    const without = new Set([
      "modes",
      "highQuality",
      "modeDivergence",
      "translationMse",
      "translationBackMse",
      "auroc",
      "averagePrecision",
    ]);
    expect(Object.keys(found)).toEqual(measureNames.filter((name) => !without.has(name)));
    expect(Object.keys(evaluation.skipped)).toEqual(["modes", "detection", "translation"]);
    expect(found.mse).toMatchObject({ count: 60 });
    expect(found.mse!.value).toBeCloseTo((await testMeasures("vae")).mse!, 9);
    expect(found.psnr!.value).toBeGreaterThan(0);
    // More draws bound the likelihood more tightly.
    expect(found.logLikelihood!.value).toBeGreaterThan(found.elbo!.value);
    expect(found.frechet!.value).toBeGreaterThan(found.frechet!.reference!.value);
    expect(found.classes!.reference).toEqual({ value: 10, of: "the training examples" });
    for (const name of ["precision", "recall", "coverage", "copies", "nearer", "membership"] as const) {
      expect(found[name]!.value).toBeGreaterThanOrEqual(0);
      expect(found[name]!.value).toBeLessThanOrEqual(1);
    }
    expect([...told]).toContain("training the classifier of the domain");
    expect(evaluation.pictures.map(({ name }) => name)).toEqual([
      "generated",
      "reconstructed",
      "codes",
      "closest",
    ]);
    expect(await evaluateRun(runs.vae!, options)).toEqual(evaluation);
  });

  test("has the likelihood of draws of the examples, where it has learnt from such", async () => {
    const out = join(folder, "binarised");
    const request = {
      model: "vae",
      data: DIGITS,
      options: { filters: 4, latent: 4, batch: 20, binarise: true },
    };
    for await (const _ of (await train({ ...request, rounds: 20, threads: 1, out })).events());
    const run = await open(out, { threads: 1 });
    const evaluated = (one: OpenRun) => evaluateRun(one, { ...options, metrics: ["likelihood"] });
    const { elbo } = (await evaluated(run)).measures;
    const again = vi.spyOn(run, "apply");
    expect((await evaluated(run)).measures.elbo).toEqual(elbo);
    const values = again.mock.calls.flatMap(([, x]) => [...new Set(x)]);
    expect(new Set(values)).toEqual(new Set([0, 1]));
    await run.close();
  });

  test("the distance is that of the classifier's features, of parts together as of all", async () => {
    const {
      measures: found,
      pictures,
      features,
    } = await evaluateRun(runs.vae!, {
      ...options,
      metrics: ["frechet"],
      seed: 3,
    });
    expect([Object.keys(found), pictures]).toEqual([["frechet"], []]);
    expect(features).toMatch(/^features of the classifier of glyphs:.*, which is right on [\d.]+ % of test/);
    const judge = await domainClassifier(DIGITS, { imageSize: 14, rounds: 20, threads: 1 });
    const { test: split, shape } = await runs.vae!.data();
    const real = await judge.features(exampleValues(split, shape, 60));
    const made = await judge.features((await runs.vae!.generate(60, { seed: 3 })).data);
    await judge.close();
    expect(found.frechet!.value).toBeCloseTo(featureDistance(made.data, real.data, { dimensions: 128 }), 6);
  });

  test("fewer examples, and features of a file", async () => {
    const file = join(folder, "vae", "models", "encode.onnx");
    const features = await featureNetwork(file, [1, 14, 14], { threads: 1 });
    const asked = { ...options, metrics: ["distance", "mse"], count: 30, features };
    const evaluation = await evaluateRun(runs.vae!, asked);
    await features.close();
    expect(evaluation.features).toBe("features of encode.onnx");
    expect(evaluation.measures.frechet!.count).toBe(30);
    expect(evaluation.measures.mse!.count).toBe(30);
    const { data: real } = await runs.vae!.data().then(({ test: split, shape }) => {
      const every = Int32Array.from({ length: 30 }, (_, index) => 2 * index);
      const values = new Float32Array(30 * 196);
      every.forEach((row, place) => {
        values.set(exampleValues(split, shape, row + 1, row), 196 * place);
      });
      return runs.vae!.encode(values);
    });
    const made = await runs.vae!.encode((await runs.vae!.generate(30)).data);
    expect(evaluation.measures.frechet!.value).toBeCloseTo(
      featureDistance(made.data, real, { dimensions: 3 }),
      4,
    );
  });

  test("is written into its folder", async () => {
    const evaluation = await evaluateRun(runs.vae!, { ...options, metrics: ["reconstruction", "codes"] });
    const report = await writeEvaluation(join(folder, "vae"), runs.vae!.description, evaluation);
    expect(report).toBe(join(folder, "vae", "evaluation.md"));
    const text = await readFile(report, "utf8");
    expect(text).toBe(evaluationReport(runs.vae!.description, evaluation));
    expect(text).toMatch(/^# Evaluation of vae on glyphs/);
    expect(text).toMatch(/\| mse \| [\d.]+ ± [\d.]+ \| lower \| {2}\| 60 \|/);
    expect(await readdir(join(folder, "vae", "evaluation"))).toEqual(["codes.png", "reconstructed.png"]);
    const { pictures: _, ...numbers } = evaluation;
    expect(JSON.parse(await readFile(join(folder, "vae", "evaluation.json"), "utf8"))).toEqual(numbers);

    // The pictures of an earlier evaluation go, and what else lies there stays.
    await writeFile(join(folder, "vae", "evaluation", "mine.png"), "");
    const later = await evaluateRun(runs.vae!, { ...options, metrics: ["mse"] });
    await writeEvaluation(join(folder, "vae"), runs.vae!.description, { ...later, pictures: [] });
    expect(await readdir(join(folder, "vae", "evaluation"))).toEqual(["mine.png"]);
  });
});

test("points are compared by their values, and their modes counted", async () => {
  const { measures: found, features, skipped } = await evaluateRun(runs.ring!, options);
  expect(features).toBe("the examples' own numbers");
  expect(Object.keys(skipped)).toEqual([
    "reconstruction",
    "similarity",
    "likelihood",
    "codes",
    "probe",
    "detection",
    "translation",
  ]);
  expect(found.modes).toMatchObject({ count: 2500, reference: { value: 8, of: "the data" } });
  expect(found.frechet!.reference!.value).toBeLessThan(found.frechet!.value);
});

test("samples that are no numbers leave what can be measured without them", async () => {
  const generate = async (count: number) => ({
    shape: [count, 2],
    data: new Float32Array(2 * count).fill(Number.NaN),
  });
  const lost = { ...runs.ring!, generate };
  const { measures: found, skipped } = await evaluateRun(lost, options);
  expect(skipped.distance).toMatch(/finite/);
  expect(Object.keys(found)).toContain("membership");
  await expect(evaluateRun(lost, { ...options, metrics: ["distance"] })).rejects.toThrow(/finite/);
});

test("rows of a labelled table are judged as the run sees them", async () => {
  const file = join(folder, "kinds.csv");
  const rows = Array.from({ length: 240 }, (_, row) => {
    const kind = row % 2;
    return `${kind === 0 ? "low" : "high"},${(kind * 8 + Math.sin(row)).toFixed(3)},${Math.cos(3 * row).toFixed(3)}`;
  });
  await writeFile(file, ["kind,size,other", ...rows].join("\n"));
  const out = join(folder, "table");
  const dense = { architecture: "dense", widths: [16], latent: 2, batch: 20, likelihood: "gaussian" };
  const training = await train({
    ...{ model: "vae", data: `${file}:label=kind`, seed: 3, options: dense },
    ...{ rounds: 400, threads: 1, out },
  });
  for await (const _ of training.events());
  const run = await open(out, { threads: 1 });
  const { measures } = await evaluateRun(run, { ...options, judgeRounds: 100, metrics: ["classes"] });
  expect(measures.classes?.value).toBe(2);
  await run.close();
});

test("codes too long for a mixture leave what can be measured without samples", async () => {
  const out = join(folder, "few");
  const training = await train({
    ...{ model: "autoencoder", data: "glyphs:train=12,validation=0,test=20", imageSize: 8 },
    ...{ options: { widths: [8], latent: 40, batch: 4 }, rounds: 3, threads: 1, out },
  });
  for await (const _ of training.events());
  const whole = await open(out, { threads: 1 });
  const run: OpenRun = {
    ...whole,
    generate: () => Promise.reject(new UserError("10 components need as many training examples")),
  };
  const { measures, skipped, pictures } = await evaluateRun(run, options);
  expect(measures.mse?.value).toBeGreaterThan(0);
  expect(Object.values(skipped)).toContain("10 components need as many training examples");
  expect(pictures.map(({ name }) => name)).not.toContain("generated");
  await whole.close();
});

test("translations are compared with their partners", async () => {
  const { measures: found } = await evaluateRun(runs.pairs!, options);
  expect(Object.keys(found)).toEqual(["translationMse"]);
  const { test: split, target, shape } = await runs.pairs!.data();
  const { data } = await runs.pairs!.translate(exampleValues(split, shape, 60));
  const partners = exampleValues(target!.test, target!.shape, 60);
  const squares = data.reduce((sum, value, index) => sum + (value - partners[index]!) ** 2, 0);
  expect(found.translationMse!.value).toBeCloseTo(squares / data.length, 6);
});

test("a run on some classes is compared with test examples of these, and tells the others", async () => {
  const { measures: found, skipped } = await evaluateRun(runs.normal!, options);
  const { test: split } = await runs.normal!.data();
  const usual = split.labels!.filter((label) => label < 2).length;
  expect(usual).toBeGreaterThan(2);
  expect(found.mse!.count).toBe(usual);
  expect(found.auroc!.count).toBe(60);
  // By the definition, pair by pair.
  const { data: scores } = await runs.normal!.anomaly(exampleValues(split, [1, 28, 28], 60));
  let [won, pairs] = [0, 0];
  scores.forEach((odd, i) => {
    scores.forEach((normal, j) => {
      if (split.labels![i]! < 2 || split.labels![j]! >= 2) return;
      pairs++;
      won += odd > normal ? 1 : odd === normal ? 0.5 : 0;
    });
  });
  expect(found.auroc!.value).toBeCloseTo(won / pairs, 9);
  expect(found.averagePrecision!.reference!.value).toBeCloseTo(1 - usual / 60, 9);
  expect(Object.keys(skipped)).toContain("probe");
});

test("what cannot be measured says why", async () => {
  expect(await applicableGroups(runs.pairs!)).toMatchObject({
    translation: undefined,
    distance: "the model does not generate",
  });
  await expect(evaluateRun(runs.pairs!, { metrics: ["mse"] })).rejects.toThrow(
    "there is no reconstruction to measure: the model does not encode and decode",
  );
  await expect(evaluateRun(runs.vae!, { metrics: ["frechett"] })).rejects.toThrow(
    'there is no measure "frechett"; did you mean frechet?',
  );
  await expect(evaluateRun(runs.vae!, { count: 1.5 })).rejects.toThrow("count is a whole number from 2 on");
  await expect(evaluateRun(runs.vae!, { draws: 0 })).rejects.toThrow(
    "draws is a whole number from 1 on, not 0",
  );
  await expect(evaluateRun(runs.vae!, { metrics: ["?"] })).rejects.toThrow(/gamelan evaluate --list/);
});

test("labels that tell nothing apart are told from labels that there are not", async () => {
  const { data: read } = runs.vae!;
  const data = await read();
  const reasonsOf = (changed: Partial<Dataset>, of: Partial<OpenRun> = {}) =>
    applicableGroups({ ...runs.vae!, ...of, data: async () => ({ ...data, ...changed }) });
  const { labels: _, ...unlabelled } = data.train;
  expect(await reasonsOf({ train: unlabelled })).toMatchObject({
    probe: "the data have no labels",
    distance:
      "the data have no labels, and features are learnt by labels; name a network with --feature-network",
  });
  const one = { classes: ["0"], train: { ...data.train, labels: data.train.labels!.map(() => 0) } };
  expect(await reasonsOf(one)).toMatchObject({
    probe: "all labels are of one class",
    classes: "all labels are of one class",
    distance:
      "all labels are of one class, and features are learnt by labels; name a network with --feature-network",
  });
  expect(await reasonsOf({ train: one.train })).toMatchObject({
    probe: "all training examples are of one class, 0",
    distance: undefined,
  });
  const few = { ...data.test, count: 2 };
  expect(await reasonsOf({ test: few })).toMatchObject({
    reconstruction: undefined,
    codes: "there are 2 test examples, and 3 are needed",
    manifold: "there are 2 test examples, and 6 are needed",
  });
});

test("test examples without labels are measured by what needs none", async () => {
  const unlabelled = async (name: string): Promise<OpenRun> => {
    const data = await runs[name]!.data();
    const { labels: _, ...rest } = data.test;
    return { ...runs[name]!, data: async () => ({ ...data, test: rest }) };
  };
  expect(await applicableGroups(await unlabelled("vae"))).toMatchObject({
    reconstruction: undefined,
    probe: "the test examples have no labels",
    classes: "the test examples have no labels",
    distance:
      "the test examples have no labels, and features are learnt by labels; name a network with --feature-network",
  });
  expect(await applicableGroups(await unlabelled("normal"))).toMatchObject({
    detection: "the test examples have no labels",
  });
});

test("every measure and group is in the documentation", async () => {
  const page = await readFile(new URL("../../../docs/evaluation.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("|"));
  for (const name of [...measureNames, ...groupNames])
    expect(rows.some((row) => row.includes(`\`${name}\``))).toBe(true);
});
