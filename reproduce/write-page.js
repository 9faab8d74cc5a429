/**
 * Draws and writes what there is to show of a reproduction: of one's own trainings beside them, or of all that the
 * project has recorded in docs/results.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { idOf } from "./conduct.js";
import { measuredHere } from "./measured.js";
import { pageOf } from "./page.js";

/** @typedef {import("./conduct.js").Task} Task */
/** @typedef {import("./reproduction.js").Variant} Variant */

/**
 * @typedef {object} Shown
 * @property {import("./reproduction.js").Reproduction} reproduction
 * @property {Variant} variant
 * @property {string} ending of names of files, by the variant
 * @property {readonly Task[]} tasks
 * @property {import("./results.js").Results} results of runs in this folder
 */

/**
 * The page of trainings in a folder, with its pictures.
 *
 * @param {Shown} shown
 * @param {{ folder: string, seeds: number, only: readonly string[] | undefined }} how
 */
export async function writeOwnPage(
  { reproduction, variant, ending, tasks, results },
  { folder, seeds, only },
) {
  const trials = [...new Set(tasks.map(({ trial }) => trial))];
  const rows = trials.map((trial) => ({
    trial,
    results: tasks.flatMap((task) => (task.trial === trial ? (results.get(idOf(task)) ?? []) : [])),
  }));
  const page = join(folder, `${reproduction.name}${ending}.md`);
  const pictures = [];
  for (const { file, png, caption } of (await reproduction.illustrate?.(runsOf(tasks, results), trials)) ??
    []) {
    await write(join(folder, file), png);
    pictures.push({ path: file, caption });
  }
  const options = [
    ...(seeds === reproduction.seeds ? [] : [`--seeds ${seeds}`]),
    ...(only ?? []).map((label) => `--only "${label}"`),
  ];
  const summary = [
    inWords(variant),
    ...(only === undefined ? [] : ["some rows of it"]),
    seeds === 1 ? "one seed" : `${seeds} seeds`,
  ].join(", ");
  const setting = {
    command: commandOf(reproduction, variant, options),
    summary,
    measured: [measuredHere()],
    missing: [],
  };
  const text = pageOf(reproduction, { rows, variant, setting, pictures });
  await write(page, text);
  return { page, text };
}

/**
 * The page in docs/results of all that is recorded, and what pictures can be drawn of runs that are here.
 *
 * @param {Shown} shown
 * @param {{ records: import("./records.js").Records, root: string }} how
 */
export async function writeRecordedPage(
  { reproduction, variant, ending, tasks, results },
  { records, root },
) {
  const trials = reproduction.trials(variant);
  const keys = new Map(tasks.map(({ trial, key }) => [trial.name, key]));
  const keyOf = (/** @type {{ name: string }} */ { name }) => keys.get(name) ?? "";
  const current = new Set(trials.map(keyOf));
  const rows = trials.map((trial) => ({ trial, results: records.of(trial.name, keyOf(trial)) }));

  /** @type {Set<string>} */
  const drawn = new Set();
  const runOf = runsOf(tasks, results);
  const illustrations = await reproduction.illustrate?.((name) => {
    const run = runOf(name);
    if (run !== undefined) drawn.add(name);
    return run;
  }, trials);
  const folder = join(root, "docs", "pictures");
  const named = (/** @type {string} */ file) => file.replace(/\.png$/, `${ending}.png`);
  for (const { file, png, caption, of = [...drawn] } of drawn.size === 0 ? [] : (illustrations ?? [])) {
    const ofKeys = of.map((name) => keyOf({ name }));
    if (!records.takesPicture(named(file), ofKeys, current)) continue;
    await write(join(folder, named(file)), png);
    await records.addPicture(named(file), { caption, keys: ofKeys });
  }
  const page = join(root, "docs", "results", `${reproduction.name}${ending}.md`);
  const measured = rows.flatMap(({ results }) => results.map((result) => result.measured));
  /** A row of a table, which may be several trials; where a label has rows in several tables, it is told of which. */
  const rowOf = (/** @type {import("./reproduction.js").Trial} */ { table, label }) =>
    trials.some((other) => other.label === label && other.table !== table) ? `${label}, ${table}` : label;
  const isMissing = (/** @type {string} */ row) =>
    rows.every(({ trial, results }) => rowOf(trial) !== row || results.length === 0);
  const setting = {
    command: commandOf(reproduction, variant, []),
    summary: inWords(variant),
    measured: [...new Map(measured.map((one) => [JSON.stringify(one), one])).values()],
    missing: [...new Set(trials.map(rowOf))].filter(isMissing),
  };
  const text = pageOf(reproduction, {
    rows: rows.filter(({ results }) => results.length > 0),
    variant,
    setting,
    pictures: records
      .pictures(current)
      .map(({ file, caption }) => ({ path: toPath(relative(dirname(page), join(folder, file))), caption })),
  });
  await write(page, text);
  return { page, text };
}

const inWords = (/** @type {Variant} */ { quick, rounds }) =>
  rounds !== undefined
    ? `${rounds} rounds each`
    : quick
      ? "The quick variant (`--quick`: fewer rounds)"
      : "The whole variant";

/** @param {{ name: string }} reproduction @param {Variant} variant @param {readonly string[]} more */
const commandOf = ({ name }, { quick, rounds }, more) =>
  [
    "npm run reproduce --",
    name,
    ...(quick ? ["--quick"] : []),
    ...(rounds === undefined ? [] : [`--rounds ${rounds}`]),
    ...more,
  ].join(" ");

const toPath = (/** @type {string} */ path) => path.replaceAll("\\", "/");

/**
 * The folder of a trial's run of the first seed, where it is here and came to something.
 *
 * @param {readonly Task[]} tasks
 * @param {import("./results.js").Results} results
 */
const runsOf = (tasks, results) => (/** @type {string} */ name) => {
  const first = tasks.find(({ trial, seed }) => trial.name === name && seed === 0);
  const result = first && results.get(idOf(first));
  return result !== undefined && result.failed === undefined ? first?.run : undefined;
};

/** @param {string} path @param {string | Uint8Array} content */
async function write(path, content) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
