// The explorer of a run as a folder of files that any web host gives out, from any address: the page with what it
// loads, ONNX Runtime's WebAssembly among it, and the run's networks, map and examples.

import { copyFile, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { UserError } from "../../errors.ts";
import { makeFolder, writeFileAtomic } from "../../training/atomic-file.ts";
import { pageFolder } from "../page.ts";
import type { ExplorerMap } from "./contract.ts";
import { EXPLORER, prepareExplorer } from "./prepare.ts";

/** The page of the explorer alone, as it is built. */
const PAGE = "explorer.html";
/** Files that may name others. */
const TEXT = /\.(html|js|mjs|css)$/;

export interface ExportedExplorer {
  readonly map: ExplorerMap;
  /** Below the folder. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Of all files together. */
  readonly bytes: number;
}

/**
 * Writes the explorer of a run to a folder, which is new, empty, or an earlier such folder.
 *
 * @param page where the studio's page lies
 * @throws UserError for another folder, and where the run cannot be opened
 * @example
 * const { bytes } = await exportExplorer("runs/vae-mnist-1", "site"); // then site/index.html is the page
 */
export async function exportExplorer(
  run: string,
  to: string,
  { page = pageFolder }: { readonly page?: string } = {},
): Promise<ExportedExplorer> {
  const parts = await partsOf(page);
  await checkFolder(to);
  const map = await prepareExplorer(run);
  // Names of parts change with what is in them: those of an earlier page would stay for ever.
  for (const old of ["assets", EXPLORER]) await rm(join(to, old), { recursive: true, force: true });
  for (const part of parts) {
    const path = join(to, part === PAGE ? "index.html" : part);
    await makeFolder(dirname(path));
    await copyFile(join(page, part), path);
  }
  const { examples, spaces, roles } = map;
  const named = [
    ...Object.values(roles).map(({ file }) => file),
    ...spaces.map(({ codes }) => codes),
    examples?.pictures?.file,
    examples?.values,
  ].filter((file) => file !== undefined);
  await makeFolder(join(to, EXPLORER));
  for (const file of new Set(named)) await copyFile(join(run, EXPLORER, file), join(to, EXPLORER, file));
  await writeFileAtomic(join(to, EXPLORER, "map.json"), JSON.stringify(map));
  const paths = [
    ...parts.map((part) => (part === PAGE ? "index.html" : part)),
    ...Array.from(new Set(named), (file) => `${EXPLORER}/${file}`),
    `${EXPLORER}/map.json`,
  ];
  const files = await Promise.all(
    paths.map(async (path) => ({ path, bytes: (await stat(join(to, path))).size })),
  );
  return { map, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Files that the explorer's page needs: itself, and all that is named in one of them. */
async function partsOf(page: string): Promise<string[]> {
  const all = await readdir(page, { recursive: true, withFileTypes: true }).catch(() => []);
  const byName = new Map(
    all
      .filter((entry) => entry.isFile() && (entry.name === PAGE || !entry.name.endsWith(".html")))
      .map((entry) => [entry.name, relative(page, join(entry.parentPath, entry.name)).split(sep).join("/")]),
  );
  if (byName.get(PAGE) !== PAGE)
    throw new UserError("the page of the studio is not built; npm run build makes it");
  const needed = new Set<string>();
  const follow = async (name: string): Promise<void> => {
    const path = byName.get(name)!;
    if (needed.has(path)) return;
    needed.add(path);
    if (!TEXT.test(name)) return;
    const text = await readFile(join(page, path), "utf8");
    for (const other of byName.keys()) if (text.includes(other)) await follow(other);
  };
  await follow(PAGE);
  return [...needed];
}

async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isDirectory()) throw new UserError(`${path} is a file; give a folder that is new or empty`);
  const names = await readdir(path);
  if (names.length > 0 && !names.includes(EXPLORER))
    throw new UserError(`${basename(path)} holds other files; give a folder that is new or empty`);
}
