import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { encodeNpy } from "../data/npy.ts";

const DIGITS = "glyphs:classes=digits,train=100,validation=20,test=30";
const FAST = "--judge-rounds 5 --threads 1";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });
const text = (...path: string[]) => readFile(join(directory, ...path), "utf8");

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-evaluate-command-"));
  vi.stubEnv("XDG_CACHE_HOME", join(directory, "cache"));
  const line =
    `train vae --data ${DIGITS} --image-size 14 --set architecture=dense --set widths=8 --set latent=2 ` +
    "--set batch=10 --rounds 5 --threads 1 --quiet --out runs/vae";
  expect(await run(line)).toMatchObject({ status: 0 });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

test("all that applies, as a table and as files of the run", async () => {
  const report = await text("runs", "vae", "report.md");
  const { stdout, stderr, status } = await run(`evaluate vae --draws 3 ${FAST}`);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^measure +value +good +beside it\nmse +[\d.]+ ± [\d.]+ {2}lower\n/);
  expect(stdout).toMatch(/\nclasses +\d+ +higher +10 \(the training examples\)\n/);
  expect(stdout).toContain(`written: ${join("runs", "vae", "evaluation.md")}\n`);
  expect(stderr).toContain("no modes: the data are not known to be a mixture\n");
  expect(await text("runs", "vae", "evaluation.md")).toContain("![Samples](evaluation/generated.png)");
  // What the training left is as it was.
  expect(await text("runs", "vae", "report.md")).toBe(report);
});

test("some measures, as JSON", async () => {
  const json = lastJson(
    await run(`evaluate vae --metrics mae,elbo --count 20 --seed 2 --draws 4 --json ${FAST}`),
  );
  expect(json).toMatchObject({
    round: 5,
    seed: 2,
    count: 20,
    draws: 4,
    skipped: {},
    pictures: ["reconstructed"],
  });
  expect(Object.keys(json.measures as object)).toEqual(["mae", "elbo"]);
  expect(JSON.parse(await text("runs", "vae", "evaluation.json")).measures).toEqual(json.measures);
});

test("the list, of all and of a run", async () => {
  const { stdout } = await run("evaluate --list");
  expect(stdout).toMatch(
    /^reconstruction\n {2}how near .*\n {2}needs a model that encodes and decodes\n {4}mse /,
  );
  expect((await run("evaluate vae --list")).stdout).toMatch(
    /translation\n.*\n {2}does not apply: the model does not/,
  );
  const { measures, groups } = lastJson(await run("evaluate vae --list --json")) as Record<string, object[]>;
  expect(measures!.find((measure) => "name" in measure && measure.name === "frechet")).toMatchObject({
    group: "distance",
    better: "lower",
  });
  expect(groups!.at(-1)).toMatchObject({ name: "translation", applies: false });
});

test("where there is nothing to measure, it says so, and leaves the earlier evaluation", async () => {
  const images = Float32Array.from({ length: 8 * 64 }, (_, index) => (index % 7) / 7);
  await writeFile(join(directory, "few.npy"), encodeNpy(images, [8, 1, 8, 8]));
  const line = "train autoencoder --data few.npy --set batch=4 --rounds 2 --threads 1 --quiet --out runs/few";
  expect(await run(line)).toMatchObject({ status: 0 });
  await writeFile(join(directory, "runs", "few", "evaluation.md"), "earlier");
  const { status, stdout, stderr } = await run("evaluate few");
  const path = join("runs", "few");
  expect(stderr.trimEnd().split("\n").at(-1)).toBe(
    `gamelan: nothing of ${path} can be measured; gamelan evaluate ${path} --list says what each measure lacks`,
  );
  expect(stderr).toContain("no reconstruction: there is one test example, and 2 are needed\n");
  expect(stderr).toContain("no codes: there is one test example, and 3 are needed\n");
  expect(stderr).toContain("no probe: the data have no labels\n");
  expect([status, stdout, await text("runs", "few", "evaluation.md")]).toEqual([2, "", "earlier"]);
});

test("features of a file", async () => {
  const file = join("runs", "vae", "models", "encode.onnx");
  const line = `evaluate vae --metrics frechet --feature-network ${file} --feature-mean 0.5 ${FAST}`;
  expect((await run(line)).stdout).toContain("samples compared in features of encode.onnx\n");
});

test.each([
  ["evaluate", "evaluate needs a run; --list names what can be measured"],
  ["evaluate vae --metrics translation", "there is no translation to measure: the model does not translate"],
  ["evaluate vae --metrics fretchet", 'there is no measure "fretchet"; did you mean frechet?'],
  ["evaluate vae --feature-size 9", "--feature-size and its like are of a --feature-network; name its file"],
  ["evaluate vae --feature-network a.onnx --feature-mean x", /--feature-mean is a number, or some such as/],
  ["evaluate vae --feature-network none.onnx", /cannot read none\.onnx/],
])("%s is one line", async (line, message) => {
  const { status, stderr } = await run(line);
  if (typeof message === "string") expect(stderr).toBe(`gamelan: ${message}\n`);
  else expect(stderr).toMatch(message);
  expect(stderr.split("\n")).toHaveLength(2);
  expect(status).toBe(2);
});
