import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRun, isRun, type NewRunDescription, openRun } from "./run-directory.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-runs-"));
});
afterEach(() => rm(folder, { force: true, recursive: true }));

const examples = {
  specification: { kind: "image" as const, shape: [1, 28, 28] },
  count: 100,
  dtype: "uint8" as const,
  labelled: false,
};
const description: NewRunDescription = {
  versions: { gamelan: "0.1.0", node: "v20.19.0" },
  model: "autoencoder",
  options: { latent: 32, hidden: [128, 64], activation: "relu" },
  data: { source: "mnist", fingerprint: "crc32:00000000", examples },
  seed: 7,
  batch: 128,
  device: "cpu",
  threads: 0,
  epochs: 5,
};

/** The one line that opening or making fails with. */
async function lineOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "UserError" });
  const { message } = error as Error;
  expect(message).not.toContain("\n");
  return message;
}

describe("createRun", () => {
  test("makes the whole folder and gives back what was asked", async () => {
    const runs = join(folder, "a", "runs");
    const run = await createRun(runs, description);
    expect(run.path).toBe(join(runs, "autoencoder-mnist-1"));
    expect(run.name).toBe("autoencoder-mnist-1");
    expect(run.description).toMatchObject({ ...description, format: 1, settings: {} });
    expect((await readdir(run.path)).sort()).toEqual(
      ["checkpoints", "events.jsonl", "lock", "models", "run.json", "samples"].sort(),
    );
    expect(await readdir(runs)).toEqual(["autoencoder-mnist-1"]);
    await run.close();
    expect(await readdir(run.path)).not.toContain("lock");
    expect((await openRun(run.path)).description).toEqual(run.description);
    expect(await isRun(run.path)).toBe(true);
    expect(await isRun(runs)).toBe(false);
  });

  test("picks names that are not taken", async () => {
    const name = async (changes: Partial<NewRunDescription> = {}) => {
      await using run = await createRun(folder, { ...description, ...changes });
      return run.name;
    };
    expect([await name(), await name()]).toEqual(["autoencoder-mnist-1", "autoencoder-mnist-2"]);
    await rm(join(folder, "autoencoder-mnist-1"), { recursive: true });
    await mkdir(join(folder, "Autoencoder-MNIST-7"));
    expect(await name()).toBe("autoencoder-mnist-8");
    expect(await name({ model: "vae" })).toBe("vae-mnist-1");
    const source = { source: join("some where", "My Pictures.csv"), fingerprint: "", examples };
    expect(await name({ data: source })).toBe("autoencoder-my-pictures-1");
    expect(await name({ data: { source: "写真", fingerprint: "", examples } })).toBe("autoencoder-data-1");
  });

  test("several at once get several names", async () => {
    const runs = await Promise.all([1, 2, 3, 4, 5].map(() => createRun(folder, description)));
    expect(new Set(runs.map((run) => run.name)).size).toBe(5);
    await Promise.all(runs.map((run) => run.close()));
    expect((await readdir(folder)).sort()).toEqual(runs.map((run) => run.name).sort());
  });

  test("uses an empty folder, and refuses one with something in it", async () => {
    await mkdir(join(folder, "mine"));
    await (await createRun(folder, description, { name: "mine" })).close();
    expect(await lineOf(createRun(folder, description, { name: "mine" }))).toMatch(
      /mine is a run already: gamelan resume .*mine goes on with it/,
    );
    await mkdir(join(folder, "photos"));
    await writeFile(join(folder, "photos", "cat.png"), "");
    expect(await lineOf(createRun(folder, description, { name: "photos" }))).toMatch(
      /not empty and not a run/,
    );
    expect(await readdir(join(folder, "photos"))).toEqual(["cat.png"]);
    await writeFile(join(folder, "file"), "");
    expect(await lineOf(createRun(folder, description, { name: "file" }))).toMatch(/cannot write .*file/);
    expect(await lineOf(createRun(join(folder, "file"), description))).toMatch(/cannot write .*file/);
    expect((await readdir(folder)).sort()).toEqual(["file", "mine", "photos"]);
  });

  test.each(["", ".", "..", "a/b", "a\\b", ".hidden", "dot.", "a:b", "new\nline"])(
    "refuses the name %j",
    async (name) => {
      expect(await lineOf(createRun(folder, description, { name }))).toMatch(/a run cannot be named/);
    },
  );

  test("a description that is wrong makes no folder", async () => {
    await expect(createRun(folder, { ...description, batch: 0 })).rejects.toThrow(/batch/);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("openRun", () => {
  let path: string;
  beforeEach(async () => {
    const run = await createRun(folder, description, { name: "run" });
    await run.close();
    path = run.path;
  });
  const change = async (edit: (json: Record<string, unknown>) => unknown) => {
    const json = JSON.parse(await readFile(join(path, "run.json"), "utf8"));
    await writeFile(join(path, "run.json"), JSON.stringify(edit(json)));
  };

  test("says in one line what is not a run", async () => {
    expect(await lineOf(openRun(join(folder, "none")))).toBe(`there is no run at ${join(folder, "none")}`);
    expect(await lineOf(openRun(folder))).toMatch(/is not a run: it has no run.json/);
    expect(await lineOf(openRun(join(path, "run.json")))).toMatch(/is a file; a run is a folder/);
  });

  test("says in one line what is wrong with run.json", async () => {
    await writeFile(join(path, "run.json"), '{"format": 1,');
    expect(await lineOf(openRun(path))).toMatch(/run.json is damaged: it is not JSON/);
    await writeFile(join(path, "run.json"), "[]");
    expect(await lineOf(openRun(path))).toMatch(/run.json is damaged: expected object/);
  });

  test("names the field that is wrong", async () => {
    await change((json) => ({ ...json, data: { source: 3, fingerprint: "", examples } }));
    expect(await lineOf(openRun(path))).toMatch(/run.json is damaged: data.source: expected string/);
  });

  test("names the version that is not read, whatever else the file holds", async () => {
    await change(() => ({ format: 2, everything: "else" }));
    expect(await lineOf(openRun(path))).toMatch(/run format 2, and this gamelan reads 1: update gamelan/);
    await change(() => ({ format: 0 }));
    expect(await lineOf(openRun(path))).toMatch(/use the version of gamelan that made it/);
  });

  test.each(["events.jsonl", "checkpoints", "samples", "models"])("names a missing %s", async (part) => {
    await rm(join(path, part), { recursive: true });
    expect(await lineOf(openRun(path, { mode: "train" }))).toContain(`its ${part} is missing`);
    if (part === "events.jsonl") await mkdir(join(path, part));
    else await writeFile(join(path, part), "");
    expect(await lineOf(openRun(path))).toContain(`its ${part} is not a f`);
    expect(await readdir(path)).not.toContain("lock");
  });

  test("removes what a killed process left half written, when it is to train", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const name = `.round-000009.safetensors.${pid}-3.tmp`;
    await writeFile(join(path, "checkpoints", name), "half");
    await (await openRun(path)).close();
    expect(await readdir(join(path, "checkpoints"))).toEqual([name]);
    await (await openRun(path, { mode: "train" })).close();
    expect(await readdir(join(path, "checkpoints"))).toEqual([]);
  });

  test("a description can be changed while training, and is checked", async () => {
    const run = await openRun(path, { mode: "train" });
    await run.update({ epochs: 9 });
    expect(run.description.epochs).toBe(9);
    await expect(run.update({ epochs: -1 })).rejects.toThrow();
    await run.close();
    const read = await openRun(path);
    expect(read.description).toEqual(run.description);
    await expect(read.update({ epochs: 1 })).rejects.toThrow(/opened to be read/);
  });
});

describe("the lock", () => {
  let path: string;
  beforeEach(async () => {
    const run = await createRun(folder, description, { name: "run" });
    await run.close();
    path = run.path;
  });
  const lock = (owner: unknown) => writeFile(join(path, "lock"), JSON.stringify(owner));
  const open = async () => (await openRun(path, { mode: "train" })).close();

  test("lets one train at a time, and others read", async () => {
    const run = await openRun(path, { mode: "train" });
    expect(await lineOf(open())).toBe(
      `${path} is being trained by process ${process.pid}; wait for it or stop it`,
    );
    await (await openRun(path)).close();
    await run.close();
    await run.close();
    await open();
  });

  test("of several that want it at once, one gets it", async () => {
    await lock({ pid: spawnSync(process.execPath, ["-e", ""]).pid, host: hostname(), began: "" });
    const attempts = await Promise.allSettled([1, 2, 3, 4, 5].map(() => openRun(path, { mode: "train" })));
    const opened = attempts.filter((attempt) => attempt.status === "fulfilled");
    expect(opened).toHaveLength(1);
    await opened[0]!.value.close();
    expect((await readdir(path)).filter((name) => name.includes("lock"))).toEqual([]);
  });

  test("counts while its process runs, and no longer", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log()"]);
    await once(child.stdout, "data");
    await lock({ pid: child.pid, host: hostname(), began: "" });
    expect(await lineOf(open())).toContain(`process ${child.pid};`);
    child.kill("SIGKILL");
    await once(child, "close");
    await open();
  });

  test("of this process's number but not its own is a dead namesake's", async () => {
    await lock({ pid: process.pid, host: hostname(), began: "another boot/1" });
    await open();
  });

  test.runIf(process.platform === "linux")("of a running process that began later is stale", async () => {
    await lock({ pid: process.ppid, host: hostname(), began: "another boot/1" });
    await open();
  });

  test("of another machine counts, and what to do is said", async () => {
    await lock({ pid: 1, host: "elsewhere.example", began: "" });
    expect(await lineOf(open())).toMatch(
      /by process 1 on elsewhere.example; if it runs no more, delete .*lock/,
    );
  });

  test("that is damaged does not stop a run for ever", async () => {
    await writeFile(join(path, "lock"), "");
    await open();
  });
});
