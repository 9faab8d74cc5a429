// Sweeps in several processes: what can only be seen from outside.

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltCommand, buildCommand } from "./cli/build-command.ts";

let command: BuiltCommand;
let directory = "";
beforeAll(async () => {
  [command, directory] = await Promise.all([buildCommand(), mkdtemp(join(tmpdir(), "gamelan-sweeps-"))]);
  writeFileSync(
    join(directory, "spec.json"),
    JSON.stringify({
      ...{ model: "autoencoder", data: "glyphs:train=400,validation=40,test=10", rounds: 600, metric: "mse" },
      options: { widths: [16], batch: 20 },
      search: { latent: [2, 4, 8, 16] },
    }),
  );
}, 60_000);
afterAll(async () => {
  await command.remove();
  await rm(directory, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function sweep(argv: readonly string[], watch: (child: ChildProcess, stderr: string) => void = () => {}) {
  return new Promise<Ended>((resolve, reject) => {
    const args = [command.file, "sweep", ...argv, "--processes", "2", "--threads", "1", "--json"];
    const child = spawn(process.execPath, args, { cwd: directory });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      watch(child, stderr);
    });
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

const valuesOf = (path: string) =>
  readFileSync(join(directory, path, "results.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { trial: number; measures: { mse: number } })
    .map(({ trial, measures }) => [trial, measures.mse] as const)
    .sort(([a], [b]) => a - b);

/** Strikes once, when the first trial is done and others are under way. */
function atFirstTrial(strike: (child: ChildProcess) => void) {
  let struck = false;
  return (child: ChildProcess, stderr: string): void => {
    if (struck || !stderr.includes("(1 of 4)")) return;
    struck = true;
    strike(child);
  };
}

test("two processes, killed or interrupted and gone on with, give what one sitting gives", {
  timeout: 120_000,
}, async () => {
  const whole = await sweep(["spec.json", "--out", "whole"]);
  expect(whole.stderr).toContain("2 at a time, in whole\n");
  expect(whole.status).toBe(0);
  expect(valuesOf("whole").map(([trial]) => trial)).toEqual([1, 2, 3, 4]);

  const killed = await sweep(
    ["spec.json", "--out", "killed"],
    atFirstTrial((child) => child.kill("SIGKILL")),
  );
  expect(killed.signal).toBe("SIGKILL");
  expect(valuesOf("killed").length).toBeLessThan(4);
  // The trials that were under way may still be saving.
  const gone = await sweep(["spec.json", "--out", "killed"]);
  expect(gone.stderr).toMatch(/going on after \d finished runs/);
  expect(gone.status).toBe(0);
  expect(valuesOf("killed")).toEqual(valuesOf("whole"));

  if (process.platform === "win32") return; // No signal that one process can send to another for it to handle.
  const stopped = await sweep(
    ["spec.json", "--out", "stopped"],
    atFirstTrial((child) => child.kill("SIGINT")),
  );
  expect(stopped.status).toBe(130);
  expect(JSON.parse(stopped.stdout)).toMatchObject({ reason: "stopped", path: "stopped" });
  expect(valuesOf("stopped").length).toBeLessThan(4);
  // Nobody holds a run any more, and what was under way is saved.
  for (const run of readdirSync(join(directory, "stopped", "runs"))) {
    const files = readdirSync(join(directory, "stopped", "runs", run));
    expect(files).not.toContain("lock");
  }
  expect((await sweep(["stopped"])).status).toBe(0);
  expect(valuesOf("stopped")).toEqual(valuesOf("whole"));
});

test("a process that is killed takes its own trial with it, and another sitting tries it again", {
  timeout: 60_000,
}, async () => {
  let struck = false;
  const torn = await sweep(["spec.json", "--out", "torn"], () => {
    if (struck) return;
    try {
      const lock = readFileSync(join(directory, "torn", "runs", "trial-003", "lock"), "utf8");
      process.kill(JSON.parse(lock).pid, "SIGKILL");
      struck = true;
    } catch {} // Not begun yet.
  });
  expect(torn.status).toBe(0);
  const { trials } = JSON.parse(torn.stdout) as { trials: { trial: number; failed?: string }[] };
  expect(trials.at(-1)).toMatchObject({ trial: 3, failed: "its process ended with SIGKILL" });
  expect(valuesOf("torn").map(([trial]) => trial)).toEqual([1, 2, 4]);
  expect((await sweep(["torn"])).status).toBe(0);
  expect(valuesOf("torn")).toEqual(valuesOf("whole"));
});
