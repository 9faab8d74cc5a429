import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadDataset, writeNpy } from "../data/index.ts";
import type { OpenRun } from "../training/open.ts";
import { loadLike } from "./load-like.ts";

test("a source's splits are cut as the run's own were, by the seed of its data", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gamelan-load-like-"));
  try {
    const file = join(folder, "numbers.npy");
    await writeNpy(
      file,
      Float32Array.from({ length: 200 }, (_, index) => index),
      [100, 2],
    );
    const testOf = async (seed: number) => [...(await loadDataset(file, { seed })).test.values];
    const run = (options: object) =>
      ({ shape: [2], description: { seed: 7, data: { options } } }) as unknown as OpenRun;
    const found = async (options: object) => {
      const { examples } = await loadLike(file, run(options), "test", false);
      return [...examples.values];
    };
    expect(await found({ seed: 2 })).toEqual(await testOf(2));
    expect(await found({})).toEqual(await testOf(7));
    expect(await testOf(2)).not.toEqual(await testOf(7));
  } finally {
    await rm(folder, { recursive: true });
  }
});
