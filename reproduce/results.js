/**
 * What has come of a reproduction's trials: `results.jsonl`, one JSON object a line, forced to the disk before the next
 * trial begins. A crash may leave half a line at the end, which is cut off when the file is opened again.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * @typedef {object} Result
 * @property {string} trial
 * @property {number} seed
 * @property {string} key of what was trained and measured: a trial whose options have changed since is another one
 * @property {Record<string, number | null>} [measures] JSON has no NaN: null
 * @property {number} [seconds] of training, all sittings together
 * @property {string} [failed] why there are no measures
 * @property {import("./measured.js").Measured} [measured] when and where
 */

/**
 * Digits that change with what is asked for.
 *
 * @param {unknown} request plain JSON
 */
export const keyOf = (request) =>
  createHash("sha256")
    .update(JSON.stringify(request ?? null))
    .digest("hex")
    .slice(0, 8);

export class Results {
  #handle;
  #all;

  /**
   * @param {import("node:fs/promises").FileHandle} handle
   * @param {Result[]} all
   */
  constructor(handle, all) {
    this.#handle = handle;
    this.#all = all;
  }

  /** @param {string} path */
  static async open(path) {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, "a");
    const bytes = await readFile(path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    await truncate(path, whole);
    const lines = bytes.subarray(0, whole).toString("utf8").split("\n");
    /** @type {Result[]} */
    const all = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
    return new Results(handle, all);
  }

  /**
   * @param {Pick<Result, "trial" | "seed" | "key">} wanted
   * @returns {Result | undefined}
   */
  get({ trial, seed, key }) {
    return this.#all.findLast((one) => one.trial === trial && one.seed === seed && one.key === key);
  }

  /**
   * The newest result of each seed of a trial, by seed.
   *
   * @param {string} trial
   * @param {string} key
   */
  of(trial, key) {
    const bySeed = new Map(
      this.#all.flatMap((one) => (one.trial === trial && one.key === key ? [[one.seed, one]] : [])),
    );
    return [...bySeed.values()].sort((a, b) => a.seed - b.seed);
  }

  /**
   * Adds a result; it is on the disk when the promise is kept.
   *
   * @param {Result} result
   */
  async add(result) {
    await this.#handle.appendFile(`${JSON.stringify(result)}\n`);
    await this.#handle.sync();
    this.#all.push(result);
  }

  close() {
    return this.#handle.close();
  }
}
