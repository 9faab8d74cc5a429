import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as dataLevel from "../data/index.ts";
import { encodeNpy } from "../data/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import { loadLatestCheckpoint } from "./checkpoint.ts";
import { readAllEvents } from "./events.ts";
import { open } from "./open.ts";
import { resume, type Training, type TrainingEvent, type TrainRequest, train } from "./train.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-train-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SMALL: TrainRequest = {
  model: "autoencoder",
  data: "glyphs:train=200",
  options: { widths: [16], latent: 4, batch: 20 },
  rounds: 30,
  threads: 1,
};

async function played(training: Training): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of training.events()) events.push(event);
  return events;
}

async function weightsOf(run: string): Promise<Record<string, number[]>> {
  const { checkpoint } = await loadLatestCheckpoint(run);
  return Object.fromEntries(
    Array.from(checkpoint!.tensors, ([name, { data }]) => [name, Array.from(data, Number)]),
  );
}

test("a run leaves weights, pictures, models, a report and a log", async () => {
  const run = join(folder, "run");
  const events = await played(await train({ ...SMALL, out: run }));
  expect(events[0]).toMatchObject({ type: "start", round: 0, rounds: 30, roundsPerEpoch: 10 });
  const end = events.at(-1)!;
  expect(end).toMatchObject({ type: "end", reason: "finished", round: 30 });
  const { metrics, test: measured } = end as Extract<TrainingEvent, { type: "end" }>;
  expect(metrics.autoencoder).toBeLessThan(0.2);
  expect(measured.mse).toBeLessThan(0.2);
  expect(readdirSync(run).sort()).toEqual([
    "checkpoints",
    "events.jsonl",
    "losses.png",
    "metrics.json",
    "models",
    "report.md",
    "run.json",
    "samples",
  ]);
  expect(readdirSync(join(run, "models")).sort()).toEqual(["decode.onnx", "encode.onnx", "reconstruct.onnx"]);
  expect(readFileSync(join(run, "report.md"), "utf8")).toContain("# autoencoder on glyphs");
});

test("validation and test splits are measured at the end, the test split only where it may be", async () => {
  const data = "glyphs:train=200,validation=30,test=20";
  const path = (name: string) => join(folder, name);
  const written = (name: string) => JSON.parse(readFileSync(join(path(name), "metrics.json"), "utf8"));
  const loading = vi.spyOn(dataLevel, "loadDataset");
  const end = (await played(await train({ ...SMALL, data, rounds: 4, out: path("both") }))).at(-1)!;
  expect(written("both")).toEqual({
    round: 4,
    validation: { autoencoder: expect.any(Number), mse: expect.any(Number) },
    test: { mse: expect.any(Number) },
    collapse: expect.objectContaining({ latent: expect.any(Number), distinctCodes: expect.any(Number) }),
  });
  const { validation, test } = written("both");
  expect(end).toMatchObject({ type: "end", validation, test, round: 4 });
  expect(written("both").validation.mse).not.toBe(written("both").test.mse);

  await played(await train({ ...SMALL, data, rounds: 2, test: false, out: path("one") }));
  await played(await resume(path("one"), { rounds: 4 }));
  expect(loading.mock.calls.map(([, { splits }]) => splits)).toEqual([
    ["train", "validation"],
    ["test"],
    ["train", "validation"],
    ["train", "validation"],
  ]);
  loading.mockRestore();
  expect(written("one")).toEqual({ ...written("both"), test: undefined });
});

test("a fold and the seed of the data are kept with the run", async () => {
  const run = join(folder, "fold");
  const how = { fold: { index: 2, count: 4 }, dataSeed: 5 };
  await played(await train({ ...SMALL, data: "glyphs:train=40,test=4", ...how, rounds: 2, out: run }));
  const model = await open(run);
  const { train: rest, validation } = await model.data();
  const expected = await dataLevel.loadDataset("glyphs:train=40,test=4", { fold: how.fold, seed: 5 });
  await model.close();
  expect([rest.count, validation.count]).toEqual([30, 10]);
  expect(validation.values).toEqual(expected.validation.values);
  expect((await played(await resume(run, { rounds: 3 }))).at(-1)).toMatchObject({ round: 3 });
});

test("phases are laid out for the planned length of a run that is first played in part", async () => {
  const run = join(folder, "part");
  await played(await train({ ...SMALL, rounds: 4, planned: { rounds: 12 }, out: run }));
  const { settings, rounds } = JSON.parse(readFileSync(join(run, "run.json"), "utf8"));
  expect([settings.phaseEnds, rounds]).toEqual([[12], 4]);
  await played(await resume(run, { rounds: 12 }));
  await played(await train({ ...SMALL, rounds: 12, out: join(folder, "at-once") }));
  expect(await weightsOf(run)).toEqual(await weightsOf(join(folder, "at-once")));
});

test.each([
  ["autoencoder", { widths: [16], latent: 4, batch: 20 }],
  ["dcgan", { filters: 4, latent: 4, batch: 20, averaging: 0.9 }],
])("%s: the same seed gives the same weights, another seed others", async (model, options) => {
  for (const [name, seed] of [
    ["a", 3],
    ["b", 3],
    ["c", 4],
  ] as const) {
    await played(await train({ ...SMALL, model, options, seed, rounds: 12, out: join(folder, name) }));
  }
  const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => weightsOf(join(folder, name))));
  expect(b).toEqual(a);
  expect(c).not.toEqual(a);
});

test("a run that was stopped and made longer ends as one that was long from the start", async () => {
  const long = join(folder, "long");
  const short = join(folder, "short");
  // 100 rounds an epoch and an event every 3 rounds, so that checkpoints fall between events.
  const request = { ...SMALL, data: "glyphs:train=2000" };
  await played(await train({ ...request, rounds: 60, out: long }));
  const stop = new AbortController();
  const training = await train({
    ...request,
    rounds: 60,
    out: short,
    signal: stop.signal,
    checkpointEvery: 7,
  });
  let last: TrainingEvent | undefined;
  for await (const event of training.events()) {
    last = event;
    if (event.type === "checkpoint") stop.abort();
  }
  expect(last).toMatchObject({ type: "end", reason: "stopped" });
  await played(await resume(short));
  expect(await weightsOf(short)).toEqual(await weightsOf(long));
  expect(await readAllEvents(join(short, "events.jsonl"))).toEqual(
    await readAllEvents(join(long, "events.jsonl")),
  );
  await played(await resume(short, { epochs: 0.75 }));
  await played(await resume(long, { rounds: 75 }));
  expect(await weightsOf(short)).toEqual(await weightsOf(long));
});

test("leaving the loop early saves the run and lets go of it", async () => {
  const run = join(folder, "run");
  for await (const event of (await train({ ...SMALL, out: run })).events()) {
    if (event.type === "round" && event.round >= 10) break;
  }
  expect((await loadLatestCheckpoint(run)).checkpoint!.round).toBeGreaterThanOrEqual(10);
  const events = await played(await resume(run));
  expect(events.at(-1)).toMatchObject({ reason: "finished", round: 30 });
});

test("divergence names the round, the player and the tensor, and keeps the last good state", async () => {
  const run = join(folder, "run");
  const training = await train({
    ...SMALL,
    options: { ...SMALL.options, learningRate: 1e30 },
    out: run,
  });
  await expect(played(training)).rejects.toThrow(
    /^training diverged: in round \d+ autoencoder is (NaN|Infinity|-Infinity), and \S+ is no longer finite; try a lower learningRate/,
  );
});

test("a run made longer and stopped remembers its new length; device and threads too", async () => {
  const run = join(folder, "run");
  await played(await train({ ...SMALL, rounds: 4, out: run }));
  const stop = new AbortController();
  stop.abort();
  await played(await resume(run, { rounds: 9, threads: 2, signal: stop.signal }));
  const events = await played(await resume(run));
  expect(events[0]).toMatchObject({ type: "start", round: 4, rounds: 9 });
  expect(events.at(-1)).toMatchObject({ reason: "finished", round: 9 });
  expect(JSON.parse(readFileSync(join(run, "run.json"), "utf8"))).toMatchObject({ rounds: 9, threads: 2 });
});

test("a run is opened without its data", async () => {
  const file = join(folder, "points.npy");
  writeFileSync(
    file,
    encodeNpy(
      Float32Array.from({ length: 400 }, (_, index) => Math.sin(index)),
      [200, 2],
    ),
  );
  const run = join(folder, "run");
  await played(
    await train({ model: "gan", data: file, rounds: 4, threads: 1, options: { batch: 10 }, out: run }),
  );
  rmSync(file);
  const model = await open(run);
  expect((await model.generate(3)).shape).toEqual([3, 2]);
  const missing = `the data of ${run} are missing: it was trained on ${file}, and there is no such file or folder; bring them back`;
  await expect(model.data()).rejects.toThrow(missing);
  await model.close();
  await expect(resume(run, { rounds: 8 })).rejects.toThrow(missing);
});

test("a run is not resumed on other data, nor compared with them", async () => {
  const file = join(folder, "points.npy");
  const points = (scale: number) => Float32Array.from({ length: 400 }, (_, index) => Math.sin(index) * scale);
  writeFileSync(file, encodeNpy(points(1), [200, 2]));
  const run = join(folder, "run");
  const request = { model: "gan", data: file, rounds: 4, threads: 1, options: { batch: 10 } };
  await played(await train({ ...request, out: run }));
  writeFileSync(file, encodeNpy(points(2), [200, 2]));
  await expect(resume(run, { rounds: 8 })).rejects.toThrow(/are not those that .* was begun with/);
  // Its networks may be used all the same, but nothing that is said of its data would be true.
  const opened = await open(run);
  expect((await opened.generate(3)).shape).toEqual([3, 2]);
  await expect(opened.data()).rejects.toThrow(/are not those that .* was trained on/);
  await opened.close();
});

test.each([
  [{ model: "autoencodr" }, /no model called "autoencodr"; did you mean "autoencoder"/],
  [{ model: "image-translation" }, /no model called "image-translation"; did you mean "pix2pix" or "unit"\?/],
  [{ options: { latnt: 3 } }, /latnt.*latent/],
  [{ options: { latent: -3 } }, /latent/],
  [{ epochs: 1, rounds: 2 }, /give epochs or rounds, not both/],
  [{ rounds: 0.5 }, /rounds must be a whole number/],
  [{ rounds: 1e300 }, /rounds must be a whole number from 1 to 10000000000, not 1e\+300/],
  [{ seed: -1 }, /seed -1/],
  [{ model: "dcgan", data: "ring", options: {} }, /dcgan needs images/],
  [{ options: { filters: 4 } }, /^filters of autoencoder has no effect with architecture=dense; set/],
  [{ to: "glyphs:train=200+negative" }, /^autoencoder learns from one set of data; leave out --to$/],
])("%o is refused before anything is written", async (wrong, message) => {
  const { rounds: _, ...rest } = SMALL;
  await expect(train({ ...rest, ...wrong, out: join(folder, "run") })).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual([]);
});

test("a run with options that change nothing, as they were once let be, is opened and gone on with", async () => {
  const run = join(folder, "run");
  await played(await train({ ...SMALL, rounds: 5, out: run }));
  const file = join(run, "run.json");
  const description = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...description, options: { ...description.options, filters: 4 } }));
  const events = await played(await resume(run, { rounds: 10 }));
  expect(events.at(-1)).toMatchObject({ type: "end", round: 10 });
  const model = await open(run, { threads: 1 });
  expect(model.description.options.filters).toBe(4);
  await model.close();
});

test("an opened run computes its roles, and its files compute the same", async () => {
  const run = join(folder, "run");
  await played(
    await train({ ...SMALL, model: "vae", options: { filters: 4, latent: 3, batch: 20 }, out: run }),
  );
  const model = await open(run);
  const generated = await model.generate(5, { seed: 2 });
  expect(generated.shape).toEqual([5, 1, 28, 28]);
  expect(await model.generate(5, { seed: 2 })).toEqual(generated);
  expect((await model.generate(5, { seed: 3 })).data).not.toEqual(generated.data);
  const { test: examples } = await model.data();
  const x = Float32Array.from(examples.values.subarray(0, 300 * 784), (byte) => byte / 255);
  const codes = await model.encode(x);
  expect(codes.shape).toEqual([300, 3]);
  expect(await model.encode(x)).toEqual(codes);
  const rebuilt = await model.reconstruct(x);
  const decoded = await model.decode(codes.data);
  expect(largestDifference(rebuilt.data, decoded.data)).toBeLessThan(1e-5);
  await expect(model.realness(x)).rejects.toThrow(
    /vae has no role "realness"; it has encode, reconstruct, decode, generate/,
  );

  const bytes = readFileSync(join(run, "models", "encode.onnx"));
  const session = await nodeEngine.create(new Uint8Array(bytes), { device: "cpu" });
  for (const count of [1, 7, 300]) {
    const output = await session.run({
      x: { dtype: "float32", shape: [count, 1, 28, 28], data: x.subarray(0, count * 784) },
    });
    expect(
      largestDifference(output.code!.data as Float32Array, codes.data.subarray(0, count * 3)),
    ).toBeLessThan(1e-5);
  }
  await session.release();
  await model.close();
});

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}
