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
 * @property {import("./reproduction.js").Trial} trial
 * @property {number} seed
 * @property {string} run the run's folder
 * @property {number} threads
 */
/** @typedef {{ measures: Record<string, number>, seconds: number } | { failed: string } | { lost: string } | "stopped"} Outcome */

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
  const clock = await trainingClock(join(run, "training-time.json"));
  const outcome = await runTrial(
    { path: run, request: { ...request, seed, dataSeed: 0, threads }, length: { rounds } },
    {
      signal,
      onProgress(part) {
        clock.reached(part);
        process.send?.({ part });
      },
    },
  );
  if (outcome.status === "failed") return { failed: outcome.reason };
  if (outcome.status === "lost") return { lost: outcome.reason };
  return outcome.status === "stopped" ? "stopped" : { seconds: clock.seconds() };
}

/**
 * Seconds of training, also of a run that is trained in several sittings: what was reached, and in how long, is noted
 * beside the run now and then. Of a sitting that was killed, the part counts that its last checkpoint kept.
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
      const now = performance.now() / 1000;
      if (began === 0) {
        began = noted = now;
        if (part < before.part) before = { part, seconds: (before.seconds * part) / before.part };
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

/**
 * @param {Job} job
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
async function play(job, signal) {
  const reproduction = findReproduction(job.reproduction);
  const trained = job.trial.request ? await train(job, job.trial.request, signal) : { seconds: 0 };
  if (trained === "stopped" || !("seconds" in trained)) return trained;
  if (signal.aborted) return "stopped";
  process.send?.("measuring");
  const { seconds } = trained;
  const measured = await reproduction.measure(job);
  const { request } = job.trial;
  const times =
    request === undefined ? {} : { seconds, secondsPerThousand: (seconds / request.rounds) * 1000 };
  return { measures: { ...measured, ...times }, seconds };
}

const stop = new AbortController();
// Ctrl-C in a terminal reaches all processes there; this one waits to be told.
for (const name of ["SIGINT", "SIGHUP"]) process.on(name, () => {});
process.on("disconnect", () => stop.abort());
process.on("message", async (/** @type {{ job: Job } | "stop"} */ message) => {
  if (message === "stop") return stop.abort();
  /** @type {Outcome} */
  let outcome;
  try {
    outcome = await play(message.job, stop.signal);
  } catch (error) {
    outcome = { lost: error instanceof Error ? error.message : String(error) };
    if (process.env.GAMELAN_DEBUG) console.error(error);
  }
  if (process.connected) process.send?.({ outcome }, () => process.connected && process.disconnect());
});
