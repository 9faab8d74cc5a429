import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset } from "./load.ts";
import { encodeNpy } from "./npy.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-arrays-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}
const whole = { seed: 0, validation: 0, test: 0 };
const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i);

describe("NumPy arrays", () => {
  test("two dimensions are vectors", async () => {
    const path = await put("a.npy", encodeNpy(ramp(12), [4, 3]));
    const data = await loadDataset(path, whole);
    expect(data).toMatchObject({ kind: "vector", shape: [3], name: "a.npy" });
    expect(data.train.values).toEqual(ramp(12));
    expect(data.train.labels).toBeUndefined();
    await expect(loadDataset(path, { ...whole, imageSize: 8 })).rejects.toThrow(/holds vectors, not images/);
  });

  test("are split by the seed, a tenth each for validation and the test", async () => {
    const path = await put("many.npy", encodeNpy(ramp(300), [100, 3]));
    const data = await loadDataset(path, { seed: 3 });
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([81, 9, 10]);
    expect(data.test.values.length).toBe(30);
  });

  test("images of bytes stay bytes; channels last are turned round", async () => {
    const pixels = Uint8Array.from({ length: 2 * 4 * 5 * 3 }, (_, i) => i);
    const last = await loadDataset(await put("last.npy", encodeNpy(pixels, [2, 4, 5, 3])), whole);
    expect(last.shape).toEqual([3, 4, 5]);
    expect(last.train.values).toBeInstanceOf(Uint8Array);
    expect([...last.train.values.subarray(0, 3)]).toEqual([0, 3, 6]);
    expect([...last.train.values.subarray(60, 63)]).toEqual([60, 63, 66]);
    const first = await loadDataset(await put("first.npy", encodeNpy(pixels, [2, 3, 4, 5])), whole);
    expect([...first.train.values]).toEqual([...pixels]);
    const grey = await loadDataset(await put("grey.npy", encodeNpy(pixels, [6, 4, 5])), whole);
    expect(grey).toMatchObject({ shape: [1, 4, 5], kind: "image" });
    const turned = await loadDataset(join(folder, "first.npy"), { ...whole, grey: true, imageSize: 2 });
    expect(turned.shape).toEqual([1, 2, 2]);
    expect(turned.train.values.length).toBe(8);
  });

  test("an .npz has examples, labels and perhaps a test split", async () => {
    const x = encodeNpy(Float64Array.from(ramp(12)), [4, 3]);
    const y = encodeNpy(BigInt64Array.of(0n, 1n, 2n, 1n), [4]);
    const data = await loadDataset(
      await put("xy.npz", zipSync({ "X.npy": x, "y.npy": y }, { level: 0 })),
      whole,
    );
    expect(data.train.labels).toEqual(Int32Array.of(0, 1, 2, 1));
    expect(data.train.values).toEqual(ramp(12));
    expect(data.classes).toEqual(["0", "1", "2"]);
    const keras = zipSync({ "x_train.npy": x, "y_train.npy": y, "x_test.npy": x, "y_test.npy": y });
    const both = await loadDataset(await put("keras.npz", keras), { seed: 0 });
    expect([both.train.count, both.validation.count, both.test.count]).toEqual([4, 0, 4]);
    const one = await loadDataset(await put("one.npz", zipSync({ "codes.npy": x })), whole);
    expect(one.train.count).toBe(4);
  });

  test("names what is wrong", async () => {
    const x = encodeNpy(ramp(12), [4, 3]);
    const attempt = async (name: string, bytes: Uint8Array) => loadDataset(await put(name, bytes), whole);
    await expect(attempt("flat.npy", encodeNpy(ramp(3), [3]))).rejects.toThrow(
      /flat\.npy has the shape \(3\); examples are/,
    );
    await expect(attempt("none.npy", encodeNpy(ramp(0), [0, 3]))).rejects.toThrow(/has the shape \(0, 3\)/);
    await expect(attempt("seven.npy", encodeNpy(ramp(2 * 7 * 4 * 5), [2, 7, 4, 5]))).rejects.toThrow(
      /1 or 3 channels/,
    );
    await expect(attempt("nan.npy", encodeNpy(Float32Array.of(1, 2, 3, Number.NaN), [2, 2]))).rejects.toThrow(
      /nan\.npy: example 1 holds NaN/,
    );
    await expect(
      attempt("odd.npz", zipSync({ "X.npy": x, "y.npy": encodeNpy(Int32Array.of(1, 2), [2]) })),
    ).rejects.toThrow(/odd\.npz: labels of shape \(2\) for 4 examples/);
    await expect(
      attempt("half.npz", zipSync({ "X.npy": x, "y.npy": encodeNpy(Float32Array.of(1, 2.5, 3, 4), [4]) })),
    ).rejects.toThrow(/label 1 is 2\.5/);
    await expect(attempt("names.npz", zipSync({ "p.npy": x, "q.npy": x }))).rejects.toThrow(
      /names\.npz holds p, q; its examples should be called/,
    );
    await expect(attempt("text.npz", Buffer.from("hello"))).rejects.toThrow(/text\.npz is not an \.npz file/);
    const good = zipSync({ "X.npy": x }, { level: 0 });
    await expect(attempt("cut.npz", good.subarray(0, 100))).rejects.toThrow(
      /cut\.npz is not an \.npz file, or is truncated/,
    );
    const flipped = good.slice();
    flipped[good.length - 80]! ^= 4;
    await expect(attempt("flipped.npz", flipped)).rejects.toThrow(/flipped\.npz is damaged/);
  });

  test.skipIf(process.env.GAMELAN_DATA === undefined)(
    "reads an ADBench table (needs GAMELAN_DATA)",
    async () => {
      const data = await loadDataset(join(process.env.GAMELAN_DATA!, "adbench", "29_Pima.npz"), whole);
      expect(data.train.count).toBe(768);
      expect(data.shape).toEqual([8]);
      expect(data.train.labels!.reduce((a, b) => a + b)).toBe(268);
    },
  );
});
