import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { putIdxSplit } from "../../test/support/idx-files.ts";
import { loadDataset } from "./load.ts";
import { cacheDirectory, dataDirectories } from "./locations.ts";
import { listPathSources, listSources } from "./sources.ts";
import { listTransforms } from "./transforms.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-sources-"));
  vi.stubEnv("GAMELAN_DATA", join(folder, "data"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});
const load = (source: string, options: object = {}) => loadDataset(source, { seed: 0, ...options });

/** IDX files of MNIST's names with a few examples. */
async function putMnist(directory: string, count: number): Promise<void> {
  for (const part of ["train", "t10k"])
    await putIdxSplit(directory, part, 2, new Uint8Array(4 * count), new Uint8Array(count));
}

describe("a name", () => {
  test("that is not here says how to fetch it", async () => {
    await expect(load("mnist")).rejects.toThrow(
      "mnist is not on this computer; fetch it with: gamelan data pull mnist",
    );
  });

  test("is looked for in $GAMELAN_DATA, then in the cache", async () => {
    await putMnist(join(folder, "cache", "gamelan", "mnist"), 5);
    expect((await load("mnist")).train.count).toBe(5);
    await mkdir(join(folder, "data", "mnist"), { recursive: true });
    expect((await load("mnist")).train.count).toBe(5);
    await putMnist(join(folder, "data", "mnist"), 7);
    const data = await load("mnist");
    expect(data.train.count).toBe(7);
    expect(data.classes).toHaveLength(10);
    await rm(join(folder, "data", "mnist", "t10k-labels-idx1-ubyte"));
    await expect(load("mnist")).rejects.toThrow(
      /lacks t10k-labels-idx1-ubyte\.gz; fetch it with: gamelan data pull mnist/,
    );
  });

  test("that is nearly right is corrected", async () => {
    await expect(load("mnits")).rejects.toThrow(/no data called "mnits".*did you mean "mnist"\?/);
    await expect(load("nothing like it")).rejects.toThrow(
      /names are glyphs, ring, grid, mnist, fashion-mnist/,
    );
    await expect(load("")).rejects.toThrow(/no data called ""/);
  });

  test("takes options, checked by its schema", async () => {
    await expect(load("ring:mode=3")).rejects.toThrow('ring has no option "mode"; did you mean "modes"?');
    await expect(load("ring:modes=2.5")).rejects.toThrow(
      "ring: modes=2.5 is not possible; modes is a whole number from 1 to 10000",
    );
    await expect(load("ring:modes")).rejects.toThrow(/"modes" in ring:modes should be key=value/);
    await expect(load("glyphs:classes=cats")).rejects.toThrow(
      "glyphs: classes=cats is not possible; classes is all, digits, letters or shapes",
    );
    for (const source of ["glyphs:train=0", "glyphs:train=", "ring:train=abc", "grid:train=1e300"])
      await expect(load(source)).rejects.toThrow(
        `${source.replace(":", ": ")} is not possible; train is a whole number from 1 to 2147483647`,
      );
    await expect(load("glyphs+noisy:level=0")).rejects.toThrow(
      "+noisy: level=0 is not possible; level is a number above 0 and at most 10",
    );
    await expect(load("mnist:x=1")).rejects.toThrow(/mnist has no option "x"; it has none/);
  });
});

describe("a path", () => {
  test("to nothing known says what would be", async () => {
    await writeFile(join(folder, "a.xyz"), "hello");
    await expect(load(join(folder, "a.xyz"))).rejects.toThrow(
      /a\.xyz is not of a known kind; a path leads to NumPy arrays/,
    );
    await expect(load(join(folder, "none"))).rejects.toThrow(/no file or folder of that name/);
    await mkdir(join(folder, "empty"));
    await expect(load(join(folder, "empty"))).rejects.toThrow(/empty holds no images/);
  });
});

describe("options", () => {
  test("out of range are refused", async () => {
    await expect(load("ring", { validation: 1 })).rejects.toThrow(
      /fraction of examples for validation is at least 0 and below 1, not 1/,
    );
    await expect(load("glyphs", { imageSize: 0 })).rejects.toThrow(
      /an image size is a whole number of pixels/,
    );
    await expect(load("ring", { test: 0.5 })).rejects.toThrow(/ring has a test split of its own/);
    await expect(load("ring", { imageSize: 8 })).rejects.toThrow(/holds vectors/);
    await expect(load("ring", { seed: -1 })).rejects.toThrow(/a seed is a whole number/);
  });

  test("validation: 0 leaves out a source's own", async () => {
    const data = await load("ring:train=10,validation=5", { validation: 0 });
    expect([data.train.count, data.validation.count]).toEqual([10, 0]);
  });
});

test("sources are listed with whether they are here", async () => {
  await putMnist(join(folder, "data", "mnist"), 3);
  const list = await listSources();
  expect(list.map(({ name, present }) => [name, present])).toEqual([
    ["glyphs", true],
    ["ring", true],
    ["grid", true],
    ["mnist", true],
    ["fashion-mnist", false],
    ["stacked-mnist", true],
    ["stacked-fashion-mnist", false],
  ]);
  expect(list[6]).toMatchObject({ needs: "fashion-mnist", bytes: 30_878_645 });
  expect(listTransforms().map(({ name }) => name)).toContain("edges");
  expect(list[3]!.directory).toBe(join(folder, "data", "mnist"));
  expect(list[4]!.bytes).toBe(30_878_645);
  expect(listPathSources().length).toBeGreaterThan(3);
});

test("the cache lies where each system keeps its caches", () => {
  expect(cacheDirectory({ XDG_CACHE_HOME: "/x" }, "linux")).toBe(join("/x", "gamelan"));
  expect(cacheDirectory({}, "linux")).toBe(join(homedir(), ".cache", "gamelan"));
  expect(cacheDirectory({}, "darwin")).toBe(join(homedir(), "Library", "Caches", "gamelan"));
  expect(cacheDirectory({ LOCALAPPDATA: "/l" }, "win32")).toBe(join("/l", "gamelan"));
  expect(dataDirectories("mnist", { GAMELAN_DATA: "/d", XDG_CACHE_HOME: "/x" })).toEqual([
    join("/d", "mnist"),
    join("/x", "gamelan", "mnist"),
  ]);
});
