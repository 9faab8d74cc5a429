import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadDataset } from "./load.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-images-"));
});
afterEach(() => rm(folder, { recursive: true }));

const whole = { seed: 0, validation: 0, test: 0 };

/** Writes an image of one colour: a grey level, or red, green and blue. */
async function put(
  name: string,
  colour: number | [number, number, number],
  width = 6,
  height = 4,
): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  const channels = typeof colour === "number" ? 1 : 3;
  const pixels = Buffer.alloc(width * height * channels);
  for (let i = 0; i < pixels.length; i++) pixels[i] = typeof colour === "number" ? colour : colour[i % 3]!;
  await sharp(pixels, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .toFile(path);
}

describe("a folder of images", () => {
  test("takes files in the order of their names, grey where all are grey", async () => {
    await put("b.png", 20);
    await put("a.png", 10);
    await put("C.png", 5);
    await writeFile(join(folder, "notes.txt"), "not an image");
    const data = await loadDataset(folder, whole);
    expect(data).toMatchObject({ kind: "image", shape: [1, 4, 6] });
    expect([0, 24, 48].map((at) => data.train.values[at])).toEqual([5, 10, 20]);
    expect(data.classes).toBeUndefined();
  });

  test("subfolders are labels; colour is planar", async () => {
    await put("cats/1.png", [10, 20, 30]);
    await put("ants/2.png", 40);
    await put("ants/1.png", [1, 2, 3]);
    const data = await loadDataset(folder, whole);
    expect(data.shape).toEqual([3, 4, 6]);
    expect(data.classes).toEqual(["ants", "cats"]);
    expect([...data.train.labels!]).toEqual([0, 0, 1]);
    expect([0, 24, 48, 72, 96, 120, 144, 168, 192].map((at) => data.train.values[at])).toEqual([
      1, 2, 3, 40, 40, 40, 10, 20, 30,
    ]);
    const grey = await loadDataset(folder, { ...whole, grey: true });
    expect(grey.shape).toEqual([1, 4, 6]);
    expect(grey.train.values.length).toBe(72);
  });

  test("mixed sizes need an image size, and are cropped to it", async () => {
    await put("a.png", 10);
    await put("b.jpg", 200, 16, 9);
    await expect(loadDataset(folder, whole)).rejects.toThrow(
      /images of mixed sizes in .*: a\.png is 6×4 and b\.jpg is 16×9; pass an image size/,
    );
    const data = await loadDataset(folder, { ...whole, imageSize: 8, grey: true });
    expect(data.shape).toEqual([1, 8, 8]);
    expect(data.train.values[0]).toBe(10);
    expect(Math.abs(data.train.values[64]! - 200)).toBeLessThan(3);
  });

  test("what is transparent shows white", async () => {
    const pixels = Buffer.from([0, 0, 0, 0, 50, 60, 70, 255]);
    await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toFile(join(folder, "a.png"));
    const data = await loadDataset(folder, whole);
    expect([...data.train.values]).toEqual([255, 50, 255, 60, 255, 70]);
  });

  test("folders called train and test are splits", async () => {
    await put("train/x/a.png", 1);
    await put("train/y/b.png", 2);
    await put("test/y/c.png", 3);
    await put("val/x/d.png", 4);
    const data = await loadDataset(folder, { seed: 0 });
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([2, 1, 1]);
    expect(data.classes).toEqual(["x", "y"]);
    expect([data.test.labels![0], data.validation.labels![0]]).toEqual([1, 0]);
    expect(data.test.values[0]).toBe(3);
  });

  test("labels of training images are kept where those of another split have none", async () => {
    await put("train/x/a.png", 1);
    await put("train/y/b.png", 2);
    await put("test/c.png", 3);
    await put("validation/y/d.png", 4);
    const data = await loadDataset(folder, { seed: 0 });
    expect(data.classes).toEqual(["x", "y"]);
    expect([...data.train.labels!, ...data.validation.labels!]).toEqual([0, 1, 1]);
    expect([data.test.count, data.test.labels]).toEqual([1, undefined]);
    await rm(join(folder, "train"), { recursive: true });
    await put("train/a.png", 1);
    await expect(loadDataset(folder, { seed: 0 })).rejects.toThrow(
      /has labels, which are names of subfolders, for other images than those in train; put the images in train/,
    );
  });

  test("val and validation beside each other are refused", async () => {
    for (const split of ["train", "val", "validation"]) await put(`${split}/a.png`, 1);
    await expect(loadDataset(folder, { seed: 0 })).rejects.toThrow(
      `${folder} has both val and validation; keep all validation images in one of them`,
    );
  });

  test.skipIf(process.platform === "win32")("a link to nothing is named (not on Windows)", async () => {
    await put("train/x/a.png", 1);
    await symlink(join(folder, "gone.txt"), join(folder, "train/x/notes.txt"));
    expect((await loadDataset(folder, whole)).train.count).toBe(1);
    for (const name of ["train/x/b.png", "train/y", "test"]) {
      await symlink(join(folder, "gone"), join(folder, name));
      await expect(loadDataset(folder, whole)).rejects.toThrow(
        `cannot read ${join(folder, name)}: it is a link to something that is not there; remove the link, or bring back what it leads to`,
      );
      await rm(join(folder, name));
    }
  });

  test("one image is a data set of one example", async () => {
    await put("a.png", 9);
    const data = await loadDataset(join(folder, "a.png"), whole);
    expect(data.train.count).toBe(1);
    expect(data.train.values[0]).toBe(9);
  });

  test("the fingerprint changes with the files, not with where the folder lies", async () => {
    await put("one/a.png", 9);
    await put("two/one/a.png", 9);
    const print = async (...parts: string[]) =>
      (await loadDataset(join(folder, ...parts), whole)).fingerprint;
    expect(await print("one")).toBe(await print("two", "one"));
    const before = await print("one");
    await put("one/b.png", 9);
    expect(await print("one")).not.toBe(before);
  });

  test("names what is wrong", async () => {
    await expect(loadDataset(folder, whole)).rejects.toThrow(/holds no images/);
    await put("a.png", 1);
    await writeFile(join(folder, "b.png"), "hello");
    await expect(loadDataset(folder, whole)).rejects.toThrow(/b\.png cannot be read as an image: /);
    await rm(join(folder, "b.png"));
    await put("sub/c.png", 1);
    await expect(loadDataset(folder, whole)).rejects.toThrow(/images both beside and inside its subfolders/);
  });

  test("names a truncated image", async () => {
    const noise = Buffer.from(
      Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24),
    );
    const png = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(join(folder, "cut.png"), png.subarray(0, png.length / 2));
    const error = await loadDataset(folder, whole).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/cut\.png cannot be read as an image: /);
    expect(String(error)).not.toContain("\n");
  });

  const allowed = process.platform === "win32" || process.getuid?.() === 0;
  test.skipIf(allowed)("names a folder that may not be read (not as root, not on Windows)", async () => {
    await put("shut/a.png", 1);
    await chmod(join(folder, "shut"), 0);
    await expect(loadDataset(join(folder, "shut"), whole)).rejects.toThrow(
      /cannot read .*shut: permission is denied/,
    );
    await chmod(join(folder, "shut"), 0o755);
  });
});
