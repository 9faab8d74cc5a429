import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Best, keptCheckpoint } from "./best.ts";
import { loadLatestCheckpoint } from "./checkpoint.ts";
import { readAllEvents } from "./events.ts";
import { open } from "./open.ts";
import { resume, type Training, type TrainingEvent, type TrainRequest, train } from "./train.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-best-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Few examples and many weights: after some hundred rounds it does worse and worse on others. */
const OVERFITTING: TrainRequest = {
  model: "vae",
  data: "glyphs:train=20,validation=40,test=10",
  options: { architecture: "dense", widths: [64], latent: 8, batch: 20, learningRate: 5e-3 },
  rounds: 400,
  validateEvery: 20,
  best: { measure: "vae" },
  threads: 1,
};

type End = Extract<TrainingEvent, { type: "end" }>;

async function endOf(training: Training): Promise<End> {
  let end: End | undefined;
  for await (const event of training.events()) if (event.type === "end") end = event;
  return end!;
}

const looksOf = async (run: string) =>
  (await readAllEvents(join(run, "events.jsonl")))
    .filter(({ type }) => type === "validation")
    .map(({ round, measures }) => ({ round, vae: (measures as { vae: number }).vae }));

describe("Best", () => {
  test("the least of a loss, the most of what is good; no number is never the best", () => {
    const least = new Best({ measure: "mse" });
    for (const [round, mse] of [Number.NaN, 3, 2, 4, 2].entries()) least.take(round + 1, { mse });
    expect(least.best).toEqual({ round: 3, value: 2 });
    const most = new Best({ measure: "modes" });
    for (const [round, modes] of [3, 5, 4].entries()) most.take(round + 1, { modes });
    expect(most.best).toEqual({ round: 2, value: 5 });
  });

  test("patience ends after so many looks that are not better; a look counts once", () => {
    const best = new Best({ measure: "mse", patience: 2 });
    best.take(10, { mse: 1 });
    best.take(20, { mse: 2 });
    best.take(20, { mse: 2 });
    expect(best.exhausted).toBe(false);
    best.take(30, { mse: 1 });
    expect(best.exhausted).toBe(true);
    const kept = best.toJson();
    best.restore(kept, 29);
    expect(best.exhausted).toBe(true);
    best.restore(kept, 30);
    expect(best.exhausted).toBe(false);
    best.take(40, { mse: 2 }, { counts: false });
    best.take(50, { mse: 2 });
    expect(best.exhausted).toBe(false);
  });
});

test("the networks of the best look are kept, exported, measured and opened", async () => {
  const out = join(folder, "run");
  const end = await endOf(await train({ ...OVERFITTING, out }));
  const looks = await looksOf(out);
  expect(looks).toHaveLength(20);
  const least = looks.reduce((best, look) => (look.vae < best.vae ? look : best));
  expect(least.round).toBeLessThan(400); // It does overfit, or this test says nothing.
  expect(end).toMatchObject({ round: 400, best: { measure: "vae", round: least.round, value: least.vae } });
  expect(end.validation.vae).toBe(least.vae);
  const measured = JSON.parse(readFileSync(join(out, "metrics.json"), "utf8"));
  expect(measured).toMatchObject({
    round: 400,
    best: { round: least.round },
    validation: { vae: least.vae },
  });
  expect(readFileSync(join(out, "report.md"), "utf8")).toContain(`of round ${least.round}, which was kept`);
  expect(end.files.pictures[0]).toContain(String(least.round).padStart(7, "0"));

  const opened = await open(out);
  expect(opened.round).toBe(least.round);
  const best = (await keptCheckpoint(out)).checkpoint!;
  const name = "decoder/dense1/kernel";
  expect(opened.weights("decode")!.get(name)!.data).toEqual(best.tensors.get(name)!.data);
  const { checkpoint } = await loadLatestCheckpoint(out);
  expect(checkpoint!.round).toBe(400);
  expect(checkpoint!.tensors.get(name)!.data).not.toEqual(best.tensors.get(name)!.data);
  await opened.close();
});

test("patience ends a run early; asked for more it goes on as one that never stopped", async () => {
  const [out, whole] = [join(folder, "run"), join(folder, "whole")];
  const best = { measure: "vae", patience: 3 };
  const end = await endOf(await train({ ...OVERFITTING, best, out }));
  expect(end.reason).toBe("finished");
  expect(end.round).toBe(end.best!.round + 60);
  expect(end.round).toBeLessThan(400);
  expect(JSON.parse(readFileSync(join(out, "run.json"), "utf8")).lastRound).toBe(end.round);
  expect((await endOf(await resume(out))).round).toBe(end.round);
  expect((await looksOf(out)).at(-1)!.round).toBe(end.round);

  const longer = end.round + 40;
  expect((await endOf(await resume(out, { rounds: longer }))).round).toBe(longer);
  await endOf(await train({ ...OVERFITTING, rounds: longer, planned: { rounds: 400 }, out: whole }));
  expect(await looksOf(out)).toEqual(await looksOf(whole));
  expect((await loadLatestCheckpoint(out)).checkpoint!.tensors).toEqual(
    (await loadLatestCheckpoint(whole)).checkpoint!.tensors,
  );
});

test("a run stopped between its looks ends with the same best", async () => {
  const [out, whole] = [join(folder, "run"), join(folder, "whole")];
  const request = { ...OVERFITTING, rounds: 200, checkpointEvery: 30 };
  const expected = await endOf(await train({ ...request, out: whole }));
  const stop = new AbortController();
  for await (const event of (await train({ ...request, signal: stop.signal, out })).events())
    if (event.type === "validation" && event.round >= 100) stop.abort();
  const end = await endOf(await resume(out));
  expect(end.best).toEqual(expected.best);
  expect(await looksOf(out)).toEqual(await looksOf(whole));
  expect((await keptCheckpoint(out)).checkpoint!.round).toBe(expected.best!.round);
});

test("a best checkpoint that somebody has removed is told, and the run ends with the last", async () => {
  const out = join(folder, "run");
  await endOf(await train({ ...OVERFITTING, out }));
  const { round } = (await keptCheckpoint(out)).checkpoint!;
  rmSync(join(out, "checkpoints", `round-${String(round).padStart(6, "0")}.safetensors`));
  await expect(open(out)).rejects.toThrow(`of round ${round}, is missing; gamelan resume ${out}`);
  const events: TrainingEvent[] = [];
  for await (const event of (await resume(out)).events()) events.push(event);
  expect(events.find(({ type }) => type === "warning")).toMatchObject({
    message: expect.stringContaining(`the networks of round ${round}, the best by vae, are lost`),
  });
  expect(events.at(-1)).not.toHaveProperty("best");
  const opened = await open(out);
  expect(opened.round).toBe(400);
  await opened.close();
});

test("patience that is given anew is not lost where nothing more is played", async () => {
  const out = join(folder, "run");
  const best = { measure: "vae", patience: 2 };
  const { round } = await endOf(await train({ ...OVERFITTING, best, out }));
  const stopped = new AbortController();
  stopped.abort();
  await endOf(await resume(out, { rounds: round + 40, signal: stopped.signal }));
  expect((await endOf(await resume(out))).round).toBe(round + 40);
});

test("much of it may be good", async () => {
  const out = join(folder, "run");
  const best = { measure: "vae/divergence", goal: "most" } as const;
  const end = await endOf(await train({ ...OVERFITTING, rounds: 100, best, out }));
  const divergences = (await readAllEvents(join(out, "events.jsonl")))
    .filter(({ type }) => type === "validation")
    .map(({ measures }) => (measures as Record<string, number>)["vae/divergence"]!);
  expect(end.best!.value).toBe(Math.max(...divergences));
});

test("what is measured for collapse at the end is of the networks that were kept", async () => {
  const out = join(folder, "run");
  const end = await endOf(await train({ ...OVERFITTING, validateEvery: 17, out }));
  expect(end.best!.round % 17).toBe(0);
  const { collapse } = JSON.parse(readFileSync(join(out, "metrics.json"), "utf8"));
  expect(collapse).toMatchObject({ latent: 8, activeUnits: expect.any(Number) });
});

test("a run that is killed before its measures are written has no event twice", async () => {
  const out = join(folder, "run");
  await endOf(await train({ ...OVERFITTING, rounds: 40, out }));
  const before = readFileSync(join(out, "events.jsonl"), "utf8");
  const measured = readFileSync(join(out, "metrics.json"), "utf8");
  rmSync(join(out, "metrics.json"));
  const events: TrainingEvent[] = [];
  for await (const event of (await resume(out)).events()) events.push(event);
  expect(readFileSync(join(out, "events.jsonl"), "utf8")).toBe(before);
  expect(readFileSync(join(out, "metrics.json"), "utf8")).toBe(measured);
  expect(events.filter(({ type }) => type === "checkpoint")).toEqual([]);
});

test("before the last phase nothing is the best", async () => {
  const out = join(folder, "run");
  const training = await train({
    model: "contractive-fusion",
    data: "glyphs:train=20,validation=20",
    options: { architecture: "dense", widths: [16], latent: 4, batch: 20 },
    rounds: 9,
    validateEvery: 1,
    best: { measure: "mse" },
    threads: 1,
    out,
  });
  const end = await endOf(training);
  const { settings } = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
  expect(end.best!.round).toBeGreaterThan(settings.phaseEnds.at(-2));
});

test("what cannot be chosen by is refused before anything is written", async () => {
  const refused = (request: Partial<TrainRequest>) =>
    expect(train({ ...OVERFITTING, ...request, out: join(folder, "run") })).rejects;
  await refused({ best: { measure: "mze" } }).toThrow(
    'nothing called "mze" is measured on the validation split; there is mse, vae, vae/distortion, vae/divergence',
  );
  await refused({ data: "glyphs:train=20,validation=0" }).toThrow("there are none; keep some apart");
  await refused({ best: { measure: "vae", patience: 0 } }).toThrow(
    "patience is a whole number from 1 on, not 0",
  );
  await refused({ validateEvery: 0.5 }).toThrow("validateEvery is a whole number from 1 on, not 0.5");
  const { best: _, ...plain } = OVERFITTING;
  await expect(
    train({ ...plain, data: "glyphs:train=20,validation=0", out: join(folder, "run") }),
  ).rejects.toThrow("there are no validation examples to look at");
});

test("a damaged best checkpoint is told when the run is opened", async () => {
  const [out, copy] = [join(folder, "run"), join(folder, "copy")];
  await endOf(await train({ ...OVERFITTING, out }));
  cpSync(out, copy, { recursive: true });
  const { path } = (await keptCheckpoint(copy)).checkpoint!;
  const bytes = readFileSync(path);
  bytes[bytes.length - 5]! ^= 1;
  writeFileSync(path, bytes);
  await expect(open(copy)).rejects.toThrow("damaged");
});
