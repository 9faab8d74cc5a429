/** Numbers over seeds as text, and tables of them in Markdown. */
import { meanAndError } from "../dist/metrics/moments.js";

/**
 * A column of a table.
 *
 * @typedef {object} Column
 * @property {string} measure its name among what a trial measures
 * @property {string} title
 * @property {number} digits after the point
 * @property {boolean} [percent] whether a share from 0 to 1 is shown as a percentage
 */

/**
 * A table whose columns are trials, such as data sets, and whose rows are measures of the trials of one label.
 *
 * @typedef {object} Across
 * @property {readonly { measure: string, title: string, error?: string }[]} rows of each label, those that there are
 *   figures for; without a title a row is called by the label alone. `error`: the measure's standard error over
 *   examples, which is added to that over seeds
 * @property {number} digits after the point
 * @property {boolean} [percent] whether a share from 0 to 1 is shown as a percentage, without the sign
 */

/**
 * "7.40 ± 0.24": the mean of some numbers and its standard error, s/√n, to whose square that of another error is added,
 * which is all the numbers' own; without an error where there is none.
 *
 * @param {readonly number[]} values
 * @param {Pick<Column, "digits" | "percent"> & { bare?: boolean }} how `bare`: without the sign of a percentage
 * @param {number} [own] an error that more numbers would not make less
 */
export function figure(values, { digits, percent = false, bare = false }, own = 0) {
  if (values.length === 0) return "";
  const factor = percent ? 100 : 1;
  const unit = percent && !bare ? " %" : "";
  const { mean, standardError } = meanAndError(values.map((value) => value * factor));
  const error = Math.hypot(values.length > 1 ? standardError : 0, own * factor);
  const text = (/** @type {number} */ value) =>
    value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return values.length > 1 || error > 0 ? `${text(mean)} ± ${text(error)}${unit}` : `${text(mean)}${unit}`;
}

/**
 * What the results of one trial have of a measure; what is not a number (a mean without samples) is left out.
 *
 * @param {readonly import("./results.js").Result[]} results
 * @param {string} measure
 */
export const valuesOf = (results, measure) =>
  results.flatMap(({ measures }) => {
    const value = measures?.[measure];
    return typeof value === "number" && Number.isFinite(value) ? [value] : [];
  });

/**
 * A table in Markdown.
 *
 * @param {readonly (readonly string[])[]} rows the first is the heading
 */
export function markdownTable(rows) {
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const [heading = [], ...body] = rows;
  return [line(heading), line(heading.map(() => "---")), ...body.map(line)].join("\n");
}
