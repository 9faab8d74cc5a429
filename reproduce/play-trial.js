/**
 * One trial in a process of its own: a run is trained, or taken up where it was left, and measured. The process that
 * started it sends the job and gets the outcome, by messages as in a sweep: a stop needs no signal, and when that
 * process is gone, the run is saved and this one ends.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTrial } from "../dist/sweep/run-trial.js";
import { findReproduction } from "./catalogue.js";

/**
 * @typedef {object} Job
 * @property {string} reproduction
 * @property {import("./reproduction.js").Trial} [trial] without one, only what all measuring shares is prepared
 * @property {number} seed
 * @property {string} run the run's folder
 * @property {number} threads
 */
/**
 * @typedef {{ measures: Record<string, number>, seconds: number } | { failed: string } | { lost: string } | "stopped"} Outcome
 */
/** @typedef {{ part: number } | { trained: true } | { outcome: Outcome }} Message what it tells */

const SECONDS_BETWEEN_NOTES = 5;

/**
 * Trains a run to its end, or stops on the way.
 *
 * @param {Job} job
 * @param {{ rounds: number } & import("./reproduction.js").TrainRequest} request
 * @param {AbortSignal} signal
 * @returns {Promise<{ seconds: number } | Exclude<Outcome, { measures: unknown }>>}
 */
async function train({ run, seed, threads }, { rounds, ...request }, signal) {
  const dataSeed = request.examples === undefined ? 0 : seed;
  const clock = await trainingClock(join(run, "training-time.json"));
  const outcome = await runTrial(
    { path: run, request: { ...request, seed, dataSeed, threads }, length: { rounds } },
    {
      signal,
      onProgress(part) {
        clock.reached(part);
        tell({ part });
      },
    },
  );
  if (outcome.status === "failed") return { failed: outcome.reason };
  if (outcome.status === "lost") return { lost: outcome.reason };
  return outcome.status === "stopped" ? "stopped" : { seconds: clock.seconds() };
}

/** Seconds that this process has computed for. */
const computed = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/**
 * Seconds of computing, of all threads: what else runs on the machine does not count. So that they are also known of a
 * run that is trained in several sittings, what was reached, and in how long, is noted in the run's folder now and then,
 * and scaled to where the next sitting begins.
 *
 * @param {string} file
 */
async function trainingClock(file) {
  /** @type {{ part: number, seconds: number }} */
  let before = { part: 0, seconds: 0 };
  try {
    before = JSON.parse(await readFile(file, "utf8"));
  } catch {
    // The first sitting.
  }
  let began = 0;
  let noted = 0;
  let seconds = 0;
  return {
    reached(/** @type {number} */ part) {
      const now = computed();
      if (began === 0) {
        began = noted = now;
        if (before.part > 0) before = { part, seconds: (before.seconds * part) / before.part };
      }
      seconds = before.seconds + now - began;
      if (part < 1 && now - noted < SECONDS_BETWEEN_NOTES) return;
      noted = now;
      // Where it cannot be written, a later sitting tells too short a time, and nothing else.
      writeFile(file, JSON.stringify({ part, seconds })).catch(() => {});
    },
    seconds: () => seconds,
  };
}

/** @param {Message} message @param {() => void} [then] */
const tell = (message, then = () => {}) => {
  if (process.connected) process.send?.(message, then);
};

const stop = new AbortController();
let training = false;

/**
 * @param {Job} job
 * @returns {Promise<Outcome>}
 */
async function play(job) {
  const reproduction = findReproduction(job.reproduction);
  const { trial, threads } = job;
  if (trial === undefined) {
    await reproduction.prepare?.(threads);
    return { measures: {}, seconds: 0 };
  }
  const { request } = trial;
  if (request === undefined) return { measures: await reproduction.measure({ ...job, trial }), seconds: 0 };
  training = true;
  const trained = await train(job, request, stop.signal);
  training = false;
  if (trained === "stopped" || !("seconds" in trained)) return trained;
  if (stop.signal.aborted) return "stopped";
  tell({ trained: true });
  const { seconds } = trained;
  const measures = await reproduction.measure({ ...job, trial });
  return {
    measures: { ...measures, seconds, secondsPerThousand: (seconds / request.rounds) * 1000 },
    seconds,
  };
}

// Ctrl-C in a terminal reaches all processes there; this one waits to be told.
for (const name of ["SIGINT", "SIGHUP"]) process.on(name, () => {});
process.on("disconnect", () => {
  if (!training) process.exit();
  stop.abort();
});
process.on("message", async (/** @type {{ job: Job } | "stop"} */ message) => {
  if (message === "stop") return stop.abort();
  /** @type {Outcome} */
  let outcome;
  try {
    outcome = await play(message.job);
  } catch (error) {
    outcome = { lost: error instanceof Error ? error.message : String(error) };
    if (process.env.GAMELAN_DEBUG) console.error(error);
  }
  tell({ outcome }, () => process.connected && process.disconnect());
});
