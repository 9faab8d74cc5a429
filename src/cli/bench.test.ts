import { expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { workloads } from "./bench-workloads.ts";

test("the workloads are those that the other engines are measured on", async () => {
  const url = new URL("../../bench/workloads.js", import.meta.url).href;
  const shared = (await import(url)) as { workloads: readonly { name: string }[] };
  expect(workloads.map(({ name }) => name)).toEqual(shared.workloads.map(({ name }) => name));
});

test("the workloads' options are those of their models", () => {
  for (const { model, options } of workloads)
    expect(checkOptions(findModel(model), options)).toMatchObject(options);
});

test("--help says that there is a line of JSON for each workload, and of other commands one", async () => {
  const help = async (command: string) => (await gamelan([command, "--help"])).stdout.replace(/\s+/g, " ");
  expect(await help("bench")).toContain("--json print a JSON object for each workload, a line each");
  expect(await help("models")).toContain("--json print one JSON object on standard output");
});

test("a workload is timed, as a table and as a line of JSON", async () => {
  const args = ["bench", "dense-autoencoder", "--steps", "2", "--threads", "1"];
  const json = await gamelan([...args, "--json"]);
  expect(json).toMatchObject({ status: 0, stderr: "" });
  expect(json.stdout.trimEnd().split("\n")).toHaveLength(1);
  const line = lastJson(json);
  expect(Object.keys(line)).toEqual([
    "workload",
    "engine",
    "threads",
    "median_ms",
    "min_ms",
    "loss",
    "gflop",
  ]);
  expect(line).toMatchObject({
    workload: "dense-autoencoder",
    engine: expect.stringMatching(/^gamelan \d+\.\d+\.\d+/),
    threads: 1,
  });
  // Forward, for the input of all layers but the first, and for the weights: 6 operations a weight and example.
  const weights = 2 * (784 * 128 + 128 * 64 + 64 * 32) + 32 * 32;
  expect(line.gflop).toBeCloseTo((2 * 256 * (3 * weights - 784 * 128)) / 1e9, 6);
  for (const field of ["median_ms", "min_ms"]) expect(line[field]).toBeGreaterThan(0);
  // Ten steps on uniform noise, whose variance is 1/12.
  expect(line.loss).toBeGreaterThan(0.07);
  expect(line.loss).toBeLessThan(0.09);

  const { stdout } = await gamelan(args);
  expect(stdout).toMatch(
    /median ms +fastest ms +loss +\(1 thread\)\ndense-autoencoder +[\d.]+ +[\d.]+ +0\.0\d+\n/,
  );
});
