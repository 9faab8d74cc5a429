// augment: sets that can be trained on, and what they are worth.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { loadDataset, readNpz } from "../data/index.ts";

const DIGITS = "glyphs:classes=digits,train=100,validation=0,test=30";
const SHORT = "--threads 1 --set batch=10 --rounds 2 --quiet";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-augment-"));
  const people = Array.from(
    { length: 60 },
    (_, row) => `${20 + ((7 * row) % 40)},${row % 2 ? "clerk" : "cook"},${row % 4 ? "no" : "yes"}`,
  );
  await writeFile(join(directory, "people.csv"), ["age,job,label", ...people].join("\n"));
  for (const line of [
    `conditional-gan --data ${DIGITS} --examples 40 --image-size 8 --set filters=2 --out runs/digits`,
    `vae --data ${DIGITS} --image-size 8 --set architecture=dense --set widths=8 --set latent=2 --out runs/vae`,
    "conditional-gan --data people.csv --out runs/people",
  ])
    expect(await run(`train ${line} ${SHORT}`)).toMatchObject({ status: 0 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("arrays can be trained on, and have the true test examples", async () => {
  const finished = await run("augment digits --count 20 --json");
  expect(lastJson(finished)).toEqual({
    runs: [join("runs", "digits")],
    real: 40,
    test: 30,
    generated: 20,
    way: "class",
    protocol: "conditional-gan was trained on the same 40 labelled examples and no others",
    shape: [1, 8, 8],
    out: "digits-augmented.npz",
  });
  const path = join(directory, "digits-augmented.npz");
  const arrays = readNpz(await readFile(path), "digits-augmented.npz");
  expect([...arrays.get("generated")!.values]).toEqual([...new Array(40).fill(0), ...new Array(20).fill(1)]);
  const again = await loadDataset(path, { seed: 0 });
  const real = await loadDataset(DIGITS, { seed: 0, examples: 40, imageSize: 8 });
  expect(again.train.count).toBe(60);
  expect(again.train.values.subarray(0, 40 * 64)).toEqual(real.train.values);
  expect(again.train.labels!.subarray(0, 40)).toEqual(real.train.labels);
  expect([again.test.values, again.test.labels]).toEqual([real.test.values, real.test.labels]);
});

test("a folder for each class", async () => {
  expect((await run("augment vae --labels 40 --label 7 --count 5 --out set/")).stdout).toBe(
    "40 real and 5 generated examples (between): set/\n" +
      "vae was trained on 100 examples without labels; of 40 of them labels are used.\n",
  );
  expect(await readdir(join(directory, "set", "train"))).toHaveLength(10);
  const sevens = await readdir(join(directory, "set", "train", "7"));
  expect(sevens.filter((name) => name.startsWith("generated-"))).toHaveLength(5);
  const set = await loadDataset(join(directory, "set"), { seed: 0 });
  expect([set.train.count, set.classes!.length, set.train.values.length]).toEqual([45, 10, 45 * 64]);
  // The test examples are the run's own, and none that were made: by classes here, and by number there.
  const own = (await loadDataset(DIGITS, { seed: 0, imageSize: 8 })).test;
  const byClass = Array.from(own.labels!.keys()).sort((a, b) => own.labels![a]! - own.labels![b]! || a - b);
  expect([...set.test.labels!]).toEqual(byClass.map((row) => own.labels![row]));
  expect(set.test.values).toEqual(
    Uint8Array.from(byClass.flatMap((row) => [...own.values.subarray(row * 64, (row + 1) * 64)])),
  );
});

test("rows of a table, of the class that is asked for", async () => {
  expect((await run("augment people --label yes --count 8")).stdout.replaceAll("\n", " ")).toContain(
    "a table has no place for test examples: the test split that is cut from people-augmented.csv when it is trained on holds generated examples too; FILE.npz keeps the real ones apart.",
  );
  const text = await readFile(join(directory, "people-augmented.csv"), "utf8");
  const rows = text.trimEnd().split("\n");
  expect(rows[0]).toBe("age,job,label");
  // Of 60 rows 6 are for the test and 5 for validation.
  expect(rows).toHaveLength(1 + 49 + 8);
  for (const row of rows.slice(-8)) expect(row).toMatch(/^-?\d+,(clerk|cook|\(other\)),yes$/);
  for (const row of rows.slice(1, 50)) {
    const [age, job, label] = row.split(",");
    expect([job, label]).toEqual([Number(age) % 2 ? "clerk" : "cook", (Number(age) - 20) % 4 ? "no" : "yes"]);
  }
});

test("--measure compares classifiers and says what it is worth", async () => {
  const line = "augment vae --labels 50,80 --measure --seeds 2 --classifier-rounds 3 --threads 1";
  const { effects } = lastJson(await run(`${line} --json`)) as {
    effects: { real: number; with: { value: number }; difference: { standardError: number } }[];
  };
  expect(effects.map(({ real }) => real)).toEqual([50, 80]);
  for (const effect of effects) {
    expect(effect.with.value * 60).toBeCloseTo(Math.round(effect.with.value * 60), 9);
    expect(effect.difference.standardError).toBeGreaterThanOrEqual(0);
  }
  const { stdout } = await run(line);
  expect(stdout).toMatch(/^test examples told right by a small classifier, of 30; /);
  expect(stdout).toMatch(/^50 labels: Generated examples /m);
  expect(await readdir(directory)).not.toContain("vae-augmented.npz");
});

test.each([
  ["augment vae --seeds 3", "--seeds and --classifier-rounds are of --measure; add it"],
  ["augment vae --labels 10,20", "several --labels are of --measure; add it, or give one number"],
  ["augment vae --label seven", '--label is one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, not "seven"'],
  ["augment vae --out set.png", '--out cannot be "set.png"; here it takes FILE.npz or a folder'],
  [
    "augment digits --labels 20",
    "conditional-gan has learnt the labels of 40 examples, so nobody can say what 20 are worth; train it with --examples 20",
  ],
])("%s is refused", async (line, message) => {
  expect(await run(line)).toMatchObject({ status: 2, stderr: `gamelan: ${message}\n` });
});
