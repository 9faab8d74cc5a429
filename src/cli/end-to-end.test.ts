// The built command as a process of its own: what can only be seen from outside.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltCommand, buildCommand } from "../../test/cli/build-command.ts";

let command: BuiltCommand;
let directory = "";
beforeAll(async () => {
  [command, directory] = await Promise.all([buildCommand(), mkdtemp(join(tmpdir(), "gamelan-end-"))]);
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

function start(argv: readonly string[], watch: (child: ChildProcess, stderr: string) => void = () => {}) {
  return new Promise<Ended>((resolve, reject) => {
    const child = spawn(process.execPath, [command.file, ...argv], { cwd: directory });
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

test("help and wrong use have their exit status and streams", async () => {
  const help = await start(["--help"]);
  expect(help).toMatchObject({ status: 0, stderr: "" });
  expect(help.stdout).toMatch(/^Usage: gamelan/);
  expect(await start(["trian"])).toEqual({
    status: 2,
    signal: null,
    stdout: "",
    stderr: "gamelan: unknown command 'trian'; did you mean train?\n",
  });
});

test("a reader that goes away is no failure", async () => {
  const status = await new Promise((resolve) => {
    const child = spawn(process.execPath, [command.file, "models"], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.destroy();
    child.on("close", resolve);
  });
  expect(status).toBe(0);
});

test.runIf(process.platform === "linux")("a full disk behind standard output is one line", async () => {
  const full = await open("/dev/full", "w");
  const { status, stderr } = await new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [command.file, "models"], { stdio: ["ignore", full.fd, "pipe"] });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("close", (status, signal) => resolve({ status, signal, stdout: "", stderr }));
  });
  await full.close();
  expect(stderr).toMatch(/^gamelan: cannot write to standard output: ENOSPC[^\n]*\n$/);
  expect(status).toBe(1);
});

test("one command trains, another generates", async () => {
  const args = [
    "vae",
    "--data",
    "glyphs:train=200,test=20",
    "--set",
    "batch=20",
    "--set",
    "architecture=dense",
  ];
  const trained = await start(["train", ...args, "--rounds", "5", "--threads", "1", "--quiet"]);
  expect(trained).toMatchObject({ status: 0, stderr: "" });
  const made = await start(["generate", trained.stdout.trim(), "--count", "4", "--json"]);
  expect(JSON.parse(made.stdout)).toMatchObject({ count: 4, shape: [4, 1, 28, 28] });
});

// Windows has no signal that one process can send to another for it to handle.
test.skipIf(process.platform === "win32")(
  "an interrupted run is saved and goes on",
  async () => {
    const args = ["--data", "glyphs:train=400,test=20", "--set", "batch=20", "--threads", "1"];
    let asked = false;
    const stopped = await start(
      ["train", "autoencoder", ...args, "--rounds", "1000000", "--out", "run", "--json"],
      (child, stderr) => {
        if (asked || !stderr.includes("weights")) return;
        asked = true;
        child.kill("SIGINT");
      },
    );
    expect(stopped.status).toBe(130);
    expect(stopped.stderr).toContain("go on with: gamelan resume run\n");
    const { round, reason } = JSON.parse(stopped.stdout) as { round: number; reason: string };
    expect(reason).toBe("stopped");
    const resumed = await start(["resume", "run", "--rounds", String(round + 2), "--json", "--quiet"]);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ round: round + 2, reason: "finished" });
    expect(resumed.status).toBe(0);
  },
  60_000,
);
