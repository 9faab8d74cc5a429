import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { putIdxSplit } from "../../test/support/idx-files.ts";
import { loadDataset } from "./load.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-stacked-"));
  vi.stubEnv("GAMELAN_DATA", folder);
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Digits whose pixels tell what they are: all of them 10·label, of test digits 10·label + 100. */
async function putDigits(): Promise<void> {
  const labels = Array.from({ length: 20 }, (_, i) => i % 10);
  const images = (offset: number) => labels.flatMap((label) => new Array(4).fill(10 * label + offset));
  await putIdxSplit(join(folder, "mnist"), "train", 2, images(0), labels);
  await putIdxSplit(join(folder, "mnist"), "t10k", 2, images(100), labels);
}

const load = (options: object = {}, source = "stacked-mnist:count=500,test=40") =>
  loadDataset(source, { seed: 3, ...options });

describe("stacked-mnist", () => {
  test("reads as its digits: 100a + 10b + c, red, green and blue", async () => {
    await putDigits();
    const data = await load();
    expect(data).toMatchObject({ name: "stacked-mnist", kind: "image", shape: [3, 2, 2] });
    expect(data.classes).toHaveLength(1000);
    expect([data.classes![0], data.classes![407], data.classes![999]]).toEqual(["000", "407", "999"]);
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([500, 0, 40]);
    for (const [split, offset] of [
      [data.train, 0],
      [data.test, 100],
    ] as const) {
      expect(split.values).toBeInstanceOf(Uint8Array);
      for (let i = 0; i < split.count; i++) {
        const read = [0, 1, 2].map((channel) => (split.values[i * 12 + channel * 4]! - offset) / 10);
        expect(split.labels![i]).toBe(100 * read[0]! + 10 * read[1]! + read[2]!);
        for (let p = 0; p < 12; p++)
          expect(split.values[i * 12 + p]).toBe(10 * read[Math.floor(p / 4)]! + offset);
      }
    }
    expect(new Set(data.train.labels).size).toBeGreaterThan(350);
  });

  test("is decided by the seed", async () => {
    await putDigits();
    const [one, again, other] = [await load(), await load(), await load({ seed: 4 })];
    expect(again.train).toEqual(one.train);
    expect(again.fingerprint).toBe(one.fingerprint);
    expect(other.train.labels).not.toEqual(one.train.labels);
    expect(other.fingerprint).not.toBe(one.fingerprint);
    const larger = await load({}, "stacked-mnist:count=501,test=40");
    expect(larger.fingerprint).not.toBe(one.fingerprint);
    expect(larger.train.labels!.subarray(0, 500)).toEqual(one.train.labels);
    expect((await load({ imageSize: 4 })).shape).toEqual([3, 4, 4]);
  });

  test("needs mnist, stays in colour, and has 60,000 and 10,000 examples", async () => {
    await expect(load()).rejects.toThrow(
      "mnist is not on this computer; fetch it with: gamelan data pull mnist",
    );
    await putDigits();
    await expect(load({ grey: true })).rejects.toThrow(/stacked-mnist has its images in its channels/);
    await expect(load({}, "stacked-mnist:counts=5")).rejects.toThrow(/did you mean "count"/);
    const data = await load({}, "stacked-mnist");
    expect([data.train.count, data.test.count]).toEqual([60_000, 10_000]);
  });
});
