import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { writeNpy } from "../data/index.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-cli-data-"));
  await writeNpy(join(directory, "rows.npy"), Float32Array.of(-1, 2, 3, 4, 5, 6), [2, 3]);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("lists sources, and which are here", async () => {
  vi.stubEnv("GAMELAN_DATA", directory);
  vi.stubEnv("XDG_CACHE_HOME", directory);
  try {
    const { status, stdout } = await gamelan(["data"]);
    expect(stdout).toMatch(/^glyphs .* generated$/m);
    if (process.platform === "linux")
      expect(stdout).toMatch(/^mnist .* fetch 12 MB: gamelan data pull mnist$/m);
    expect(stdout).toContain("a folder of images");
    expect(stdout).toMatch(/^ {2}\+edges +their edges/m);
    if (process.platform === "linux")
      expect(stdout).toMatch(/^stacked-mnist .* fetch 12 MB: gamelan data pull mnist$/m);
    expect(status).toBe(0);
    const listed = lastJson(await gamelan(["data", "--json"])) as { sources: { name: string }[] };
    expect(listed.sources.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["glyphs", "ring", "mnist"]),
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

test("tells what images there are, and shows some in a terminal", async () => {
  const source = "glyphs:train=60,validation=0,test=20";
  const { status, stdout, stderr } = await gamelan(["data", source], {
    terminal: true,
    environment: { TERM: "xterm-256color" },
  });
  expect(stdout).toContain("glyphs: images of 28×28, grey\n");
  expect(stdout).toMatch(/^ {2}train +60$/m);
  expect(stdout).not.toContain("validation");
  expect(stdout).toMatch(/^ {2}rotation +the turn anticlockwise/m);
  expect(stdout).toContain("values        0 to 1");
  expect(stderr).toContain("▀");
  expect(status).toBe(0);

  const json = lastJson(await gamelan(["data", source, "--json", "--image-size", "14", "--seed", "3"]));
  expect(json).toMatchObject({
    kind: "image",
    shape: [1, 14, 14],
    splits: { train: 60, validation: 0, test: 20 },
  });
  const classes = json.classes as { count: number }[];
  expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(80);
  expect((await gamelan(["data", source, "--quiet"], { terminal: true })).stderr).toBe("");
});

test("does not list a great many classes one by one", async () => {
  const { stdout } = await gamelan(["data", "ring:modes=200,train=5000,validation=0,test=10"]);
  expect(stdout).toMatch(/^ {2}classes +200, 0 to 199, each with \d+ to \d+$/m);
});

test("tells what vectors there are", async () => {
  const { stdout } = await gamelan(["data", "ring:train=100,validation=10,test=10"]);
  expect(stdout).toContain("ring: vectors of 2\n");
  expect(stdout).toContain("8 Gaussians of σ 0.01");
  const json = lastJson(await gamelan(["data", "rows.npy", "--json"], { directory }));
  expect(json).toMatchObject({ kind: "vector", shape: [3] });
});
