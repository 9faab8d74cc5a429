import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open } from "../../training/open.ts";
import type { Training } from "../../training/run-training.ts";
import { resume, train } from "../../training/train.ts";
import type { ExplorerMap } from "./contract.ts";
import { prepareExplorer } from "./prepare.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-explorer-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function trained(name: string, model: string, data: string, options = {}, more = {}): Promise<string> {
  const path = join(folder, name);
  await played(await train({ model, data, options, rounds: 5, out: path, threads: 1, ...more }));
  return path;
}

async function played(training: Training): Promise<void> {
  for await (const _ of training.events());
}

const floats = async (path: string): Promise<Float32Array> => {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
};

describe("the explorer of a run", () => {
  test("has codes, pictures, networks and scores of an autoencoder, made once for a round", async () => {
    const data = "glyphs:classes=digits,train=200,validation=20,test=30";
    const path = await trained("dense", "autoencoder", data, { latent: 3, widths: [8] }, { imageSize: 8 });
    const map = await prepareExplorer(path);
    expect(map).toMatchObject({
      run: "dense",
      model: "autoencoder",
      round: 5,
      kind: "image",
      shape: [1, 8, 8],
    });
    expect((await readdir(join(path, "explorer"))).sort()).toEqual(
      ["codes.f32", "decode.onnx", "encode.onnx", "examples.png", "map.json"].sort(),
    );
    const { examples, spaces, roles, scores } = map;
    expect(roles.decode).toEqual({
      file: "decode.onnx",
      bytes: (await stat(join(path, "explorer", "decode.onnx"))).size,
      inputs: [{ name: "code", shape: [3], dtype: "float32" }],
    });
    expect(examples).toMatchObject({ count: 30, pictures: { count: 30, columns: 6 } });
    expect(examples!.labels).toHaveLength(30);
    expect(examples!.classes).toHaveLength(10);

    // The codes are those of the pictures.
    const { data: pixels, width } = decode(await readFile(join(path, "explorer", "examples.png")));
    const last = Float32Array.from({ length: 64 }, (_, index) => {
      const [x, y] = [(29 % 6) * 8 + (index % 8), Math.floor(29 / 6) * 8 + Math.floor(index / 8)];
      return pixels[y * width + x]! / 255;
    });
    const run = await open(path);
    const codes = await floats(join(path, "explorer", "codes.f32"));
    const { data: code } = await run.encode(last);
    for (const [axis, value] of code.entries()) expect(codes[29 * 3 + axis]).toBeCloseTo(value, 5);

    // A number's effect is how much it changes what is decoded.
    const [space] = spaces;
    expect(space).toMatchObject({ name: "codes", role: "decode", dimensions: 3, normal: false });
    const { axis, effect } = space!.axes[0]!;
    let sum = 0;
    for (let base = 0; base < 3; base++) {
      const ends = [-2, 2].map((deviations) => {
        const moved = codes.slice(3 * base, 3 * base + 3);
        moved[axis] = space!.mean[axis]! + deviations * space!.deviation[axis]!;
        return run.decode(moved);
      });
      const [low, high] = await Promise.all(ends);
      low!.data.forEach((value, index) => {
        sum += Math.abs(value - high!.data[index]!) / (3 * 64);
      });
    }
    expect(effect).toBeCloseTo(sum, 5);
    expect(space!.axes.map((each) => each.effect)).toEqual(
      space!.axes.map((each) => each.effect).sort((a, b) => b - a),
    );
    expect(scores.error).toHaveLength(101);
    await run.close();

    // It is made again when the run has trained on, or a file is broken.
    const made = async () => (await stat(join(path, "explorer", "map.json"))).mtimeMs;
    const before = await made();
    expect(await prepareExplorer(path)).toEqual(map);
    expect(await made()).toBe(before);
    await writeFile(join(path, "explorer", "decode.onnx"), "");
    expect(await prepareExplorer(path)).toEqual(map);
    expect((await stat(join(path, "explorer", "decode.onnx"))).size).toBe(roles.decode!.bytes);
    await played(await resume(path, { rounds: 7 }));
    expect((await prepareExplorer(path)).round).toBe(7);
  });

  test("has the noise of a GAN, and points for examples", async () => {
    const path = await trained("ring", "gan", "ring:train=100,validation=20,test=20", {
      latent: 4,
      batch: 20,
    });
    const map: ExplorerMap = await prepareExplorer(path);
    expect(map.examples).toEqual({
      count: 20,
      labels: expect.anything(),
      classes: expect.anything(),
      values: "examples.f32",
    });
    expect(await floats(join(path, "explorer", "examples.f32"))).toHaveLength(40);
    const [space] = map.spaces;
    expect(space).toMatchObject({
      name: "noise",
      role: "generate",
      dimensions: 4,
      normal: true,
      mean: [0, 0, 0, 0],
    });
    // The map has the two numbers that do most.
    const [first, second] = space!.axes.map(({ axis }) => axis);
    expect(space!.plane.labels).toEqual([`z${first! + 1}`, `z${second! + 1}`]);
    expect(space!.plane.directions[0][first!]).toBe(1);
    expect(map.scores.realness).toHaveLength(101);
  });

  test("does without the data where they are gone", async () => {
    const path = await trained("gone", "gan", "ring:train=100,validation=20,test=20", {
      latent: 2,
      batch: 20,
    });
    const file = join(path, "run.json");
    await writeFile(file, (await readFile(file, "utf8")).replaceAll("ring:train", "./rings/ring:train"));
    const map = await prepareExplorer(path);
    expect(map.examples).toBeUndefined();
    expect(map.note).toMatch(/^without the run's data there are no examples: /);
    expect(map.spaces[0]!.plane.labels).toEqual(["z1", "z2"]);
  });
});
