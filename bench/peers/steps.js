/**
 * What the two JavaScript peers share: their command line, the shapes of the dense workloads, the clock and the
 * JSON line. The protocol is torch_steps.py's: some steps unmeasured, then each step timed by itself.
 */
import { parseArgs } from "node:util";

/** Layer widths of the dense workloads, first to last. */
export const widths = {
  autoencoder: [784, 128, 64, 32, 32, 64, 128, 784],
  contractiveEncoder: [784, 256, 32],
  contractiveDecoder: [32, 256, 784],
  generator: [100, 4096, 4096, 2048, 2048, 784],
  discriminator: [784, 2048, 2048, 4096, 4096, 1],
};

/** Mulberry32: enough randomness for weights whose values do not matter to the clock, the same in every run. */
export function uniformArray(/** @type {number} */ seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return (/** @type {number} */ length, /** @type {number} */ low, /** @type {number} */ high) =>
    Float32Array.from({ length }, () => low + (high - low) * next());
}

/** A step: does all its work before it returns (or before its promise does), and gives a way to read its loss. */
/** @typedef {() => LossReader | Promise<LossReader>} Step */
/** @typedef {() => number | Promise<number>} LossReader */

/**
 * Runs the workloads asked for on the command line and prints a JSON line for each.
 *
 * @param {object} peer
 * @param {string} peer.engine name and version, as the line shows it
 * @param {Record<string, () => Step>} peer.workloads
 * @param {string[]} peer.names the workloads asked for
 * @param {number} peer.steps measured steps
 * @param {number} peer.warmup unmeasured steps before them
 */
export async function measure({ engine, workloads, names, steps, warmup }) {
  for (const name of names) {
    const make = workloads[name];
    if (!make) {
      console.error(`${engine} has no workload ${name} here; there are ${Object.keys(workloads).join(", ")}`);
      process.exitCode = 2;
      return;
    }
    const step = make();
    for (let i = 0; i < warmup; i++) await (await step())();
    const times = [];
    let loss = Number.NaN;
    for (let i = 0; i < steps; i++) {
      const start = performance.now();
      const read = await step();
      times.push(performance.now() - start);
      loss = await read();
    }
    times.sort((a, b) => a - b);
    const line = {
      workload: name,
      engine,
      // Neither library starts workers in Node: one thread is what their users get there.
      threads: 1,
      median_ms: round(times[times.length >> 1] ?? Number.NaN, 3),
      min_ms: round(times[0] ?? Number.NaN, 3),
      loss: round(loss, 4),
    };
    console.log(JSON.stringify(line));
  }
}

const round = (/** @type {number} */ value, /** @type {number} */ digits) => Number(value.toFixed(digits));

/**
 * The peers' command line: [NAME ...] [--steps 20] [--warmup 2] [--backend NAME] [--threads N, ignored].
 *
 * @param {string[]} all the workloads meant where none is named
 */
export function options(all) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      steps: { type: "string", default: "20" },
      warmup: { type: "string", default: "2" },
      backend: { type: "string", default: "wasm" },
      threads: { type: "string" },
    },
  });
  return {
    names: positionals.length ? positionals : all,
    steps: Math.max(1, Number(values.steps) || 1),
    warmup: Math.max(0, Number(values.warmup) || 0),
    backend: values.backend,
  };
}
