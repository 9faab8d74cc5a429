// report.md: what was trained, what it is worth, what it looks like.

import { relative } from "node:path";
import type { RoundProfile } from "../runtime/profile.ts";
import type { BestLook } from "./best.ts";
import type { CollapseWarning } from "./collapse.ts";
import type { Measures } from "./measure.ts";
import { profilePicture } from "./profile-files.ts";
import { profileSummary, profileTables, straysSummary } from "./profile-report.ts";
import type { Run } from "./run-directory.ts";

/** As the log has it. */
export interface CollapseEvent {
  readonly measures: Readonly<Record<string, number>>;
  readonly warnings: readonly CollapseWarning[];
}

export interface Results {
  readonly round: number;
  /** The networks that were kept, where the best were asked for. */
  readonly best: (BestLook & { readonly measure: string }) | undefined;
  readonly validation: Readonly<Record<string, number>>;
  readonly test: Measures;
  readonly collapse: CollapseEvent | undefined;
  /** Files of the run. */
  readonly pictures: readonly string[];
  /** Of each phase, where the run was profiled. */
  readonly profiles: readonly RoundProfile[];
}

/** The report of a finished run, as Markdown. */
export function report(run: Run, results: Results): string {
  const { model, options, data, seed, versions } = run.description;
  const image = (file: string) => {
    const link = relative(run.path, file).replaceAll("\\", "/");
    return `![${link}](${link})`;
  };
  const { measures = {}, warnings = [] } = results.collapse ?? {};
  const parts = [
    `# ${model} on ${data.source}`,
    `${results.round} rounds, seed ${seed}, gamelan ${versions.gamelan}.`,
    results.best === undefined
      ? ""
      : `What follows is of round ${results.best.round}, which was kept: ${results.best.measure} was best there on the validation split, ${Number(results.best.value.toPrecision(6))}.`,
    table(
      "option",
      Object.entries(options).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
    measured("On the validation split:", results.validation),
    measured("On the test split:", results.test),
    measured("Of codes and samples, for signs of collapse:", measures),
    ...warnings.map(({ message }) => `Warning: ${message}.`),
    ...results.pictures.map(image),
    ...(results.profiles.length === 0 ? [] : ["## Where the time of a round goes"]),
    ...results.profiles.flatMap((profile) => [
      sentence(profileSummary(profile)),
      sentence(straysSummary(profile)),
      ...profileTables(profile).map(({ heading, rows }) => markdown(heading, rows)),
      image(profilePicture(run, profile)),
    ]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function measured(title: string, measures: Readonly<Record<string, number>>): string {
  const rows = Object.entries(measures).map(([name, value]) => [name, String(Number(value.toPrecision(6)))]);
  return rows.length === 0 ? "" : `${title}\n\n${table("measure", rows)}`;
}

const sentence = (text: string): string =>
  text === "" ? "" : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

const table = (title: string, rows: readonly (readonly string[])[]): string =>
  markdown([title, "value"], rows);

const markdown = (heading: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heading, heading.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
