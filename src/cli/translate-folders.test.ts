// Translation between two folders of image files, paired by their names or not paired at all.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { loadDataset } from "../data/index.ts";
import { gridOf } from "../pictures/grid.ts";
import { encodePng } from "../pictures/png.ts";
import { open } from "../training/open.ts";
import { exampleValues } from "../training/samples.ts";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });
const SHORT = "--image-size 16 --threads 1 --set batch=4 --set filters=2 --rounds 3 --quiet";

/** Writes images of a source as files, called by `nameOf`. */
async function writeFolder(name: string, source: string, count: number, nameOf: (index: number) => string) {
  const { train, shape } = await loadDataset(source, { seed: 0, validation: 0, imageSize: 16 });
  await mkdir(join(directory, name));
  for (let index = 0; index < count; index++) {
    const image = { shape: [1, ...shape], data: exampleValues(train, shape, index + 1, index) };
    await writeFile(join(directory, name, nameOf(index)), encodePng(gridOf(image, { padding: 0 })));
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-folders-"));
  const glyphs = "glyphs:train=40,validation=0,test=1";
  await writeFolder("drawings", `${glyphs}+edges`, 30, (index) => `${index}-a.png`);
  await writeFolder("signs", glyphs, 30, (index) => `${index}-a.png`);
  await writeFolder("others", `${glyphs}+negative`, 20, (index) => `other ${index}.png`);
  for (const line of [
    "pix2pix --data drawings --to signs --out runs/pairs",
    "unit --data signs --to others --out runs/apart",
  ])
    expect(await run(`train ${line} ${SHORT}`)).toMatchObject({ status: 0 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("folders whose files have the same names are pairs", async () => {
  const json = lastJson(await run("translate pairs --json"));
  expect(json).toMatchObject({ split: "test", count: 3, mse: expect.any(Number), shape: [3, 1, 16, 16] });
  expect(await run("translate pairs --input others --out made/")).toMatchObject({
    stdout: "20 examples of others translated: made/\n",
  });
  expect(await readdir(join(directory, "made"))).toHaveLength(20);
  const { decode } = await import("fast-png");
  expect(decode(await readFile(join(directory, "made", "0001.png")))).toMatchObject({
    width: 16,
    height: 16,
  });
});

test("folders of other names and counts are not, and are translated both ways", async () => {
  expect((await run(`train pix2pix --data signs --to others ${SHORT}`)).stderr).toMatch(
    /^gamelan: pix2pix learns from pairs: [^\n]*\n$/,
  );
  const there = lastJson(await run("translate apart --json"));
  expect(there).toMatchObject({ count: 3, back: false });
  expect(there).not.toHaveProperty("mse");
  expect(lastJson(await run("translate apart --back --input others --out back.npy --json"))).toMatchObject({
    count: 20,
    back: true,
    shape: [20, 1, 16, 16],
  });
});

test("from the library, the same", async () => {
  const model = await open(join(directory, "runs", "pairs"), { threads: 1 });
  const { train, shape } = await loadDataset(join(directory, "drawings"), {
    seed: 0,
    validation: 0,
    test: 0,
    imageSize: 16,
  });
  const { shape: made, data } = await model.translate(exampleValues(train, shape, 30));
  await model.close();
  expect(made).toEqual([30, 1, 16, 16]);
  await run("translate pairs --input drawings --out all.npy");
  const { readNpy } = await import("../data/index.ts");
  const { values } = readNpy(await readFile(join(directory, "all.npy")), "all.npy");
  expect([...values]).toEqual([...data]);
});
