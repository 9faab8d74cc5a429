/**
 * Step times of Gamelan against the other engines: `npm run bench -- [WORKLOAD ...]`. See bench/README.md.
 */
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { alternate, summarise } from "./alternate.js";
import { runChild } from "./child.js";
import { engines, findEngines } from "./engines.js";
import { jsonObjects, measurementOf } from "./lines.js";
import { historyLine, record } from "./record.js";
import { ratioTable } from "./table.js";
import { count, readArguments, runProgram, UsageError } from "./usage.js";
import { workloads } from "./workloads.js";

const base = "gamelan";

const usage = `Usage: npm run bench -- [WORKLOAD ...] [options]

Workloads (all where none is named):
  ${workloads.map(({ name }) => name).join(", ")}

Options:
  --rounds N       alternations of the engines (default 3)
  --engines A,B    which engines (default all): ${engines.map(({ name }) => name).join(", ")}
  --threads N      threads for the engines that have them (default 2, or 1 on a single core)
  --steps N        measured steps a child process, where the default is not wanted (slow engines take fewer)
  --record         append a line for each workload to bench/history.jsonl (bench/history.js makes a page of it)
  --json           standard output is JSON lines only; the table goes to standard error
  --help

Examples:
  npm run bench -- dense-autoencoder
  npm run bench -- dcgan-28 conv-vae-28 --engines gamelan,torch --rounds 5
  npm run --silent bench -- --json > bench.jsonl`;

/**
 * @template {{ name: string }} T
 * @param {string} kind
 * @param {readonly string[]} names
 * @param {readonly T[]} all
 * @returns {T[]} each once, in the order named
 */
function named(kind, names, all) {
  return [...new Set(names)].map((name) => {
    const found = all.find((one) => one.name === name);
    if (found) return found;
    throw new UsageError(`no ${kind} "${name}"; there are ${all.map((one) => one.name).join(", ")}`);
  });
}

/**
 * What a large matrix product reaches just now, in 10⁹ operations a second.
 *
 * @param {number} threads
 */
async function peakOf(threads) {
  const script = fileURLToPath(new URL("./peak.js", import.meta.url));
  const { output } = await runChild(process.execPath, [script, "--threads", `${threads}`]);
  const gflops = jsonObjects(output).at(-1)?.gflops;
  return typeof gflops === "number" ? gflops : undefined;
}

async function main() {
  const { values, positionals } = readArguments({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "3" },
      engines: { type: "string" },
      threads: { type: "string", default: `${Math.min(2, availableParallelism())}` },
      steps: { type: "string" },
      record: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const chosen = positionals.length ? named("workload", positionals, workloads) : [...workloads];
  const wanted = values.engines ? named("engine", values.engines.split(","), engines) : [...engines];
  const rounds = count("rounds", values.rounds);
  const threads = count("threads", values.threads);
  const steps = values.steps === undefined ? undefined : count("steps", values.steps);
  const say = (/** @type {string} */ text) => console.error(text);
  const table = (/** @type {string} */ text) => (values.json ? say(text) : console.log(text));

  const { present, absent } = await findEngines(wanted);
  for (const { engine, reason } of absent) say(`${engine.title} is left out: ${reason}`);
  if (present.length === 0) {
    say("No engine can run: nothing measured.");
    return 1;
  }
  if (!present.some(({ name }) => name === base)) say("Without Gamelan there are times, but no ratios.");
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  table(`${processor}, ${availableParallelism()} cores; Node ${process.versions.node}; rounds: ${rounds}`);

  let failed = false;
  /** @type {number | undefined} */
  let peak;
  const versions = values.record ? (await import("../dist/version.js")).versions() : undefined;
  for (const workload of chosen) {
    const able = present.filter((engine) => {
      const reason = engine.unable(workload.name);
      if (reason !== undefined) say(`${workload.name}: ${engine.title} is left out: ${reason}`);
      return reason === undefined;
    });
    if (values.record) peak = (await peakOf(threads)) ?? peak;
    const results = await alternate(able, rounds, async (engine, round) => {
      const job = { workload: workload.name, steps: steps ?? workload.steps, threads };
      const { file, args } = engine.command(job);
      const { output, failure } = await runChild(file, args);
      if (failure !== undefined) throw new Error(failure);
      const line = measurementOf(output, workload.name);
      say(`${workload.name}, round ${round + 1} of ${rounds}: ${line.engine} ${line.median_ms} ms`);
      return line;
    });
    for (const { title, failures } of results) {
      for (const failure of failures) say(`${workload.name}: ${title} failed: ${failure}`);
      failed ||= failures.length > 0;
    }
    const summaries = summarise(results, base);
    if (summaries.length > 0) table(`\n${ratioTable(summaries, base)}`);
    if (versions !== undefined) {
      const gflop = results.flatMap(({ rounds }) => rounds.map((line) => line?.gflop)).find(Boolean);
      const onnxruntime = versions.onnxruntime ?? "unknown";
      const line = historyLine(summaries, { gflop, peak, onnxruntime });
      if (line !== undefined) await record(line);
    }
    if (!values.json) continue;
    for (const { name: _, title: __, ratio, ...line } of summaries) {
      console.log(
        JSON.stringify({ ...line, ratio: ratio?.median, ratio_low: ratio?.low, ratio_high: ratio?.high }),
      );
    }
  }
  return failed ? 1 : 0;
}

await runProgram(main, "npm run bench -- --help says more");
