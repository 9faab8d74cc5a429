// gamelan augment RUN: a labelled set made larger by what a trained model makes of its classes, and what that is worth.

import { type Command, Option } from "commander";
import { countInWords } from "../data/shape-in-words.ts";
import { UserError } from "../errors.ts";
import type { Augmented, AugmentOptions } from "../tasks/augmentation/augment.ts";
import type { AugmentationWay } from "../tasks/augmentation/class-samples.ts";
import type { AugmentationEffect } from "../tasks/augmentation/measure-augmentation.ts";
import type { OpenRun } from "../training/open.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import type { Destination } from "./destination.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  numbers,
  oneOf,
  seedOption,
  wholeNumber,
} from "./options.ts";
import type { Output } from "./output.ts";
import { withRun } from "./with-run.ts";

interface AugmentCommand extends CommonOptions, DeviceOptions {
  readonly count?: number;
  readonly label?: string;
  readonly labels?: number[];
  readonly way?: AugmentationWay;
  readonly seed?: number;
  readonly measure?: boolean;
  readonly seeds?: number;
  readonly classifierRounds?: number;
  readonly out?: string;
}

const WAYS: readonly AugmentationWay[] = ["class", "vary", "between", "runs"];
/** Generated examples shown on the screen, of each class. */
const SHOWN = 8;

export function addAugment(program: Command, context: Context): void {
  const command = addCommand(program, "augment", {
    summary: "make a labelled set larger, and measure what that is worth",
    more:
      "Adds examples that the model makes to the labelled examples that it was trained on. Models that generate by " +
      "class make them of noise and label; models that vary examples make versions of real ones of a class; models " +
      "that encode and decode, what lies between codes of two neighbours of a class; and several runs, each trained on " +
      "one class (train --normal), make what they can. FILE.npz holds x_train, y_train, generated (1 for what was " +
      "made) and the test examples, a folder the same as image files, train/CLASS/… and test/CLASS/…, FILE.csv the rows of a table: " +
      "all can be trained on. --measure trains a small classifier with and without what was made, with several seeds, " +
      "and says whether it tells more of the test examples. Models that learn labels must have been trained on the " +
      "labelled examples alone (train --examples); of others --labels says how many labels are used.",
    examples: [
      "augment conditional-gan-mnist-1 --count 5000 --out more.npz",
      "augment conditional-gan-people-1 --label yes --count 300 --out more.csv",
      "augment vae-mnist-1 --labels 500 --out digits/",
      "augment vae-mnist-1 --labels 100,500,5000 --measure",
      "augment gan-cats gan-dogs --measure --seeds 3",
    ],
  })
    .argument("<runs...>", "the run's folder, or its name below runs; or one run for each class")
    .addOption(
      new Option("--count <n>", "how many to make (as many as there are real ones)").argParser(
        wholeNumber("--count", { least: 1, most: 1e7 }),
      ),
    )
    .option("--label <class>", "number or name of the class of all that are made (one after the other)")
    .addOption(
      new Option(
        "--labels <n>",
        "labels that are used, chosen by the seed; with --measure several such as 100,500 (all)",
      ).argParser(numbers("--labels")),
    )
    .addOption(
      new Option("--way <name>", "how: class, vary, between or runs (as the model can)").argParser(
        oneOf("--way", WAYS),
      ),
    )
    .addOption(seedOption("fixes what is drawn; with --measure the first of the seeds (0)"))
    .option("--measure", "what it is worth to a small classifier; writes a set with --out only")
    .addOption(
      new Option("--seeds <n>", "how often --measure repeats all (5)").argParser(
        wholeNumber("--seeds", { least: 1, most: 1000 }),
      ),
    )
    .addOption(
      new Option("--classifier-rounds <n>", "rounds of each classifier of --measure (1000)").argParser(
        wholeNumber("--classifier-rounds", { least: 1 }),
      ),
    )
    .addOption(new Option("--out <path>", "FILE.npz, a folder, or FILE.csv of a table (RUN-augmented.npz)"));
  addDeviceOptions(command).action(async (names: string[], options: AugmentCommand) => {
    const output = outputOf(context, options);
    await withRuns(names, { ...options, output }, async (runs) => {
      const { measure = false, seeds, classifierRounds, labels: counts } = options;
      if (!measure && (seeds !== undefined || classifierRounds !== undefined))
        throw new UserError("--seeds and --classifier-rounds are of --measure; add it");
      if (!measure && (counts?.length ?? 0) > 1)
        throw new UserError("several --labels are of --measure; add it, or give one number");
      if (counts?.includes(0)) throw new UserError("--labels is at least 1");
      const label = options.label === undefined ? undefined : await classOf(options.label, runs[0]!);
      const { count, way, seed, threads } = options;
      const { reporter } = await import("./reporter.ts");
      const progress = reporter(output, context);
      const shared = {
        ...(count === undefined ? {} : { count }),
        ...(label === undefined ? {} : { label }),
        ...(way === undefined ? {} : { way }),
        ...(seed === undefined ? {} : { seed }),
        onProgress: await progress.begin(),
      };
      const written =
        !measure || options.out !== undefined
          ? await write(output, runs, { ...shared, ...(counts && { labels: counts[0]! }) }, options.out)
          : undefined;
      const effects: AugmentationEffect[] = [];
      if (measure) {
        const { measureAugmentation } = await import("../tasks/augmentation/measure-augmentation.ts");
        for (const labels of counts ?? [undefined])
          effects.push(
            await measureAugmentation(runs, {
              ...shared,
              ...(labels === undefined ? {} : { labels }),
              ...(seeds === undefined ? {} : { seeds }),
              ...(classifierRounds === undefined ? {} : { rounds: classifierRounds }),
              ...(threads === undefined ? {} : { threads }),
            }).finally(progress.end),
          );
        await printEffects(output, effects);
      }
      output.result({
        runs: runs.map(({ path }) => path),
        ...written,
        ...(measure ? { effects } : {}),
      });
    });
  });
}

/** Opens a run after the other, and closes all. */
async function withRuns<Result>(
  names: readonly string[],
  options: DeviceOptions & { readonly output: Output },
  use: (runs: readonly OpenRun[]) => Promise<Result>,
  opened: readonly OpenRun[] = [],
): Promise<Result> {
  const [name, ...rest] = names;
  if (name === undefined) return use(opened);
  return withRun(name, options, (run) => withRuns(rest, options, use, [...opened, run]));
}

/** A class by its name in the data, or else by its number. */
async function classOf(text: string, run: OpenRun): Promise<number> {
  const { classes = [], name } = await run.data();
  const named = classes.indexOf(text);
  if (named >= 0) return named;
  if (/^\d+$/.test(text) && Number(text) < classes.length) return Number(text);
  const list =
    classes.length > 0 ? `one of ${classes.join(", ")}` : `of data with labels, and ${name} has none`;
  throw new UserError(`--label is ${list}, not "${text}"`);
}

async function write(
  output: Output,
  runs: readonly OpenRun[],
  options: AugmentOptions,
  out: string | undefined,
): Promise<Record<string, unknown>> {
  const { besideRun, destinationOf } = await import("./destination.ts");
  const { isDrawable } = await import("./write-examples.ts");
  const { augment } = await import("../tasks/augmentation/augment.ts");
  const { writeLabelled } = await import("./write-labelled.ts");
  const { path, shape, table } = runs[0]!;
  const isImage = shape.length === 3 && isDrawable(shape);
  const kinds = [
    ...(table === undefined ? [] : (["table"] as const)),
    "arrays" as const,
    ...(isImage ? (["folder"] as const) : []),
  ];
  const fallback = besideRun(path, table === undefined ? "augmented.npz" : "augmented.csv");
  const destination = await destinationOf(out ?? fallback, kinds);
  const set = await augment(runs, options);
  const test = await writeLabelled(destination, set);
  if (isImage) await show(output, set);
  const { real, generated, way, protocol } = set;
  output.print(`${real} real and ${generated} generated examples (${way}): ${destination.path}`);
  output.printWrapped(`${protocol}.`);
  if (test === 0) output.printWrapped(withoutTest(destination, set));
  return { real, generated, test, way, protocol, shape, out: destination.path };
}

/** What to know of a set that keeps no real test examples apart. */
function withoutTest({ kind, path }: Destination, { dataset: { name, test } }: Augmented): string {
  const [why, instead] =
    test.labels === undefined || test.count === 0
      ? [`${name} has no labelled test examples`, ""]
      : [`a ${kind} has no place for test examples`, "; FILE.npz keeps the real ones apart"];
  return `${why}: the test split that is cut from ${path} when it is trained on holds generated examples too${instead}.`;
}

/** Some of what was made, a column for each class. */
async function show(output: Output, { dataset, real }: Augmented) {
  const { takeRows } = await import("../data/splits.ts");
  const { gridOf } = await import("../pictures/grid.ts");
  const { sizeOf } = await import("../tensor/shape.ts");
  const { scaleFor } = await import("./write-examples.ts");
  const { train, shape } = dataset;
  const labels = Array.from(train.labels!.subarray(real));
  const classes = [...new Set(labels)];
  const columns = classes.map((label) =>
    labels.flatMap((own, row) => (own === label ? [real + row] : [])).slice(0, SHOWN),
  );
  const rows = Math.min(...columns.map(({ length }) => length));
  const chosen = Array.from({ length: rows }, (_, row) => columns.map((column) => column[row]!)).flat();
  const some = takeRows(train, Int32Array.from(chosen), sizeOf(shape));
  const images = { shape: [some.count, ...shape], data: some.values };
  await output.show(gridOf(images, { scale: scaleFor(shape), columns: classes.length }));
}

async function printEffects(output: Output, effects: readonly AugmentationEffect[]): Promise<void> {
  const { effectInWords } = await import("../tasks/augmentation/measure-augmentation.ts");
  const { table } = await import("./table.ts");
  const percent = ({ value, standardError }: AugmentationEffect["difference"], sign = "") =>
    `${value > 0 ? sign : ""}${(100 * value).toFixed(2)}${standardError === undefined ? "" : ` ± ${(100 * standardError).toFixed(2)}`} %`;
  const rows = effects.map((effect) => [
    String(effect.real),
    String(effect.generated),
    percent(effect.without),
    percent(effect.with),
    percent(effect.difference, "+"),
    effect.verdict,
  ]);
  const header = ["real", "generated", "real alone", "with generated", "difference", "so it"];
  const { test, seeds } = effects[0]!;
  output.print(
    `test examples told right by a small classifier, of ${test}; mean ± standard error over seeds`,
  );
  output.print(table([header, ...rows], { right: [0, 1, 2, 3, 4] }));
  for (const effect of effects) {
    const which = effects.length > 1 ? `${effect.real} labels: ` : "";
    output.printWrapped(
      `${which}${effectInWords(effect)} ${effect.protocol}; ${countInWords(seeds, "seed")}.`,
    );
  }
}
