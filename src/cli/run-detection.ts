// A detection from its options to its files: what the files are to be, which examples are scored against which others,
// and what is told of them. Loaded only where something is detected.

import type { Dataset, Split } from "../data/index.ts";
import { takeRows } from "../data/splits.ts";
import { UserError } from "../errors.ts";
import {
  anomalousRows,
  anomalyDetector,
  type Detection,
  type DetectionQuality,
  detectionQuality,
} from "../tasks/detection/index.ts";
import { checkClasses, normalClassesOf } from "../tasks/detection/quality.ts";
import { chooseScores, summaryOf } from "../tasks/detection/scores.ts";
import { strangestColumns } from "../tasks/detection/strangest-columns.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { OpenRun } from "../training/open.ts";
import { exampleValues } from "../training/samples.ts";
import { besideRun, type Destination, destinationOf } from "./destination.ts";
import { evenRows, labelNames, takeEvenly } from "./examples.ts";
import { examplesFor, type InputOptions } from "./input-examples.ts";
import type { Output } from "./output.ts";
import { type DetectionReport, printDetection } from "./print-detection.ts";
import { drawHistogram, drawStrangest, pictureFor, writeScores } from "./write-detection.ts";

export interface DetectionOptions extends InputOptions {
  readonly score?: string;
  readonly components?: number;
  readonly falseAlarmRate?: number;
  readonly heldOut?: string;
  readonly normal?: string[];
  readonly count?: number;
  /** How many of the strangest are listed and shown. */
  readonly top: number;
  readonly picture?: string;
  readonly histogram?: string;
  readonly out?: string;
}

type Scores = ReturnType<typeof chooseScores>;

/** @throws UserError for what cannot be scored, compared or written, before anything is computed where that can be */
export async function runDetection(output: Output, run: OpenRun, options: DetectionOptions): Promise<void> {
  const names = chooseScores(run.description.model, run.roles, options.score);
  const files = await filesFor(run, options);
  const found = await detect(run, names, options);
  const { detection, threshold, words, split, places, labels, anomalous } = found;
  const { scores } = detection;
  await writeScores(files.scores, { detection, places, labels });

  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const strongest = order.slice(0, options.top);
  const rows = takeRows(found.examples, Int32Array.from(strongest), sizeOf(run.shape));
  const shown = exampleValues(rows, run.shape, strongest.length);
  if (files.picture !== undefined) await output.show(await drawStrangest(files.picture, run, shown));
  if (files.histogram !== undefined)
    await drawHistogram(files.histogram, {
      ...{ scores, anomalous, heldOut: found.heldOut, threshold },
      title: `${run.description.model}: ${words}`,
      label: summaryOf(names),
    });

  const report = reportOf(found, { strongest, columns: await columnsOf(run, shown), out: files.scores.path });
  printDetection(output, report, { words, summary: summaryOf(names) });
  output.result({
    run: run.path,
    ...(options.input === undefined ? {} : { input: options.input }),
    split,
    score: names.join("+"),
    ...report,
    ...(files.picture === undefined ? {} : { picture: files.picture.path }),
    ...(files.histogram === undefined ? {} : { histogram: files.histogram.path }),
  });
}

interface DetectionFiles {
  readonly scores: Destination;
  readonly picture: Destination | undefined;
  readonly histogram: Destination | undefined;
}

async function filesFor(
  run: OpenRun,
  { out, picture, histogram }: DetectionOptions,
): Promise<DetectionFiles> {
  return {
    scores: await destinationOf(out ?? besideRun(run.path, "scores.csv"), ["table", "array"]),
    picture: picture === undefined ? undefined : await pictureFor(picture, run.shape),
    histogram:
      histogram === undefined ? undefined : await destinationOf(histogram, ["picture"], "--histogram"),
  };
}

interface Found {
  /** What was scored. */
  readonly examples: Split;
  /** It in words. */
  readonly words: string;
  readonly split: string | undefined;
  /** Where in its split each example is. */
  readonly places: Int32Array;
  readonly labels: readonly string[] | undefined;
  /** 1 for each example that its label tells from the normal ones, where labels tell. */
  readonly anomalous: Uint8Array | undefined;
  readonly detection: Detection;
  readonly threshold: Awaited<ReturnType<typeof anomalyDetector>>["threshold"];
  /** Scores of the held-out normal examples. */
  readonly heldOut: Float32Array | undefined;
  readonly quality: DetectionQuality | undefined;
}

/** Scores the examples that are asked for. */
async function detect(run: OpenRun, names: Scores, options: DetectionOptions): Promise<Found> {
  const { score, components, falseAlarmRate } = options;
  const compared = names.length > 1 || falseAlarmRate !== undefined;
  if (options.heldOut !== undefined && !compared)
    throw new UserError(
      "--held-out has no effect on a single score; give --false-alarm-rate too, or several scores to combine",
    );
  const { examples, split, classes, words, data } = await examplesFor(run, options);
  if (options.normal !== undefined) checkClasses(examples, classes, options.normal);
  const normal = options.normal ?? normalClassesOf(run);
  const heldOut = compared ? await heldOutFor(run, options, normal, data) : undefined;
  const detector = await anomalyDetector(run, {
    ...(score === undefined ? {} : { score }),
    ...(components === undefined ? {} : { components }),
    ...(falseAlarmRate === undefined ? {} : { falseAlarmRate }),
    ...(heldOut === undefined ? {} : { heldOut }),
    ...(data === undefined ? {} : { data }),
  });
  const count = Math.min(options.count ?? examples.count, examples.count);
  const taken = takeEvenly(examples, run.shape, count);
  const detection = await detector.scoreSplit(taken);
  const anomalous = normal && anomalousRows(taken, classes, normal);
  return {
    examples: taken,
    ...{ words, split, detection, anomalous },
    places: evenRows(examples.count, count),
    labels: labelNames(taken, classes),
    threshold: detector.threshold,
    heldOut: detector.heldOut,
    quality: anomalous && detectionQuality(detection.scores, anomalous, detector.threshold),
  };
}

/** Held-out examples that are told, the normal ones among them; undefined where the run's own are as they should be. */
async function heldOutFor(
  run: OpenRun,
  { heldOut, normal: told }: DetectionOptions,
  normal: readonly string[] | undefined,
  own: Dataset | undefined,
): Promise<Split | undefined> {
  if (heldOut === undefined && told === undefined) return undefined;
  const from =
    heldOut === undefined ? heldOutOf(own ?? (await run.data())) : await examplesFor(run, { input: heldOut });
  const anomalous = normal && anomalousRows(from.examples, from.classes, normal);
  if (anomalous === undefined) return from.examples;
  const rows = Int32Array.from(anomalous.keys()).filter((row) => anomalous[row] === 0);
  if (rows.length === 0 && from.examples.count > 0)
    throw new UserError(
      `this takes held-out normal examples, and none of the ${from.examples.count} held-out ones is of ${normal!.join(", ")}; name some with --held-out`,
    );
  return takeRows(from.examples, rows, sizeOf(run.shape));
}

const heldOutOf = ({ validation, classes }: Dataset) => ({ examples: validation, classes });

/** Of a table that is rebuilt: the column of each row that is rebuilt worst. */
async function columnsOf(run: OpenRun, rows: Float32Array): Promise<string[] | undefined> {
  if (run.table === undefined || !run.roles.includes("reconstruct")) return undefined;
  return strangestColumns(run.table, rows, (await run.reconstruct(rows)).data);
}

function reportOf(
  { detection: { scores, flags }, threshold, quality, places, labels }: Found,
  {
    strongest,
    columns,
    out,
  }: {
    /** Places of the strangest among the scores. */
    readonly strongest: readonly number[];
    readonly columns: readonly string[] | undefined;
    readonly out: string;
  },
): DetectionReport {
  return {
    count: scores.length,
    mean: scores.reduce((sum, value) => sum + value, 0) / scores.length,
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
    out,
  };
}
