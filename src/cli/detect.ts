// gamelan detect RUN: how strange examples are to a trained model.

import { type Command, Option } from "commander";
import { type AnomalyScore, anomalyScores } from "../training/anomaly.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import type { Destination } from "./destination.ts";
import { addInputOptions, examplesFor, type InputOptions } from "./input-examples.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  deviceOf,
  oneOf,
  wholeNumber,
} from "./options.ts";
import { table } from "./table.ts";

interface DetectOptions extends CommonOptions, DeviceOptions, InputOptions {
  readonly score?: AnomalyScore;
  readonly count?: number;
  readonly top?: number;
  readonly picture?: string;
  readonly out?: string;
}

const SCORES = Object.keys(anomalyScores) as AnomalyScore[];
/** Strangest examples that are listed. */
const LISTED = 10;

export function addDetect(program: Command, context: Context): void {
  const command = addCommand(program, "detect", {
    summary: "score how strange examples are",
    more:
      "Higher is stranger. The score is the model's own where it has one (anomaly); else the mean squared error of " +
      "its reconstruction (reconstruction); else what its critic says, negated (realness). --out gets a score for " +
      "each example, in order. Scores have no scale of their own: compare them with those of examples known to be " +
      "usual, such as the run's test split, which is scored without --input.",
    examples: [
      "detect vae-mnist-1 --input fashion-mnist",
      "detect ganomaly-mnist-1 --input ./scans --out scores.csv --picture strangest.png",
      "detect dcgan-mnist-1 --score realness --out scores.npy",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .addOption(
      new Option("--score <name>", `${SCORES.join(", ")} (the first that the model has)`).argParser(
        oneOf("--score", SCORES),
      ),
    )
    .addOption(
      new Option("--count <n>", "how many, spread evenly (all)").argParser(
        wholeNumber("--count", { least: 1 }),
      ),
    )
    .addOption(
      new Option("--top <n>", `how many of the strangest to show (${LISTED})`).argParser(
        wholeNumber("--top", { least: 1, most: 1000 }),
      ),
    )
    .addOption(new Option("--picture <file>", "FILE.png: a grid of the strangest images"))
    .addOption(new Option("--out <path>", "FILE.csv or FILE.npy (RUN-scores.csv)"));
  addDeviceOptions(command).action(async (name: string, options: DetectOptions) => {
    const output = outputOf(context, options);
    const { findRun } = await import("./runs.ts");
    const { besideRun, destinationOf } = await import("./destination.ts");
    const { open } = await import("../training/open.ts");
    const path = await findRun(name);
    const run = await open(path, deviceOf(options));
    try {
      const { chooseAnomalyScore } = await import("../training/anomaly.ts");
      const score = chooseAnomalyScore(run.description.model, run.roles, options.score);
      const out = options.out ?? besideRun(path, "scores.csv");
      const destination = await destinationOf(out, ["table", "array"]);
      const picture =
        options.picture === undefined ? undefined : await pictureFor(options.picture, run.shape);

      const { examples, split, classes, words } = await examplesFor(run, options);
      const { evenRows, floatsOf, labelNames, takeEvenly } = await import("./examples.ts");
      const count = Math.min(options.count ?? examples.count, examples.count);
      const taken = takeEvenly(examples, run.shape, count);
      const inputs = floatsOf(taken);
      const { data: scores } = await run.anomaly(inputs, { score });
      const labels = labelNames(taken, classes);
      const places = evenRows(examples.count, count);
      await writeScores(destination, { scores, places, labels });

      const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
      const strongest = order.slice(0, options.top ?? LISTED);
      if (picture !== undefined) {
        const { writeExamples } = await import("./write-examples.ts");
        const { takeRows } = await import("../data/splits.ts");
        const { sizeOf } = await import("../tensor/shape.ts");
        const shown = takeRows({ count, values: inputs }, Int32Array.from(strongest), sizeOf(run.shape));
        const data = floatsOf(shown);
        const drawn = await writeExamples(
          picture,
          { shape: [strongest.length, ...run.shape], data },
          async () => inputs,
        );
        if (drawn !== undefined) await output.show(drawn);
      }
      const { formatNumber } = await import("../pictures/progress.ts");
      const mean = scores.reduce((sum, value) => sum + value, 0) / count;
      output.print(
        `${count} examples of ${words}, ${anomalyScores[score].summary}, mean ${formatNumber(mean)}: ${destination.path}`,
      );
      const rows = strongest.map((index) => [
        String(places[index]),
        formatNumber(scores[index]!),
        ...(labels === undefined ? [] : [labels[index]!]),
      ]);
      const header = ["example", "score", ...(labels === undefined ? [] : ["label"])];
      output.print(table([header, ...rows], { right: [0, 1] }));
      output.result({
        run: path,
        ...(options.input === undefined ? {} : { input: options.input }),
        split,
        count,
        score,
        mean,
        strongest: strongest.map((index) => ({
          example: places[index]!,
          score: scores[index]!,
          ...(labels === undefined ? {} : { label: labels[index]! }),
        })),
        out: destination.path,
        ...(picture === undefined ? {} : { picture: picture.path }),
      });
    } finally {
      await run.close();
    }
  });
}

async function writeScores(
  { kind, path }: Destination,
  {
    scores,
    places,
    labels,
  }: {
    readonly scores: Float32Array;
    /** Where in its split each example is. */
    readonly places: Int32Array;
    readonly labels: readonly string[] | undefined;
  },
): Promise<void> {
  const { writeOut } = await import("./destination.ts");
  if (kind === "array") {
    const { encodeNpy } = await import("../data/npy.ts");
    return writeOut(path, encodeNpy(scores, [scores.length]));
  }
  const { encodeCsv, shortest } = await import("./csv.ts");
  const rows = Array.from(scores, (score, index) => [
    places[index]!,
    shortest(score),
    ...(labels === undefined ? [] : [labels[index]!]),
  ]);
  const header = ["example", "score", ...(labels === undefined ? [] : ["label"])];
  await writeOut(path, encodeCsv(header, rows));
}

async function pictureFor(path: string, shape: readonly number[]): Promise<Destination> {
  const { UserError } = await import("../errors.ts");
  const { isDrawable } = await import("./write-examples.ts");
  if (!isDrawable(shape) || shape.length !== 3)
    throw new UserError("--picture is for grey and colour images; leave it out");
  if (!/\.png$/i.test(path)) throw new UserError(`--picture cannot be "${path}"; it takes FILE.png`);
  return { kind: "picture", path };
}
