/**
 * The protocol of a comparison. A machine's speed drifts over minutes, so engines are compared only within a round,
 * in which each runs once, one after the other; the order rotates from round to round, so that none is always the
 * one that follows a heavy neighbour. What is quoted is the median of the rounds.
 */
import { median } from "./statistics.js";

/** @typedef {import("./lines.js").Measurement} Measurement */

/**
 * What an engine did on a workload over the rounds.
 *
 * @typedef {object} Result
 * @property {string} name the engine's, as on the command line
 * @property {string} title the engine's, as in the table
 * @property {(Measurement | undefined)[]} rounds a measurement for each round; undefined where it failed
 * @property {string[]} failures
 */

/**
 * Measures one workload: every engine in every round, never two at once.
 *
 * @template {{ name: string, title: string }} E
 * @param {readonly E[]} engines
 * @param {number} rounds
 * @param {(engine: E, round: number) => Promise<Measurement>} run rejects where the engine fails
 * @returns {Promise<Result[]>} in the order of the engines
 */
export async function alternate(engines, rounds, run) {
  const results = engines.map(({ name, title }) => ({
    name,
    title,
    rounds: /** @type {(Measurement | undefined)[]} */ ([]),
    failures: /** @type {string[]} */ ([]),
  }));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < engines.length; turn++) {
      const index = (round + turn) % engines.length;
      const [engine, result] = [engines[index], results[index]];
      if (!engine || !result) continue;
      // An engine that failed once would fail again, and cost its time again.
      if (result.failures.length > 0) continue;
      try {
        result.rounds[round] = await run(engine, round);
      } catch (error) {
        result.failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  return results;
}

/**
 * An engine's numbers on a workload, and against the base where both were measured.
 *
 * @typedef {object} Summary
 * @property {string} workload
 * @property {string} engine name and version
 * @property {string} name
 * @property {string} title
 * @property {number} threads
 * @property {number} median_ms the median of the rounds' medians
 * @property {number} min_ms the fastest step of all
 * @property {number} loss the last round's
 * @property {number} rounds how many rounds were measured
 * @property {{ median: number, low: number, high: number } | undefined} ratio its time over the base's: of the
 *   medians, and the lowest and highest of any one round
 */

/**
 * @param {readonly Result[]} results
 * @param {string} base name of the engine that the others are divided by
 * @returns {Summary[]} without the engines that were never measured
 */
export function summarise(results, base) {
  const reference = results.find(({ name }) => name === base);
  const referenceTimes = reference ? times(reference) : [];
  return results.flatMap((result) => {
    const measured = result.rounds.filter((line) => line !== undefined);
    const last = measured.at(-1);
    if (!last) return [];
    const own = median(measured.map((line) => line.median_ms));
    const perRound = times(result).flatMap((time, round) => {
      const other = referenceTimes[round];
      return time === undefined || other === undefined ? [] : [time / other];
    });
    const known = referenceTimes.filter((time) => time !== undefined);
    const ratio =
      perRound.length === 0
        ? undefined
        : { median: own / median(known), low: Math.min(...perRound), high: Math.max(...perRound) };
    return [
      {
        workload: last.workload,
        engine: last.engine,
        name: result.name,
        title: result.title,
        threads: last.threads,
        median_ms: own,
        min_ms: Math.min(...measured.map((line) => line.min_ms)),
        loss: last.loss,
        rounds: measured.length,
        ratio,
      },
    ];
  });
}

/** A time for each round, undefined where there is none (also in the array's holes). */
const times = (/** @type {Result} */ { rounds }) => Array.from(rounds, (line) => line?.median_ms);
