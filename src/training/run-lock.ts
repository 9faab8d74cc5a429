// One process at a time trains a run: the file `lock` in its folder names the process that does.
//
// A killed process leaves its lock behind, so a lock counts only while its process runs. Process numbers come
// again, soon in a container; on Linux the lock therefore also holds when the process began, and a later process
// of the same number is told apart by that. A lock made on another machine (a shared disk) cannot be judged from
// here and counts.

import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { cannotWrite, isSystemError, processExists, withTemporary } from "./atomic-file.ts";

const OWNER = z.object({ pid: z.int().positive(), host: z.string(), began: z.string() });
type Owner = z.infer<typeof OWNER>;

const held = new Set<string>();

/** The run is being trained by another process. */
export class RunLockedError extends UserError {}

/** A lock that this process holds. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * Take the lock of a run's folder.
 * @throws RunLockedError (exit code 1) naming the process that trains the run already.
 */
export async function lockRun(runDirectory: string): Promise<RunLock> {
  const path = join(resolve(runDirectory), "lock");
  const own: Owner = { pid: process.pid, host: hostname(), began: await beginningOf(process.pid) };
  for (let unreadable = 0; ; ) {
    try {
      await writeFile(path, `${JSON.stringify(own)}\n`, { flag: "wx", flush: true });
      held.add(path);
      return { release: () => release(path) };
    } catch (error) {
      if (!isSystemError(error) || error.code !== "EEXIST") {
        throw isSystemError(error) ? cannotWrite(path, error) : error;
      }
    }
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) continue; // Released just now.
    const owner = parseOwner(text);
    if (owner === undefined && ++unreadable < 10) {
      await wait(50); // Another process may be between making the file and writing into it.
      continue;
    }
    if (owner !== undefined && (await isAlive(owner, path))) {
      const where = owner.host === hostname() ? "" : ` on ${owner.host}`;
      const advice = where === "" ? "wait for it or stop it" : `if it runs no more, delete ${path}`;
      throw new RunLockedError(
        `${runDirectory} is being trained by process ${owner.pid}${where}; ${advice}`,
        {
          exitCode: 1,
        },
      );
    }
    await setAside(path, text);
  }
}

/** Whether a living process trains the run just now. */
export async function isLocked(runDirectory: string): Promise<boolean> {
  const path = join(resolve(runDirectory), "lock");
  const text = await readFile(path, "utf8").catch(() => undefined);
  const owner = text === undefined ? undefined : parseOwner(text);
  return owner !== undefined && isAlive(owner, path);
}

async function release(path: string): Promise<void> {
  if (!held.delete(path)) return;
  await rm(path, { force: true }).catch(() => {}); // Left behind it does no harm: its process will be gone.
}

/** Remove a dead process's lock, and only that one: another process may have just replaced it by its own. */
async function setAside(path: string, text: string): Promise<void> {
  await withTemporary(path, async (aside) => {
    try {
      await rename(path, aside);
    } catch (error) {
      if (isSystemError(error) && error.code === "ENOENT") return;
      throw isSystemError(error) ? cannotWrite(path, error) : error;
    }
    const moved = await readFile(aside, "utf8");
    if (moved !== text) await writeFile(path, moved, { flag: "wx" }).catch(() => {});
  });
}

async function isAlive(owner: Owner, path: string): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  if (owner.pid === process.pid) {
    return held.has(path) || (owner.began === (await beginningOf(process.pid)) && owner.began !== "");
  }
  if (!processExists(owner.pid)) return false;
  const began = await beginningOf(owner.pid);
  return began === "" || owner.began === "" || began === owner.began;
}

function parseOwner(text: string): Owner | undefined {
  try {
    return OWNER.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** When a process began, as Linux tells it: the boot, and the ticks since then. Elsewhere "". */
async function beginningOf(pid: number): Promise<string> {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    const status = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field, the program's name in brackets, may hold spaces and brackets; the 22nd is the one.
    const ticks = status.slice(status.lastIndexOf(")") + 2).split(" ")[19];
    return ticks === undefined ? "" : `${boot}/${ticks}`;
  } catch {
    return "";
  }
}
