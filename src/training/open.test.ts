// An opened run, asked for what cannot be.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { type OpenRun, open } from "./open.ts";
import { resume, train } from "./train.ts";

let folder = "";
let model: OpenRun;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-open-"));
  const request = { model: "vae", data: "ring:train=40,validation=0,test=10", rounds: 2, threads: 1 };
  for await (const _ of (await train({ ...request, out: join(folder, "run") })).events());
  model = await open(join(folder, "run"), { threads: 1 });
});
afterAll(async () => {
  await model?.close();
  rmSync(folder, { recursive: true, force: true });
});

const floats = (count: number) => new Float32Array(count);
const as = <Value>(value: unknown) => value as Value;

test.each<[string, () => unknown, string | RegExp]>([
  ["-1 examples", () => model.generate(-1), "a number of examples is a whole number from 0 on, not -1"],
  ["1.5 examples", () => model.generate(1.5), "a number of examples is a whole number from 0 on, not 1.5"],
  ["noise for -1", async () => model.noise(-1), /^a number of examples is a whole number/],
  [
    "1e12 examples",
    () => model.generate(1e12),
    /^at most \d+ of these examples can be made at once, not 1000/,
  ],
  ["a prior", () => model.generate(1, { prior: as("gauss") }), 'a prior is normal or mixture, not "gauss"'],
  ["a seed", () => model.generate(1, as({ seed: "7" })), 'generate: seed is a number, not "7"'],
  ["a slip", () => model.generate(1, as({ sead: 7 })), 'generate has no option "sead"; did you mean "seed"?'],
  [
    "half an example",
    () => model.encode(floats(3)),
    "encode is given x of 2 numbers for each example, and 3 are no whole number of them",
  ],
  [
    "half of one to rebuild",
    () => model.reconstruct(floats(5)),
    /^reconstruct is given x of 2 numbers for each/,
  ],
  ["half of one to score", () => model.anomaly(floats(5)), /^reconstruct is given x of 2 numbers for each/],
  ["bytes", () => model.encode(as(new Uint8Array(2))), "encode is given x as Float32Array"],
  ["nothing", () => model.encode(as(undefined)), "encode is given x as Float32Array"],
  ["a role without its input", () => model.apply("encode"), "encode is given x: one array, not 0"],
  [
    "unlike many examples and draws",
    () => model.apply("evidence", floats(4), floats(32)),
    /^evidence is given as many of x as of \w+, not 2 and 1$/,
  ],
  ["no folder", () => open(as(undefined)), "a run's folder is a text, not undefined"],
  [
    "no threads",
    () => open(join(folder, "run"), { threads: 0 }),
    "threads is a whole number from 1 on, not 0",
  ],
  [
    "a resume",
    () => resume(join(folder, "run"), as({ round: 9 })),
    /^resume has no option "round"; did you mean/,
  ],
  ["no model", () => train(as({})), "train: model is missing"],
  ["no request", () => train(as(undefined)), "train takes an object with its options, not undefined"],
])("%s: a UserError with one line", async (_, ask, message) => {
  const error: unknown = await Promise.resolve()
    .then(ask)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  const { message: said, exitCode } = error as UserError;
  if (typeof message === "string") expect(said).toBe(message);
  else expect(said).toMatch(message);
  expect([said.split("\n").length, exitCode]).toEqual([1, 2]);
});

test("no examples are no mistake", async () => {
  expect((await model.generate(0)).data).toHaveLength(0);
  expect((await model.encode(floats(0))).data).toHaveLength(0);
});
