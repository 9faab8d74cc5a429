/**
 * The dense autoencoder trained whole, Gamelan and PyTorch in turn, seed by seed:
 *
 *   node bench/autoencoder.js --data DIR [--seeds 3] [--epochs 50] [--set mnist] [--threads N] [--json]
 *
 * DIR holds SET/*-idx3-ubyte.gz. Both run the recipe of bench/README.md, each in a process of its own, never both at
 * once, Gamelan first with even seeds and second with odd ones. Wall seconds are a whole process: start, data,
 * training, evaluation, and for Gamelan also the run folder with its checkpoints and pictures.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "./child.js";
import { gamelanCommand, gamelanMissing, python, torchMissing } from "./engines.js";
import { jsonObjects } from "./lines.js";
import { mean } from "./statistics.js";
import { columns } from "./table.js";
import { count, readArguments, runProgram, UsageError } from "./usage.js";

/** @typedef {{ seed: number, set: string, epochs: number, threads: number, data: string }} Job */
/** @typedef {{ testError: number, seconds: number, trainingSeconds?: number | undefined }} Trained */

/** Where the JSON object that ends `gamelan train --json` has the mean squared error on the test images. */
const gamelanTestError = ["test", "mse"];

/** Where PyTorch's line has it. */
const torchTestError = ["test_mse"];

/**
 * @param {unknown} object
 * @param {string} key
 * @returns {unknown}
 */
const valueAt = (object, key) =>
  typeof object === "object" && object !== null ? Reflect.get(object, key) : undefined;

/**
 * @param {import("./child.js").Outcome} outcome
 * @param {readonly string[]} testError the keys that lead to it
 * @returns {Trained}
 */
function trained({ output, failure, seconds }, testError) {
  if (failure !== undefined) throw new Error(failure);
  // The object may also be laid out over several lines: then it is everything from its first brace.
  const brace = output.indexOf("{");
  if (brace < 0) throw new Error("printed no JSON object");
  /** @type {unknown} */
  const result = jsonObjects(output).at(-1) ?? JSON.parse(output.slice(brace));
  const error = testError.reduce(valueAt, result);
  if (typeof error !== "number" || !Number.isFinite(error)) {
    throw new Error(`printed no test error: ${JSON.stringify(result).slice(0, 300)}`);
  }
  const own = valueAt(result, "seconds");
  return { testError: error, seconds, trainingSeconds: typeof own === "number" ? own : undefined };
}

const contestants = [
  {
    title: "Gamelan",
    missing: gamelanMissing,
    async train(/** @type {Job} */ { seed, set, epochs, threads, data }) {
      const out = await mkdtemp(join(tmpdir(), "gamelan-bench-"));
      try {
        const args = ["train", "autoencoder", "--data", set, "--epochs", `${epochs}`, "--seed", `${seed}`];
        const more = ["--threads", `${threads}`, "--out", join(out, "run"), "--json"];
        return trained(
          await runChild(process.execPath, [gamelanCommand, ...args, ...more], {
            environment: { GAMELAN_DATA: data },
          }),
          gamelanTestError,
        );
      } finally {
        await rm(out, { recursive: true, force: true });
      }
    },
  },
  {
    title: "PyTorch",
    missing: torchMissing,
    async train(/** @type {Job} */ { seed, set, epochs, threads, data }) {
      const script = fileURLToPath(new URL("./peers/torch_autoencoder.py", import.meta.url));
      const args = [script, data, "--set", set, "--seed", `${seed}`, "--epochs", `${epochs}`];
      return trained(await runChild(python(), [...args, "--threads", `${threads}`]), torchTestError);
    },
  },
];

async function main() {
  const { values } = readArguments({
    options: {
      data: { type: "string" },
      set: { type: "string", default: "mnist" },
      seeds: { type: "string", default: "3" },
      epochs: { type: "string", default: "50" },
      threads: { type: "string", default: `${Math.min(2, availableParallelism())}` },
      json: { type: "boolean", default: false },
    },
  });
  const data = values.data ?? process.env.GAMELAN_DATA;
  if (!data) throw new UsageError("--data DIR is needed: the folder that holds mnist/*.gz");
  const [seeds, epochs, threads] = [
    count("seeds", values.seeds),
    count("epochs", values.epochs),
    count("threads", values.threads),
  ];
  const table = (/** @type {string} */ text) => (values.json ? console.error(text) : console.log(text));

  /** @type {((typeof contestants)[number] & { runs: Map<number, Trained> })[]} */
  const present = [];
  for (const contestant of contestants) {
    const reason = await contestant.missing();
    if (reason === undefined) present.push({ ...contestant, runs: new Map() });
    else console.error(`${contestant.title} is left out: ${reason}`);
  }
  if (present.length === 0) return 1;

  let failed = false;
  for (let seed = 0; seed < seeds; seed++) {
    for (const contestant of seed % 2 === 0 ? present : present.toReversed()) {
      try {
        const job = { seed, set: values.set, epochs, threads, data: resolve(data) };
        const run = await contestant.train(job);
        contestant.runs.set(seed, run);
        const line = { engine: contestant.title, ...job, data: undefined, test_mse: run.testError };
        if (values.json)
          console.log(JSON.stringify({ ...line, wall_seconds: Number(run.seconds.toFixed(2)) }));
        console.error(
          `seed ${seed}: ${contestant.title} test MSE ${run.testError.toFixed(5)}, ${run.seconds.toFixed(1)} s`,
        );
      } catch (error) {
        failed = true;
        console.error(
          `seed ${seed}: ${contestant.title} failed: ${error instanceof Error ? error.message : error}`,
        );
      }
    }
  }

  const fixed = (/** @type {number | undefined} */ value, /** @type {number} */ digits) =>
    value === undefined ? "" : value.toFixed(digits);
  const heading = ["seed", ...present.flatMap(({ title }) => [`${title} test MSE`, `${title} wall s`]), ""];
  const rows = Array.from({ length: seeds }, (_, seed) => {
    const cells = present.flatMap(({ runs }) => [
      fixed(runs.get(seed)?.testError, 5),
      fixed(runs.get(seed)?.seconds, 1),
    ]);
    return [`${seed}`, ...cells, ""];
  });
  const means = present.map(({ title, runs }) => {
    const all = [...runs.values()];
    return all.length === 0
      ? undefined
      : {
          title,
          testError: mean(all.map((run) => run.testError)),
          seconds: mean(all.map((run) => run.seconds)),
        };
  });
  const meanCells = means.flatMap((one) => [fixed(one?.testError, 5), fixed(one?.seconds, 1)]);
  table(`\n${columns([heading, ...rows, ["mean", ...meanCells, ""]])}`);
  const [own, other] = means;
  if (own && other) {
    const error = (other.testError / own.testError).toFixed(2);
    table(
      `${other.title} / ${own.title} = ${error}× in test MSE, ${(other.seconds / own.seconds).toFixed(2)}× in wall time`,
    );
  }
  for (const { title, runs } of present) {
    const training = [...runs.values()].flatMap((run) => run.trainingSeconds ?? []);
    if (training.length > 0)
      table(`${title}, the training alone as it reports it: ${mean(training).toFixed(1)} s`);
  }
  return failed ? 1 : 0;
}

await runProgram(main, "bench/README.md says more");
