/**
 * Published results, repeated: `npm run reproduce -- [NAME]`. See docs/results/README.md.
 */
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readArguments, runProgram, UsageError } from "../bench/usage.js";

const usage = (/** @type {string} */ list) => `Usage: npm run reproduce -- NAME [options]

${list}

Options:
  --quick          fewer rounds, for a laptop; the page says so
  --seeds N        how many seeds, from 0 on
  --rounds N       rounds of each run, to try something out
  --only LABEL     of the tables the rows of this label; may be given several times
  --processes N    runs at a time (as many as the machine has cores, at most 8, divided by the threads)
  --threads N      threads for each run (1)
  --out FOLDER     where runs, results and the page are kept (reproduce/results/NAME…)
  --record         for this project's own pages: adds what is measured to reproduce/records, leaves out what is
                   there already, and writes docs/results/NAME.md of all that is
  --help

Ctrl-C saves what is trained; the same command goes on with it. Finished runs are not repeated.`;

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} name @param {string | undefined} text @param {number} otherwise */
function count(name, text, otherwise) {
  if (text === undefined) return otherwise;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} wants a whole number from 1, not "${text}"`);
}

function settingsFrom() {
  const { values, positionals } = readArguments({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      seeds: { type: "string" },
      rounds: { type: "string" },
      only: { type: "string", multiple: true },
      processes: { type: "string" },
      threads: { type: "string" },
      out: { type: "string" },
      record: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const threads = count("threads", values.threads, 1);
  const atOnce = Math.max(1, Math.floor(Math.min(8, availableParallelism()) / threads));
  const rounds = values.rounds === undefined ? undefined : count("rounds", values.rounds, 1);
  if (values.record && rounds !== undefined)
    throw new UsageError("--record is not for trying something out: leave --rounds away");
  return {
    names: positionals,
    help: values.help,
    variant: { quick: values.quick, ...(rounds === undefined ? {} : { rounds }) },
    only: values.only,
    seeds: values.seeds === undefined ? undefined : count("seeds", values.seeds, 1),
    processes: count("processes", values.processes, atOnce),
    threads,
    out: values.out,
    record: values.record,
  };
}

async function main() {
  const { names, help, variant, threads, processes, ...asked } = settingsFrom();
  const { reproductions } = await import("./catalogue.js");
  if (help || names.length === 0) {
    console.log(
      usage(reproductions.map(({ name, summary }) => `  ${name.padEnd(18)} ${summary}`).join("\n")),
    );
    return 0;
  }
  const [name, ...more] = names;
  const reproduction = reproductions.find((one) => one.name === name);
  if (reproduction === undefined || more.length > 0) {
    const known = reproductions.map((one) => one.name).join(", ");
    throw new UsageError(
      more.length > 0 ? "one NAME at a time" : `no reproduction "${name}"; there are ${known}`,
    );
  }
  const seeds = asked.seeds ?? reproduction.seeds;
  const ending = `${variant.quick ? "-quick" : ""}${variant.rounds === undefined ? "" : `-${variant.rounds}-rounds`}`;
  const id = `${reproduction.name}${ending}`;
  const folder = resolve(asked.out ?? join(root, "reproduce", "results", id));

  const { conduct, idOf, tasksOf } = await import("./conduct.js");
  const { Results } = await import("./results.js");
  const { measuredHere } = await import("./measured.js");
  const { writeOwnPage, writeRecordedPage } = await import("./write-page.js");
  const trials = reproduction.trials(variant);
  const chosen = chosenOf(trials, asked.only);
  const tasks = tasksOf(chosen, seeds, folder);
  const results = await Results.open(join(folder, "results.jsonl"));
  const records = asked.record ? await openRecords(id) : undefined;
  try {
    const isDone = (/** @type {import("./conduct.js").Task} */ task) =>
      results.get(idOf(task)) !== undefined || records?.has(idOf(task)) === true;
    const open = tasks.filter((task) => !isDone(task));
    console.error(
      `${id}: ${tasks.length} runs, ${tasks.length - open.length} of them done before; in ${folder}`,
    );
    const stop = new AbortController();
    const stopped = await stopping(stop, async () => {
      if (open.length === 0) return;
      const telling = await progressOf(tasks, isDone, stop.signal);
      await conduct(open, results, {
        reproduction: reproduction.name,
        prepares: reproduction.prepare !== undefined,
        folder,
        processes,
        threads,
        signal: stop.signal,
        ...telling,
      });
      telling.finish();
    });
    const missing = tasks.filter((task) => !isDone(task)).length;
    const shown = { reproduction, variant, ending, results };
    if (records !== undefined) {
      await records.add(
        tasks.flatMap((task) => results.get(idOf(task)) ?? []),
        measuredHere(),
      );
      const all = tasksOf(trials, seeds, folder);
      const { page } = await writeRecordedPage({ ...shown, tasks: all }, { records, root });
      console.error(`written to ${page}`);
    }
    if (missing > 0) {
      console.error(`${missing} of ${tasks.length} runs are not done; the same command goes on with them`);
      return stopped ? 130 : 1;
    }
    if (records === undefined) {
      const { page, text } = await writeOwnPage({ ...shown, tasks }, { folder, seeds, only: asked.only });
      console.log(text);
      console.error(`written to ${page}`);
    }
    return 0;
  } finally {
    await results.close();
    await records?.close();
  }
}

/** @param {string} id */
async function openRecords(id) {
  const { Records } = await import("./records.js");
  return Records.open(join(root, "reproduce", "records"), id);
}

/**
 * The trials of some labels, all unless told.
 *
 * @param {readonly import("./reproduction.js").Trial[]} trials
 * @param {readonly string[] | undefined} only
 */
function chosenOf(trials, only) {
  if (only === undefined) return trials;
  const labels = [...new Set(trials.map(({ label }) => label))];
  const unknown = only.find((label) => !labels.includes(label));
  if (unknown !== undefined)
    throw new UsageError(`no rows are called "${unknown}"; there are ${labels.join("; ")}`);
  return trials.filter(({ label }) => only.includes(label));
}

/**
 * Does something that Ctrl-C stops cleanly; a second one ends it at once, and runs are saved by their own processes.
 *
 * @param {AbortController} stop
 * @param {() => Promise<void>} work
 * @returns {Promise<boolean>} whether it was stopped
 */
async function stopping(stop, work) {
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    console.error("\nstopping; runs are being saved");
    stop.abort();
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, onSignal);
  try {
    await work();
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
  return stop.signal.aborted;
}

/**
 * Tells what is done: a line for each finished run, and one of progress in rounds.
 *
 * @param {readonly import("./conduct.js").Task[]} tasks
 * @param {(task: import("./conduct.js").Task) => boolean} isDone
 * @param {AbortSignal} signal
 */
async function progressOf(tasks, isDone, signal) {
  const { Progress } = await import("../dist/pictures/progress.js");
  const lengthOf = (/** @type {import("./conduct.js").Task} */ { trial }) => trial.request?.rounds ?? 0;
  const total = tasks.reduce((sum, task) => sum + lengthOf(task), 0);
  let finished = tasks.filter(isDone).length;
  let rounds = tasks.filter(isDone).reduce((sum, task) => sum + lengthOf(task), 0);
  const progress = new Progress({ stream: process.stderr, total, start: rounds, unit: "rounds" });
  /** @type {Map<string, number>} */
  const playing = new Map();
  const show = () => {
    if (!signal.aborted)
      progress.update(rounds + [...playing.values()].reduce((sum, part) => sum + part, 0), {});
  };
  return {
    onProgress(/** @type {number} */ part, /** @type {import("./conduct.js").Task} */ task) {
      playing.set(task.run, Math.round(part * lengthOf(task)));
      show();
    },
    onResult(
      /** @type {import("./conduct.js").Task} */ task,
      /** @type {import("./results.js").Result | { lost: string }} */ result,
    ) {
      playing.delete(task.run);
      if ("lost" in result) {
        progress.print(`${task.trial.name}, seed ${task.seed}: lost: ${result.lost}`);
        return;
      }
      rounds += lengthOf(task);
      finished++;
      const told =
        result.failed ??
        Object.entries(result.measures ?? {})
          .map(([what, value]) => `${what} ${Number(value).toPrecision(4)}`)
          .join(", ");
      const time = result.seconds ? ` (${Math.round(result.seconds)} s)` : "";
      progress.print(`${finished} of ${tasks.length}: ${task.trial.name}, seed ${task.seed}: ${told}${time}`);
      show();
    },
    finish: () => progress.finish(),
  };
}

await runProgram(main, "npm run reproduce -- --help says more");
