// Conditional models from the command: --label, and pictures with a class a column.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { readNpy } from "../data/index.ts";
import { encodeNpy } from "../data/npy.ts";
import { open } from "../training/open.ts";

const GLYPHS = "glyphs:train=60,validation=20,test=20";
const SMALL =
  "--set batch=10 --set architecture=dense --set widths=8 --set latent=2 --rounds 2 --threads 1 --quiet";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });
const values = async (name: string) => [...readNpy(await readFile(join(directory, name)), name).values];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-labels-"));
  for (const line of [
    `conditional-gan --data ${GLYPHS} --out runs/classes`,
    `infogan --data ${GLYPHS} --set categories=3 --out runs/codes`,
    `lsgan --data ${GLYPHS} --out runs/plain`,
  ])
    expect(await run(`train ${line} ${SMALL}`)).toMatchObject({ status: 0 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("a class by its name is the class by its number", async () => {
  const model = await open(join(directory, "runs", "classes"), { threads: 1 });
  const { classes } = await model.data();
  expect(model.classes).toBe(classes!.length);
  const { data } = await model.generate(4, { seed: 3, label: 1 });
  await model.close();
  await run(`generate classes --count 4 --seed 3 --label ${classes![1]} --out named.npy`);
  expect(await values("named.npy")).toEqual([...data]);
  await run("generate classes --count 4 --seed 3 --out all.npy");
  expect(await values("all.npy")).not.toEqual([...data]);
});

test("categories of a model's own are numbered", async () => {
  await run("generate codes --count 2 --label 2 --out two.npy");
  await run("generate codes --count 2 --label 0 --out none.npy");
  expect(await values("two.npy")).not.toEqual(await values("none.npy"));
});

test("without a label each class has a column", async () => {
  const finished = await run("generate codes --count 7 --json");
  const { out } = lastJson(finished) as { out: string };
  const { width, height } = decode(await readFile(join(directory, out)));
  // 7 images of 28 pixels, twice their size, in 3 columns and 3 rows, with 2 pixels between and around them.
  expect([width, height]).toEqual([3 * 56 + 8, 3 * 56 + 8]);
});

test.each([
  ["classes --label zebra", /--label is a class from 0 to \d+, or one of .*, not "zebra"\n$/],
  ["codes --label 3", /--label is a class from 0 to 2, not "3"\n$/],
  ["plain --components 3", /components are of a mixture; leave them out, or take the prior mixture\n$/],
  ["plain --label 0", /lsgan knows no classes; leave out --label\n$/],
])("generate %s is refused in one line", async (line, message) => {
  const { status, stderr } = await run(`generate ${line}`);
  expect(status).not.toBe(0);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("data without labels are refused before anything is written", async () => {
  await writeFile(join(directory, "points.npy"), encodeNpy(new Float32Array(40), [20, 2]));
  const { status, stderr } = await run(
    "train conditional-gan --data points.npy --rounds 1 --quiet --out runs/none",
  );
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/conditional-gan needs labels, and the data has none\n$/);
  expect(await readdir(join(directory, "runs"))).not.toContain("none");
});
