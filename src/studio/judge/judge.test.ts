import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../data/index.ts";
import { UserError } from "../../errors.ts";
import { compress } from "../../tasks/compression/index.ts";
import { train } from "../../training/train.ts";
import { RunsFolder } from "../runs-folder.ts";
import { createApp } from "../server.ts";
import { Trainings } from "../trainings.ts";
import { strongestAnomalies } from "./anomalies.ts";
import { compressedImages } from "./compression.ts";

const digits = "glyphs:classes=digits,train=200,validation=0,test=40";
let folder = "";
let images = "";
let points = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-judge-"));
  images = join(folder, "images");
  points = join(folder, "points");
  const small = { options: { widths: [16], latent: 4, batch: 20 }, rounds: 60, threads: 1 };
  for (const request of [
    { ...small, model: "autoencoder", data: digits, imageSize: 14, out: images },
    { ...small, model: "vae", data: "ring:train=200,validation=0,test=40", out: points },
  ])
    for await (const _ of (await train(request)).events());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the strongest anomalies come first, with their pictures and maps of errors", async () => {
  const { examples, count, score, mean, histogram, strongest } = await strongestAnomalies(images, { top: 3 });
  expect([examples, count, score]).toEqual(["glyphs (test)", 40, expect.stringContaining("reconstruction")]);
  expect(strongest).toHaveLength(3);
  const scores = strongest.map((each) => each.score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(scores[0]).toBe(histogram.most);
  expect(mean).toBeLessThan(scores[2]!);
  expect(histogram.counts.reduce((sum, bar) => sum + bar)).toBe(40);
  const [first] = strongest;
  expect(first!.label).toMatch(/^\d$/);
  for (const address of Object.values(first!.pictures!))
    expect(address).toMatch(/^data:image\/png;base64,iVBOR/);
  expect(Object.keys(first!.pictures!)).toEqual(["image", "rebuilt", "error"]);
});

test("other data are brought to the run's form, and vectors have no pictures", async () => {
  const other = await strongestAnomalies(images, {
    input: "glyphs:train=30,validation=0,test=0+negative",
    count: 10,
  });
  expect([other.count, other.strongest.length]).toEqual([10, 10]);
  const { strongest } = await strongestAnomalies(points, { top: 1 });
  expect(strongest[0]!.pictures).toBeUndefined();
  await expect(strongestAnomalies(images, { input: "ring" })).rejects.toThrow(UserError);
  await expect(strongestAnomalies(images, { score: "critic" })).rejects.toThrow(/critic/);
  await expect(strongestAnomalies(images, { split: "validation" })).rejects.toThrow(/no examples/);
});

test("images before and after, with their bytes; coarser codes take fewer", async () => {
  const fine = await compressedImages(images, { count: 20, step: 0.05 });
  const coarse = await compressedImages(images, { count: 20, step: 100 });
  expect(fine.bytes.raw).toBe(20 * 14 * 14);
  expect(coarse.bytes.file).toBeLessThan(fine.bytes.file);
  expect(fine.bitsPerPixel).toBeCloseTo((8 * fine.bytes.file) / (20 * 14 * 14));
  const data = await loadDataset(digits, { seed: 0, imageSize: 14 });
  const first = (data.test.values as Uint8Array).subarray(0, 20 * 14 * 14);
  const { meanSquaredError } = await compress(images, first, { step: 0.05 });
  expect(10 ** (-fine.peakSignalToNoise! / 10)).toBeCloseTo(meanSquaredError!, 12);
  expect([coarse.of, coarse.before]).toEqual([40, fine.before]);
  expect(coarse.after).not.toBe(fine.after);
  const last = await compressedImages(images, { start: 1000, count: 5 });
  expect(last.count).toBe(1);
  await expect(compressedImages(images, { mode: "lossless" })).rejects.toThrow(/without loss/);
  await expect(compressedImages(points, {})).rejects.toThrow(/only grey and colour images/);
});

test("the server checks what it is asked", async () => {
  const app = createApp({
    folder: new RunsFolder(folder),
    trainings: new Trainings(async () => ({ status: "stopped" })),
  });
  const ask = async (path: string, body: unknown) => {
    const response = await app.request(`http://localhost/api/runs/${path}`, {
      method: "POST",
      headers: { host: "localhost", "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return [response.status, ((await response.json()) as { error?: string }).error];
  };
  expect(await ask("images/anomalies", { count: 5 })).toEqual([200, undefined]);
  expect(await ask("images/compression", {})).toEqual([200, undefined]);
  expect(await ask("none/anomalies", {})).toEqual([404, 'there is no run "none"']);
  expect((await ask("images/anomalies", { count: 0 }))[0]).toBe(400);
  expect((await ask("images/compression", { path: "/" }))[0]).toBe(400);
  expect((await ask("points/compression", {}))[0]).toBe(400);
});
