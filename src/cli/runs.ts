// The run a user means: a path, or a name below `runs`.

import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { isRun } from "../training/run-directory.ts";

const PARENT = "runs";
/** Runs named where none is near to what was asked for. */
const NAMED = 5;

/**
 * The path of a run.
 *
 * @param text a path, or the name of a run below `runs`
 * @throws UserError that suggests the nearest run there is
 */
export async function findRun(text: string): Promise<string> {
  const path = text.length > 1 ? text.replace(/[/\\]+$/, "") : text;
  const below = join(PARENT, path);
  for (const candidate of [path, below]) if (path !== "" && (await isRun(candidate))) return candidate;
  if (path !== "" && (await exists(path))) return path; // No run: whoever opens it says what it lacks.

  const runs = await listRuns();
  if (runs.length === 0)
    throw new UserError(`no run "${text}", and none in ./${PARENT}; gamelan train autoencoder makes one`);
  const meant = nearest(basename(path), runs);
  const newest = runs.slice(-NAMED).map((name) => join(PARENT, name));
  throw new UserError(
    `no run "${text}"; ${meant === undefined ? `there is ${newest.join(", ")}` : `did you mean "${join(PARENT, meant)}"?`}`,
  );
}

/**
 * The path of the newest run below `runs`.
 *
 * @throws UserError where there is none
 */
export async function newestRun(): Promise<string> {
  const newest = (await listRuns()).at(-1);
  if (newest === undefined)
    throw new UserError(`there is no run in ./${PARENT}; gamelan train autoencoder makes one`);
  return join(PARENT, newest);
}

/** Names of the runs below `runs`, the newest last. */
async function listRuns(): Promise<string[]> {
  const names = await readdir(PARENT).catch(() => []);
  const found: { name: string; time: number }[] = [];
  for (const name of names) {
    const file = await stat(join(PARENT, name, "run.json")).catch(() => undefined);
    if (file !== undefined) found.push({ name, time: file.mtimeMs });
  }
  return found.sort((a, b) => a.time - b.time).map(({ name }) => name);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A path as it can be pasted into a command line. */
export const quoted = (path: string): string =>
  /[^\p{L}\p{N}\w./\\:~+=@,-]/u.test(path) ? `"${path}"` : path;
