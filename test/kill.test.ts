// A run killed at random moments and resumed must end as the run that was never killed, bit for bit.

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomStream } from "../src/random/index.ts";
import { loadLatestCheckpoint } from "../src/training/checkpoint.ts";
import { readAllEvents } from "../src/training/events.ts";

const CHILD = fileURLToPath(new URL("support/train-child.mjs", import.meta.url));
const ROUNDS = 240;
const KILLS = 24;
const SAVED = /^round-\d+\.safetensors$/;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-kill-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the child; `kill` is told when to, and gives the moment by calling back. */
function play(
  path: string,
  kill?: (strike: () => void) => () => void,
): Promise<{ output: string; killed: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, path, String(ROUNDS)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    let cancel: (() => void) | undefined;
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (cancel === undefined && kill !== undefined && output.includes("start")) {
        cancel = kill(() => child.kill("SIGKILL"));
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on("close", (code, signal) => {
      cancel?.();
      if (signal === "SIGKILL") resolve({ output, killed: true });
      else if (code === 0) resolve({ output, killed: false });
      else reject(new Error(`the run failed with ${code}: ${errors}`));
    });
  });
}

/** Strikes a random while after the rounds have begun. */
const afterAWhile = (milliseconds: number) => (strike: () => void) => {
  const timer = setTimeout(strike, milliseconds);
  return () => clearTimeout(timer);
};

/** Strikes when the given number of half-written checkpoints has been seen. */
const whileSaving = (path: string, count: number) => (strike: () => void) => {
  let seen = 0;
  const watcher = watch(join(path, "checkpoints"), (_, name) => {
    if (name !== null && !SAVED.test(name) && ++seen === count) strike();
  });
  return () => watcher.close();
};

test("a run killed 24 times, half of them while saving, ends like the one never killed", {
  timeout: 240_000,
}, async () => {
  const whole = join(folder, "whole");
  const torn = join(folder, "torn");
  await play(whole);
  const moments = randomStream(5, "kill").integers(0, 60, new Int32Array(KILLS));
  let kills = 0;
  for (let index = 0; index < KILLS; index++) {
    const saving = index % 2 === 1;
    const moment = moments[index]!;
    const { killed } = await play(torn, saving ? whileSaving(torn, 1 + (moment % 4)) : afterAWhile(moment));
    if (killed) kills++;
  }
  const { output } = await play(torn);
  expect(output).toContain(`end ${ROUNDS}`);
  expect(kills).toBeGreaterThanOrEqual(20);

  const one = (await loadLatestCheckpoint(whole)).checkpoint!;
  const other = (await loadLatestCheckpoint(torn)).checkpoint!;
  expect(other.round).toBe(ROUNDS);
  expect([...other.tensors.keys()]).toEqual([...one.tensors.keys()]);
  for (const [name, tensor] of one.tensors) {
    expect(Buffer.compare(bytes(other.tensors.get(name)!.data), bytes(tensor.data)), name).toBe(0);
  }
  expect(await readAllEvents(join(torn, "events.jsonl"))).toEqual(
    await readAllEvents(join(whole, "events.jsonl")),
  );
  expect(readdirSync(join(torn, "checkpoints")).every((name) => SAVED.test(name))).toBe(true);
  const pictures = readdirSync(join(whole, "samples"));
  expect(readdirSync(join(torn, "samples"))).toEqual(pictures);
  for (const name of pictures) {
    expect(
      readFileSync(join(torn, "samples", name)).equals(readFileSync(join(whole, "samples", name))),
      name,
    ).toBe(true);
  }
});

const bytes = (data: ArrayBufferView) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
