// An evaluation as files of its run: evaluation.md for people, evaluation.json for programs, and a folder of pictures.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import { formatNumber } from "../../pictures/progress.ts";
import { makeFolder, writeFileAtomic } from "../../training/atomic-file.ts";
import type { RunDescription } from "../../training/run-directory.ts";
import type { Evaluation } from "./evaluate.ts";
import {
  groupNames,
  groups,
  type Measure,
  type Measured,
  type MeasureName,
  measureNames,
  measures,
} from "./measures.ts";
import { pictureNames } from "./pictures.ts";

/**
 * Writes an evaluation into the folder of its run; gives back the path of evaluation.md.
 *
 * @throws UserError where nothing was measured; an earlier evaluation is left as it is then
 */
export async function writeEvaluation(
  path: string,
  description: Pick<RunDescription, "model" | "data">,
  evaluation: Evaluation,
): Promise<string> {
  const { pictures, ...numbers } = evaluation;
  if (Object.keys(numbers.measures).length === 0)
    throw new UserError(
      `nothing of ${path} can be measured; gamelan evaluate ${path} --list says what each measure lacks`,
    );
  const folder = join(path, "evaluation");
  if (pictures.length > 0) await makeFolder(folder);
  for (const { name, png } of pictures) await writeFileAtomic(join(folder, `${name}.png`), png);
  await writeFileAtomic(join(path, "evaluation.json"), `${JSON.stringify(numbers, null, 2)}\n`);
  const report = join(path, "evaluation.md");
  await writeFileAtomic(report, evaluationReport(description, evaluation));
  // Those of an earlier evaluation would be taken for this one's.
  const shown = new Set<string>(pictures.map(({ name }) => name));
  for (const name of pictureNames)
    if (!shown.has(name)) await rm(join(folder, `${name}.png`), { force: true });
  return report;
}

/** The evaluation as Markdown. */
export function evaluationReport(
  { model, data }: Pick<RunDescription, "model" | "data">,
  evaluation: Evaluation,
): string {
  const { round, seed, count, features, skipped, pictures } = evaluation;
  const parts = [
    `# Evaluation of ${model} on ${data.source}`,
    `${round} rounds; at most ${count} test examples and as many samples, seed ${seed}.` +
      (features === undefined ? "" : ` Samples are compared in ${features}.`),
  ];
  for (const group of groupNames) {
    const names = measureNames.filter(
      (name) => measures[name].group === group && evaluation.measures[name] !== undefined,
    );
    if (names.length === 0) continue;
    parts.push(
      `## ${capital(group)}`,
      `${capital(groups[group].summary)}.`,
      [
        "| measure | value | good | beside it | examples | what it is |",
        "| --- | --- | --- | --- | --- | --- |",
        ...names.map((name) => row(name, evaluation.measures[name]!)),
      ].join("\n"),
    );
  }
  for (const { name, title } of pictures) parts.push(`## ${title}`, `![${title}](evaluation/${name}.png)`);
  const reasons = Object.entries(skipped);
  if (reasons.length > 0)
    parts.push("## Not measured", reasons.map(([group, reason]) => `- ${group}: ${reason}`).join("\n"));
  return `${parts.join("\n\n")}\n`;
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A number with its standard error. */
export const valueText = ({ value, standardError }: Measured): string =>
  standardError === undefined
    ? formatNumber(value)
    : `${formatNumber(value)} ± ${formatNumber(Number(standardError.toPrecision(2)))}`;

export const betterText = ({ better }: Measure): string =>
  typeof better === "number" ? `about ${better}` : better;

export const referenceText = ({ reference }: Measured): string =>
  reference === undefined ? "" : `${formatNumber(reference.value)} (${reference.of})`;

function row(name: MeasureName, measured: Measured): string {
  const measure = measures[name];
  const cells = [
    name,
    valueText(measured),
    betterText(measure),
    referenceText(measured),
    String(measured.count),
    measure.summary,
  ];
  return `| ${cells.join(" | ")} |`;
}
