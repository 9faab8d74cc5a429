// Files that are either the old one or the new one, whatever happens in between.
//
// The new content goes to a temporary file in the same folder, is forced to the disk, and then takes the old
// file's place in one step (rename); at last the folder itself is forced to the disk, since that is where the
// name lives. A process killed in the middle leaves the old file as it was, and a temporary file whose name
// holds the number of the dead process, so that a later process knows that nobody is writing it any more.

import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../errors.ts";

/** What a file is made of: text, bytes, or chunks of bytes in order. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** One call to the system writes at most this much; some systems refuse 2 GiB and more. */
const LARGEST_WRITE = 256 * 2 ** 20;
const TEMPORARY = /^\..+\.(\d+)-\d+\.tmp$/;

const beingWritten = new Set<string>();
let counter = 0;

/**
 * Lend a name for a temporary file or folder beside `path`. It holds this process's number, so that
 * `removeStaleTemporaries` knows it. Whatever is there at the end, of failure or success, is removed.
 */
export async function withTemporary<Result>(
  path: string,
  use: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${++counter}.tmp`);
  beingWritten.add(resolve(temporary));
  try {
    return await use(temporary);
  } finally {
    await rm(temporary, { force: true, recursive: true }).catch(() => {});
    beingWritten.delete(resolve(temporary));
  }
}

/**
 * Write a file so that at any instant, even of a crash, `path` is the whole old file or the whole new one.
 * Chunks are written as they are, without being copied or joined; do not change their bytes before the promise
 * is kept. The folder must exist.
 *
 * @throws UserError (exit code 1) naming the path when the disk is full, the folder is missing or not writable,
 * and so on. The old file is then as it was and the temporary one is removed.
 *
 * @example
 * await writeFileAtomic("runs/first/report.md", "# Report\n");
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  try {
    await withTemporary(path, async (temporary) => {
      const handle = await open(temporary, "wx");
      try {
        for await (const chunk of chunksOf(content)) await writeAll(handle, chunk);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await replace(temporary, path);
    });
    await syncFolder(dirname(path));
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(path, error) : error;
  }
}

/**
 * Remove from a folder the temporary files whose process is gone. Those of processes that still run stay.
 * Returns the names removed.
 */
export async function removeStaleTemporaries(folder: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder)) {
    const owner = TEMPORARY.exec(name)?.[1];
    if (owner === undefined) continue;
    const path = join(folder, name);
    // Process numbers come again: one that is ours but that we are not writing is a dead namesake's.
    const stale =
      Number(owner) === process.pid ? !beingWritten.has(resolve(path)) : !processExists(Number(owner));
    if (!stale) continue;
    await rm(path, { force: true, recursive: true }).catch(() => {});
    removed.push(name);
  }
  return removed;
}

/** Whether a process of this number runs on this machine, whoever owns it. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error) && error.code === "EPERM";
  }
}

/** Force a folder's names to the disk, where the platform has such a thing (Windows has not). */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot; the rename is still atomic there.
    if (!isSystemError(error) || !["EINVAL", "ENOTSUP", "EOPNOTSUPP"].includes(error.code ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

/** An error that came from the operating system, with its code ("ENOSPC", "EACCES", …). */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error;
}

/** The one line a user sees when a file or folder could not be written. */
export function cannotWrite(path: string, error: NodeJS.ErrnoException): UserError {
  return new UserError(`cannot write ${path}: ${explainSystemError(error)}`, { cause: error, exitCode: 1 });
}

/** The one line a user sees when a file or folder could not be read. */
export function cannotRead(path: string, error: NodeJS.ErrnoException): UserError {
  return new UserError(`cannot read ${path}: ${explainSystemError(error)}`, { cause: error, exitCode: 1 });
}

function explainSystemError(error: NodeJS.ErrnoException): string {
  const code = error.code ?? "";
  return SYSTEM_ERRORS[code] ?? `the system says ${code || error.message}`;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space and try again",
  EDQUOT: "your disk quota is used up; free some space and try again",
  EFBIG: "the file is larger than this disk or account allows",
  EACCES: "permission denied; choose a folder that you may use",
  EPERM: "permission denied; choose a folder that you may use",
  EROFS: "the disk is read-only; choose another folder",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of that path is a file, not a folder",
  EISDIR: "that is a folder, not a file",
  ENOTEMPTY: "a folder that is not empty is in the way",
  EEXIST: "something of that name is in the way",
  ENAMETOOLONG: "the name is too long; choose a shorter one",
  EMFILE: "too many files are open",
  EIO: "the disk reports an input/output error",
  EBUSY: "another program is using it",
};

async function* chunksOf(content: FileContent): AsyncGenerator<Uint8Array> {
  if (typeof content === "string") yield Buffer.from(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, Math.min(bytes.length - done, LARGEST_WRITE));
    done += bytesWritten;
  }
}

/** Rename over the old file. Windows refuses for a moment while a virus scanner or a viewer has it open. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const passing = isSystemError(error) && ["EPERM", "EACCES", "EBUSY"].includes(error.code ?? "");
      if (process.platform !== "win32" || !passing || attempt === 10) throw error;
      await wait(10 * attempt);
    }
  }
}

/** Makes a folder that may be there already. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeEach(resolve(path));
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(path, error) : error;
  }
}

/** Node's own `recursive` never ends where a folder that is there has no room for another (Linux's /proc). */
async function makeEach(path: string): Promise<void> {
  if (await isFolder(path)) return;
  await makeEach(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    if (!(await isFolder(path))) throw error; // Else another process has made it meanwhile.
  });
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => path === dirname(path),
  );
