// The folder of a run, `runs/NAME/`:
//
//   run.json       all that is needed to repeat the run (RunDescription below)
//   events.jsonl   what happened, round by round (events.ts)
//   checkpoints/   the state to go on from (checkpoint.ts)
//   samples/       pictures by round
//   models/        trained networks as .onnx
//   report.md      the result, in words and figures; written at the end
//   lock           the process that trains it just now (run-lock.ts)
//
// It appears whole: it is made under a temporary name and renamed when complete, so that a crash leaves a run or
// nothing.

import { mkdir, readdir, readFile, rename, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { tableSchema } from "../data/table/schema.ts";
import { UserError } from "../errors.ts";
import { checkKind } from "../given.ts";
import {
  cannotRead,
  cannotWrite,
  isSystemError,
  makeFolder,
  removeStaleTemporaries,
  syncFolder,
  withTemporary,
  writeFileAtomic,
} from "./atomic-file.ts";
import { lockRun, type RunLock } from "./run-lock.ts";

/** The version of the folder's layout and of run.json. */
export const RUN_FORMAT = 1;

const jsonObject = z.record(z.string(), z.json());

/** What `run.json` holds. */
export const runDescription = z.object({
  format: z.literal(RUN_FORMAT),
  /** The versions of gamelan and of what it ran on (onnxruntime, node, …). */
  versions: z.object({ gamelan: z.string() }).catchall(z.string()),
  /** A name of the catalogue. */
  model: z.string().min(1),
  /** The model's own options, complete. */
  options: jsonObject,
  data: z.object({
    /** A name or a path, as the user gave it. */
    source: z.string().min(1),
    /** A checksum over the data, to notice that a run is resumed on other data. */
    fingerprint: z.string(),
    /** How it was read: sizes, splits. */
    options: jsonObject.default({}),
    /** What the model was built for, so that it can be opened without the data. */
    examples: z.object({
      specification: z.object({
        kind: z.enum(["image", "vector"]),
        shape: z.array(z.int().positive()).readonly(),
        classes: z.int().positive().optional(),
        target: z
          .object({
            kind: z.enum(["image", "vector"]),
            shape: z.array(z.int().positive()).readonly(),
            paired: z.boolean(),
          })
          .optional(),
      }),
      count: z.int().positive(),
      dtype: z.enum(["uint8", "float32"]),
      labelled: z.boolean(),
      target: z.object({ count: z.int().positive(), dtype: z.enum(["uint8", "float32"]) }).optional(),
    }),
    /** Of a table: how its rows are vectors, so that new rows become the same and vectors rows again. */
    table: tableSchema.optional(),
  }),
  seed: z.int().nonnegative(),
  /** Samples a step. */
  batch: z.int().positive(),
  device: z.string().min(1),
  /** Threads of computation; 0 leaves it to the runtime. */
  threads: z.int().nonnegative(),
  /** How long the run was asked to be; one of the two. */
  epochs: z.number().positive().optional(),
  rounds: z.int().positive().optional(),
  /** The round at which it then ends. */
  lastRound: z.int().positive().optional(),
  /** When the run was made, in ISO 8601. */
  created: z.iso.datetime({ offset: true }),
  /** Anything else that is needed to repeat the run, such as how often checkpoints are saved. */
  settings: jsonObject.default({}),
});

export type RunDescription = z.output<typeof runDescription>;

/** A description to make a run from. `created` is now unless told. */
export type NewRunDescription = Omit<z.input<typeof runDescription>, "format" | "created"> & {
  readonly created?: string;
};

/** An open run. Paths are below `path`, which is as the caller gave it. */
export interface Run {
  readonly path: string;
  readonly name: string;
  readonly description: RunDescription;
  readonly eventsPath: string;
  readonly samplesPath: string;
  readonly checkpointsPath: string;
  readonly modelsPath: string;
  readonly reportPath: string;
  /** Change the description, on the disk as well: a resumed run may be asked for more epochs. */
  update(changes: Partial<Omit<RunDescription, "format">>): Promise<void>;
  /** Let go of the run's lock. The run's files need no closing. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const FOLDERS = ["checkpoints", "samples", "models"] as const;

/**
 * Make a run below `parent` (which is made too) and open it for training.
 *
 * @param options `name`: the folder's name; without it one like `autoencoder-mnist-1` that is not taken. A folder
 * of that name must be empty or absent.
 * @throws UserError when the name is taken or unfit (exit code 2), or the folder cannot be written (1).
 *
 * @example
 * await using run = await createRun("runs", {
 *   versions: { gamelan: "0.1.0" }, model: "autoencoder", options: { latent: 32 },
 *   data: { source: "mnist", fingerprint: "crc32:…" }, seed: 0, batch: 128, device: "cpu", threads: 0, epochs: 5,
 * });
 * run.path; // "runs/autoencoder-mnist-1"
 */
export async function createRun(
  parent: string,
  description: NewRunDescription,
  { name }: { name?: string } = {},
): Promise<Run> {
  const complete = runDescription.parse({
    ...description,
    format: RUN_FORMAT,
    created: description.created ?? new Date().toISOString(),
  });
  if (name !== undefined) checkRunName(name);
  const names = await listOrMake(parent);
  const path = join(parent, name ?? freshName(names, complete));
  if (name !== undefined) await checkFree(path);

  try {
    await withTemporary(path, async (temporary) => {
      await mkdir(temporary);
      for (const folder of FOLDERS) await mkdir(join(temporary, folder));
      await writeFile(join(temporary, "events.jsonl"), "");
      await writeFileAtomic(join(temporary, "run.json"), textOf(complete));
      await syncFolder(temporary);
      // Windows does not rename onto a folder, not even an empty one.
      if (name !== undefined) await rmdir(path).catch(() => {});
      await rename(temporary, path);
    });
    await syncFolder(parent);
  } catch (error) {
    // Another process may have taken the name a moment ago.
    const taken = isSystemError(error) && ["ENOTEMPTY", "EEXIST", "EPERM"].includes(error.code ?? "");
    if (taken && name === undefined && (await exists(path))) return createRun(parent, description);
    throw isSystemError(error) ? cannotWrite(path, error) : error;
  }
  return openRun(path, { mode: "train" });
}

/**
 * Open a run.
 *
 * @param options `mode`: "read" to use what it has learned; "train" to go on training it, which locks it against
 * other processes and removes what a killed one left half written.
 * @throws UserError, one line, when it is not a run, is damaged, of another version, or being trained elsewhere.
 */
export async function openRun(
  path: string,
  { mode = "read" }: { mode?: "read" | "train" } = {},
): Promise<Run> {
  checkKind("a run's folder", path, "text");
  const found = await stat(path).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw isSystemError(error) ? cannotRead(path, error) : error;
  });
  if (found === undefined) throw new UserError(`there is no run at ${path}`);
  if (!found.isDirectory()) throw new UserError(`${path} is a file; a run is a folder with a run.json in it`);
  // Locked before it is read: the process that held it may just have changed the description.
  if (!(await exists(join(path, "run.json")))) {
    throw new UserError(`${path} is not a run: it has no run.json; a run is a folder made by gamelan train`);
  }
  const lock = mode === "train" ? await lockRun(path) : undefined;
  try {
    const description = await readDescription(join(path, "run.json"));
    await checkParts(path);
    if (mode === "train") {
      for (const folder of ["", ...FOLDERS]) await removeStaleTemporaries(join(path, folder));
    }
    return new OpenRun(path, description, lock);
  } catch (error) {
    await lock?.release();
    throw isSystemError(error) ? cannotRead(path, error) : error;
  }
}

/** Whether there is a run at this path, sound or not. */
export async function isRun(path: string): Promise<boolean> {
  return exists(join(path, "run.json"));
}

class OpenRun implements Run {
  readonly path: string;
  readonly name: string;
  #description: RunDescription;
  readonly #lock: RunLock | undefined;

  constructor(path: string, description: RunDescription, lock: RunLock | undefined) {
    this.path = path;
    this.name = basename(path);
    this.#description = description;
    this.#lock = lock;
  }

  get description(): RunDescription {
    return this.#description;
  }
  get eventsPath(): string {
    return join(this.path, "events.jsonl");
  }
  get samplesPath(): string {
    return join(this.path, "samples");
  }
  get checkpointsPath(): string {
    return join(this.path, "checkpoints");
  }
  get modelsPath(): string {
    return join(this.path, "models");
  }
  get reportPath(): string {
    return join(this.path, "report.md");
  }

  async update(changes: Partial<Omit<RunDescription, "format">>): Promise<void> {
    if (this.#lock === undefined) throw new Error("a run opened to be read cannot be changed");
    const description = runDescription.parse({ ...this.#description, ...changes });
    await writeFileAtomic(join(this.path, "run.json"), textOf(description));
    this.#description = description;
  }

  async close(): Promise<void> {
    await this.#lock?.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function textOf(description: RunDescription): string {
  return `${JSON.stringify(description, undefined, 2)}\n`;
}

async function readDescription(path: string): Promise<RunDescription> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw isSystemError(error) ? cannotRead(path, error) : error;
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError(`${path} is damaged: it is not JSON; the run cannot be used without it`);
  }
  // The version first: in another version anything else may be different too.
  const version = z.object({ format: z.number() }).safeParse(json);
  if (version.success && version.data.format !== RUN_FORMAT) {
    const { format } = version.data;
    const advice = format > RUN_FORMAT ? "update gamelan" : "use the version of gamelan that made it";
    throw new UserError(`${path} has run format ${format}, and this gamelan reads ${RUN_FORMAT}: ${advice}`);
  }
  const result = runDescription.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  const what = (issue?.message ?? "unreadable").replace(/^Invalid input: /, "");
  throw new UserError(`${path} is damaged: ${where}${what}`);
}

async function checkParts(path: string): Promise<void> {
  for (const part of ["events.jsonl", ...FOLDERS]) {
    const found = await stat(join(path, part)).catch(() => undefined);
    const folder = part !== "events.jsonl";
    const whole = folder ? found?.isDirectory() : found?.isFile();
    if (whole) continue;
    const what = found === undefined ? "is missing" : folder ? "is not a folder" : "is not a file";
    throw new UserError(`${path} is not a complete run: its ${part} ${what}; copy the whole folder`);
  }
}

/** @throws UserError where a run cannot have this name */
export function checkRunName(name: string): void {
  // What Windows refuses in a name, since a run should be able to move there.
  if (/^[^<>:"/\\|?*\p{Cc}]{1,200}$/u.test(name) && !/^\.|[. ]$/.test(name)) return;
  throw new UserError(
    `a run cannot be named ${JSON.stringify(name)}: use letters, digits, "-", "_" and "." (not first or last)`,
  );
}

async function checkFree(path: string): Promise<void> {
  const names = await readdir(path).catch((error: unknown): string[] => {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw isSystemError(error) ? cannotWrite(path, error) : error;
  });
  if (names.includes("run.json")) {
    throw new UserError(
      `${path} is a run already: gamelan resume ${path} goes on with it, or choose another name`,
    );
  }
  if (names.length > 0) throw new UserError(`${path} is not empty and not a run: choose another folder`);
}

/** A name for a new run below `parent` that no run there has, and none of `taken`. */
export async function freshRunName(
  parent: string,
  {
    model,
    data,
    taken = [],
  }: { readonly model: string; readonly data: string; readonly taken?: readonly string[] },
): Promise<string> {
  return freshName([...(await listOrMake(parent)), ...taken], { model, data: { source: data } });
}

function freshName(
  taken: readonly string[],
  { model, data }: { readonly model: string; readonly data: { readonly source: string } },
): string {
  const stem = `${plain(model)}-${plain(basename(data.source).replace(/\.[^.]*$/, ""))}`;
  // One more than the highest, so that a name is not used again after a run in the middle is deleted. Letter
  // case does not count: on some disks it does not tell two names apart.
  let highest = 0;
  for (const name of taken) {
    const number = name.toLowerCase().startsWith(`${stem}-`) ? name.slice(stem.length + 1) : "";
    if (/^\d{1,9}$/.test(number)) highest = Math.max(highest, Number(number));
  }
  return `${stem}-${highest + 1}`;
}

function plain(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return words.slice(0, 60).replace(/^-+|-+$/g, "") || "data";
}

async function listOrMake(parent: string): Promise<string[]> {
  try {
    await makeFolder(parent);
    await removeStaleTemporaries(parent);
    return await readdir(parent);
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(parent, error) : error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    // Of what cannot be looked at, the reading will say why.
    (error: unknown) => !isSystemError(error) || !["ENOENT", "ENOTDIR"].includes(error.code ?? ""),
  );
}

/** The seed that a run's data were read by: its own, unless they had another. */
export const dataSeedOf = ({ seed, data }: Pick<RunDescription, "seed" | "data">): number =>
  (data.options as { readonly seed?: number }).seed ?? seed;
