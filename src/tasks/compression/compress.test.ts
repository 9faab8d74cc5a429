import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "../../data/index.ts";
import { UserError } from "../../errors.ts";
import { randomStream } from "../../random/index.ts";
import { type OpenRun, open } from "../../training/open.ts";
import { train } from "../../training/train.ts";
import { compress, decompress } from "./compress.ts";
import { type CompressionMode, decodeFile, encodeFile } from "./format.ts";
import { decodeLossless, encodeLossless } from "./lossless.ts";

const GLYPHS = "glyphs:classes=digits,train=600,validation=0,test=200";
const SIZE = 14 * 14;
const DENSE = { architecture: "dense", widths: [48], latent: 6, learningRate: 3e-3, batch: 50 };

let folder = "";
const path = (name: string) => join(folder, name);
let [grey, black] = [new Uint8Array(0), new Uint8Array(0)];

async function trained(name: string, request: Partial<Parameters<typeof train>[0]>): Promise<void> {
  const run = await train({
    model: "vae",
    data: GLYPHS,
    imageSize: 14,
    options: DENSE,
    rounds: 150,
    threads: 1,
    test: false,
    out: path(name),
    ...request,
  });
  for await (const _ of run.events());
}

const clipped = (value: number) => Math.max(0, Math.min(1, value));

const imagesOf = async (source: string) =>
  (await loadDataset(source, { seed: 0, imageSize: 14 })).test.values as Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-compression-"));
  await trained("bernoulli", { data: `${GLYPHS}+binarised` });
  await trained("logistic", { options: { ...DENSE, likelihood: "discretised-logistic" } });
  await trained("beta-binomial", { options: { ...DENSE, likelihood: "beta-binomial" } });
  await trained("gaussian", { options: { ...DENSE, likelihood: "gaussian" }, rounds: 2 });
  await trained("autoencoder", { model: "autoencoder", options: { ...DENSE, loss: "bce" }, rounds: 400 });
  await trained("points", {
    data: "ring",
    options: { ...DENSE, latent: 1 },
    rounds: 2,
    imageSize: undefined!,
  });
  [black, grey] = [await imagesOf(`${GLYPHS}+binarised`), await imagesOf(GLYPHS)];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("without loss", () => {
  test.each([
    ["bernoulli", () => black],
    ["logistic", () => grey],
    ["beta-binomial", () => grey],
  ])("%s: gives the same bytes, in about as many bits as the model's bound", async (name, images) => {
    const { file, bitsPerPixel, bound, initialBits, noteBytes, modelBytes, count } = await compress(
      path(name),
      images(),
      { mode: "lossless" },
    );
    expect(count).toBe(200);
    const back = await decompress(path(name), file);
    expect(back).toMatchObject({ mode: "lossless", shape: [200, 1, 14, 14], exact: true });
    expect(Buffer.from(back.data).equals(images())).toBe(true);

    expect(bitsPerPixel).toBe((8 * file.length) / (200 * SIZE));
    // Codes of three images side by side, some ten bits for each number; then a header of 60 bytes.
    expect(initialBits!).toBeLessThan(3 * 6 * 16);
    const without = 8 * (file.length - 60) - initialBits!;
    expect(Math.abs(without / (200 * SIZE) - bound!)).toBeLessThan(0.02);
    expect(noteBytes!).toBeLessThan(0.015 * file.length);
    // Weights of encoder and decoder: 196 → 48 → 12, and 6 → 48 → 196 or twice as many.
    const outputs = name === "bernoulli" ? SIZE : 2 * SIZE;
    expect(modelBytes).toBe(4 * (197 * 48 + 49 * 12 + 7 * 48 + 49 * outputs));
  });

  test.each(["logistic", "beta-binomial"])("%s: is the same on other numbers of threads", async (name) => {
    const { file } = await compress(path(name), grey, { mode: "lossless" });
    for (const threads of [2, 4]) {
      const { data } = await decompress(path(name), file, { threads });
      expect(Buffer.from(data).equals(grey)).toBe(true);
    }
    expect((await compress(path(name), grey, { mode: "lossless" })).file).toEqual(file);
  });

  test.each([
    ["bernoulli", () => black],
    ["logistic", () => grey],
    ["beta-binomial", () => grey],
  ])("%s: bears networks whose numbers differ in their last bits", async (name, images) => {
    const run = await open(path(name), { threads: 1 });
    const differing = (by: number): OpenRun => {
      const noise = randomStream(0, "noise");
      let position = 0;
      return {
        ...run,
        async apply(...question) {
          const { shape, data } = await run.apply(...question);
          const changes = noise.uniform(position++, new Float32Array(data.length));
          return { shape, data: data.map((value, index) => value + by * (2 * changes[index]! - 1)) };
        },
      };
    };
    const { payload } = await encodeLossless(run, images(), 3);
    const how = { count: 200, group: 3 };
    const decoded = await decodeLossless(differing(1e-6), payload, how);
    expect(Buffer.from(decoded).equals(images())).toBe(true);
    // And how much it matters: differences beyond the tolerances give other images, or none.
    const wrong = await decodeLossless(differing(1e-2), payload, how).catch((error: unknown) => error);
    if (wrong instanceof Uint8Array) expect(Buffer.from(wrong).equals(images())).toBe(false);
    else expect(wrong).toBeInstanceOf(UserError);
    await run.close();
  });

  test("a single image, and any number of them", async () => {
    for (const count of [1, 2, 65]) {
      const images = grey.slice(-count * SIZE);
      const { file } = await compress(path("logistic"), images, { mode: "lossless" });
      expect((await decompress(path("logistic"), file)).data).toEqual(images);
    }
  });

  test("needs probabilities of pixels", async () => {
    const refused = (name: string, images = grey) =>
      compress(path(name), images, { mode: "lossless" }).catch(({ message }: Error) => message);
    expect(await refused("gaussian")).toBe(
      "a gaussian likelihood gives no probabilities to levels of pixels; train with likelihood=beta-binomial",
    );
    expect(await refused("autoencoder")).toBe(
      "autoencoder gives images no probabilities, which coding without loss needs; vae does",
    );
    expect(await refused("bernoulli")).toMatch(/^this model knows pixels of two levels/);
  });
});

describe("with loss", () => {
  test("rounding to smaller steps costs more bytes, and changes the reconstructions less", async () => {
    const run = await open(path("autoencoder"), { threads: 1 });
    const rebuilt = (await run.reconstruct(Float32Array.from(grey, (byte) => byte / 255))).data;
    await run.close();
    const results = [];
    for (const step of [0.02, 0.1, 0.5]) {
      const { file } = await compress(path("autoencoder"), grey, { step });
      const { data } = await decompress(path("autoencoder"), file);
      const error = data.reduce((sum, byte, index) => sum + (byte / 255 - clipped(rebuilt[index]!)) ** 2, 0);
      results.push({ size: file.length, error: error / 200 });
    }
    const sizes = results.map(({ size }) => size);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    // Rounding adds step²/12 to the squared error of an image for each of the six numbers; and all pixels but the
    // black ones are rounded to bytes.
    for (const [index, step] of [0.02, 0.1, 0.5].entries()) {
      const [ofCodes, ofPixels] = [(6 * step ** 2) / 12, SIZE / 255 ** 2 / 12];
      expect(results[index]!.error).toBeGreaterThan(0.6 * ofCodes);
      expect(results[index]!.error).toBeLessThan(1.2 * (ofCodes + ofPixels));
    }
    // Steps five times as wide save as many bits again: log₂ 5 for each number that is in use.
    const [first, second] = [sizes[0]! - sizes[1]!, sizes[1]! - sizes[2]!];
    expect(first / second).toBeCloseTo(1, 1);
    expect((8 * first) / 200).toBeLessThan(6 * Math.log2(5));
    expect((8 * first) / 200).toBeGreaterThan(3 * Math.log2(5));
  });

  test("the decoder sees what the coder saw, on any number of threads", async () => {
    const { file, meanSquaredError } = await compress(path("autoencoder"), grey);
    const { data, shape, exact, mode } = await decompress(path("autoencoder"), file);
    expect({ shape, exact, mode }).toEqual({ shape: [200, 1, 14, 14], exact: true, mode: "lossy" });
    const error =
      data.reduce((sum, byte, index) => sum + ((byte - grey[index]!) / 255) ** 2, 0) / data.length;
    expect(error).toBeCloseTo(meanSquaredError!, 10);
    expect((await decompress(path("autoencoder"), file, { threads: 3 })).data).toEqual(data);
    const one = await compress(path("autoencoder"), grey.slice(0, SIZE));
    expect((await decompress(path("autoencoder"), one.file)).data).toEqual(data.slice(0, SIZE));
  });

  test("and where how codes lie has to be learnt again, on any number of threads too", async () => {
    const { file } = await compress(path("autoencoder"), grey);
    for (const threads of [2, 1]) {
      await rm(join(path("autoencoder"), "code-prior.json"));
      expect((await decompress(path("autoencoder"), file, { threads })).exact).toBe(true);
    }
  });

  test("numbers that the decoder does not heed cost nothing", async () => {
    // At a step wider than the image moves, nothing is left to code.
    const { file } = await compress(path("autoencoder"), grey, { step: 1e6 });
    expect(decodeFile(file, "it").payload).toHaveLength(6);
  });

  test("modes that there are not, and what is no bytes, are refused", async () => {
    const wrong = { mode: "zip" as CompressionMode };
    await expect(compress(path("autoencoder"), grey, wrong)).rejects.toThrow(
      new UserError('a mode is lossy or lossless, not "zip"'),
    );
    await expect(compress(path("autoencoder"), [...grey] as unknown as Uint8Array)).rejects.toThrow(
      new UserError("what is compressed is a Uint8Array, not a list"),
    );
    await expect(decompress(path("autoencoder"), "file" as unknown as Uint8Array)).rejects.toThrow(
      new UserError('the file is a Uint8Array, not "file"'),
    );
  });

  test("impossible steps are refused", async () => {
    for (const step of [0, -1, Number.NaN])
      await expect(compress(path("autoencoder"), grey, { step })).rejects.toThrow("is a number above 0");
    await expect(compress(path("autoencoder"), grey, { step: 1e-9 })).rejects.toThrow("is too small");
  });
});

describe("a file that does not fit is refused in one line", () => {
  const reason = (run: string, file: Uint8Array) =>
    decompress(path(run), file, { name: "a.gml" }).then(
      () => "",
      (error: unknown) => (error instanceof UserError ? error.message : String(error)),
    );

  test.each([
    ["lossless", "logistic"],
    ["lossy", "autoencoder"],
  ] as const)("%s: cut, altered, or of another model", async (mode, name) => {
    const { file } = await compress(path(name), grey.slice(0, 3 * SIZE), { mode });
    for (let place = 0; place < file.length; place += 7) {
      const changed = file.slice();
      changed[place]! ^= 1 << (place % 8);
      expect(await reason(name, changed)).toMatch(/^a\.gml (is|has) [^\n]+$/);
      expect(await reason(name, file.subarray(0, place))).toMatch(/^a\.gml is [^\n]+$/);
    }
    for (const other of ["bernoulli", "gaussian", "autoencoder", "logistic", "points"].filter(
      (it) => it !== name,
    ))
      expect(await reason(other, file)).toMatch(
        /^a\.gml was made with another model than .* is now: run (logistic|autoencoder), fingerprint [0-9a-f]{16}$/,
      );
  });

  test("a file whose checksums hold, and which is none all the same", async () => {
    for (const [mode, name] of [
      ["lossless", "logistic"],
      ["lossy", "autoencoder"],
    ] as const) {
      const { file } = await compress(path(name), grey.slice(0, 9 * SIZE), { mode });
      const content = decodeFile(file, "a.gml");
      for (let seed = 0; seed < 8; seed++) {
        const bytes = randomStream(seed, "bytes").integers(0, 256, new Int32Array(40 * seed));
        const payload = Uint8Array.from(bytes);
        expect(await reason(name, encodeFile({ ...content, payload }))).toMatch(
          /^a\.gml (is|cannot) [^\n]+$/,
        );
      }
      expect(await reason(name, encodeFile({ ...content, shape: [1, 1, SIZE] }))).toMatch("another model");
      expect(await reason(name, encodeFile({ ...content, count: 10 }))).toMatch(
        /^a\.gml (is|cannot) [^\n]+$/,
      );
    }
  });

  test("decoded bytes that are not the coder's are told from others", async () => {
    const elsewhere = async (mode: "lossy" | "lossless", name: string) => {
      const { file } = await compress(path(name), grey.slice(0, SIZE), { mode });
      const content = decodeFile(file, "a.gml");
      return encodeFile({ ...content, checksum: content.checksum ^ 1 });
    };
    const lossy = await decompress(path("autoencoder"), await elsewhere("lossy", "autoencoder"), {
      threads: 2,
    });
    expect(lossy).toMatchObject({ exact: false, shape: [1, 1, 14, 14] });
    expect(await reason("logistic", await elsewhere("lossless", "logistic"))).toBe(
      "a.gml cannot be decoded here: the networks' numbers differ too much from those of the machine that made it",
    );
  });

  test("a foreign run is left as it is", async () => {
    const { file } = await compress(path("autoencoder"), grey.slice(0, SIZE));
    expect(await reason("bernoulli", file)).toMatch("another model");
    expect(await readdir(path("bernoulli"))).not.toContain("code-prior.json");
  });

  test("codes counted otherwise are another model", async () => {
    const { file } = await compress(path("autoencoder"), grey);
    const kept = path("autoencoder/code-prior.json");
    const text = await readFile(kept, "utf8");
    await writeFile(kept, text.replace('"mean":', '"mean":1'));
    expect(await reason("autoencoder", file)).toMatch("was made with another model");
    await writeFile(kept, "{");
    expect(await reason("autoencoder", file)).toBe("");
    expect(await readFile(kept, "utf8")).toBe(text);
  });

  test("images that are none", async () => {
    await expect(compress(path("points"), new Uint8Array(4))).rejects.toThrow(
      "only images are compressed, and vae was trained on vectors of 2",
    );
    for (const length of [0, 5])
      await expect(compress(path("logistic"), new Uint8Array(length))).rejects.toThrow(
        `images of this run have 196 bytes each, and ${length} bytes are no whole number of images`,
      );
  });
});
