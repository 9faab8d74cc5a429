import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomStream } from "../../random/index.ts";
import { type InferenceFunction, inferenceFile } from "../../runtime/inference.ts";
import { input, type Tensor } from "../../tensor/index.ts";
import { featureNetwork } from "./feature-network.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-features-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An .onnx file that computes `body` of images of a shape. */
async function fileOf(name: string, shape: readonly number[], body: (x: Tensor) => Tensor): Promise<string> {
  const inference: InferenceFunction = {
    name,
    inputs: [{ name: "pixels", shape }],
    output: "features",
    trace(batch) {
      const x = input("pixels", [batch, ...shape], "float32");
      return { inputs: [x], output: body(x), weights: new Map() };
    },
  };
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, inferenceFile(inference, {}, {}));
  return path;
}

const images = (count: number, ...shape: number[]) =>
  randomStream(0, "images").uniform(0, new Float32Array(shape.reduce((a, b) => a * b, count)));

test("features are what the file makes of normalised pixels, many at a time", async () => {
  const path = await fileOf("flat", [3, 2, 2], (x) => x.flatten().mul(2));
  const options = { mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.5, 1], threads: 1 };
  const network = await featureNetwork(path, [3, 2, 2], options);
  const pixels = images(150, 3, 2, 2);
  const { data, dimensions } = await network.of(pixels);
  expect([dimensions, data.length, network.name]).toEqual([12, 1800, "features of flat.onnx"]);
  data.forEach((value, index) => {
    const channel = Math.floor((index % 12) / 4);
    const expected = (2 * (pixels[index]! - options.mean[channel]!)) / options.deviation[channel]!;
    expect(value).toBeCloseTo(expected, 5);
  });
  await network.close();
});

test("grey images become three channels, small ones larger, and places are averaged", async () => {
  const path = await fileOf("space", [3, 4, 4], (x) => x.mul(1));
  const network = await featureNetwork(path, [1, 2, 2], { size: 4 });
  const { data, dimensions } = await network.of(Float32Array.of(0, 1, 1, 0, 0.5, 0.5, 0.5, 0.5));
  expect(dimensions).toBe(3);
  for (const value of data) expect(value).toBeCloseTo(0.5, 6);
  await network.close();
});

test("colour becomes grey, and channels may be last", async () => {
  const path = await fileOf("last", [2, 1, 1], (x) => x.flatten());
  const network = await featureNetwork(path, [3, 2, 1]);
  const { data } = await network.of(Float32Array.of(1, 0, 0, 1, 0, 0));
  expect([...data].map((value) => value.toFixed(3))).toEqual(["0.299", "0.587"]);
  await network.close();
});

test("of outputs with channels last, the places between are averaged", async () => {
  const path = await fileOf("nhwc", [4, 5, 3], (x) => x.mul(1));
  const network = await featureNetwork(path, [3, 4, 5]);
  const pixels = new Float32Array(2 * 60);
  for (const image of [0, 1])
    for (let place = 0; place < 20; place++) {
      pixels[60 * image + place] = 1;
      pixels[60 * image + 20 + place] = place % 2;
      pixels[60 * image + 40 + place] = image;
    }
  const { data, dimensions } = await network.of(pixels);
  expect(dimensions).toBe(3);
  expect([...data].map((value) => Number(value.toFixed(5)))).toEqual([1, 0.5, 0, 1, 0.5, 1]);
  await network.close();
});

test("what does not fit is one line", async () => {
  const path = await fileOf("fixed", [3, 4, 4], (x) => x.flatten());
  const five = await fileOf("five", [5, 4, 4], (x) => x.flatten());
  await writeFile(join(folder, "no.onnx"), "no");
  await expect(featureNetwork(path, [3, 8, 8], { size: 8 })).rejects.toThrow(
    "fixed.onnx takes images of 4 x 4 pixels, not of 8",
  );
  await expect(featureNetwork(path, [2])).rejects.toThrow(
    "fixed.onnx judges images, and these examples are vectors",
  );
  await expect(featureNetwork(five, [3, 4, 4])).rejects.toThrow(/five.onnx takes \[\?,5,4,4\], not images/);
  await expect(featureNetwork(path, [3, 4, 4], { output: "pool" })).rejects.toThrow(
    'fixed.onnx has no output "pool"; it has features',
  );
  await expect(featureNetwork(path, [3, 4, 4], { mean: [1, 2] })).rejects.toThrow(/one number or 3, not 2/);
  await expect(featureNetwork(path, [3, 4, 4], { deviation: [0] })).rejects.toThrow(/not 0/);
  await expect(featureNetwork(join(folder, "no.onnx"), [3, 4, 4])).rejects.toThrow(
    /no\.onnx is no \.onnx file/,
  );
  await expect(featureNetwork(join(folder, "none.onnx"), [3, 4, 4])).rejects.toThrow(
    /^cannot read .*none\.onnx: there is no such file or folder$/,
  );
});
