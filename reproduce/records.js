/**
 * What this project has measured and shows in docs/results: `reproduce/records/NAME.jsonl`, kept in the repository, so
 * that a table may be filled in many sittings and on several machines. Its lines are those of `results.jsonl`, each with
 * the day and the machine that it is of; `NAME.pictures.json` says which trainings each picture was drawn of.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Results } from "./results.js";

/** @typedef {import("./measured.js").Measured} Measured */
/** @typedef {import("./results.js").Result & { measured: Measured }} Recorded */
/** @typedef {{ caption: string, keys: readonly string[] }} RecordedPicture `keys`: of the trials it was drawn of */

export class Records {
  #results;
  #picturesPath;
  #pictures;

  /**
   * @param {Results} results
   * @param {string} picturesPath
   * @param {Map<string, RecordedPicture>} pictures by their file's name
   */
  constructor(results, picturesPath, pictures) {
    this.#results = results;
    this.#picturesPath = picturesPath;
    this.#pictures = pictures;
  }

  /**
   * @param {string} folder
   * @param {string} name of the reproduction and its variant
   */
  static async open(folder, name) {
    const picturesPath = join(folder, `${name}.pictures.json`);
    const results = await Results.open(join(folder, `${name}.jsonl`));
    try {
      const pictures = new Map(Object.entries(JSON.parse(await readFile(picturesPath, "utf8"))));
      return new Records(results, picturesPath, pictures);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT")
        return new Records(results, picturesPath, new Map());
      await results.close();
      throw error;
    }
  }

  /** @param {Pick<import("./results.js").Result, "trial" | "seed" | "key">} wanted */
  has(wanted) {
    return this.#results.get(wanted) !== undefined;
  }

  /**
   * All seeds of a trial as it is set now, in order.
   *
   * @param {string} trial
   * @param {string} key
   */
  of(trial, key) {
    return /** @type {Recorded[]} */ (this.#results.of(trial, key));
  }

  /**
   * Adds results that are not there yet.
   *
   * @param {readonly import("./results.js").Result[]} results
   * @param {Measured} measured when and where, of those that do not say so themselves
   */
  async add(results, measured) {
    for (const result of results) if (!this.has(result)) await this.#results.add({ measured, ...result });
  }

  /**
   * Whether a picture drawn of the trials of these keys is to take the place of the one that there is: not if that was
   * drawn of more, all of which are still as they were.
   *
   * @param {string} file
   * @param {readonly string[]} keys
   * @param {ReadonlySet<string>} current keys of all trials as they are set now
   */
  takesPicture(file, keys, current) {
    const there = this.#pictures.get(file);
    return (
      there === undefined || there.keys.length <= keys.length || !there.keys.every((key) => current.has(key))
    );
  }

  /** @param {string} file @param {RecordedPicture} picture */
  async addPicture(file, picture) {
    this.#pictures.set(file, { caption: picture.caption, keys: picture.keys });
    const sorted = Object.fromEntries([...this.#pictures].sort(([a], [b]) => (a < b ? -1 : 1)));
    await writeFile(this.#picturesPath, `${JSON.stringify(sorted, null, 2)}\n`);
  }

  /**
   * Pictures of trials that are still set as they were.
   *
   * @param {ReadonlySet<string>} current keys of all trials as they are set now
   */
  pictures(current) {
    return [...this.#pictures]
      .filter(([, { keys }]) => keys.every((key) => current.has(key)))
      .map(([file, { caption }]) => ({ file, caption }));
  }

  close() {
    return this.#results.close();
  }
}
