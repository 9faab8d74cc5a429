import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { alternate, summarise } from "./alternate.js";
import { runChild } from "./child.js";
import { engines, findEngines } from "./engines.js";
import { jsonObjects, measurementOf } from "./lines.js";
import { historyLine, readHistory } from "./record.js";
import { mean, median } from "./statistics.js";
import { ratioTable } from "./table.js";
import { workloads } from "./workloads.js";

const line = (/** @type {Partial<import("./lines.js").Measurement>} */ over = {}) => ({
  workload: "dense-autoencoder",
  engine: "some 1.0",
  threads: 2,
  median_ms: 2,
  min_ms: 1.5,
  loss: 0.08,
  ...over,
});
const [own, other] = [
  { name: "gamelan", title: "Gamelan" },
  { name: "torch", title: "PyTorch" },
];

describe("statistics", () => {
  it("takes the middle, whatever the order, and leaves its argument alone", () => {
    const values = [9, 1, 100];
    expect(median(values)).toBe(9);
    expect(values).toEqual([9, 1, 100]);
    expect(median([4])).toBe(4);
    expect(median([10, 9])).toBe(9.5);
    expect(mean([1, 2, 6])).toBe(3);
    expect(() => median([])).toThrow(RangeError);
    expect(() => mean([])).toThrow(RangeError);
  });
});

describe("JSON lines", () => {
  it("are found among greetings, echoes and broken lines", () => {
    const text = `\n> gamelan@0.1.0 bench\nHi, looks like\n{"half": \r\n${JSON.stringify(line())}\r\n[1]\n`;
    expect(jsonObjects(text)).toEqual([line()]);
    expect(measurementOf(text, "dense-autoencoder")).toEqual(line());
  });
  it("are refused where a field is missing or no number, with the field named", () => {
    const broken = (/** @type {object} */ over) => JSON.stringify({ ...line(), ...over });
    expect(() => measurementOf("", "dcgan-28")).toThrow("no JSON line for dcgan-28");
    expect(() => measurementOf(broken({ min_ms: "3" }), "dense-autoencoder")).toThrow("no finite min_ms");
    expect(() => measurementOf(broken({ loss: null }), "dense-autoencoder")).toThrow("no finite loss: null");
    expect(() => measurementOf(broken({ median_ms: 0 }), "dense-autoencoder")).toThrow("median of 0 ms");
    expect(() => measurementOf(broken({ engine: 3 }), "dense-autoencoder")).toThrow("names no engine");
  });
});

describe("history", () => {
  const summary = (/** @type {object} */ over) => ({
    ...{ workload: "dcgan-28", engine: "gamelan 1", name: "gamelan", title: "Gamelan", threads: 2 },
    ...{ median_ms: 40.001, min_ms: 39, loss: 1, rounds: 3, ratio: { median: 1, low: 1, high: 1 } },
    ...over,
  });
  const torch = summary({
    ...{ name: "torch", engine: "torch 2", median_ms: 50 },
    ratio: { median: 1.24997, low: 1.2, high: 1.3 },
  });
  const more = { gflop: 10, peak: 500, onnxruntime: "1.2.3" };

  it("keeps milliseconds, ratios and the part of the peak", () => {
    expect(historyLine([summary({}), torch], more)).toMatchObject({
      workload: "dcgan-28",
      threads: 2,
      onnxruntime: "1.2.3",
      commit: expect.stringMatching(/^[0-9a-f]{7,}\+?$|^unknown$/),
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      engines: {
        gamelan: { version: "gamelan 1", ms: 40, ratio: null },
        torch: { version: "torch 2", ms: 50, ratio: 1.25, low: 1.2, high: 1.3 },
      },
      gflop: 10,
      peak_gflops: 500,
      // 10 GFLOP in 40 ms are 250 GFLOP a second.
      of_peak: 0.5,
    });
  });
  it("has no line without Gamelan, and no part of a peak that was not measured", () => {
    expect(historyLine([torch], more)).toBeUndefined();
    expect(historyLine([summary({})], { ...more, peak: undefined })).toMatchObject({
      peak_gflops: null,
      of_peak: null,
    });
  });
  it("is recorded of workloads that there are", async () => {
    const lines = await readHistory();
    const names = new Set(workloads.map(({ name }) => name));
    expect(lines.length).toBeGreaterThan(0);
    for (const { workload, engines } of lines) {
      expect(names).toContain(workload);
      expect(engines.gamelan?.ms).toBeGreaterThan(0);
    }
  });
});

describe("alternation", () => {
  it("runs every engine in every round, the order rotating, never two at once", async () => {
    /** @type {string[]} */
    const order = [];
    let running = 0;
    await alternate([own, other, { name: "tfjs", title: "T" }], 3, async ({ name }, round) => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      order.push(`${round} ${name}`);
      return line();
    });
    expect(order).toEqual([
      ...["0 gamelan", "0 torch", "0 tfjs"],
      ...["1 torch", "1 tfjs", "1 gamelan"],
      ...["2 tfjs", "2 gamelan", "2 torch"],
    ]);
  });
  it("goes on without an engine that fails, and says why it failed", async () => {
    let calls = 0;
    const results = await alternate([own, other], 3, async ({ name }) => {
      if (name === "gamelan") return line();
      calls++;
      throw new Error("out of memory");
    });
    expect(calls).toBe(1);
    expect(results[1]?.failures).toEqual(["out of memory"]);
    expect(summarise(results, "gamelan").map(({ title }) => title)).toEqual(["Gamelan"]);
  });
  it("divides medians, and gives the lowest and highest ratio of a round", () => {
    const result = (/** @type {typeof own} */ engine, /** @type {number[]} */ times) => ({
      ...engine,
      rounds: times.map((time) => line({ engine: `${engine.title} 1`, median_ms: time, min_ms: time / 2 })),
      failures: [],
    });
    const results = [result(own, [2, 4, 3]), result(other, [4, 4, 9])];
    const [gamelan, torch] = summarise(results, "gamelan");
    expect(gamelan).toMatchObject({
      median_ms: 3,
      min_ms: 1,
      rounds: 3,
      ratio: { median: 1, low: 1, high: 1 },
    });
    expect(torch).toMatchObject({ median_ms: 4, ratio: { median: 4 / 3, low: 1, high: 3 } });
    const table = ratioTable(summarise(results, "gamelan"), "gamelan");
    expect(table).toContain("PyTorch / Gamelan = 1.33×  (1.00× to 3.00×)");
    expect(table).toContain("(base)");
    expect(table.split("\n")).toHaveLength(3);
  });
  it("gives times without ratios where the base is missing", () => {
    const results = [{ ...other, rounds: [line({ median_ms: 999.96 })], failures: [] }];
    const summaries = summarise(results, "gamelan");
    expect(summaries[0]?.ratio).toBeUndefined();
    const table = ratioTable(summaries, "gamelan");
    expect(table).toContain("1000");
    expect(table).not.toContain("×");
  });
});

describe("engines", () => {
  it("that are missing are named with the reason, and the others stay", async () => {
    const [first, second] = engines.map((engine) => ({ ...engine, missing: async () => undefined }));
    if (!first || !second) throw new Error("two engines expected");
    const gone = { ...second, missing: async () => "not installed; run: npm ci --prefix bench/peers" };
    const { present, absent } = await findEngines([first, gone]);
    expect(present).toEqual([first]);
    expect(absent).toEqual([{ engine: gone, reason: "not installed; run: npm ci --prefix bench/peers" }]);
  });
  it("are given the workload, the threads and no more steps than they bear", () => {
    for (const engine of engines) {
      const able = workloads.filter(({ name }) => engine.unable(name) === undefined);
      expect(able.map(({ name }) => name)).toContain("dense-autoencoder");
      for (const { name } of able) {
        const { args } = engine.command({ workload: name, steps: 1000, threads: 3 });
        expect(args).toContain(name);
        expect(args[args.indexOf("--threads") + 1]).toBe("3");
        const steps = Number(args[args.indexOf("--steps") + 1]);
        expect(["gamelan", "torch"].includes(engine.name) ? steps === 1000 : steps <= 20).toBe(true);
      }
    }
  });
  it("are started as children whose failures are one line", async () => {
    const good = await runChild(process.execPath, ["-e", "console.log('{}')"]);
    expect(good).toMatchObject({ output: "{}\n", failure: undefined });
    const bad = await runChild(process.execPath, ["-e", "throw new RangeError('too far')"]);
    expect(bad.failure).toBe("ended with status 1: RangeError: too far");
    const none = await runChild(fileURLToPath(new URL("./no-such-program", import.meta.url)), []);
    expect(none.failure).toContain("ENOENT");
  });
});

describe("the programs", () => {
  const empty = mkdtempSync(join(tmpdir(), "gamelan-bench-"));
  afterAll(() => rmSync(empty, { recursive: true, force: true }));
  const run = (/** @type {string} */ file, /** @type {string[]} */ ...args) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(new URL(file, import.meta.url)), ...args],
      { encoding: "utf8", env: { ...process.env, GAMELAN_PYTHON: join(empty, "python"), GAMELAN_DATA: "" } },
    );
    return { status, stdout, stderr };
  };
  it("name an engine that is not there, and say what would help", () => {
    const { status, stdout, stderr } = run("run.js", "dense-autoencoder", "--engines", "torch");
    expect(stderr).toContain("PyTorch is left out");
    expect(stderr).toContain("set GAMELAN_PYTHON");
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });
  it("answer wrong use with one line and status 2", () => {
    const wrong = (/** @type {string} */ file, /** @type {string[]} */ ...args) => {
      const { status, stderr } = run(file, ...args);
      expect(status).toBe(2);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      return stderr;
    };
    expect(wrong("run.js", "dense-autoencode")).toContain('no workload "dense-autoencode"; there are dense-');
    expect(wrong("run.js", "--engines", "keras")).toContain('no engine "keras"; there are gamelan, torch');
    expect(wrong("run.js", "--rounds", "0")).toContain("--rounds wants a whole number from 1");
    expect(wrong("run.js", "--round", "2")).toContain("--round");
    expect(wrong("autoencoder.js")).toContain("--data DIR is needed");
    expect(wrong("autoencoder.js", "--data", "x", "--epochs", "x")).toContain(
      "--epochs wants a whole number",
    );
  });
});
