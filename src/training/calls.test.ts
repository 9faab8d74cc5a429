import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nodeEngine } from "../runtime/node.ts";
import { readAllEvents } from "./events.ts";
import { resume, type TrainRequest, train } from "./train.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-calls-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Five rounds an epoch: an event after every round. */
const SMALL: TrainRequest = {
  model: "autoencoder",
  data: "glyphs:train=100",
  options: { widths: [16], latent: 4, batch: 20 },
  rounds: 400,
  validation: 0,
  pictures: 2,
  threads: 1,
};

test("rounds whose events follow close upon each other are played in few calls", async () => {
  let calls = 0;
  const { create } = nodeEngine;
  const spy = vi.spyOn(nodeEngine, "create").mockImplementation(async (model, options) => {
    const session = await create(model, options);
    return {
      run(feeds) {
        if ("rounds" in feeds) calls++;
        return session.run(feeds);
      },
      release: () => session.release(),
    };
  });
  try {
    const out = join(folder, "run");
    const paces: number[] = [];
    for await (const event of (await train({ ...SMALL, out })).events())
      if (event.type === "round") paces.push(event.roundsPerSecond);
    const rounds = (await readAllEvents(join(out, "events.jsonl"))).filter(({ type }) => type === "round");
    expect(rounds.map(({ round }) => round)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
    expect(paces).toHaveLength(400);
    expect(paces.every((pace) => pace > 0 && Number.isFinite(pace))).toBe(true);
    expect(calls).toBeGreaterThan(1);
    expect(calls).toBeLessThan(100);
  } finally {
    spy.mockRestore();
  }
});

test("a run left at an event within a call has a whole log when it is gone on with", async () => {
  const whole = join(folder, "whole");
  for await (const _ of (await train({ ...SMALL, out: whole })).events());
  const left = join(folder, "left");
  for await (const event of (await train({ ...SMALL, out: left })).events())
    if (event.type === "round" && event.round > 10) break;
  for await (const _ of (await resume(left)).events());
  const logOf = (run: string) => readFileSync(join(run, "events.jsonl"), "utf8");
  expect(logOf(left)).toBe(logOf(whole));
});
