import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readAllEvents } from "./events.ts";
import { resume, type TrainRequest, train } from "./train.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-ending-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SMALL: TrainRequest = {
  model: "autoencoder",
  data: "glyphs:train=200",
  options: { widths: [16], latent: 4, batch: 20 },
  rounds: 3000,
  threads: 1,
};

test("a run that is ended where it stands has an event and pictures of its last round, once", async () => {
  const out = join(folder, "run");
  const stop = new AbortController();
  // Round 7 is that of no event and of no picture.
  for await (const event of (
    await train({ ...SMALL, data: "glyphs:train=2000", out, checkpointEvery: 7, signal: stop.signal })
  ).events())
    if (event.type === "checkpoint") stop.abort();
  const { round } = (await readAllEvents(join(out, "events.jsonl"))).at(-1) ?? { round: 0 };
  expect(round).toBeLessThanOrEqual(7);
  for (let time = 0; time < 2; time++) for await (const _ of (await resume(out, { rounds: 7 })).events());
  const events = await readAllEvents(join(out, "events.jsonl"));
  expect(events.filter(({ round }) => round === 7).map(({ type }) => type)).toEqual([
    "round",
    "validation",
    "collapse",
    "samples",
  ]);
  expect(readdirSync(join(out, "samples"))).toEqual(["reconstructed-0000007.png"]);
  expect(JSON.parse(readFileSync(join(out, "metrics.json"), "utf8")).round).toBe(7);
  expect(JSON.parse(readFileSync(join(out, "run.json"), "utf8")).lastRound).toBe(7);
});

test("so many pictures as are asked for", async () => {
  const out = join(folder, "run");
  for await (const _ of (await train({ ...SMALL, rounds: 20, pictures: 4, out })).events());
  expect(readdirSync(join(out, "samples"))).toEqual(
    [5, 10, 15, 20].map((round) => `reconstructed-${String(round).padStart(7, "0")}.png`),
  );
  await expect(train({ ...SMALL, pictures: 0, out: join(folder, "other") })).rejects.toThrow(
    "pictures is a whole number from 1 on, not 0",
  );
});

test("fewer rounds than a run has are refused, and nothing of it changes", async () => {
  const out = join(folder, "run");
  for await (const _ of (await train({ ...SMALL, rounds: 20, out })).events());
  const before = readFileSync(join(out, "run.json"), "utf8");
  await expect(resume(out, { rounds: 19 })).rejects.toThrow(
    `${out} has 20 rounds already, and 19 are asked for; give more`,
  );
  await expect(resume(out, { epochs: 1 })).rejects.toThrow("has 20 rounds already, and 10 are asked for");
  expect(readFileSync(join(out, "run.json"), "utf8")).toBe(before);
});
