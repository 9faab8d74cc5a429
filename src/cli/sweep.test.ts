import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";

const DATA = "glyphs:train=120,validation=30,test=10";
const SPEC = {
  model: "autoencoder",
  data: DATA,
  rounds: 4,
  options: { widths: [8], batch: 20 },
  search: { latent: [2, 8] },
  seeds: [0, 1],
  metric: "mse",
};

let directory = "";
const run = (line: string, options: Parameters<typeof gamelan>[1] = {}) =>
  gamelan([...line.split(" "), "--threads", "1"], { directory, ...options });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-cli-sweep-"));
  await writeFile(join(directory, "spec.json"), JSON.stringify(SPEC));
  await writeFile(join(directory, "slip.json"), JSON.stringify({ ...SPEC, metrics: "mse" }));
  await writeFile(join(directory, "torn.json"), "{");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("shows what is done and what is best, then a table and what to do next", async () => {
  const { status, stdout, stderr } = await run("sweep spec.json --processes 0");
  expect(status).toBe(0);
  const path = join("sweeps", "autoencoder-glyphs-train-120-validation-30-test-10-1");
  expect(stderr).toContain(
    `autoencoder on ${DATA}: 2 trials of 2 runs, 4 rounds, in this process, in ${path}\n`,
  );
  expect(stderr).toMatch(/\ntrial 1 \(1 of 2\): latent=2: mse 0\.\d+ ± [\d.]+, the best so far\n/);
  expect(stderr).toMatch(/sweep {2}100 % {2}16\/16 rounds {2}in .* best mse 0\.\d+\n/);
  expect(stdout).toMatch(/^autoencoder on \S+: 2 trials in [\d.]+ s\n {2}trial {2}latent {2}mse +time\n/);
  expect(stdout).toMatch(/\n {2}[12] +[28] +0\.\d+ ± [\d.]+ +[\d.]+ s\n/);
  expect(stdout).toContain(join(path, "sweep.png"));
  expect(stdout).toMatch(
    /\nnext: gamelan train autoencoder --data \S+ --set widths=8 --set batch=20 --set latent=[28] --rounds 4 --seed 0\n$/,
  );
  const [, next = ""] = /next: gamelan (.*)\n/.exec(stdout)!;
  expect((await run(`${next} --quiet`)).status).toBe(0);
});

test("stopped, it says how to go on; gone on with, it repeats nothing", async () => {
  const stopped = await run("sweep spec.json --processes 0 --out torn", { stopAt: "trial 1 (1 of 2)" });
  expect(stopped.status).toBe(130);
  expect(stopped.stdout).toBe("");
  expect(stopped.stderr).toContain(
    "gamelan: stopped after 2 of 4 runs, all saved; go on with: gamelan sweep torn\n",
  );
  const before = await readFile(join(directory, "torn", "results.jsonl"), "utf8");
  const gone = await run("sweep torn --processes 0 --json");
  expect(gone.status).toBe(0);
  expect(gone.stderr).toContain("going on after 2 finished runs\n");
  expect(lastJson(gone)).toMatchObject({
    ...{ path: "torn", model: "autoencoder", metric: "mse", goal: "least", reason: "finished" },
    ...{ finishedRuns: 4, runs: 4 },
    best: {
      value: expect.any(Number),
      standardError: expect.any(Number),
      options: { latent: expect.any(Number) },
    },
    trials: [{ runs: [{ seed: 0 }, { seed: 1 }] }, {}],
    next: expect.stringContaining("gamelan train autoencoder"),
  });
  expect((await readFile(join(directory, "torn", "results.jsonl"), "utf8")).startsWith(before)).toBe(true);
  const again = await run("sweep spec.json --processes 0 --out torn --quiet");
  expect(again).toMatchObject({ status: 0, stdout: "torn\n", stderr: "" });
});

test.each([
  ["none.json", "no file or folder none.json"],
  ["torn.json", /^gamelan: torn\.json is not JSON: [^\n]+\n$/],
  ["slip.json", 'slip.json: a sweep has no field "metrics"; did you mean "metric"?'],
  [". --out x", "--out is for a new sweep; a folder goes on where it is"],
  ["sweeps", "sweeps is not a sweep: it has no spec.json"],
  ["spec.json --processes many", /--processes is a whole number from 0 to 1024, not "many"/],
])("sweep %s is refused in one line", async (line, message) => {
  const { status, stdout, stderr } = await run(`sweep ${line}`);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  if (typeof message === "string") expect(stderr).toBe(`gamelan: ${message}\n`);
  else expect(stderr).toMatch(message);
});

test("a sweep of nothing but failures ends with status 1", async () => {
  const spec = { ...SPEC, rounds: 10, seeds: [0], search: { learningRate: [1e30] } };
  await writeFile(join(directory, "bad.json"), JSON.stringify(spec));
  const { status, stderr } = await run("sweep bad.json --processes 0 --out bad");
  expect(status).toBe(1);
  expect(stderr).toContain("gamelan: every trial failed; the first: training diverged");
});
