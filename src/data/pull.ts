// Fetching a published data set.
//
// Each file is written under its name with `.part` at the end, checked against its SHA-256, synced and only then
// renamed: a file under its own name is always whole. What a broken connection left in the `.part` is continued
// where the server can (a range request), by the next try or by the next run. Mirrors are tried in turn, each with
// retries whose pauses double; wrong bytes or a refusal (404 and the like) go straight to the next mirror.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { systemReason } from "./files.ts";
import { dataDirectories } from "./locations.ts";
import { type PublishedFile, type PublishedSet, publishedSets } from "./published.ts";

export interface PullOptions {
  /** Fetches from here instead of the publisher's mirrors. */
  readonly baseUrl?: string;
  /** Where to put the files: by default NAME in $GAMELAN_DATA, else NAME in the user's cache. */
  readonly directory?: string;
  /** Called as bytes arrive: how many of all the files' bytes are there. */
  readonly onProgress?: (bytes: number, total: number) => void;
  /** Ends the download; what has arrived is kept for the next time. */
  readonly signal?: AbortSignal;
  /** How often to try again at a mirror that fails: 4. */
  readonly retries?: number;
  /** Milliseconds before the first retry, doubled for each further one: 500. */
  readonly retryDelay?: number;
  /** Milliseconds without a byte after which a connection counts as broken: 30,000. */
  readonly stallTimeout?: number;
  /** What to fetch, where it is not a set of the table. */
  readonly set?: PublishedSet;
}

export interface PullResult {
  readonly directory: string;
  /** The files that were fetched; those that were already there and whole are not. */
  readonly fetched: readonly string[];
}

/** A mirror refused, or sent something else: trying again there is no use. */
class WrongMirror extends Error {}

/**
 * Fetches the files of a published set that are not there yet, or are not whole.
 *
 * @throws UserError (exit 1) where no mirror gave the files, or they cannot be written; the signal's reason if aborted
 * @example
 * await pullDataset("mnist", { onProgress: (bytes, total) => console.error(`${bytes} of ${total}`) });
 */
export async function pullDataset(name: string, options: PullOptions = {}): Promise<PullResult> {
  const set = options.set ?? (Object.hasOwn(publishedSets, name) ? publishedSets[name] : undefined);
  if (set === undefined) {
    const names = Object.keys(publishedSets);
    const meant = nearest(name, names);
    throw new UserError(
      `no data called "${name}" can be fetched; ${meant ? `did you mean "${meant}"?` : `there is ${names.join(", ")}`}`,
    );
  }
  const directory = options.directory ?? dataDirectories(name)[0]!;
  const mirrors = options.baseUrl === undefined ? set.mirrors : [options.baseUrl.replace(/\/*$/, "/")];
  const total = set.files.reduce((sum, file) => sum + file.bytes, 0);
  const fetched: string[] = [];
  let before = 0;
  try {
    await mkdir(directory, { recursive: true });
    for (const file of set.files) {
      options.signal?.throwIfAborted();
      const report = (bytes: number): void => options.onProgress?.(before + bytes, total);
      report(0);
      if ((await digestOf(join(directory, file.name))) !== file.sha256) {
        await pullFile(file, mirrors, directory, report, options);
        fetched.push(file.name);
      }
      before += file.bytes;
      options.onProgress?.(before, total);
    }
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new UserError(`cannot write to ${directory}: ${reason}`, { cause: error, exitCode: 1 });
  }
  return { directory, fetched };
}

async function pullFile(
  file: PublishedFile,
  mirrors: readonly string[],
  directory: string,
  report: (bytes: number) => void,
  options: PullOptions,
): Promise<void> {
  const part = join(directory, `${file.name}.part`);
  const { retries = 4, retryDelay = 500, signal } = options;
  const failures: string[] = [];
  for (const mirror of mirrors)
    for (let attempt = 0; ; attempt++)
      try {
        await fetchTo(part, new URL(file.name, mirror), file, report, options);
        await rename(part, join(directory, file.name));
        await syncDirectory(directory);
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (systemReason(error) !== undefined && !isNetwork(error)) throw error;
        if (!(error instanceof WrongMirror) && attempt < retries) {
          await sleep(retryDelay * 2 ** attempt, undefined, signal && { signal });
          continue;
        }
        failures.push(`${new URL(mirror).host}: ${messageOf(error)}`);
        break;
      }
  throw new UserError(`cannot fetch ${file.name} (${failures.join("; ")})`, { exitCode: 1 });
}

/** Brings `part` to its full length and checks it. */
async function fetchTo(
  part: string,
  url: URL,
  file: PublishedFile,
  report: (bytes: number) => void,
  { signal, stallTimeout = 30_000 }: PullOptions,
): Promise<void> {
  let have = await sizeOf(part);
  if (have >= file.bytes) {
    if (have === file.bytes && (await digestOf(part)) === file.sha256) return;
    await rm(part);
    have = 0;
  }
  const continued = have > 0;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error("no answer")), stallTimeout);
  const out = await open(part, have > 0 ? "a" : "w");
  try {
    const response = await fetch(url, {
      headers: { "accept-encoding": "identity", ...(have > 0 && { range: `bytes=${have}-` }) },
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    });
    if (response.status === 206 && have > 0) {
      if (!response.headers.get("content-range")?.startsWith(`bytes ${have}-`))
        throw new WrongMirror("it sent another range than was asked for");
    } else if (response.status === 200) {
      await out.truncate(0);
      have = 0;
    } else {
      await response.body?.cancel();
      const passing = response.status >= 500 || response.status === 408 || response.status === 429;
      const message = `it answered ${response.status} ${response.statusText}`.trim();
      throw passing ? new Error(message) : new WrongMirror(message);
    }
    if (response.body === null) throw new Error("it sent nothing");
    for await (const chunk of response.body) {
      timer.refresh();
      await writeAll(out, chunk);
      have += chunk.length;
      if (have > file.bytes) break;
      report(have);
    }
    await out.sync();
  } finally {
    clearTimeout(timer);
    await out.close();
  }
  if (have < file.bytes) throw new Error(`it stopped after ${have} of ${file.bytes} bytes`);
  if (have > file.bytes || (await digestOf(part)) !== file.sha256) {
    await rm(part);
    const message =
      have > file.bytes ? "it sent more bytes than the file has" : "it sent other bytes than were published";
    // After a continuation the first piece may be at fault; from the start again it may be right.
    throw continued ? new Error(message) : new WrongMirror(message);
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
}

/** fetch wraps what went wrong below it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

/** Errors of sockets and names have codes too, but are no refusals of the file system. */
function isNetwork(error: unknown): boolean {
  return error instanceof Error && !("path" in error) && !("code" in error && error.code === "ENOSPC");
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}

/** The SHA-256 of a file; undefined where there is none. */
async function digestOf(path: string): Promise<string | undefined> {
  if ((await sizeOf(path)) === 0) return undefined;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** Makes the rename last through a power cut, where the system lets a folder be synced. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows cannot open folders; there the rename alone has to do.
  }
}
