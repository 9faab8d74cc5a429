import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { train } from "../../training/train.ts";
import { exportExplorer } from "./export.ts";

let folder: string;
let page: string;
let run: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-export-"));
  page = join(folder, "page");
  await mkdir(join(page, "assets"), { recursive: true });
  const files = {
    "index.html": "the studio names assets/studio-1.js",
    "explorer.html": '<script src="./assets/explorer-1.js"></script><link href="./icon.svg">',
    "icon.svg": "<svg/>",
    "assets/explorer-1.js": 'new Worker("worker-1.js"); // not index.html',
    "assets/worker-1.js": 'fetch("runtime-1.wasm"); import("./explorer-1.js")',
    "assets/runtime-1.wasm": "studio-1.js is no name in here",
    "assets/studio-1.js": "",
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(page, name), content);
  run = join(folder, "ring");
  const training = await train({
    model: "gan",
    data: "ring:train=100,validation=20,test=20",
    options: { latent: 2, batch: 20 },
    rounds: 3,
    out: run,
    threads: 1,
  });
  for await (const _ of training.events());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("an exported explorer", () => {
  test("holds the page's own files and the run's, and nothing of an earlier one", async () => {
    const to = join(folder, "deep", "site");
    await exportExplorer(run, to, { page });
    await writeFile(join(to, "assets", "explorer-0.js"), "");
    const { files, bytes, map } = await exportExplorer(run, to, { page });
    expect(files.map(({ path }) => path).sort()).toEqual([
      "assets/explorer-1.js",
      "assets/runtime-1.wasm",
      "assets/worker-1.js",
      "explorer/examples.f32",
      "explorer/generate.onnx",
      "explorer/map.json",
      "icon.svg",
      "index.html",
    ]);
    let sum = 0;
    for (const file of files) {
      const { size } = await stat(join(to, file.path));
      expect([file.path, size]).toEqual([file.path, file.bytes]);
      sum += size;
    }
    expect(bytes).toBe(sum);
    await expect(stat(join(to, "assets", "explorer-0.js"))).rejects.toThrow();
    expect(JSON.parse(await readFile(join(to, "explorer", "map.json"), "utf8"))).toEqual(map);
    expect(await readFile(join(to, "index.html"), "utf8")).toContain("explorer-1.js");
  });

  test("does not go among other files, and needs a page", async () => {
    await expect(exportExplorer(run, page, { page })).rejects.toThrow(
      /page holds other files; give a folder that is new or empty/,
    );
    await expect(exportExplorer(run, join(page, "icon.svg"), { page })).rejects.toThrow(/is a file/);
    await expect(exportExplorer(run, join(folder, "other"), { page: folder })).rejects.toThrow(
      /the page of the studio is not built; npm run build makes it/,
    );
  });
});
