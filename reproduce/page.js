/** The page of a reproduction: protocol, tables with the published figures beside ours, and how it was run. */
import { figure, markdownTable, valuesOf } from "./figures.js";

/**
 * @typedef {object} Setting how it was run
 * @property {string} command that repeats it
 * @property {string} summary how much of it, in words
 * @property {readonly import("./measured.js").Measured[]} measured when and where, each once
 * @property {readonly string[]} missing labels of rows that are not measured yet
 */

/**
 * One table: our trials, then what is published.
 *
 * @param {import("./reproduction.js").Table} table
 * @param {readonly { trial: import("./reproduction.js").Trial, results: readonly import("./results.js").Result[] }[]} rows
 * @param {readonly import("./reproduction.js").Published[]} published
 */
export function resultTable(table, rows, published) {
  const { name, of = name, first, columns } = table;
  if (table.across !== undefined) return tableAcross({ ...table, across: table.across }, rows, published);
  const ours = rows.filter(({ trial }) => trial.table === of);
  const others = published.filter(({ table }) => table === name);
  // What none of a table's rows has needs no column.
  const shown = columns.filter(
    ({ measure }) =>
      ours.some(({ results }) => valuesOf(results, measure).length > 0) ||
      others.some(({ values }) => values[measure] !== undefined),
  );
  const own = ours.map(({ trial, results }) => [
    trial.label,
    ...shown.map((column) => figure(valuesOf(results, column.measure), column)),
    seedsOf(results),
  ]);
  const theirs = others.map(({ label, values, source }) => [
    `${label} (published)`,
    ...shown.map(({ measure }) => values[measure] ?? ""),
    source,
  ]);
  return markdownTable([
    [first, ...shown.map(({ title }) => title), theirs.length > 0 ? "seeds, or source" : "seeds"],
    ...own,
    ...theirs,
  ]);
}

/** The column of means over all others. */
const MEAN = "mean";

/**
 * A table whose columns are trials. The mean over them is taken for each seed that has all.
 *
 * @param {import("./reproduction.js").Table & { across: import("./figures.js").Across }} table
 * @param {readonly { trial: import("./reproduction.js").Trial, results: readonly import("./results.js").Result[] }[]} rows
 * @param {readonly import("./reproduction.js").Published[]} published
 */
function tableAcross({ name, of = name, first, across }, rows, published) {
  const own = rows.filter(({ trial }) => trial.table === of);
  const columns = [...new Set(own.map(({ trial }) => trial.column ?? ""))];
  const labels = [...new Set(own.map(({ trial }) => trial.label))];
  const how = { digits: across.digits, percent: across.percent ?? false, bare: true };
  const lines = labels.flatMap((label) => {
    const cells = columns.map(
      (column) => own.find(({ trial }) => trial.label === label && trial.column === column)?.results ?? [],
    );
    return across.rows.flatMap(({ measure, title, error }) => {
      const values = cells.map((results) => valuesOf(results, measure));
      const errors = cells.map((results) =>
        rootMeanSquare(error === undefined ? [] : valuesOf(results, error)),
      );
      if (values.every(({ length }) => length === 0)) return [];
      const ofSeeds = (cells[0] ?? []).flatMap(({ seed }) => {
        const of = cells.flatMap((results) =>
          valuesOf(
            results.filter((result) => result.seed === seed),
            measure,
          ),
        );
        return of.length < cells.length ? [] : [of.reduce((sum, value) => sum + value, 0) / of.length];
      });
      return [
        [
          title === "" ? label : `${label}: ${title}`,
          ...values.map((found, index) => figure(found, how, errors[index])),
          figure(ofSeeds, how, Math.hypot(...errors) / errors.length),
          seedsOf(cells.reduce((most, results) => (results.length > most.length ? results : most), [])),
        ],
      ];
    });
  });
  const theirs = published
    .filter(({ table }) => table === name)
    .map(({ label, values, source }) => [
      `${label} (published)`,
      ...[...columns, MEAN].map((column) => values[column] ?? ""),
      source,
    ]);
  const last = theirs.length > 0 ? "seeds, or source" : "seeds";
  return markdownTable([[first, ...columns, MEAN, last], ...lines, ...theirs]);
}

/** 0 of none. @param {readonly number[]} values */
const rootMeanSquare = (values) => Math.hypot(...values) / Math.sqrt(Math.max(values.length, 1));

/**
 * How many seeds a row's means are over, and how many came to nothing.
 *
 * @param {readonly import("./results.js").Result[]} results
 */
function seedsOf(results) {
  const failed = results.filter((result) => result.failed !== undefined).length;
  const measured = results.length - failed;
  return failed === 0 ? `${measured}` : `${measured}; ${failed} diverged`;
}

/**
 * @param {import("./reproduction.js").Reproduction} reproduction
 * @param {object} content
 * @param {readonly { trial: import("./reproduction.js").Trial, results: readonly import("./results.js").Result[] }[]} content.rows
 * @param {import("./reproduction.js").Variant} content.variant
 * @param {Setting} content.setting
 * @param {readonly { path: string, caption: string }[]} content.pictures paths as seen from the page
 */
export function pageOf(
  { title, protocol, tables, published, conclude },
  { rows, variant, setting, pictures },
) {
  const hasRows = (/** @type {import("./reproduction.js").Table} */ { name, of = name }) =>
    rows.some(({ trial }) => trial.table === of) || published.some(({ table }) => table === name);
  const hasOwnErrors = tables.some(({ across }) => across?.rows.some(({ error }) => error !== undefined));
  const errors = hasOwnErrors
    ? "means over seeds where there are several"
    : "mean ± standard error over seeds where there are several";
  const parts = [
    `# ${title}`,
    protocol(variant),
    [
      `${setting.summary}; ${errors}. Repeat it, or go on with it, by`,
      "",
      "```",
      setting.command,
      "```",
    ].join("\n"),
    ...tables.filter(hasRows).map((table) => {
      const text = resultTable(table, rows, published);
      return table.title === undefined ? text : `## ${table.title}\n\n${text}`;
    }),
    ...(setting.missing.length > 0 ? [`Not measured yet: ${setting.missing.join("; ")}.`] : []),
    ...(conclude ? [conclude((name) => rows.find(({ trial }) => trial.name === name)?.results ?? [])] : []),
    ...pictures.map(({ path, caption }) => `![${caption}](${path})\n\n${caption}`),
    "## What was trained",
    ...settingsOf(rows.map(({ trial }) => trial)),
    setting.measured.map(({ date, machine, versions }) => `${date}; ${machine}; ${versions}.`).join("\n\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/**
 * Of a table across trials, a row's first trial stands for all of it.
 *
 * @param {readonly import("./reproduction.js").Trial[]} trials
 */
function settingsOf(trials) {
  const isFirst = (/** @type {import("./reproduction.js").Trial} */ { name, table, label, column }) =>
    column === undefined ||
    trials.find((other) => other.table === table && other.label === label)?.name === name;
  const shown = trials.filter(isFirst);
  const rows = shown.flatMap(({ name, request }) => {
    if (request === undefined) return [];
    const { model, data, options, examples, rounds } = request;
    const set = Object.entries(options).map(([key, value]) => `${key}=${value}`);
    return [
      [
        name,
        `\`${model}\``,
        examples === undefined ? `\`${data}\`` : `${examples} of \`${data}\``,
        set.map((one) => `\`${one}\``).join(" "),
        rounds.toLocaleString("en-GB"),
      ],
    ];
  });
  if (rows.length === 0) return [];
  const remark =
    "Each stands for the row of the table that it begins; the protocol says what differs along it.";
  return [
    ...(shown.length < trials.length ? [remark] : []),
    markdownTable([["trial", "model", "data", "options beside its defaults", "rounds"], ...rows]),
  ];
}
