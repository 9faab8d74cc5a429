/**
 * The history of step times: bench/history.jsonl has a line for each workload of each recorded commit. Milliseconds
 * belong to the machine and the hour, so a line keeps ratios beside them: to PyTorch in the same alternating rounds, and
 * to what a large matrix product reached in those minutes.
 */
import { spawnSync } from "node:child_process";
import { appendFile, readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { jsonObjects } from "./lines.js";

/**
 * @typedef {object} HistoryLine
 * @property {string} commit short; with a "+" where files had changed since
 * @property {string} date ISO 8601, the day
 * @property {string} processor
 * @property {number} cores
 * @property {string} node
 * @property {string} onnxruntime
 * @property {string} workload
 * @property {number} threads
 * @property {Record<string, { version: string, ms: number, ratio: number | null, low: number | null, high: number | null }>} engines
 *   median of the rounds' medians; time over Gamelan's, of the medians, and the lowest and highest of one round
 * @property {number | null} gflop arithmetic of a step
 * @property {number | null} peak_gflops what the matrix product reached
 * @property {number | null} of_peak the part of it that a step of Gamelan's reached
 */

export const historyFile = fileURLToPath(new URL("./history.jsonl", import.meta.url));

const git = (/** @type {string[]} */ ...args) => {
  const { status, stdout } = spawnSync("git", args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : undefined;
};

/** The commit that is checked out. */
export function commit() {
  const name = git("rev-parse", "--short", "HEAD") ?? "unknown";
  const changed = git("status", "--porcelain", "--untracked-files=no", "--", "src", "package-lock.json");
  return changed ? `${name}+` : name;
}

/**
 * A workload's line, where Gamelan was measured.
 *
 * @param {readonly import("./alternate.js").Summary[]} summaries of one workload
 * @param {{ gflop: number | undefined, peak: number | undefined, onnxruntime: string }} more
 * @returns {HistoryLine | undefined}
 */
export function historyLine(summaries, { gflop, peak, onnxruntime }) {
  const own = summaries.find(({ name }) => name === "gamelan");
  if (own === undefined) return undefined;
  const reached = gflop === undefined ? undefined : (gflop / own.median_ms) * 1000;
  const three = (/** @type {number | undefined} */ value) =>
    value === undefined ? null : Number(value.toPrecision(3));
  return {
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    node: process.versions.node,
    onnxruntime,
    workload: own.workload,
    threads: own.threads,
    engines: Object.fromEntries(
      summaries.map(({ name, engine, median_ms, ratio }) => [
        name,
        {
          version: engine,
          ms: Number(median_ms.toPrecision(4)),
          ratio: name === "gamelan" ? null : three(ratio?.median),
          low: name === "gamelan" ? null : three(ratio?.low),
          high: name === "gamelan" ? null : three(ratio?.high),
        },
      ]),
    ),
    gflop: gflop ?? null,
    peak_gflops: peak ?? null,
    of_peak: reached === undefined || peak === undefined ? null : three(reached / peak),
  };
}

/** @param {HistoryLine} line */
export const record = (line) => appendFile(historyFile, `${JSON.stringify(line)}\n`);

/** All lines, the oldest first. */
export async function readHistory() {
  const text = await readFile(historyFile, "utf8").catch(() => "");
  return /** @type {HistoryLine[]} */ (/** @type {unknown} */ (jsonObjects(text)));
}
