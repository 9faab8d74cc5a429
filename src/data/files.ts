// Files a user names, with one clear line where they cannot be read.

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";

/** Why the system refused, in words; undefined for anything that is not a system's refusal. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  switch (error.code) {
    case "ENOENT":
      return "there is no such file or folder";
    case "EACCES":
    case "EPERM":
      return "permission is denied";
    case "EISDIR":
      return "it is a folder, not a file";
    case "ENOTDIR":
      return "it is not a folder";
    case "ENOSPC":
      return "the disk is full";
    case "EROFS":
      return "the disk is read-only";
    default:
      return typeof error.code === "string" && "syscall" in error ? error.message : undefined;
  }
}

async function readable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new UserError(`cannot read ${path}: ${reason}`, { cause: error });
  }
}

/** The whole of a file. */
export const readBytes = (path: string): Promise<Buffer> => readable(path, () => readFile(path));

/** The entries of a folder by name, without hidden ones. */
export interface Listing {
  readonly files: string[];
  readonly folders: string[];
  /** Symbolic links to what is not there. */
  readonly broken: string[];
}

/** What a folder holds, in the order of the names' UTF-16 units, on every system. */
export async function listFolder(path: string): Promise<Listing> {
  const entries = await readable(path, () => readdir(path, { withFileTypes: true }));
  const files: string[] = [];
  const folders: string[] = [];
  const broken: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const kind = entry.isSymbolicLink() ? await kindOf(join(path, entry.name)) : entry;
    if (kind?.isFile()) files.push(entry.name);
    else if (kind?.isDirectory()) folders.push(entry.name);
    else if (kind === undefined) broken.push(entry.name);
  }
  return { files: files.sort(), folders: folders.sort(), broken: broken.sort() };
}

/** @throws UserError where one of a folder's broken links is one that `isNeeded` */
export function refuseBroken(
  directory: string,
  { broken }: Listing,
  isNeeded: (name: string) => boolean,
): void {
  const needed = broken.find(isNeeded);
  if (needed === undefined) return;
  throw new UserError(
    `cannot read ${join(directory, needed)}: it is a link to something that is not there; remove the link, or bring back what it leads to`,
  );
}

/** What a path leads to; undefined where there is nothing. */
export async function kindOf(
  path: string,
): Promise<{ isFile(): boolean; isDirectory(): boolean } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    const reason = systemReason(error);
    throw reason === undefined ? error : new UserError(`cannot read ${path}: ${reason}`, { cause: error });
  }
}
