// embed, detect and translate.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { readNpy } from "../data/index.ts";
import type { Neighbourhoods } from "../tasks/neighbourhoods.ts";
import type { Probe } from "../tasks/probe.ts";
import { open } from "../training/open.ts";

const GLYPHS = "glyphs:train=60,validation=20,test=30";
const SMALL = "--threads 1 --set batch=10 --rounds 3 --quiet";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });
const bytes = (name: string) => readFile(join(directory, name));
const lines = async (name: string) => (await bytes(name)).toString().trimEnd().split("\n");

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-uses-"));
  for (const line of [
    `vae --data ${GLYPHS} --set architecture=dense --set widths=16 --set latent=3 --out runs/vae`,
    `gan --data ${GLYPHS} --set preset=points --out runs/gan`,
    `cogan --data ${GLYPHS} --to ${GLYPHS}+negative --image-size 16 --set filters=2 --out runs/cogan`,
    `pix2pix --data ${GLYPHS}+edges --to ${GLYPHS} --image-size 16 --set filters=2 --out runs/pairs`,
  ]) {
    expect(await run(`train ${line} ${SMALL}`)).toMatchObject({ status: 0 });
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("embed", () => {
  test("codes as numbers: the means, the same every time", async () => {
    const finished = await run("embed vae --json");
    expect(lastJson(finished)).toEqual({
      run: join("runs", "vae"),
      split: "test",
      count: 30,
      shape: [30, 3],
      out: "vae-codes.npy",
    });
    const first = await bytes("vae-codes.npy");
    const { shape, values } = readNpy(first, "vae-codes.npy");
    expect(shape).toEqual([30, 3]);
    const model = await open(join(directory, "runs", "vae"), { threads: 1 });
    const { test: examples } = await model.data();
    const { data } = await model.encode(Float32Array.from(examples.values, (byte) => byte / 255));
    await model.close();
    expect([...values]).toEqual([...data]);
    await run("embed vae --out again.npy");
    expect((await bytes("again.npy")).equals(first)).toBe(true);
  });

  test("as a table with labels", async () => {
    const { stdout } = await run("embed vae --split train --count 7 --out codes.csv");
    expect(stdout).toBe("codes of 7 examples of train, each of 3: codes.csv\n");
    const rows = await lines("codes.csv");
    expect(rows[0]).toBe("z1,z2,z3,label");
    expect(rows).toHaveLength(8);
    for (const row of rows.slice(1)) expect(row).toMatch(/^(-?[\d.e-]+,){3}[0-9A-Za-z]+$/);
  });

  test("as points of the plane by UMAP, the same every time", async () => {
    const drawn = await run("embed vae --plot umap.png --projection umap");
    expect(drawn.stdout).toContain("drawn: umap.png\n");
    await run("embed vae --plot again.png --projection umap");
    expect((await bytes("again.png")).equals(await bytes("umap.png"))).toBe(true);
    await run("embed vae --plot principal.png");
    expect((await bytes("principal.png")).equals(await bytes("umap.png"))).toBe(false);
    expect((await run("embed vae --projection umap")).stderr).toBe(
      "gamelan: --projection is of the picture that --plot draws; give --plot FILE.png too\n",
    );
    expect((await run("embed vae --plot a.png --projection tsne")).stderr).toContain("principal or umap");
  });

  test("as points of the plane, and probed", async () => {
    const finished = await run("embed vae --plot plane.png --probe --json");
    const { plot, probe, neighbourhoods } = lastJson(finished) as {
      plot: string;
      probe: Probe;
      neighbourhoods: Neighbourhoods;
    };
    expect(plot).toBe("plane.png");
    const { decode } = await import("fast-png");
    expect(decode(await bytes("plane.png"))).toMatchObject({ width: 1280, height: 1360 });
    expect(probe).toMatchObject({ trained: 60, tested: 30, principal: { components: 3 } });
    for (const { nearest, logistic } of [probe.codes, probe.principal!])
      for (const share of [nearest, logistic]) expect(share * 30).toBeCloseTo(Math.round(share * 30), 9);
    expect(neighbourhoods).toMatchObject({ tested: 30, k: 12, principal: { components: 3 } });
    for (const { trustworthiness, continuity } of [neighbourhoods.codes, neighbourhoods.principal!])
      for (const share of [trustworthiness, continuity]) {
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(1);
      }
    const { stdout } = await run("embed vae --probe");
    expect(stdout).toMatch(
      /labels told from 60 training codes, of 30 test codes\n12 neighbours of each of 30 test codes\n/,
    );
    expect(stdout).toMatch(/^3 principal components +[\d.]+ % +[\d.]+ % +0\.\d{3} +0\.\d{3}\n$/m);
    expect((await run("embed vae --plot plane.jpg")).stderr).toBe(
      'gamelan: --plot cannot be "plane.jpg"; here it takes FILE.png\n',
    );
  });

  test("of one normal class, neighbourhoods only; too few to draw are refused before anything is written", async () => {
    const line =
      "train autoencoder --data glyphs:classes=shapes,train=60,validation=20,test=30 --normal heart";
    expect(await run(`${line} --set latent=3 --out runs/hearts ${SMALL}`)).toMatchObject({ status: 0 });
    const probed = await run("embed hearts --probe --out hearts.npy");
    expect(probed.stderr).toBe(
      "no labels are told from codes: all training examples are of one class, heart\n",
    );
    expect(probed.stdout).toMatch(/^codes of 30 examples[^\n]+\n12 neighbours of each of 30 test codes\n/);
    expect(probed.status).toBe(0);

    for (const [options, message] of [
      ["--count 1", "--plot lays out at least 2 codes of more than two numbers, and there is 1; take more"],
      [
        "--count 3 --projection umap",
        "--plot lays out at least 4 codes of more than two numbers, and there are 3; take more",
      ],
    ]) {
      const refused = await run(`embed vae --plot few.png --out few.npy ${options}`);
      expect(refused).toMatchObject({ status: 2, stdout: "", stderr: `gamelan: ${message}\n` });
    }
    expect(await readdir(directory)).not.toContain("few.npy");
  });

  test("a model without an encoder says what it has", async () => {
    const { status, stderr } = await run("embed gan");
    expect(stderr).toBe("gamelan: gan has no encoder; it has generate, realness\n");
    expect(status).toBe(2);
    expect((await run("embed vae --out codes.png")).stderr).toBe(
      'gamelan: --out cannot be "codes.png"; here it takes FILE.npy or FILE.csv\n',
    );
  });
});

describe("detect", () => {
  test("reconstruction errors, the strangest first", async () => {
    const finished = await run("detect vae --top 4 --out scores.csv --picture strangest.png --json");
    const json = lastJson(finished) as { strongest: { example: number; score: number }[]; mean: number };
    expect(json).toMatchObject({ split: "test", count: 30, score: "reconstruction", out: "scores.csv" });
    const rows = await lines("scores.csv");
    expect(rows[0]).toBe("example,score,label");
    const scores = rows.slice(1).map((row) => Number(row.split(",")[1]));
    const sorted = scores.toSorted((a, b) => b - a).slice(0, 4);
    expect(json.strongest.map(({ score }) => score)).toEqual(sorted.map(Math.fround));
    expect(json.strongest.map(({ example }) => scores[example])).toEqual(sorted);
    const { mse } = lastJson(await run("reconstruct vae --count 30 --out r.npy --json"));
    expect(json.mean).toBeCloseTo(mse as number, 5);
    expect((await bytes("strangest.png")).subarray(1, 4).toString()).toBe("PNG");
    const before = await bytes("scores.csv");
    const { stdout } = await run("detect vae --out scores.csv");
    expect((await bytes("scores.csv")).equals(before)).toBe(true);
    expect(stdout).toMatch(
      /^30 examples of test, mean squared error of the reconstruction, mean 0\.\d+: scores\.csv\nexample +score +label\n/,
    );
    expect(stdout.trimEnd().split("\n")).toHaveLength(12);
  });

  test("a critic's scores negated, of other data", async () => {
    const json = lastJson(
      await run(`detect gan --input ${GLYPHS}+negative --count 5 --out scores.npy --json`),
    );
    expect(json).toMatchObject({ score: "critic", count: 5, split: "test" });
    const { strongest } = json as { strongest: { example: number }[] };
    expect(strongest.map(({ example }) => example).sort((a, b) => a - b)).toEqual([0, 6, 12, 18, 24]);
    const { values } = readNpy(await bytes("scores.npy"), "scores.npy");
    const model = await open(join(directory, "runs", "gan"), { threads: 1 });
    const { test: examples } = await model.data();
    const first = Float32Array.from(examples.values.subarray(0, 784), (byte) => 1 - byte / 255);
    expect(values[0]).toBeCloseTo(-(await model.realness(first)).data[0]!, 5);
    await model.close();
  });

  test("a score that the model has not is refused", async () => {
    const { status, stderr } = await run("detect gan --score reconstruction");
    expect(stderr).toBe('gamelan: gan has no anomaly score "reconstruction"; it has critic\n');
    expect(status).toBe(2);
    expect((await run("detect pairs")).stderr).toBe(
      "gamelan: pix2pix cannot tell what is strange: it neither rebuilds examples nor judges them; it has translate\n",
    );
    expect((await run("detect vae --picture a.jpg")).stderr).toContain("it takes FILE.png");
  });
});

describe("generate in pairs", () => {
  test("a picture has both, numbers are of one set", async () => {
    await run("generate cogan --count 8 --out pairs.png");
    const { decode } = await import("fast-png");
    // Two rows of four pairs, enlarged four times.
    expect(decode(await bytes("pairs.png"))).toMatchObject({ width: 2 + 4 * 66, height: 2 + 4 * 66 + 6 });
    await run("generate cogan --count 8 --out first.npy");
    await run("generate cogan --count 8 --second --out second.npy");
    const [first, second] = await Promise.all(
      ["first", "second"].map(async (name) => readNpy(await bytes(`${name}.npy`), name)),
    );
    expect([first!.shape, second!.shape]).toEqual([
      [8, 1, 16, 16],
      [8, 1, 16, 16],
    ]);
    expect(first!.values).not.toEqual(second!.values);
    expect((await run("generate vae --second")).stderr).toBe(
      "gamelan: vae makes no pairs; leave out --second\n",
    );
  });
});

describe("translate", () => {
  test("examples, translations and partners, and how far apart they are", async () => {
    const json = lastJson(await run("translate pairs --json"));
    expect(json).toMatchObject({
      split: "test",
      back: false,
      count: 24,
      mse: expect.any(Number),
      shape: [24, 1, 16, 16],
      out: "pairs-translated.png",
    });
    const { decode } = await import("fast-png");
    const { width, height } = decode(await bytes("pairs-translated.png"));
    // Three rows of nine stacks of three, enlarged four times.
    expect([width, height]).toEqual([2 + 9 * 66, 2 + 9 * 66 + 2 * 6]);
    expect(await readdir(join(directory, "runs", "pairs", "samples"))).toContain("translated-0000003.png");
  });

  test("other data, as numbers and files", async () => {
    const { stdout } = await run(`translate pairs --input ${GLYPHS}+edges --count 3 --out digits/`);
    expect(stdout).toBe(`3 examples of ${GLYPHS}+edges (test) translated: digits/\n`);
    expect(await readdir(join(directory, "digits"))).toHaveLength(3);
    await run(`translate pairs --input ${GLYPHS}+edges --out all.npy`);
    expect(readNpy(await bytes("all.npy"), "all.npy").shape).toEqual([30, 1, 16, 16]);
  });

  test("what does not translate, or not that way, says so", async () => {
    expect((await run("translate vae")).stderr).toBe(
      "gamelan: vae does not translate; pix2pix and unit do\n",
    );
    const { status, stderr } = await run("translate pairs --back");
    expect(stderr).toBe("gamelan: pix2pix translates one way only; leave out --back, or train unit\n");
    expect(status).toBe(2);
  });

  test("training without what it takes is one line", async () => {
    expect((await run(`train pix2pix --data ${GLYPHS}`)).stderr).toBe(
      "gamelan: pix2pix learns from two sets of data; name the second with --to\n",
    );
    expect((await run(`train pix2pix --data ${GLYPHS} --to glyphs:train=9`)).stderr).toMatch(
      /^gamelan: pix2pix learns from pairs: [^\n]*\n$/,
    );
    expect((await run(`train unit --data ${GLYPHS} --to ring`)).stderr).toBe(
      "gamelan: unit needs images in both sets, and one of them holds vectors\n",
    );
  });
});
