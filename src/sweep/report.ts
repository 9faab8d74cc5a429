// What a sweep leaves at its end: a table (also as CSV), a picture, and a page with both.

import { basename, join } from "node:path";
import { formatOption } from "../models/settings.ts";
import { formatDuration, formatNumber } from "../pictures/progress.ts";
import type { TrialMark, TrialsPanel } from "../pictures/trials-chart.ts";
import { writeFileAtomic } from "../training/atomic-file.ts";
import { packageVersion } from "../version.ts";
import type { Goal, TrialResult } from "./ranking.ts";
import { type CompleteSpec, isRange, unitOf } from "./spec.ts";

/** What is reported: the trials with the best first. */
export interface Reported {
  readonly path: string;
  readonly spec: CompleteSpec;
  readonly goal: Goal;
  readonly trials: readonly TrialResult[];
  readonly best?: TrialResult;
  /** Training examples kept apart because the data have no validation split. */
  readonly heldOut?: number;
}

/** Values of a list that are named one by one in the picture. */
const MOST_CHOICES = 8;

/** Writes `table.csv`, `sweep.png` and `report.md`, and returns their paths. */
export async function writeReport(reported: Reported): Promise<string[]> {
  const files = ["report.md", "table.csv", "sweep.png"].map((name) => join(reported.path, name));
  const { trialsChart } = await import("../pictures/trials-chart.ts");
  const { png } = await trialsChart(chartOf(reported));
  await writeFileAtomic(files[2]!, png);
  await writeFileAtomic(files[1]!, csvOf(reported));
  await writeFileAtomic(files[0]!, pageOf(reported));
  return files;
}

/** The trials as rows of texts, a header first. */
export function rowsOf({ spec, trials }: Pick<Reported, "spec" | "trials">): string[][] {
  const searched = Object.keys(spec.search);
  const halving = spec.strategy === "halving";
  return [
    ["trial", ...searched, spec.metric, ...(halving ? [unitOf(spec)] : []), "time"],
    ...trials.map((trial) => [
      String(trial.trial),
      ...searched.map((name) => (name in trial.options ? formatOption(trial.options[name]) : "")),
      formatValue(trial),
      ...(halving ? [formatNumber(trial.length)] : []),
      formatDuration(trial.seconds),
    ]),
  ];
}

/** A mean with its standard error: "0.02315 ± 0.0004". */
export function formatValue({ value, standardError }: TrialResult): string {
  if (value === undefined) return "failed";
  return standardError === undefined
    ? formatNumber(value)
    : `${formatNumber(value)} ± ${Number(standardError.toPrecision(2))}`;
}

/** The command that trains the best options as a run of its own, which then is measured on the test split. */
export function bestCommand({ spec, best }: Pick<Reported, "spec" | "best">): string | undefined {
  if (best === undefined) return undefined;
  const settings = Object.entries(best.settings).flatMap(([name, value]) => [
    "--set",
    word(`${name}=${formatOption(value)}`),
  ]);
  return [
    ...["gamelan", "train", spec.model, "--data", word(spec.data)],
    ...(spec.to === undefined ? [] : ["--to", word(spec.to)]),
    ...settings,
    ...[`--${unitOf(spec)}`, String(spec.epochs ?? spec.rounds), "--seed", String(spec.seeds[0])],
    ...(spec.imageSize === undefined ? [] : ["--image-size", String(spec.imageSize)]),
    ...(spec.grey === undefined ? [] : [spec.grey ? "--grey" : "--colour"]),
    ...(spec.normal ?? []).flatMap((name) => ["--normal", word(name)]),
    ...(spec.examples === undefined ? [] : ["--examples", String(spec.examples)]),
  ].join(" ");
}

const word = (text: string): string => (/^[\w./\\:~+=@,-]+$/.test(text) ? text : `"${text}"`);

function csvOf({ spec, trials }: Reported): string {
  const searched = Object.keys(spec.search);
  const cell = (value: unknown): string => {
    const text = value === undefined ? "" : typeof value === "number" ? String(value) : formatOption(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const header = ["rank", "trial", ...searched, spec.metric, "standard error", "runs", unitOf(spec)];
  const rows = trials.map((trial, index) => [
    ...[index + 1, trial.trial, ...searched.map((name) => trial.options[name])],
    ...[trial.value, trial.standardError, trial.runs.length, trial.length, trial.seconds, trial.failed],
  ]);
  return [[...header, "seconds", "failed"], ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

function pageOf(reported: Reported): string {
  const { spec, goal, trials, best, heldOut } = reported;
  const [header = [], ...rows] = rowsOf(reported);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const failed = trials.filter((trial) => trial.failed !== undefined);
  const runs = spec.seeds.length * (spec.folds ?? 1);
  const split =
    spec.folds !== undefined
      ? `${spec.folds} folds of the training examples in turn`
      : `the validation split${heldOut === undefined ? "" : `, ${heldOut * 100} % of the training examples`}`;
  const command = bestCommand(reported);
  return `# Sweep of ${spec.model} on ${spec.data}

${trials.length} trials (${spec.strategy}), ${runs} ${runs === 1 ? "run" : "runs"} each, gamelan ${packageVersion()}. Compared by ${spec.metric}, the ${goal} first; measured on ${split}. The test split was not looked at.

${[header, header.map(() => "---"), ...rows].map(line).join("\n")}
${failed.length === 0 ? "" : `\n${failed.map(({ trial, failed }) => `- Trial ${trial} failed: ${failed}`).join("\n")}\n`}
![${spec.metric} against each option](${basename("sweep.png")})
${best === undefined || command === undefined ? "" : `\nThe best, trained as a run of its own and measured on the test split:\n\n\`\`\`\n${command}\n\`\`\`\n`}`;
}

function chartOf({ spec, goal, trials, best }: Reported) {
  const ordered = [...trials].sort((a, b) => a.trial - b.trial);
  const measured = ordered.filter(({ value }) => value !== undefined);
  const lengths = [...new Set(measured.map(({ length }) => length))].sort((a, b) => b - a);
  const panels = Object.entries(spec.search).map(([label, values]): TrialsPanel => {
    const own = ordered.map(({ options }) => options[label]);
    if (isRange(values)) return { label, scale: values.scale, x: own as (number | undefined)[] };
    const numbers = values.every((value) => typeof value === "number");
    if (numbers && values.length > MOST_CHOICES) return { label, x: own as (number | undefined)[] };
    const choices = values.map(formatOption);
    const places = own.map((value) => (value === undefined ? value : choices.indexOf(formatOption(value))));
    return { label, choices, x: places };
  });
  const marks = ordered.map(
    ({ value, standardError, length }): TrialMark => ({
      y: value,
      ...(standardError === undefined ? {} : { spread: standardError }),
      group: lengths.indexOf(length),
    }),
  );
  return {
    title: `${spec.model} on ${spec.data}: ${spec.metric} on validation examples`,
    yLabel: spec.metric,
    panels,
    trials: marks,
    groups: lengths.map((length) => `${formatNumber(length)} ${unitOf(spec)}`),
    ...(best === undefined ? {} : { best: ordered.indexOf(best) }),
    good: goal,
    line: spec.strategy === "grid",
  };
}
