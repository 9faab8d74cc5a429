// Checkpoints: all that a run must remember to go on as if it had never stopped.
//
// `checkpoints/round-000123.safetensors` holds the state after round 123: weights, averages, optimiser slots,
// whatever the game updates, as named arrays, and a JSON value of the trainer's own (its place in the epoch,
// say). Any safetensors reader opens it. A CRC-32 over the data, the layout and the metadata tells whether it
// is what was written; it finds damage, not malice.
//
// A file is written whole or not at all, and the older ones are removed only afterwards, so at any instant the
// newest readable checkpoint is at least as new as the one before the last.

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { cannotRead, isSystemError, writeFileAtomic } from "./atomic-file.ts";
import {
  bytesOf,
  DamagedFileError,
  layOut,
  readSafetensors,
  type StoredEntry,
  type StoredTensor,
  safetensorsChunks,
  type TensorToStore,
} from "./safetensors.ts";

/** Any value that JSON can hold. */
export type Json = z.core.util.JSONType;

export interface CheckpointToSave {
  /** Rounds done. */
  readonly round: number;
  readonly tensors: ReadonlyMap<string, TensorToStore>;
  /** The trainer's own, such as the place in the epoch or the best loss so far. */
  readonly metadata: Readonly<Record<string, Json>>;
}

export interface Checkpoint {
  readonly round: number;
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, Json>>;
  /** The file it was read from. */
  readonly path: string;
}

export interface ListedCheckpoint {
  readonly round: number;
  readonly path: string;
}

export interface LatestCheckpoint {
  /** Undefined when the run has saved none. */
  readonly checkpoint: Checkpoint | undefined;
  /** A line for each newer checkpoint that was damaged and passed over. */
  readonly warnings: readonly string[];
}

const FORMAT = "gamelan-checkpoint";
const VERSION = "1";
const NAME = /^round-(\d{6,})\.safetensors$/;

/**
 * Save the state after a round, then remove old checkpoints: the newest `keep` stay, and those asked for. Those of
 * later rounds go too: they are of a course that the run has gone back from.
 * The arrays are not copied; do not change them before the promise is kept.
 *
 * @param options `keep`: how many to keep, at least 1, 2 unless told. `also`: earlier rounds whose checkpoints stay too.
 * @returns the file's path.
 * @throws UserError (exit code 1) when it cannot be written; the earlier checkpoints are then untouched.
 *
 * @example
 * const tensors = new Map([["decoder/weight", { shape: [2], data: new Float32Array([0.5, -0.5]) }]]);
 * await saveCheckpoint("runs/first", { round: 200, tensors, metadata: { epoch: 1 } });
 */
export async function saveCheckpoint(
  runDirectory: string,
  { round, tensors, metadata }: CheckpointToSave,
  { keep = 2, also = [] }: { keep?: number; also?: readonly number[] } = {},
): Promise<string> {
  if (!Number.isSafeInteger(round) || round < 0) throw new RangeError(`no such round: ${round}`);
  if (!Number.isSafeInteger(keep) || keep < 1)
    throw new RangeError(`keep at least 1 checkpoint, not ${keep}`);
  const state = STATE.safeParse(metadata);
  if (!state.success) {
    const where = state.error.issues[0]?.path.join(".") ?? "";
    throw new RangeError(`the checkpoint's metadata is not plain JSON: ${where}`);
  }
  const fields = { format: FORMAT, version: VERSION, round: String(round), state: JSON.stringify(metadata) };
  const entries = layOut(tensors);
  let sum = 0;
  for (const { name } of entries) sum = crc32(bytesOf(tensors.get(name)!.data), sum);

  const folder = join(runDirectory, "checkpoints");
  const name = fileName(round);
  const path = join(folder, name);
  await writeFileAtomic(
    path,
    safetensorsChunks(tensors, { ...fields, checksum: finish(sum, entries, fields) }),
  );

  const all = await listCheckpoints(runDirectory);
  const earlier = all.filter((other) => other.round <= round);
  const kept = new Set(earlier.slice(-keep).map((other) => other.path));
  for (const other of all) {
    if (kept.has(other.path) || (other.round <= round && also.includes(other.round))) continue;
    // One that cannot be removed now (open elsewhere, on Windows) is removed after a later save.
    await rm(other.path, { force: true }).catch(() => {});
  }
  return path;
}

/** The checkpoints of a run, oldest first. They are not opened. */
export async function listCheckpoints(runDirectory: string): Promise<ListedCheckpoint[]> {
  const folder = join(runDirectory, "checkpoints");
  const names = await readdir(folder).catch((error: unknown) => {
    throw isSystemError(error) ? cannotRead(folder, error) : error;
  });
  const found: ListedCheckpoint[] = [];
  for (const name of names) {
    const digits = NAME.exec(name)?.[1];
    if (digits === undefined) continue;
    const round = Number(digits);
    if (name === fileName(round)) found.push({ round, path: join(folder, name) });
  }
  return found.sort((a, b) => a.round - b.round);
}

/**
 * The newest checkpoint whose checksum holds. Damaged ones are passed over, with a warning for each.
 *
 * @throws UserError (exit code 1) when there are checkpoints and none can be read.
 *
 * @example
 * const { checkpoint, warnings } = await loadLatestCheckpoint("runs/first");
 * for (const line of warnings) console.warn(line);
 * checkpoint?.tensors.get("decoder/weight");
 */
export async function loadLatestCheckpoint(runDirectory: string): Promise<LatestCheckpoint> {
  const listed = await listCheckpoints(runDirectory);
  const damaged: { round: number; message: string }[] = [];
  for (const { round, path } of listed.reverse()) {
    try {
      const checkpoint = await loadCheckpoint(path);
      const warnings = damaged.map((one) => `${one.message}; going on from round ${round} instead`);
      return { checkpoint, warnings };
    } catch (error) {
      // Only what tells of a broken file or disk: to pass over a file for want of permission would lose work.
      const broken =
        error instanceof DamagedFileError ||
        (error instanceof UserError && isSystemError(error.cause) && error.cause.code === "EIO");
      if (!broken) throw error;
      damaged.push({ round, message: error.message });
    }
  }
  const newest = damaged[0];
  if (newest === undefined) return { checkpoint: undefined, warnings: [] };
  throw new UserError(
    `no checkpoint of ${runDirectory} can be read; the newest: ${newest.message}; train the model anew`,
    { exitCode: 1 },
  );
}

/** The checkpoint of a round, or undefined where there is none. */
export async function loadCheckpointOf(runDirectory: string, round: number): Promise<Checkpoint | undefined> {
  const listed = (await listCheckpoints(runDirectory)).find((other) => other.round === round);
  return listed && loadCheckpoint(listed.path);
}

/**
 * Read one checkpoint and check it.
 *
 * @throws DamagedFileError when it is not what was written; UserError when it is of another version of the
 * format, or cannot be read.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  let sum = 0;
  const { tensors, metadata, header } = await readSafetensors(path, (bytes) => {
    sum = crc32(bytes, sum);
  });
  const { checksum, ...fields } = metadata;
  if (fields.format !== FORMAT)
    throw new DamagedFileError(`${path} cannot be used: it is no checkpoint of a run`);
  if (fields.version !== VERSION) {
    throw new UserError(
      `${path} has checkpoint format ${fields.version}, and this version of gamelan reads ${VERSION}: ` +
        "use the version that wrote it",
    );
  }
  const state = stateOf(fields.state);
  const round = Number(fields.round);
  if (
    checksum !== finish(sum, header.entries, fields) ||
    state === undefined ||
    !path.endsWith(fileName(round))
  ) {
    throw new DamagedFileError(`${path} cannot be used: it is damaged (its checksum does not hold)`);
  }
  return { round, tensors, metadata: state, path };
}

/** The checksum's text, from the data's sum so far: layout and metadata come after the data. */
function finish(
  sumOfData: number,
  entries: readonly StoredEntry[],
  fields: Readonly<Record<string, string>>,
): string {
  const layout = entries.map(({ name, type, shape, begin, end }) => [name, type, shape, begin, end]);
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = crc32(JSON.stringify([layout, sorted]), sumOfData);
  return `crc32:${sum.toString(16).padStart(8, "0")}`;
}

function fileName(round: number): string {
  return `round-${String(round).padStart(6, "0")}.safetensors`;
}

const STATE = z.record(z.string(), z.json());

function stateOf(text: string | undefined): Record<string, Json> | undefined {
  try {
    return STATE.parse(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}
