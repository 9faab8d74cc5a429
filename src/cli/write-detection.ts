// What a detection leaves as files: scores, a picture of the strangest images, a histogram.

import { encodeNpy } from "../data/npy.ts";
import { UserError } from "../errors.ts";
import type { AlarmThreshold } from "../metrics/alarm-threshold.ts";
import { gridOf, stacksOf } from "../pictures/grid.ts";
import { encodePng, type Picture } from "../pictures/png.ts";
import type { Detection } from "../tasks/detection/index.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { OpenRun } from "../training/open.ts";
import { encodeCsv, shortest } from "./csv.ts";
import { type Destination, destinationOf, writeOut } from "./destination.ts";
import { isDrawable, scaleFor } from "./write-examples.ts";

/** Writes a line an example, or the scores alone as an array. */
export async function writeScores(
  { kind, path }: Destination,
  {
    detection: { scores, parts, flags },
    places,
    labels,
  }: {
    readonly detection: Detection;
    /** Where in its split each example is. */
    readonly places: Int32Array;
    readonly labels: readonly string[] | undefined;
  },
): Promise<void> {
  if (kind === "array") return writeOut(path, encodeNpy(scores, [scores.length]));
  const own = Object.entries(parts);
  const columns = own.length > 1 ? own : [];
  const header = [
    "example",
    "score",
    ...columns.map(([name]) => name),
    ...(flags === undefined ? [] : ["flag"]),
    ...(labels === undefined ? [] : ["label"]),
  ];
  const rows = Array.from(scores, (score, row) => [
    places[row]!,
    shortest(score),
    ...columns.map(([, values]) => shortest(values[row]!)),
    ...(flags === undefined ? [] : [flags[row]!]),
    ...(labels === undefined ? [] : [labels[row]!]),
  ]);
  return writeOut(path, encodeCsv(header, rows));
}

/** @throws UserError where a picture cannot be drawn of such examples */
export async function pictureFor(path: string, shape: readonly number[]): Promise<Destination> {
  if (!isDrawable(shape) || shape.length !== 3)
    throw new UserError("--picture is for grey and colour images; leave it out");
  return destinationOf(path, ["picture"], "--picture");
}

/**
 * Images side by side; of a model that rebuilds them each above its reconstruction, and this above the error of each
 * pixel, |x − x̂|, white for 1.
 */
export async function drawStrangest(
  { path }: Destination,
  run: OpenRun,
  images: Float32Array,
): Promise<Picture> {
  const shape = [images.length / sizeOf(run.shape), ...run.shape];
  const scale = scaleFor(shape);
  const given = { shape, data: images };
  let picture = gridOf(given, { scale });
  if (run.roles.includes("reconstruct")) {
    const { data: rebuilt } = await run.reconstruct(images);
    const error = images.map((value, index) => Math.abs(value - rebuilt[index]!));
    picture = stacksOf([given, { shape, data: rebuilt }, { shape, data: error }], { scale });
  }
  await writeOut(path, encodePng(picture));
  return picture;
}

/** Draws how scores are distributed: of either kind where labels tell them, else of all, beside those held out. */
export async function drawHistogram(
  { path }: Destination,
  {
    scores,
    anomalous,
    heldOut,
    threshold,
    title,
    label,
  }: {
    readonly scores: Float32Array;
    readonly anomalous: Uint8Array | undefined;
    readonly heldOut: Float32Array | undefined;
    readonly threshold: AlarmThreshold | undefined;
    readonly title: string;
    readonly label: string;
  },
): Promise<void> {
  const { histogramChart } = await import("../pictures/histogram-chart.ts");
  const of = (kind: number) => scores.filter((_, row) => anomalous![row] === kind);
  const groups =
    anomalous === undefined
      ? [
          ...(heldOut === undefined ? [] : [{ name: "held-out normal", values: heldOut }]),
          { name: "examples", values: scores },
        ]
      : [
          { name: "normal", values: of(0) },
          { name: "anomalous", values: of(1) },
        ];
  const { png } = await histogramChart({
    groups,
    title,
    xLabel: label,
    ...(threshold && { mark: { value: threshold.threshold, name: "threshold" } }),
  });
  await writeOut(path, png);
}
