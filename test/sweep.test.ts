// Sweeps in several processes: what can only be seen from outside.

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sweep } from "../src/sweep/sweep.ts";
import { type BuiltCommand, buildCommand } from "./cli/build-command.ts";

const SPEC = {
  ...{ model: "autoencoder", data: "glyphs:train=400,validation=40,test=10", rounds: 400, metric: "mse" },
  options: { widths: [16], batch: 20 },
  search: { latent: [2, 4, 8, 16] },
};

let command: BuiltCommand;
let expected: ReturnType<typeof valuesOf>;
let directory = "";
beforeAll(async () => {
  [command, directory] = await Promise.all([buildCommand(), mkdtemp(join(tmpdir(), "gamelan-sweeps-"))]);
  writeFileSync(join(directory, "spec.json"), JSON.stringify(SPEC));
  await sweep(SPEC, { processes: 0, threads: 1, out: join(directory, "whole") });
  expected = valuesOf("whole");
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

function gamelanSweep(
  argv: readonly string[],
  watch: (child: ChildProcess, stderr: string) => void = () => {},
) {
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

/** Strikes once, when a text is on standard error. */
function at(text: string, strike: (child: ChildProcess) => void) {
  let struck = false;
  return (child: ChildProcess, stderr: string): void => {
    if (struck || !stderr.includes(text)) return;
    struck = true;
    strike(child);
  };
}

test("two processes, killed, interrupted and gone on with, give what one process gives in one sitting", {
  timeout: 300_000,
}, async () => {
  const killed = await gamelanSweep(
    ["spec.json", "--out", "killed"],
    at("(1 of 4)", (child) => child.kill("SIGKILL")),
  );
  expect(killed.stderr).toContain("2 at a time, in killed\n");
  expect(killed.signal).toBe("SIGKILL");
  expect(valuesOf("killed").length).toBeLessThan(4);

  // The runs that were under way may still be saving. Windows has no signal that one process can send to another for
  // it to handle.
  if (process.platform !== "win32") {
    const stopped = await gamelanSweep(
      ["spec.json", "--out", "killed"],
      at("going on after", (child) => child.kill("SIGINT")),
    );
    expect(stopped.status).toBe(130);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ reason: "stopped", path: "killed" });
    expect(valuesOf("killed").length).toBeLessThan(4);
    for (const run of readdirSync(join(directory, "killed", "runs"))) {
      expect(readdirSync(join(directory, "killed", "runs", run))).not.toContain("lock");
    }
  }
  expect((await gamelanSweep(["killed"])).status).toBe(0);
  expect(valuesOf("killed")).toEqual(expected);
});

test("a process that is killed takes its own trial with it, and another sitting tries it again", {
  timeout: 300_000,
}, async () => {
  const timer = setInterval(() => {
    try {
      const lock = readFileSync(join(directory, "torn", "runs", "trial-003", "lock"), "utf8");
      process.kill(JSON.parse(lock).pid, "SIGKILL");
      clearInterval(timer);
    } catch {} // Not begun yet.
  }, 5);
  const torn = await gamelanSweep(["spec.json", "--out", "torn"]);
  clearInterval(timer);
  expect(torn.status).toBe(0);
  const { trials } = JSON.parse(torn.stdout) as { trials: { trial: number; failed?: string }[] };
  expect(trials.at(-1)).toMatchObject({ trial: 3, failed: "its process ended with SIGKILL" });
  expect(valuesOf("torn").map(([trial]) => trial)).toEqual([1, 2, 4]);
  expect((await gamelanSweep(["torn"])).status).toBe(0);
  expect(valuesOf("torn")).toEqual(expected);
});
