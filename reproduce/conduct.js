/**
 * Plays the trials of a reproduction, a few at a time, each in a process of its own, and keeps what each measured before
 * the next begins. So going on after a stop or a crash is the same as beginning: what has a result is passed over, and
 * what has a folder is resumed.
 */
import { fork } from "node:child_process";
import { setMaxListeners } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../bench/usage.js";
import { measuredHere } from "./measured.js";
import { keyOf } from "./results.js";

const CHILD = fileURLToPath(new URL("./play-trial.js", import.meta.url));

/** As much of standard error as is kept to tell why a process ended. */
const KEPT = 2000;

/** @typedef {import("./reproduction.js").Trial} Trial */
/** @typedef {{ trial: Trial, seed: number, key: string, run: string }} Task */

/**
 * Every trial with every seed; seeds one after the other, so that a stopped reproduction has something of each trial.
 *
 * @param {readonly Trial[]} trials
 * @param {number} seeds
 * @param {string} folder
 * @returns {Task[]}
 */
export const tasksOf = (trials, seeds, folder) =>
  Array.from({ length: seeds }, (_, seed) =>
    trials
      // What is not trained is the same with every seed.
      .filter(({ request }) => request !== undefined || seed === 0)
      .map((trial) => {
        const name = trial.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
        return {
          trial,
          seed,
          key: keyOf([trial.request, trial.measuring]),
          run: join(folder, "runs", `${name}-seed-${seed}-${keyOf(trial.request)}`),
        };
      }),
  ).flat();

/** @param {Task} task */
export const idOf = ({ trial, seed, key }) => ({ trial: trial.name, seed, key });

/**
 * @typedef {object} Settings
 * @property {string} reproduction its name
 * @property {boolean} prepares whether it has work that all its measuring shares
 * @property {string} folder
 * @property {number} processes
 * @property {number} threads
 * @property {AbortSignal} signal stops it; runs are saved
 * @property {(part: number, task: Task) => void} onProgress part of the training that is done
 * @property {(task: Task, result: import("./results.js").Result | { lost: string }) => void} onResult
 */

/**
 * Plays what has no result yet. Runs that are lost with their process are told of, and are open again next time.
 *
 * @param {readonly Task[]} tasks
 * @param {import("./results.js").Results} results
 * @param {Settings} settings
 */
export async function conduct(tasks, results, settings) {
  await mkdir(join(settings.folder, "runs"), { recursive: true });
  setMaxListeners(0, settings.signal);
  const open = tasks.filter((task) => results.get(idOf(task)) === undefined);
  if (settings.prepares && open.length > 0) {
    const job = { reproduction: settings.reproduction, seed: 0, run: "", threads: settings.threads };
    const outcome = await playApart(job, { ...settings, onProgress: () => {} });
    if (outcome === "stopped") return;
    if ("lost" in outcome) throw new UsageError(outcome.lost);
  }
  let next = 0;
  const worker = async () => {
    for (let task = open[next++]; task !== undefined && !settings.signal.aborted; task = open[next++]) {
      const { reproduction, threads, signal, onProgress } = settings;
      const { trial, seed, run } = task;
      const outcome = await playApart(
        { reproduction, trial, seed, run, threads },
        { signal, onProgress: (part) => onProgress(part, task) },
      );
      if (outcome === "stopped") return;
      if ("lost" in outcome) {
        settings.onResult(task, outcome);
        continue;
      }
      const result = { ...idOf(task), ...outcome, measured: measuredHere() };
      await results.add(result);
      settings.onResult(task, result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(settings.processes, open.length) }, worker));
}

/**
 * Does a job in a process of its own.
 *
 * @param {import("./play-trial.js").Job} job
 * @param {{ signal: AbortSignal, onProgress: (part: number) => void }} how
 * @returns {Promise<import("./play-trial.js").Outcome>}
 */
function playApart(job, { signal, onProgress }) {
  return new Promise((resolve) => {
    const child = fork(CHILD, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
    /** @type {import("./play-trial.js").Outcome | undefined} */
    let outcome;
    let errors = "";
    let training = job.trial?.request !== undefined;
    // Where a message cannot be sent, the process has ended, and "close" tells.
    const send = (/** @type {import("node:child_process").Serializable} */ message) =>
      child.send(message, () => {});
    // What is being measured is trained and saved; it is measured from the beginning next time.
    const stop = () => (training ? send("stop") : child.kill());
    const settle = (/** @type {string} */ reason) => {
      signal.removeEventListener("abort", stop);
      resolve(outcome ?? (signal.aborted ? "stopped" : { lost: reason }));
    };
    child.stderr?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      errors = (errors + text).slice(-KEPT);
    });
    child.on("message", (/** @type {import("./play-trial.js").Message} */ message) => {
      if ("part" in message) onProgress(message.part);
      else if ("trained" in message) training = false;
      else outcome = message.outcome;
    });
    child.once("error", ({ message }) => settle(message));
    child.once("close", (code, killed) => {
      const last = errors.trim().split("\n").at(-1) ?? "";
      const how = `its process ended with ${killed ?? `exit status ${code}`}`;
      settle(last === "" ? how : `${how} (${last})`);
    });
    signal.addEventListener("abort", stop);
    send({ job });
    if (signal.aborted) stop();
  });
}
