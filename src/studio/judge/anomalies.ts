// The strangest of some examples, with maps of where they are rebuilt badly.

import { evenRows, takeEvenly, takeRows } from "../../data/splits.ts";
import { anomalyDetector } from "../../tasks/detection/index.ts";
import { summaryOf } from "../../tasks/detection/scores.ts";
import { strangestColumns } from "../../tasks/detection/strangest-columns.ts";
import { sizeOf } from "../../tensor/index.ts";
import { type OpenRun, open } from "../../training/open.ts";
import { exampleValues } from "../../training/samples.ts";
import type { Anomalies, AnomaliesRequest, StrongAnomaly } from "../contract.ts";
import { addressOf, isDrawable, judgedExamples } from "./examples.ts";

const COUNT = 1000;
const TOP = 12;
const BARS = 40;

/**
 * Scores examples by a run's networks.
 *
 * @throws UserError where the model has no such score, or there are no such examples
 */
export async function strongestAnomalies(path: string, request: AnomaliesRequest): Promise<Anomalies> {
  const run = await open(path);
  try {
    const { examples, classes, words } = await judgedExamples(run, request);
    const count = Math.min(request.count ?? COUNT, examples.count);
    const taken = takeEvenly(examples, run.shape, count);
    const places = evenRows(examples.count, count);
    const detector = await anomalyDetector(run, request.score === undefined ? {} : { score: request.score });
    const { scores } = await detector.scoreSplit(taken);
    const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
    const strongest = Int32Array.from(order.slice(0, request.top ?? TOP));
    const shown = takeRows(taken, strongest, sizeOf(run.shape));
    const looks = await looksOf(run, exampleValues(shown, run.shape, shown.count));
    return {
      examples: words,
      count,
      score: summaryOf(detector.names),
      mean: scores.reduce((sum, score) => sum + score, 0) / count,
      histogram: histogramOf(scores),
      strongest: Array.from(strongest, (row, index) => {
        const label = taken.labels?.[row];
        return {
          place: places[row]!,
          score: scores[row]!,
          ...(label === undefined ? {} : { label: classes?.[label] ?? String(label) }),
          ...looks[index],
        };
      }),
    };
  } finally {
    await run.close();
  }
}

/** What can be shown of examples: pictures of images, the strangest column of a table's rows. */
async function looksOf(
  run: OpenRun,
  values: Float32Array,
): Promise<readonly Pick<StrongAnomaly, "pictures" | "column">[]> {
  const size = sizeOf(run.shape);
  const rebuilt = run.roles.includes("reconstruct") ? (await run.reconstruct(values)).data : undefined;
  const rows = Array.from({ length: values.length / size }, (_, row) => row);
  if (isDrawable(run.shape)) {
    const one = (data: Float32Array, row: number) =>
      addressOf({ shape: [1, ...run.shape], data: data.subarray(row * size, (row + 1) * size) });
    const error = rebuilt && values.map((value, index) => Math.abs(value - rebuilt[index]!));
    return rows.map((row) => ({
      pictures: {
        image: one(values, row),
        ...(rebuilt === undefined ? {} : { rebuilt: one(rebuilt, row) }),
        ...(error === undefined ? {} : { error: one(error, row) }),
      },
    }));
  }
  if (run.table === undefined || rebuilt === undefined) return rows.map(() => ({}));
  return strangestColumns(run.table, values, rebuilt).map((column) => ({ column }));
}

function histogramOf(scores: Float32Array): Anomalies["histogram"] {
  let [least, most] = [Infinity, -Infinity];
  for (const score of scores) {
    least = Math.min(least, score);
    most = Math.max(most, score);
  }
  const counts = new Array<number>(BARS).fill(0);
  for (const score of scores) {
    const bar = most > least ? Math.floor(((score - least) / (most - least)) * BARS) : 0;
    counts[Math.min(bar, BARS - 1)]!++;
  }
  return { least, most, counts };
}
