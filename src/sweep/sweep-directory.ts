// The folder of a sweep, `sweeps/NAME/`:
//
//   spec.json       what was asked for (spec.ts)
//   results.jsonl   what has come of each run (results.ts)
//   runs/           the runs, as gamelan train makes them (../training/run-directory.ts)
//   table.csv, sweep.png, report.md   the result; written at the end
//   lock            the process that conducts it just now

import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../errors.ts";
import {
  cannotRead,
  cannotWrite,
  isSystemError,
  makeFolder,
  writeFileAtomic,
} from "../training/atomic-file.ts";
import { type CompleteSpec, checkSpec } from "./spec.ts";

const SPEC = "spec.json";
/** Where sweeps are unless told. */
const PARENT = "sweeps";
/** How the work is done, not what is done: these may change when a sweep goes on. */
const OF_THE_MACHINE = ["processes", "threads", "device"];

/**
 * Makes the folder of a new sweep, or finds that of the same sweep begun before.
 *
 * @param out the folder; a fresh one below `sweeps` unless told
 * @throws UserError where the folder holds something else, or a sweep of another spec
 */
export async function sweepDirectory(spec: CompleteSpec, out?: string): Promise<string> {
  if (out === undefined) return freshDirectory(spec);
  const names = await readdir(out).catch((error: unknown): string[] => {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw isSystemError(error) ? cannotRead(out, error) : error;
  });
  if (names.includes(SPEC)) {
    const before = await readSpec(out);
    const other = differing(before, spec);
    if (other === undefined) return out;
    throw new UserError(
      `${out} is a sweep with another ${other}; choose another folder, or go on with that one: gamelan sweep ${out}`,
    );
  }
  if (names.length > 0) throw new UserError(`${out} is not empty and not a sweep; choose another folder`);
  await makeFolder(out);
  await writeSpec(out, spec);
  return out;
}

/**
 * What a sweep begun before was asked to do.
 * @throws UserError where the folder is no sweep, or damaged
 */
export async function readSpec(path: string): Promise<CompleteSpec> {
  const file = join(path, SPEC);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isSystemError(error) && ["ENOENT", "ENOTDIR"].includes(error.code ?? ""))
      throw new UserError(`${path} is not a sweep: it has no ${SPEC}`);
    throw isSystemError(error) ? cannotRead(file, error) : error;
  });
  return checkSpec(parseJson(text, file), file);
}

/** A text as JSON. */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${name} is not JSON: ${(error as Error).message}`);
  }
}

async function writeSpec(path: string, spec: CompleteSpec): Promise<void> {
  await writeFileAtomic(join(path, SPEC), `${JSON.stringify(spec, null, 2)}\n`);
}

/** The first field in which two sweeps are not the same. */
function differing(one: CompleteSpec, other: CompleteSpec): string | undefined {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof CompleteSpec>;
  return [...fields].find(
    (field) => !OF_THE_MACHINE.includes(field) && !isDeepStrictEqual(one[field], other[field]),
  );
}

async function freshDirectory(spec: CompleteSpec): Promise<string> {
  await makeFolder(PARENT);
  const data = basename(spec.data).replace(/\.[^.]*$/, "");
  const stem = `${spec.model}-${data}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60);
  for (let number = 1; ; number++) {
    const path = join(PARENT, `${stem}-${number}`);
    try {
      await mkdir(path);
    } catch (error) {
      if (isSystemError(error) && error.code === "EEXIST") continue;
      throw isSystemError(error) ? cannotWrite(path, error) : error;
    }
    await writeSpec(path, spec);
    return path;
  }
}
