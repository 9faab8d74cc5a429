// The command as it is published, built from the present source into a folder of its own, to be started as a
// process.

import { execFile } from "node:child_process";
import { copyFile, cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface BuiltCommand {
  /** The file to give to Node. */
  readonly file: string;
  remove(): Promise<void>;
}

/** Builds it; takes about a second. */
export async function buildCommand(): Promise<BuiltCommand> {
  const folder = await mkdtemp(join(tmpdir(), "gamelan-built-"));
  await promisify(execFile)(process.execPath, [
    join(root, "node_modules", "typescript", "bin", "tsc"),
    ...["--project", join(root, "tsconfig.build.json"), "--outDir", join(folder, "dist")],
    // Types are checked elsewhere.
    ...["--noCheck", "--declaration", "false", "--sourceMap", "false"],
  ]);
  await copyFile(join(root, "package.json"), join(folder, "package.json"));
  await cp(join(root, "bin"), join(folder, "bin"), { recursive: true });
  // On Windows a junction needs no special rights.
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return {
    file: join(folder, "bin", "gamelan.js"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
