/** The comparison as text. */

/** @typedef {import("./alternate.js").Summary} Summary */

/** About three significant digits, never an exponent. */
const digits = (/** @type {number} */ value) =>
  value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);

const ratio = (/** @type {number} */ value) => `${value < 1 ? value.toFixed(2) : digits(value)}×`;

/**
 * Lines of cells, each column as wide as its widest cell; all but the first and the last column to the right.
 *
 * @param {readonly (readonly string[])[]} rows
 * @returns {string}
 */
export function columns(rows) {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(...rows.map((row) => (row[i] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) =>
          i === 0 || i === count - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * One workload's table: a line an engine, with the ratio spelt out ("PyTorch / Gamelan = 1.31×").
 *
 * @param {readonly Summary[]} summaries of one workload
 * @param {string} base name of the engine that the others are divided by
 * @returns {string}
 */
export function ratioTable(summaries, base) {
  const baseTitle = summaries.find(({ name }) => name === base)?.title;
  const rows = summaries.map((summary) => [
    summary.engine,
    `${summary.threads}`,
    digits(summary.median_ms),
    digits(summary.min_ms),
    summary.loss.toFixed(4),
    comparison(summary, baseTitle, base),
  ]);
  const heading = [summaries[0]?.workload ?? "", "threads", "median ms", "fastest ms", "loss", ""];
  return columns([heading, ...rows]);
}

/** @returns {string} */
function comparison(
  /** @type {Summary} */ { name, title, ratio: over, rounds },
  /** @type {string | undefined} */ baseTitle,
  /** @type {string} */ base,
) {
  if (baseTitle === undefined || over === undefined) return "";
  if (name === base) return "(base)";
  const range = rounds > 1 ? `  (${ratio(over.low)} to ${ratio(over.high)})` : "";
  return `${title} / ${baseTitle} = ${ratio(over.median)}${range}`;
}
