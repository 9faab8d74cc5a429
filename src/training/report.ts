// report.md: what was trained, what it is worth, what it looks like.

import { relative } from "node:path";
import type { CollapseWarning } from "./collapse.ts";
import type { Measures } from "./measure.ts";
import type { Run } from "./run-directory.ts";

/** As the log has it. */
export interface CollapseEvent {
  readonly measures: Readonly<Record<string, number>>;
  readonly warnings: readonly CollapseWarning[];
}

export interface Results {
  readonly round: number;
  readonly validation: Measures;
  readonly test: Measures;
  readonly collapse: CollapseEvent | undefined;
  /** Files of the run. */
  readonly pictures: readonly string[];
}

/** The report of a finished run, as Markdown. */
export function report({ description, path }: Run, results: Results): string {
  const { model, options, data, seed, versions } = description;
  const images = results.pictures.map((file) => {
    const link = relative(path, file).replaceAll("\\", "/");
    return `![${link}](${link})`;
  });
  const { measures = {}, warnings = [] } = results.collapse ?? {};
  const parts = [
    `# ${model} on ${data.source}`,
    `${results.round} rounds, seed ${seed}, gamelan ${versions.gamelan}.`,
    table(
      "option",
      Object.entries(options).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
    measured("On the validation split:", results.validation),
    measured("On the test split:", results.test),
    measured("Of codes and samples, for signs of collapse:", measures),
    ...warnings.map(({ message }) => `Warning: ${message}.`),
    ...images,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function measured(title: string, measures: Readonly<Record<string, number>>): string {
  const rows = Object.entries(measures).map(([name, value]) => [name, String(Number(value.toPrecision(6)))]);
  return rows.length === 0 ? "" : `${title}\n\n${table("measure", rows)}`;
}

const table = (title: string, rows: readonly (readonly string[])[]): string =>
  [`| ${title} | value |`, "| --- | --- |", ...rows.map((cells) => `| ${cells.join(" | ")} |`)].join("\n");
