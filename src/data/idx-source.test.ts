import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadDataset } from "./load.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-idx-source-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** An IDX file of bytes that count up. */
function idx(shape: number[], from = 0, modulus = 256): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  const length = shape.reduce((a, b) => a * b, 1);
  return Buffer.concat([header, Uint8Array.from({ length }, (_, i) => (from + i) % modulus)]);
}
const put = (name: string, bytes: Uint8Array): Promise<void> => writeFile(join(folder, name), bytes);
const load = (options: object = {}) => loadDataset(folder, { seed: 0, ...options });

async function putAll(): Promise<void> {
  await put("train-images-idx3-ubyte.gz", gzipSync(idx([20, 3, 4])));
  await put("train-labels-idx1-ubyte.gz", gzipSync(idx([20], 0, 5)));
  await put("t10k-images-idx3-ubyte", idx([6, 3, 4], 100));
  await put("t10k-labels-idx1-ubyte", idx([6], 0, 7));
}

describe("a folder of IDX files", () => {
  test.skipIf(process.platform === "win32")("names a link to nothing (not on Windows)", async () => {
    await putAll();
    for (const name of ["train-labels-idx1-ubyte.gz", "train-images-idx3-ubyte.gz"]) {
      await rm(join(folder, name));
      await symlink(join(folder, "gone"), join(folder, name));
      await expect(load()).rejects.toThrow(
        /^cannot read .*train-(labels|images)-idx.*: it is a link to something/,
      );
      await rm(join(folder, name));
      await putAll();
    }
  });

  test("has images, labels and a test split; validation only on request", async () => {
    await putAll();
    const data = await load();
    expect(data).toMatchObject({ kind: "image", shape: [1, 3, 4], classes: ["0", "1", "2", "3", "4", "5"] });
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([20, 0, 6]);
    expect(data.train.values[13]).toBe(13);
    expect(data.train.labels).toEqual(Int32Array.from({ length: 20 }, (_, i) => i % 5));
    expect(data.test.values[0]).toBe(100);
    const held = await load({ validation: 0.25 });
    expect([held.train.count, held.validation.count, held.test.count]).toEqual([15, 5, 6]);
    expect(held.fingerprint).toBe(data.fingerprint);
  });

  test("decodes only what is wanted, with the same fingerprint", async () => {
    await putAll();
    const whole = await load();
    const train = await load({ splits: ["train"] });
    expect([train.train.count, train.test.count]).toEqual([20, 0]);
    const held = await load({ splits: ["test"] });
    expect([held.train.count, held.test.count]).toEqual([0, 6]);
    expect(new Set([whole, train, held].map((data) => data.fingerprint)).size).toBe(1);
  });

  test("a change of any byte changes the fingerprint, compression does not", async () => {
    await putAll();
    const before = (await load()).fingerprint;
    await put("t10k-images-idx3-ubyte", idx([6, 3, 4], 101));
    expect((await load()).fingerprint).not.toBe(before);
    await rm(join(folder, "t10k-images-idx3-ubyte"));
    await put("t10k-images-idx3-ubyte.gz", gzipSync(idx([6, 3, 4], 100)));
    expect((await load()).fingerprint).toBe(before);
  });

  test("names labels that do not match", async () => {
    await putAll();
    await put("train-labels-idx1-ubyte.gz", gzipSync(idx([19], 0, 5)));
    await expect(load()).rejects.toThrow(
      /train-labels-idx1-ubyte.gz has 19 labels for the 20 examples of .*train-images/,
    );
    await put("train-labels-idx1-ubyte.gz", gzipSync(idx([20, 1], 0, 5)));
    await expect(load()).rejects.toThrow(/not one whole number each/);
  });

  test("names splits of different shapes, missing images and two sets in one place", async () => {
    await putAll();
    await put("t10k-images-idx3-ubyte", idx([6, 3, 5]));
    await expect(load()).rejects.toThrow(/t10k-images-idx3-ubyte holds examples of 3×5, and .* of 3×4/);
    await put("more-train-images-idx3-ubyte", idx([6, 3, 4]));
    await expect(load()).rejects.toThrow(
      /holds more than one set: more-train-images-idx3-ubyte and train-images/,
    );
    await rm(join(folder, "more-train-images-idx3-ubyte"));
    await rm(join(folder, "train-images-idx3-ubyte.gz"));
    await expect(load()).rejects.toThrow(/has no training images/);
  });

  test("one file takes the labels beside it, and is split by the seed", async () => {
    await putAll();
    const data = await loadDataset(join(folder, "train-images-idx3-ubyte.gz"), { seed: 1 });
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([16, 2, 2]);
    for (const split of [data.train, data.validation, data.test])
      for (let i = 0; i < split.count; i++) expect((split.values[i * 12]! / 12) % 5).toBe(split.labels![i]);
    await expect(loadDataset(join(folder, "train-labels-idx1-ubyte.gz"), { seed: 1 })).rejects.toThrow(
      /holds labels/,
    );
  });

  test("resizes, and refuses colour", async () => {
    await putAll();
    const data = await load({ imageSize: 8 });
    expect(data.shape).toEqual([1, 8, 8]);
    expect(data.train.values.length).toBe(20 * 64);
    await expect(load({ grey: false })).rejects.toThrow(/has no colour/);
  });

  test.skipIf(process.env.GAMELAN_DATA === undefined)(
    "MNIST and Fashion-MNIST load by name (needs GAMELAN_DATA)",
    async () => {
      const mnist = await loadDataset("mnist", { seed: 0 });
      expect([mnist.train.count, mnist.validation.count, mnist.test.count]).toEqual([60_000, 0, 10_000]);
      let sum = 0;
      for (const value of mnist.train.values) sum += value;
      expect(sum / mnist.train.values.length / 255).toBeCloseTo(0.13066, 5);
      const counts = new Int32Array(10);
      for (const label of mnist.train.labels!) counts[label]!++;
      expect([...counts]).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
      const fashion = await loadDataset("fashion-mnist", { seed: 0, splits: ["test"] });
      expect(fashion.classes?.[9]).toBe("Ankle boot");
      expect(fashion.test.count).toBe(10_000);
    },
  );
});
