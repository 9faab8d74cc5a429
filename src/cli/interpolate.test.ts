import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { readNpy } from "../data/index.ts";
import { encodePng } from "../pictures/png.ts";
import { type OpenRun, open } from "../training/open.ts";

const GLYPHS = "glyphs:train=60,validation=20,test=30";
const SMALL = "--threads 1 --set batch=10 --rounds 3 --quiet";

let directory = "";
let vae: OpenRun;
const run = (line: string) => gamelan(line.split(" "), { directory });
const numbersIn = async (name: string) => {
  const { shape, values } = readNpy(await readFile(join(directory, name)), name);
  return { shape, values: values as Float32Array };
};
const close = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  for (let index = 0; index < a.length; index++) expect(a[index]).toBeCloseTo(b[index]!, 4);
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-interpolate-"));
  for (const line of [
    `vae --data ${GLYPHS} --set architecture=dense --set widths=16 --set latent=3 --out runs/vae`,
    `gan --data ring:train=60,validation=0,test=20 --set preset=points --out runs/points`,
    `conditional-gan --data ${GLYPHS},classes=digits --image-size 16 --set filters=2 --out runs/classes`,
    `conditional-gan --data ${GLYPHS} --image-size 8 --set filters=2 --out runs/glyphs`,
    `pix2pix --data ${GLYPHS}+edges --to ${GLYPHS} --image-size 16 --set filters=2 --out runs/pairs`,
    `code-noise-gan --data ${GLYPHS} --set architecture=dense --set widths=8 --set latent=2 --out runs/vary`,
  ]) {
    expect(await run(`train ${line} ${SMALL}`)).toMatchObject({ status: 0 });
  }
  vae = await open(join(directory, "runs", "vae"), { threads: 1 });
});
afterAll(async () => {
  await vae?.close();
  await rm(directory, { recursive: true, force: true });
});

const testExamples = async () => Float32Array.from((await vae.data()).test.values, (byte) => byte / 255);

describe("between examples", () => {
  test("each row goes from one reconstruction to the next", async () => {
    const json = lastJson(
      await run("interpolate vae --from 3 --to 8 --to 3 --steps 4 --out ways.npy --json"),
    );
    expect(json).toEqual({
      run: join("runs", "vae"),
      between: "examples",
      samples: 3,
      path: "spherical",
      steps: 4,
      shape: [8, 1, 28, 28],
      out: "ways.npy",
    });
    const { values } = await numbersIn("ways.npy");
    const { data: rebuilt } = await vae.reconstruct(await testExamples());
    const size = 784;
    for (const [step, example] of [
      [0, 3],
      [3, 8],
      [4, 8],
      [7, 3],
    ] as const)
      close(
        values.subarray(step * size, (step + 1) * size),
        rebuilt.subarray(example * size, (example + 1) * size),
      );
  });

  test("image files, and a folder of what lies between", async () => {
    const bytes = (await vae.data()).test.values as Uint8Array;
    await writeFile(
      join(directory, "me.png"),
      encodePng({ width: 28, height: 28, channels: 1, data: bytes.slice(0, 784) }),
    );
    await run("interpolate vae --from me.png --to 5 --steps 3 --path straight --out file.npy");
    await run("interpolate vae --from 0 --to 5 --steps 3 --path straight --out place.npy");
    expect((await numbersIn("file.npy")).values).toEqual((await numbersIn("place.npy")).values);
    const { stdout } = await run("interpolate vae --split train --samples 3 --out between/");
    expect(stdout).toBe("spherical between 3 examples of train, 9 steps: between/\n");
    expect(await readdir(join(directory, "between"))).toHaveLength(18);
  });

  test("models that vary codes", async () => {
    const { stdout } = await run("interpolate vary --split test --steps 5");
    expect(stdout).toBe("straight between 2 examples of test, 5 steps: vary-interpolated.png\n");
    const { width, height } = decode(await readFile(join(directory, "vary-interpolated.png")));
    expect([width, height]).toEqual([2 + 5 * 58, 2 + 58]);
  });
});

describe("between draws of noise", () => {
  test("the ends are what generate makes of the seed", async () => {
    await run("interpolate vae --seed 4 --samples 3 --steps 3 --out noise.npy");
    const { values } = await numbersIn("noise.npy");
    const { data } = await vae.generate(3, { seed: 4 });
    close(values.subarray(0, 784), data.subarray(0, 784));
    close(values.subarray(5 * 784), data.subarray(2 * 784));
  });

  test("of a class, and of points", async () => {
    const json = lastJson(await run("interpolate classes --label 3 --steps 2 --out threes.npy --json"));
    expect(json).toMatchObject({ between: "noise", shape: [2, 1, 16, 16] });
    await run("generate classes --label 3 --count 2 --out made.npy");
    close((await numbersIn("threes.npy")).values, (await numbersIn("made.npy")).values);
    const named = lastJson(await run("interpolate glyphs --label A --steps 2 --out named.npy --json"));
    expect(named).toMatchObject({ between: "noise" });
    const model = await open(join(directory, "runs", "glyphs"), { threads: 1 });
    const label = (await model.data()).classes!.indexOf("A");
    const { data } = await model.generate(2, { label });
    await model.close();
    close((await numbersIn("named.npy")).values, data);
    expect(lastJson(await run("interpolate points --json"))).toMatchObject({
      out: "points-interpolated.png",
    });
  });
});

test("rows of a table, in its own units", async () => {
  const rows = Array.from(
    { length: 40 },
    (_, row) => `${20 + ((7 * row) % 13)},${row % 2 ? "black" : "brown"}`,
  );
  await writeFile(join(directory, "pets.csv"), `height,coat\n${rows.join("\n")}\n`);
  await run(`train vae --data pets.csv --set widths=4 --set latent=2 --out runs/pets ${SMALL}`);
  const json = lastJson(await run("interpolate pets --steps 4 --json"));
  expect(json).toMatchObject({ out: "pets-interpolated.csv" });
  const lines = (await readFile(join(directory, "pets-interpolated.csv"), "utf8")).trimEnd().split("\n");
  expect([lines[0], lines.length]).toEqual(["height,coat", 5]);
});

test("attributes are added to examples' codes", async () => {
  const line = "interpolate vae --attribute A --rows 2 --steps 3 --strength 2";
  const { stdout } = await run(`${line} --out more.npy`);
  expect(stdout).toBe('"A" added up to 2 times to 2 examples of test, 3 steps: more.npy\n');
  const { shape, values } = await numbersIn("more.npy");
  expect(shape).toEqual([6, 1, 28, 28]);
  const { data: rebuilt } = await vae.reconstruct((await testExamples()).subarray(0, 784));
  close(values.subarray(0, 784), rebuilt);
  expect(values.subarray(2 * 784, 3 * 784)).not.toEqual(values.subarray(0, 784));
});

test("traversals have a row a number of the code", async () => {
  const json = lastJson(await run("interpolate vae --traverse --dimensions 2,0 --steps 5 --json"));
  expect(json).toMatchObject({ traverse: [2, 0], reach: 3, shape: [10, 1, 28, 28] });
  const all = lastJson(await run("interpolate vae --traverse --from 2 --json"));
  expect([...(all.traverse as number[])].sort()).toEqual([0, 1, 2]);
  expect(lastJson(await run("interpolate points --traverse --rows 2 --json"))).toMatchObject({
    traverse: [0, 1],
    shape: [18, 2],
  });
});

test.each([
  ["pairs", "pix2pix neither generates nor encodes and decodes, so nothing lies between; it has translate"],
  [
    "points --from 1 --to 2",
    "gan does not encode and decode, so nothing lies between; it has generate, realness",
  ],
  ["vae --from 1", "a way has two ends: give both --from and --to, or neither"],
  ["vae --from 1 --to 30", "the examples of test are 0 to 29; there is no 30"],
  ["vae --from 1 --to none.png", /none\.png/],
  ["vae --traverse --dimensions 3", "a dimension of these codes is from 0 to 2, not 3"],
  ["vae --traverse --dimensions a", '--dimensions is a list of whole numbers such as 0,3,12, not "a"'],
  [
    "vae --strength 2",
    "--strength has no effect between draws of noise, only with --attribute; leave it out",
  ],
  [
    "vae --from 1 --to 2 --seed 3",
    "--seed has no effect between examples, only between draws of noise or with --traverse of a model that does not encode; leave it out",
  ],
  [
    "vae --attribute A --dimensions 1",
    /^gamelan: --dimensions has no effect with --attribute, only with --traverse or/,
  ],
  [
    "points --traverse --path straight",
    /^gamelan: --path has no effect with --traverse of a model that does not encode, only between draws/,
  ],
  ["points --rows 3", /^gamelan: --rows has no effect between draws of noise, only with --attribute or/],
  ["vae --attribute A --from 1 --rows 3", /^gamelan: --rows has no effect where --from and --to name/],
  ["vae --traverse --split train", /^gamelan: --input and --split have no effect on the mean code/],
  ["vae --traverse --dimensions 1 --rows 3", /'--dimensions <list>' cannot be used with option '--rows <n>'/],
  ["vae --from 1 --to 2 --samples 3", /'--samples <n>' cannot be used with option '--from <example>'/],
  ["vae --label 3", "vae knows no classes; leave out --label"],
  ["classes --label zebra", /^gamelan: --label is a class from 0 to 9, or one of 0, 1, .*, not "zebra"\n$/],
  [
    "vae --attribute A --strength 1e300",
    "what the model makes of these codes is not finite; take a --strength below 1e+300",
  ],
  ["vae --attribute ?", /^gamelan: --attribute is one of .*, not "\?"\n$/],
])("interpolate %s is one line", async (line, message) => {
  const { status, stderr } = await run(`interpolate ${line}`);
  if (typeof message === "string") expect(stderr).toBe(`gamelan: ${message}\n`);
  else expect(stderr).toMatch(message);
  expect(stderr.split("\n")).toHaveLength(2);
  expect(status).toBe(2);
});
