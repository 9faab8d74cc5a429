import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { removeStaleTemporaries, writeFileAtomic } from "./atomic-file.ts";
import {
  listCheckpoints,
  loadCheckpoint,
  loadCheckpointOf,
  loadLatestCheckpoint,
  saveCheckpoint,
} from "./checkpoint.ts";
import { DamagedFileError, readSafetensors, safetensorsChunks } from "./safetensors.ts";

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), "gamelan-checkpoint-"));
  await mkdir(join(run, "checkpoints"));
});
afterEach(() => rm(run, { force: true, recursive: true }));

const state = (round: number) => ({
  round,
  tensors: new Map([
    ["decoder/weight", { shape: [2, 3], data: new Float32Array(6).fill(round) }],
    ["clock", { shape: [], data: new BigInt64Array([BigInt(round)]) }],
  ]),
  metadata: { epoch: 1, place: { batch: round }, losses: [0.5, null] },
});
const rounds = async () => (await listCheckpoints(run)).map(({ round }) => round);

describe("saving and loading", () => {
  test("give back everything", async () => {
    const path = await saveCheckpoint(run, state(123));
    expect(path).toBe(join(run, "checkpoints", "round-000123.safetensors"));
    const { checkpoint, warnings } = await loadLatestCheckpoint(run);
    expect(warnings).toEqual([]);
    expect(checkpoint).toMatchObject({ round: 123, metadata: state(123).metadata, path });
    expect(checkpoint?.tensors.get("decoder/weight")).toEqual({
      type: "F32",
      shape: [2, 3],
      data: new Float32Array(6).fill(123),
    });
    expect(checkpoint?.tensors.get("clock")?.data).toEqual(new BigInt64Array([123n]));
  });

  test("the same state makes the same file", async () => {
    const path = await saveCheckpoint(run, state(5));
    const first = await readFile(path);
    const { tensors, metadata } = (await loadLatestCheckpoint(run)).checkpoint!;
    await saveCheckpoint(run, { round: 5, tensors: new Map([...tensors].reverse()), metadata });
    expect((await readFile(path)).equals(first)).toBe(true);
  });

  test("a run without checkpoints has none", async () => {
    expect(await loadLatestCheckpoint(run)).toEqual({ checkpoint: undefined, warnings: [] });
  });

  test("refuses what is no round or no JSON", async () => {
    await expect(saveCheckpoint(run, { ...state(1), round: 1.5 })).rejects.toThrow(RangeError);
    const metadata = { best: Number.POSITIVE_INFINITY };
    await expect(saveCheckpoint(run, { ...state(1), metadata })).rejects.toThrow(/not plain JSON: best/);
    await expect(saveCheckpoint(run, state(1), { keep: 0 })).rejects.toThrow(RangeError);
  });

  test("a folder that cannot be written is one line with exit code 1", async () => {
    await rm(join(run, "checkpoints"), { recursive: true });
    await expect(saveCheckpoint(run, state(1))).rejects.toMatchObject({ exitCode: 1, name: "UserError" });
    await expect(loadLatestCheckpoint(run)).rejects.toThrow(/cannot read .*checkpoints: no such file/);
  });
});

describe("what is kept", () => {
  test("the newest two unless told, in order of rounds, also past a million", async () => {
    for (const round of [999_998, 999_999, 1_000_000]) await saveCheckpoint(run, state(round));
    expect(await rounds()).toEqual([999_999, 1_000_000]);
    for (const round of [1_000_001, 1_000_002]) await saveCheckpoint(run, state(round), { keep: 3 });
    expect(await rounds()).toEqual([1_000_000, 1_000_001, 1_000_002]);
    await saveCheckpoint(run, state(1_000_003), { keep: 1 });
    expect(await rounds()).toEqual([1_000_003]);
  });

  test("those asked for as well, as long as they are asked for", async () => {
    await saveCheckpoint(run, state(1));
    for (const round of [2, 3, 4]) await saveCheckpoint(run, state(round), { also: [1] });
    expect(await rounds()).toEqual([1, 3, 4]);
    expect((await loadCheckpointOf(run, 1))?.round).toBe(1);
    await saveCheckpoint(run, state(5), { also: [3, 99] });
    expect(await rounds()).toEqual([3, 4, 5]);
    expect(await loadCheckpointOf(run, 1)).toBeUndefined();
  });

  test("going back to an earlier round leaves nothing of the later ones", async () => {
    for (const round of [10, 20, 30]) await saveCheckpoint(run, state(round));
    await saveCheckpoint(run, state(25), { also: [30] });
    expect(await rounds()).toEqual([20, 25]);
  });

  test("other files in the folder are let be", async () => {
    const others = ["notes.txt", "round-7.safetensors", "round-0000007.safetensors"];
    for (const name of others) await writeFile(join(run, "checkpoints", name), "");
    for (const round of [1, 2, 3]) await saveCheckpoint(run, state(round));
    expect(await readdir(join(run, "checkpoints"))).toEqual(expect.arrayContaining(others));
    expect(await rounds()).toEqual([2, 3]);
  });
});

describe("damage", () => {
  test("any flipped bit is found, wherever it is", async () => {
    const path = await saveCheckpoint(run, state(3));
    const good = await readFile(path);
    for (let bit = 0; bit < good.length * 8; bit += 5) {
      const bad = Buffer.from(good);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      await writeFile(path, bad);
      await expect(loadCheckpoint(path), `bit ${bit}`).rejects.toBeInstanceOf(UserError);
    }
  });

  test("a damaged newest one is passed over with a warning", async () => {
    await saveCheckpoint(run, state(100));
    const path = await saveCheckpoint(run, state(200));
    await truncate(path, (await readFile(path)).length - 4);
    const { checkpoint, warnings } = await loadLatestCheckpoint(run);
    expect(checkpoint?.round).toBe(100);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(path);
    expect(warnings[0]).toContain("going on from round 100 instead");
    // And the next save leaves the good one, not the damaged.
    await saveCheckpoint(run, state(150));
    expect(await rounds()).toEqual([100, 150]);
  });

  test("when all are damaged, that is said in one line", async () => {
    for (const round of [1, 2]) await writeFile(await saveCheckpoint(run, state(round)), "");
    await expect(loadLatestCheckpoint(run)).rejects.toMatchObject({ exitCode: 1, name: "UserError" });
    await expect(loadLatestCheckpoint(run)).rejects.toThrow(/no checkpoint of .* can be read.*round-000002/);
  });

  test("a file under another round's name, or of another making, is refused", async () => {
    const path = await saveCheckpoint(run, state(1));
    const other = join(run, "checkpoints", "round-000009.safetensors");
    await rename(path, other);
    await expect(loadCheckpoint(other)).rejects.toThrow(DamagedFileError);
    await writeFileAtomic(path, safetensorsChunks(state(1).tensors));
    await expect(loadCheckpoint(path)).rejects.toThrow(/no checkpoint of a run/);
  });

  test("another version of the format is not passed over", async () => {
    await saveCheckpoint(run, state(1));
    const path = await saveCheckpoint(run, state(2));
    const { tensors, metadata } = await readSafetensors(path);
    await writeFileAtomic(path, safetensorsChunks(tensors, { ...metadata, version: "2" }));
    await expect(loadLatestCheckpoint(run)).rejects.toThrow(/checkpoint format 2.*reads 1/);
  });
});

test("killed at any moment while saving, a process leaves a checkpoint that loads", async () => {
  const program = join(run, "saver.mjs");
  await writeFile(
    program,
    `import { saveCheckpoint } from ${JSON.stringify(pathToFileURL(await compiled()).href)};
     const data = new Float32Array(200_000);
     for (let round = Number(process.argv[3]); ; round++) {
       const tensors = new Map([["w", { shape: [data.length], data: data.fill(round) }]]);
       await saveCheckpoint(process.argv[2], { round, tensors, metadata: {} });
       process.stdout.write(round + "\\n");
     }`,
  );
  let saved = 0;
  for (let kill = 0; kill < 10; kill++) {
    const child = spawn(process.execPath, [program, run, String(saved + 1)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(child.stdout, "data");
    await wait(kill * 2);
    child.kill("SIGKILL");
    await once(child, "close");

    const { checkpoint, warnings } = await loadLatestCheckpoint(run);
    expect(warnings).toEqual([]);
    expect(checkpoint!.round).toBeGreaterThanOrEqual(Number(text.trim().split("\n").at(-1)));
    const weights = checkpoint!.tensors.get("w")!.data as Float32Array;
    expect(weights.every((weight) => weight === checkpoint!.round)).toBe(true);
    saved = checkpoint!.round;
    await removeStaleTemporaries(join(run, "checkpoints"));
    expect((await readdir(join(run, "checkpoints"))).every((name) => name.startsWith("round-"))).toBe(true);
  }
}, 60_000);

/** checkpoint.ts as JavaScript, for a process of plain Node. */
async function compiled(): Promise<string> {
  const project = join(import.meta.dirname, "..", "..");
  const config = {
    extends: join(project, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      types: [],
      outDir: join(run, "compiled"),
      rootDir: join(project, "src"),
    },
    include: [],
    files: [join(import.meta.dirname, "checkpoint.ts")],
  };
  await writeFile(join(run, "tsconfig.json"), JSON.stringify(config));
  await writeFile(join(run, "package.json"), '{"type":"module"}');
  await symlink(join(project, "node_modules"), join(run, "node_modules"), "junction");
  const compiler = join(project, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(process.execPath, [compiler, "-p", run], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stdout + result.stderr);
  return join(run, "compiled", "training", "checkpoint.js");
}
