// How much the first page loads.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { pageFolder } from "../../src/studio/page.ts";

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const page = process.env.GAMELAN_PAGE ?? pageFolder;
const built = existsSync(join(page, "index.html"));

describe.skipIf(!built)(built ? "the built page" : "the page (skipped: not built; npm run build)", () => {
  test("loads less than 200 kB of JavaScript, zipped, to show its first view", async () => {
    const manifest = JSON.parse(await readFile(join(page, ".vite", "manifest.json"), "utf8")) as Record<
      string,
      Chunk
    >;
    const files = new Set<string>();
    const follow = (name: string): void => {
      const { file, imports = [] } = manifest[name]!;
      if (files.has(file)) return;
      files.add(file);
      imports.forEach(follow);
    };
    follow("index.html");
    follow("src/train/index.tsx");
    const sizes = await Promise.all(
      [...files].map(async (file) => gzipSync(await readFile(join(page, file))).length),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThan(200_000);
  });
});
