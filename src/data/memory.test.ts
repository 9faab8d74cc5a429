import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { putIdxSplit } from "../../test/support/idx-files.ts";
import { loadDataset } from "./load.ts";
import { inMemory, memoryOf, requireRoom } from "./memory.ts";

const load = (source: string, options: object = {}) => loadDataset(source, { seed: 0, ...options });

test("what a set takes: its values, and of each example the label, the place and the factors", () => {
  const grey = { name: "a", shape: [1, 4, 4], dtype: "uint8", counts: [10, 5] } as const;
  expect(memoryOf(grey)).toBe(15 * (16 + 8));
  expect(memoryOf({ ...grey, dtype: "float32", factors: 6 })).toBe(15 * (64 + 24 + 8));
});

test("a set that is larger than memory is refused by its size, before any of it is made", async () => {
  // More than any computer has: 4.3e9 examples of 67 million bytes.
  await expect(load("glyphs:train=2147483647,test=2147483647", { imageSize: 8192 })).rejects.toThrow(
    /^glyphs would take 288,000 TB of memory, 4,294,969,294 examples of 1×8192×8192, and this computer has [\d.]+ [GT]B for them; ask for fewer, or for smaller images$/,
  );
  await expect(
    load("glyphs:train=2147483647+negative", { imageSize: 8192, splits: ["train"] }),
  ).rejects.toThrow(/^glyphs\+negative would take 144,000 TB/);
});

test("sets that are read or stacked are refused in the same way", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gamelan-memory-"));
  vi.stubEnv("GAMELAN_DATA", folder);
  for (const part of ["train", "t10k"])
    await putIdxSplit(join(folder, "mnist"), part, 2, new Uint8Array(8), new Uint8Array(2));
  const stacks = "stacked-mnist:count=2147483647";
  await expect(load(stacks, { imageSize: 8192 })).rejects.toThrow(/^stacked-mnist would take 432,000 TB/);
  // Only splits that are read count, where nothing is trained on.
  await expect(load(`${stacks},test=2`, { imageSize: 4, splits: ["test"] })).resolves.toMatchObject({
    test: { count: 2 },
  });
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test("what is held already is room that others have not", () => {
  const small = { name: "b", shape: [2], dtype: "float32", counts: [100] } as const;
  expect(() => requireRoom(small)).not.toThrow();
  expect(() => requireRoom(small, totalmem())).toThrow(
    /^b would take 1\.6 kB of memory, 100 examples of 2 numbers, and this computer has 0 kB for them; ask for fewer$/,
  );
});

test("memory that runs out all the same is told in one line; other faults stay what they are", async () => {
  const fails = (error: Error) => inMemory("c", () => Promise.reject(error));
  await expect(fails(new RangeError("Array buffer allocation failed"))).rejects.toThrow(
    "the examples of c do not fit into the memory that is left",
  );
  await expect(fails(new RangeError("Invalid array length"))).rejects.toThrow("Invalid array length");
});
