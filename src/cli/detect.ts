// gamelan detect RUN: how strange examples are to a trained model.

import { type Command, Option } from "commander";
import type { Dataset, Split } from "../data/index.ts";
import type { OpenRun } from "../training/open.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addInputOptions, examplesFor, type InputOptions } from "./input-examples.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  fraction,
  repeatable,
  wholeNumber,
} from "./options.ts";
import { withRun } from "./with-run.ts";

interface DetectOptions extends CommonOptions, DeviceOptions, InputOptions {
  readonly score?: string;
  readonly components?: number;
  readonly falseAlarmRate?: number;
  readonly heldOut?: string;
  readonly normal?: string[];
  readonly count?: number;
  readonly top?: number;
  readonly picture?: string;
  readonly histogram?: string;
  readonly out?: string;
}

/** Strangest examples that are listed. */
const LISTED = 10;

export function addDetect(program: Command, context: Context): void {
  const command = addCommand(program, "detect", {
    summary: "find the examples that are strange to a model",
    more:
      "Higher scores are stranger. Scores are the model's own (anomaly), the mean squared error of the reconstruction, " +
      "what the critic says, negated (critic), and how unlikely the code is among those of training examples " +
      "(code-density): the first that the model has unless told. Several, with plus signs between, or all (combined) " +
      "are brought to one scale by held-out normal examples, those of the run's validation split. --false-alarm-rate " +
      "flags what scores higher than that share of new normal examples would. Where labels tell the normal examples, " +
      "of a run trained with --normal or by --normal here, it is measured how well the others are found.",
    examples: [
      "detect vae-mnist-1 --input fashion-mnist",
      "detect autoencoder-transactions-1 --false-alarm-rate 0.01",
      "detect ganomaly-mnist-1 --input ./scans --out scores.csv --picture strangest.png",
      "detect vae-people-1 --score reconstruction+code-density --normal yes --histogram scores.png",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .option("--score <names>", "anomaly, reconstruction, critic, code-density; some joined by +; or combined")
    .addOption(
      new Option("--components <n>", "Gaussians in the density of codes (1)").argParser(
        wholeNumber("--components", { least: 1, most: 1000 }),
      ),
    )
    .addOption(
      new Option("--false-alarm-rate <r>", "flag as many of new normal examples, such as 0.01").argParser(
        fraction("--false-alarm-rate"),
      ),
    )
    .option("--held-out <source>", "normal examples to compare with (the run's validation split)")
    .addOption(
      new Option(
        "--normal <class>",
        "a class that is normal, may be given several times (those trained on)",
      ).argParser(repeatable),
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
    .option("--picture <file>", "FILE.png: the strangest images, their reconstructions and errors")
    .option("--histogram <file>", "FILE.png: how scores are distributed")
    .addOption(new Option("--out <path>", "FILE.csv or FILE.npy (RUN-scores.csv)"));
  addDeviceOptions(command).action(async (name: string, options: DetectOptions) => {
    const output = outputOf(context, options);
    await withRun(name, options, async (run) => {
      const { chooseScores, summaryOf } = await import("../tasks/detection/scores.ts");
      const { besideRun, destinationOf } = await import("./destination.ts");
      const files = await import("./write-detection.ts");
      const { path } = run;
      const names = chooseScores(run.description.model, run.roles, options.score);
      const destination = await destinationOf(options.out ?? besideRun(path, "scores.csv"), [
        "table",
        "array",
      ]);
      const picture =
        options.picture === undefined ? undefined : await files.pictureFor(options.picture, run.shape);
      const histogram =
        options.histogram === undefined
          ? undefined
          : await destinationOf(options.histogram, ["picture"], "--histogram");

      const { examples, split, classes, words, data: own } = await examplesFor(run, options);
      const { evenRows, labelNames, takeEvenly } = await import("./examples.ts");
      const { anomalyDetector, anomalousRows, detectionQuality } = await import(
        "../tasks/detection/index.ts"
      );
      const { checkClasses, normalClassesOf } = await import("../tasks/detection/quality.ts");
      if (options.normal !== undefined) checkClasses(examples, classes, options.normal);
      const normal = options.normal ?? normalClassesOf(run);
      const compared = names.length > 1 || options.falseAlarmRate !== undefined;
      const heldOut = compared ? await heldOutFor(run, options, normal, own) : undefined;
      const detector = await anomalyDetector(run, {
        ...(options.score === undefined ? {} : { score: options.score }),
        ...(options.components === undefined ? {} : { components: options.components }),
        ...(options.falseAlarmRate === undefined ? {} : { falseAlarmRate: options.falseAlarmRate }),
        ...(heldOut === undefined ? {} : { heldOut }),
        ...(own === undefined ? {} : { data: own }),
      });
      const count = Math.min(options.count ?? examples.count, examples.count);
      const taken = takeEvenly(examples, run.shape, count);
      const detection = await detector.scoreSplit(taken);
      const { scores, flags } = detection;
      const labels = labelNames(taken, classes);
      const places = evenRows(examples.count, count);
      await files.writeScores(destination, { detection, places, labels });

      const anomalous = normal && anomalousRows(taken, classes, normal);
      const quality = anomalous && detectionQuality(scores, anomalous, detector.threshold);
      const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
      const strongest = order.slice(0, options.top ?? LISTED);
      const { takeRows } = await import("../data/splits.ts");
      const { sizeOf } = await import("../tensor/shape.ts");
      const { exampleValues } = await import("../training/samples.ts");
      const shown = exampleValues(
        takeRows(taken, Int32Array.from(strongest), sizeOf(run.shape)),
        run.shape,
        strongest.length,
      );
      if (picture !== undefined) await output.show(await files.drawStrangest(picture, run, shown));
      if (histogram !== undefined)
        await files.drawHistogram(histogram, {
          scores,
          anomalous,
          heldOut: detector.heldOut,
          threshold: detector.threshold,
          title: `${run.description.model}: ${words}`,
          label: summaryOf(names),
        });

      const { threshold } = detector;
      const columns = await columnsOf(run, shown);
      const report = {
        count,
        mean: scores.reduce((sum, value) => sum + value, 0) / count,
        ...(threshold && { threshold }),
        ...(flags && { flagged: flags.reduce((sum, flag) => sum + flag, 0) }),
        ...(quality && { quality }),
        strongest: strongest.map((index, place) => ({
          example: places[index]!,
          score: scores[index]!,
          ...(flags && { flag: flags[index] === 1 }),
          ...(columns && { column: columns[place]! }),
          ...(labels && { label: labels[index]! }),
        })),
        out: destination.path,
      };
      const { printDetection } = await import("./print-detection.ts");
      printDetection(output, report, { words, summary: summaryOf(names) });
      output.result({
        run: path,
        ...(options.input === undefined ? {} : { input: options.input }),
        split,
        score: names.join("+"),
        ...report,
        ...(picture === undefined ? {} : { picture: picture.path }),
        ...(histogram === undefined ? {} : { histogram: histogram.path }),
      });
    });
  });
}

/** Held-out examples that are told, the normal ones among them; undefined where the run's own are as they should be. */
async function heldOutFor(
  run: OpenRun,
  { heldOut, normal: told }: DetectOptions,
  normal: readonly string[] | undefined,
  own: Dataset | undefined,
): Promise<Split | undefined> {
  if (heldOut === undefined && told === undefined) return undefined;
  const from =
    heldOut === undefined ? heldOutOf(own ?? (await run.data())) : await examplesFor(run, { input: heldOut });
  const { anomalousRows } = await import("../tasks/detection/index.ts");
  const anomalous = normal && anomalousRows(from.examples, from.classes, normal);
  if (anomalous === undefined) return from.examples;
  const { takeRows } = await import("../data/splits.ts");
  const { sizeOf } = await import("../tensor/shape.ts");
  const rows = Int32Array.from(anomalous.keys()).filter((row) => anomalous[row] === 0);
  return takeRows(from.examples, rows, sizeOf(run.shape));
}

const heldOutOf = ({ validation, classes }: Dataset) => ({ examples: validation, classes });

/** Of a table that is rebuilt: the column of each row that is rebuilt worst. */
async function columnsOf(run: OpenRun, rows: Float32Array): Promise<string[] | undefined> {
  if (run.table === undefined || !run.roles.includes("reconstruct")) return undefined;
  const { strangestColumns } = await import("../tasks/detection/strangest-columns.ts");
  return strangestColumns(run.table, rows, (await run.reconstruct(rows)).data);
}
