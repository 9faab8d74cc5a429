// gamelan data [SOURCE]: what can be trained on; what a source holds.

import type { Command } from "commander";
import type { Dataset, SourceListing, Split } from "../data/index.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addDataPull } from "./data-pull.ts";
import {
  addImageOptions,
  type CommonOptions,
  type ImageOptions,
  imageOptionsOf,
  seedOption,
} from "./options.ts";
import type { Output } from "./output.ts";
import { beside, NO_BREAK, table } from "./table.ts";

interface DataOptions extends CommonOptions, ImageOptions {
  readonly seed?: number;
}

/** Images shown of a source. */
const SHOWN = 40;
/** Classes that are listed one by one. */
const MOST_CLASSES = 100;

export function addData(program: Command, context: Context): void {
  const command = addCommand(program, "data", {
    summary: "list what can be trained on, or tell what a source holds",
    more:
      "SOURCE is a name, a name with options (ring:modes=12,sigma=0.02), or a path: a folder of images, " +
      "IDX files, NumPy arrays, or a table (people.csv:label=income,ignore=name). Images can be transformed: " +
      "mnist+edges.",
    examples: [
      "data",
      "data glyphs",
      "data ring:modes=12",
      "data glyphs+edges",
      "data ./photos --image-size 64",
      "data people.csv",
      "data pull mnist",
    ],
  });
  addImageOptions(command)
    .argument("[source]", "a name or a path, to see what it holds")
    .addOption(seedOption("fixes generated examples and the splits (0)"))
    .action(async (source: string | undefined, options: DataOptions) => {
      const output = outputOf(context, options);
      await (source === undefined ? listData(output) : describeData(output, source, options));
    });
  addDataPull(command, context);
}

async function listData(output: Output): Promise<void> {
  const { listPathSources, listSources, listTransforms } = await import("../data/index.ts");
  const sources = await listSources();
  output.print(table(sources.map((source) => [source.name, source.summary, whereabouts(source)])));
  output.print("\nor a path:");
  for (const line of listPathSources()) output.print(`  ${line}`);
  output.print("\nor images, derived from any of these (mnist+edges):");
  output.print(table(listTransforms().map(({ name, summary }) => [`  +${name}`, summary])));
  output.print(
    "\ngamelan data SOURCE tells what a source holds; gamelan train MODEL --data SOURCE trains on it.",
  );
  output.result({ sources, paths: listPathSources(), transforms: listTransforms() });
}

function whereabouts({ needs, present, directory, bytes = 0 }: SourceListing): string {
  if (directory !== undefined) return `in ${directory}`;
  if (present) return "generated";
  return `fetch ${Math.ceil(bytes / 1e6)} MB: gamelan data pull ${needs}`;
}

async function describeData(output: Output, source: string, options: DataOptions): Promise<void> {
  const { loadDataset } = await import("../data/index.ts");
  const data = await loadDataset(source, { seed: options.seed ?? 0, ...imageOptionsOf(options) });
  const { shapeInWords } = await import("../data/shape-in-words.ts");
  const { formatCount, formatNumber } = await import("../pictures/progress.ts");
  const splits = (["train", "validation", "test"] as const).map((name) => ({ name, split: data[name] }));
  const classes = countClasses(data);

  output.print(`${data.name}: ${shapeInWords(data)}\n`);
  const row = (label: string, text: string): void =>
    output.print(beside(`  ${label}`, text, 16, output.columns));
  for (const { name, split } of splits) if (split.count > 0) row(name, formatCount(split.count));
  if (classes !== undefined) row("classes", classesInWords(classes, formatCount));
  if (data.modes !== undefined) row("modes", `${data.modes.count} Gaussians of σ ${data.modes.sigma}`);
  for (const { name, summary, low, high } of data.factors ?? []) row(name, `${summary}, ${low} to ${high}`);
  const { least, most } = rangeOf(data);
  row("values", `${formatNumber(least)} to ${formatNumber(most)}`);
  row("fingerprint", data.fingerprint);
  if (data.table !== undefined) {
    const { tableInWords } = await import("./describe-table.ts");
    output.print(`\n${tableInWords(data.table, { formatNumber, formatCount })}`);
  }
  for (const note of data.notes ?? []) {
    output.print("");
    output.printWrapped(note);
  }
  if (data.kind === "image") await showExamples(output, data);
  output.result({
    source: data.source,
    name: data.name,
    kind: data.kind,
    shape: data.shape,
    splits: Object.fromEntries(splits.map(({ name, split }) => [name, split.count])),
    ...(classes === undefined ? {} : { classes }),
    ...(data.modes === undefined
      ? {}
      : { modes: { count: data.modes.count, sigma: data.modes.sigma, centres: [...data.modes.centres] } }),
    ...(data.factors === undefined ? {} : { factors: data.factors }),
    ...(data.table === undefined ? {} : { table: data.table }),
    ...(data.notes === undefined ? {} : { notes: data.notes }),
    range: [least, most],
    fingerprint: data.fingerprint,
  });
}

/** How many examples of each class there are, over all splits. */
function countClasses({ classes, train, validation, test }: Dataset) {
  if (classes === undefined) return undefined;
  const counts = new Array<number>(classes.length).fill(0);
  for (const { labels } of [train, validation, test])
    for (const label of labels ?? []) counts[label] = (counts[label] ?? 0) + 1;
  return classes.map((name, index) => ({ name, count: counts[index]! }));
}

/** Each class with its examples; of very many, how many there are. */
function classesInWords(
  classes: readonly { readonly name: string; readonly count: number }[],
  formatCount: (count: number) => string,
): string {
  if (classes.length <= MOST_CLASSES)
    return classes.map(({ name, count }) => `${name}${NO_BREAK}(${formatCount(count)})`).join(", ");
  const counts = classes.map(({ count }) => count).sort((a, b) => a - b);
  const [least, most] = [counts[0]!, counts.at(-1)!].map(formatCount);
  return `${formatCount(classes.length)}, ${classes[0]!.name} to ${classes.at(-1)!.name}, each with ${least} to ${most}`;
}

/** The least and the greatest value of the training examples; bytes stand for [0, 1]. */
function rangeOf({ train: { values } }: Dataset): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const unit = values instanceof Uint8Array ? 255 : 1;
  return { least: least / unit, most: most / unit };
}

async function showExamples(output: Output, { train, shape }: Dataset): Promise<void> {
  if (shape[0] !== 1 && shape[0] !== 3) return;
  const { takeEvenly } = await import("./examples.ts");
  const { gridOf } = await import("../pictures/grid.ts");
  const shown: Split = takeEvenly(train, shape, Math.min(SHOWN, train.count));
  const { scaleFor } = await import("./write-examples.ts");
  await output.show(
    gridOf({ shape: [shown.count, ...shape], data: shown.values }, { scale: scaleFor(shape), columns: 8 }),
  );
}
