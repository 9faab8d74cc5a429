// The folder whose runs the studio shows. A run is a folder directly below it. Names and paths come from outside, so
// that each is checked: nothing outside of the folder is read, not by "..", and not by a link that leads elsewhere.

import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve, sep } from "node:path";
import { cannotRead, isSystemError } from "../training/atomic-file.ts";
import { Refused } from "./refused.ts";

/** Folders of a run whose files are given out, and files that lie beside them. */
const FOLDERS: ReadonlySet<string> = new Set(["samples", "models", "evaluation", "explorer"]);
const FILES: ReadonlySet<string> = new Set([
  "run.json",
  "metrics.json",
  "mixture.json",
  "losses.png",
  "report.md",
  "evaluation.json",
  "evaluation.md",
]);
const EXTENSIONS: ReadonlySet<string> = new Set([".png", ".onnx", ".json", ".md", ".f32"]);

export class RunsFolder {
  /** As it was named. */
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /**
   * Names of all runs, sound or not, in no order; none where the folder is not there yet.
   *
   * @throws UserError where it cannot be read
   */
  async names(): Promise<string[]> {
    const entries = await readdir(this.path).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw isSystemError(error) ? cannotRead(this.path, error) : error;
    });
    const runs = await Promise.all(
      entries.filter(isName).map(async (name) => {
        try {
          return (await stat(join(this.path, name, "run.json"))).isFile() ? name : undefined;
        } catch (error) {
          // What is there and cannot be read is a broken run; a file beside the runs is none.
          return isMissing(error) || codeOf(error) === "ENOTDIR" ? undefined : name;
        }
      }),
    );
    return runs.filter((name) => name !== undefined);
  }

  /** Where a run of this name lies, or would lie. */
  placeOf(name: string): string {
    if (!isName(name)) throw new Refused(`there is no run "${name}"`, 404);
    return join(this.path, name);
  }

  /**
   * The path of a run.
   *
   * @throws Refused where there is none, or it lies elsewhere
   */
  async pathOf(name: string): Promise<string> {
    const path = this.placeOf(name);
    const [real, root] = await Promise.all([path, this.path].map((each) => realpath(each).catch(() => "")));
    if (real === "" || root === "") throw new Refused(`there is no run "${name}"`, 404);
    if (dirname(real!) !== root) throw new Refused(`run "${name}" lies outside of the folder of runs`, 403);
    return path;
  }

  /**
   * The path of a file of a run that may be given out, such as "samples/generated-0000100.png".
   *
   * @throws Refused for any other
   */
  async fileOf(name: string, file: string): Promise<string> {
    const run = await this.pathOf(name);
    const parts = file.split("/");
    const known =
      parts.length === 1
        ? FILES.has(file)
        : parts.length === 2 && FOLDERS.has(parts[0]!) && isName(parts[1]!);
    if (!known || !EXTENSIONS.has(extname(file))) throw new Refused(`run "${name}" has no file ${file}`, 404);
    const path = join(run, ...parts);
    const [real, own] = await Promise.all([path, run].map((each) => realpath(each).catch(() => "")));
    if (real === "") throw new Refused(`run "${name}" has no file ${file}`, 404);
    if (!real!.startsWith(own + sep)) throw new Refused(`${file} lies outside of run "${name}"`, 403);
    return path;
  }
}

const codeOf = (error: unknown) => (isSystemError(error) ? error.code : undefined);
const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";

/** One part of a path, and not a hidden one. */
function isName(text: string): boolean {
  return text !== "" && !text.startsWith(".") && !/[\\/\0]/.test(text) && basename(text) === text;
}
