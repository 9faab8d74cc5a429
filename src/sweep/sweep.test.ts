// Sweeps played in this process; test/sweep.test.ts has those in several.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import * as dataLevel from "../data/index.ts";
import { defineModel, game } from "../game/model.ts";
import { registerModel } from "../models/catalogue.ts";
import { dense } from "../nn/index.ts";
import { loadLatestCheckpoint } from "../training/checkpoint.ts";
import { readAllEvents } from "../training/events.ts";
import * as training from "../training/train.ts";
import { bestCommand } from "./report.ts";
import { resumeSweep, type SweepEvent, type SweepSpec, sweep } from "./sweep.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-sweep-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const DATA = "glyphs:train=120,validation=30,test=10";
const SPEC = {
  model: "autoencoder",
  data: DATA,
  rounds: 4,
  options: { widths: [8], batch: 20 },
  search: { latent: [2, 8], learningRate: { from: 1e-4, to: 1e-2, scale: "log", steps: 2 } },
  metric: "mse",
} satisfies SweepSpec;
const HERE = { processes: 0, threads: 1 };

const out = (name = "sweep") => join(folder, name);
const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

test("a grid over seeds and folds: every run measured on its own fold, the best first", async () => {
  const loading = vi.spyOn(dataLevel, "loadDataset");
  const spec = { ...SPEC, search: { latent: [2, 8] }, seeds: [3, 5], folds: 2 };
  const events: SweepEvent[] = [];
  const result = await sweep(spec, { ...HERE, out: out(), onEvent: (event) => events.push(event) });

  expect(result).toMatchObject({ path: out(), goal: "least", reason: "finished", finishedRuns: 8, runs: 8 });
  expect(result.trials.map(({ options }) => options.latent).sort()).toEqual([2, 8]);
  expect(result.best).toBe(result.trials[0]);
  for (const trial of result.trials) {
    const values = trial.runs.map(({ run, seed, fold, value }) => {
      const { options } = json(out(), run, "run.json").data;
      expect(options).toEqual({ fold: { index: fold, count: 2 }, ...(seed === 3 ? {} : { seed: 3 }) });
      const measured = json(out(), run, "metrics.json");
      expect(Object.keys(measured)).toEqual(["round", "validation", "collapse"]);
      expect(measured.validation.mse).toBe(value);
      return value!;
    });
    expect(new Set(values).size).toBe(4);
    expect(trial.value).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 4, 12);
    expect(trial.standardError).toBeGreaterThan(0);
  }
  expect(result.trials[0]!.value).toBeLessThan(result.trials[1]!.value!);

  // The data are those of one seed, and the test split is never asked for.
  expect(loading.mock.calls.length).toBe(9);
  for (const [, options] of loading.mock.calls) {
    expect(options).toMatchObject({ seed: 3, splits: ["train", "validation"] });
  }

  expect(events[0]).toMatchObject({ type: "start", trials: 2, runs: 4, processes: 0, finished: 0 });
  expect(events.filter(({ type }) => type === "trial")).toHaveLength(2);
  expect(events.at(-1)).toEqual({ type: "progress", done: 32, total: 32 });
  expect(result.files.map((file) => existsSync(file))).toEqual([true, true, true]);
  const table = readFileSync(join(out(), "table.csv"), "utf8").split("\n");
  expect(table[0]).toBe("rank,trial,latent,mse,standard error,runs,rounds,seconds,failed");
  expect(table[1]).toMatch(/^1,[12],[28],0\.\d+,0\.\d+,4,4,[\d.]+,$/);
  expect(readFileSync(join(out(), "report.md"), "utf8")).toContain(
    "2 folds of the training examples in turn",
  );
});

test("halving resumes the best instead of training them anew, to the same weights", async () => {
  const [begun, resumed] = [vi.spyOn(training, "train"), vi.spyOn(training, "resume")];
  const search = { learningRate: { from: 1e-4, to: 1e-2, scale: "log" } } as const;
  const spec = { ...SPEC, rounds: 12, search, strategy: "halving", trials: 4, eta: 2 } as const;
  const result = await sweep(spec, { ...HERE, out: out() });
  expect(begun).toHaveBeenCalledTimes(4);
  expect(resumed.mock.calls.map(([, request]) => request?.rounds)).toEqual([6, 6, 12]);
  expect(result.trials.map(({ length }) => length)).toEqual([12, 6, 3, 3]);
  expect(result.runs).toBe(7);

  const [{ run } = { run: "" }] = result.best!.runs;
  const once = join(folder, "once");
  const { learningRate } = result.best!.options as { learningRate: number };
  const whole = await training.train({
    ...{ model: "autoencoder", data: DATA, options: { ...SPEC.options, learningRate } },
    ...{ rounds: 12, threads: 1, out: once },
  });
  for await (const event of whole.events()) if (event.type === "end") expect(event.round).toBe(12);
  const weights = async (path: string) => [...(await loadLatestCheckpoint(path)).checkpoint!.tensors];
  expect(await weights(join(out(), run))).toEqual(await weights(once));
  const rounds = async (path: string) =>
    (await readAllEvents(join(path, "events.jsonl"))).filter(({ type }) => type === "round");
  expect(await rounds(join(out(), run))).toEqual(await rounds(once));
});

test("a stopped sweep goes on where it was, and ends as one that was not stopped", async () => {
  const whole = await sweep(SPEC, { ...HERE, out: out("whole") });
  const stop = new AbortController();
  const stopped = await sweep(SPEC, {
    ...{ ...HERE, out: out("torn"), signal: stop.signal },
    onEvent: (event) => {
      // After the third run's first round, which is a call of its own.
      if (event.type === "progress" && event.done > 8) stop.abort();
    },
  });
  expect(stopped).toMatchObject({ reason: "stopped", finishedRuns: 2, runs: 4, files: [] });
  expect(stopped.trials.map(({ trial }) => trial).sort()).toEqual([1, 2]);
  const half = json(out("torn"), "runs", "trial-003", "run.json").created;

  const begun = vi.spyOn(training, "train");
  const gone = await sweep(SPEC, { ...HERE, out: out("torn") });
  expect(begun).toHaveBeenCalledTimes(1);
  expect(json(out("torn"), "runs", "trial-003", "run.json").created).toBe(half);
  const values = ({ trials }: typeof gone) => trials.map(({ trial, value }) => [trial, value]);
  expect(values(gone)).toEqual(values(whole));

  begun.mockClear();
  expect(values(await resumeSweep(out("torn"), HERE))).toEqual(values(whole));
  expect(begun).not.toHaveBeenCalled();
  await expect(sweep({ ...SPEC, rounds: 5 }, { ...HERE, out: out("torn") })).rejects.toThrow(
    `${out("torn")} is a sweep with another rounds; choose another folder, or go on with that one`,
  );
});

test("a trial that diverges counts as worst and stops nothing", async () => {
  const spec = { ...SPEC, rounds: 10, search: { learningRate: [1e30, 1e-3] } };
  const result = await sweep(spec, { ...HERE, out: out() });
  expect(result.trials.map(({ trial }) => trial)).toEqual([2, 1]);
  expect(result.trials[1]!.failed).toMatch(/^training diverged/);
  expect(result.best!.options).toEqual({ learningRate: 1e-3 });
  expect(readFileSync(join(out(), "report.md"), "utf8")).toContain("- Trial 1 failed: training diverged");
  const again = await resumeSweep(out(), HERE);
  expect(again.trials[1]!.failed).toBe(result.trials[1]!.failed);
});

test("what an architecture has no use for is left out of its trials, and of the command", async () => {
  const search = { architecture: ["dense", "conv"], latent: [2, 4] };
  const result = await sweep({ ...SPEC, search: { ...search, filters: [2, 3] } }, { ...HERE, out: out() });
  expect(result).toMatchObject({ finishedRuns: 6, runs: 6 });
  expect(result.trials.map(({ failed }) => failed).filter((failed) => failed !== undefined)).toEqual([]);
  expect(result.trials.map(({ trial }) => trial).sort()).toEqual([1, 3, 5, 6, 7, 8]);
  const dense = result.trials.find(({ trial }) => trial === 1)!;
  expect(dense.options).toEqual({ architecture: "dense", latent: 2 });
  expect(dense.settings).toEqual({ widths: [8], batch: 20, architecture: "dense", latent: 2 });
  expect(bestCommand({ spec: result.spec, best: dense })).toBe(
    `gamelan train autoencoder --data ${DATA} --set widths=8 --set batch=20 --set architecture=dense --set latent=2 --rounds 4 --seed 0`,
  );
  const rows = readFileSync(join(out(), "table.csv"), "utf8").split("\n");
  expect(rows.find((row) => /^\d,1,/.test(row))).toMatch(/^\d,1,dense,2,,/);
});

test("what is wrong is found before anything is written", async () => {
  const refused = (spec: object) => expect(sweep({ ...SPEC, ...spec }, { ...HERE, out: out() })).rejects;
  await refused({ metric: "msr" }).toThrow(`autoencoder on ${DATA} has no metric "msr"; did you mean "mse"?`);
  await refused({ metric: "accuracy" }).toThrow(/; there are mse, autoencoder/);
  await refused({ model: "autoencoda" }).toThrow(/did you mean "autoencoder"/);
  await refused({ data: "glyps" }).toThrow(/did you mean "glyphs"/);
  await refused({ search: { latent: [-1] } }).toThrow(/^latent=-1 is not possible/);
  await refused({ search: { latent: [2, 2] } }).toThrow("sweep: search.latent holds 2 twice");
  await refused({ search: { filters: [2, 3] } }).toThrow(/^filters of autoencoder has no effect with arch/);
  await refused({ to: DATA }).toThrow("autoencoder learns from one set of data; leave out --to");
  await refused({ data: "glyphs:train=4,validation=0" }).toThrow(/has too few examples to keep a tenth/);
  await expect(sweep(SPEC, { processes: -1, out: out() })).rejects.toThrow(
    "processes is a whole number of at least 0, not -1",
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder of something else is left alone", async () => {
  await sweep({ ...SPEC, search: { latent: [2] } }, { ...HERE, out: join(folder, "a", "b") });
  await expect(sweep(SPEC, { ...HERE, out: join(folder, "a") })).rejects.toThrow(
    `${join(folder, "a")} is not empty and not a sweep; choose another folder`,
  );
  await expect(resumeSweep(join(folder, "a"), HERE)).rejects.toThrow("is not a sweep: it has no spec.json");
});

test("without a validation split a tenth of the training examples is held out; losses are measured on it too", async () => {
  const values = Float32Array.from({ length: 100 }, (_, index) => Math.sin(index));
  const path = join(folder, "waves.npz");
  const { zipSync } = await import("fflate");
  const { writeFileSync } = await import("node:fs");
  const array = (rows: number) => dataLevel.encodeNpy(values.subarray(0, 2 * rows), [rows, 2]);
  writeFileSync(path, zipSync({ "x_train.npy": array(50), "x_test.npy": array(10) }));
  const spec = {
    ...SPEC,
    data: path,
    search: { latent: [1, 2] },
    metric: "autoencoder",
    goal: "most",
  } as const;
  const result = await sweep(spec, { ...HERE, out: out() });
  expect(result).toMatchObject({ heldOut: 0.1, goal: "most" });
  const { run, value } = result.best!.runs[0]!;
  expect(json(out(), run, "run.json").data).toMatchObject({
    options: { validation: 0.1 },
    examples: { count: 45 },
  });
  const events = await readAllEvents(join(out(), run, "events.jsonl"));
  const look = events.findLast(({ type }) => type === "validation")!;
  expect((look.measures as Record<string, number>).autoencoder).toBe(value);
  expect(json(out(), run, "metrics.json").validation.autoencoder).toBe(value);
});

test("a model registered here is swept here only", async () => {
  registerModel(
    defineModel({
      name: "swept-line",
      family: "autoencoder",
      summary: "A linear autoencoder",
      options: z.strictObject({ batch: z.int().default(10), latent: z.int().min(1).default(1) }),
      build({ data, options, network }) {
        const encoder = network("encoder", dense({ units: options.latent }));
        const decoder = network("decoder", dense({ units: data.shape[0]! }));
        return game({
          round: ({ x }) => ({
            error: x
              .sub(decoder(encoder(x)))
              .square()
              .mean(),
          }),
          players: {
            line: {
              moves: [encoder, decoder],
              loss: ({ error }) => error,
              optimiser: { kind: "adam", learningRate: 0.01 },
            },
          },
          roles: { encode: encoder, decode: decoder },
        });
      },
    }),
  );
  const spec = {
    ...{ model: "swept-line", data: "ring:train=100,validation=50", epochs: 2, metric: "mse" },
    search: { latent: [1, 2] },
  };
  await expect(sweep(spec, { out: out() })).rejects.toThrow(
    "swept-line is registered in this process only; sweep it here, with processes: 0",
  );
  const { trials } = await sweep(spec, { ...HERE, out: out() });
  expect(trials.map(({ value }) => Number.isFinite(value))).toEqual([true, true]);
});
