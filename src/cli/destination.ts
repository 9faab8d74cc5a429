// Where --out leads: a picture, an array or several, a table, or a folder of pictures. What is wrong with it is said
// before any work.

import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { makeFolder, writeFileAtomic } from "../training/atomic-file.ts";

export type DestinationKind = "picture" | "array" | "arrays" | "table" | "compressed" | "folder";

export interface Destination {
  readonly kind: DestinationKind;
  readonly path: string;
}

const NAMES: Readonly<Record<DestinationKind, string>> = {
  picture: "FILE.png",
  array: "FILE.npy",
  arrays: "FILE.npz",
  table: "FILE.csv",
  compressed: "FILE.gmln",
  folder: "a folder",
};

const ENDINGS: Readonly<Record<string, DestinationKind>> = {
  ".png": "picture",
  ".npy": "array",
  ".npz": "arrays",
  ".csv": "table",
  ".gmln": "compressed",
  "": "folder",
};

/**
 * What a path given as --out, or as another option, asks for, by its ending.
 *
 * @param kinds those that are possible
 * @throws UserError that says what is
 */
export async function destinationOf(
  path: string,
  kinds: readonly DestinationKind[],
  option = "--out",
): Promise<Destination> {
  const names = kinds.map((kind) => NAMES[kind]);
  const possible = names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  const found = path === "" ? undefined : await stat(path).catch(() => undefined);
  const ending = extname(path).toLowerCase();
  const kind = /[/\\]$/.test(path) || found?.isDirectory() ? "folder" : ENDINGS[ending];
  if (path === "" || kind === undefined || !kinds.includes(kind))
    throw new UserError(`${option} cannot be "${path}"; here it takes ${possible}`);
  if (kind === "folder" && found?.isFile())
    throw new UserError(`${option} cannot be "${path}", which is a file; here it takes ${possible}`);
  return { kind, path };
}

/** Writes a file, and the folder it lies in. */
export async function writeOut(path: string, content: Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  await writeFileAtomic(path, content);
}

/** A file's name in the present folder, made of a run's name. */
export const besideRun = (run: string, what: string): string => `${basename(run)}-${what}`;

/** The files 0001.png, 0002.png, … of a folder, as many digits as the count has, but four at least. */
export function numberedFiles(folder: string, count: number, prefix = ""): string[] {
  const digits = Math.max(4, String(count).length);
  return Array.from({ length: count }, (_, index) =>
    join(folder, `${prefix}${String(index + 1).padStart(digits, "0")}.png`),
  );
}

/** What `numberedFiles` makes, with any of the prefixes in use. */
const NUMBERED = /^(real-|generated-)?\d{4,}\.png$/;

/** Folders below one another that a set has: SPLIT/CLASS. */
const DEEPEST = 2;

/**
 * Sees to it that a folder, with those of splits and classes in it, will hold no numbered files but those to be
 * written: files of an earlier call would be taken for examples of this one.
 *
 * @throws UserError where there are others
 */
export async function refuseLeftovers(folder: string, files: readonly string[]): Promise<void> {
  const written = new Set(files.map((file) => resolve(file)));
  const found = (await numberedIn(folder, DEEPEST)).filter((path) => !written.has(resolve(path)));
  const [first] = found.sort();
  if (first === undefined) return;
  const others = found.length === 1 ? "" : ` and ${found.length - 1} more`;
  throw new UserError(
    `${first}${others} would be left among the new files and count as theirs; empty ${folder}, or name another folder`,
  );
}

/** None where there is no such folder yet. */
async function numberedIn(folder: string, deeper: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry): Promise<string[]> => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return deeper === 0 ? [] : numberedIn(path, deeper - 1);
    return NUMBERED.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}
