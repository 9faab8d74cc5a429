// What a detection says: how many examples are flagged, how well that agrees with labels, and which are the strangest.

import type { AlarmThreshold } from "../metrics/alarm-threshold.ts";
import { formatNumber } from "../pictures/progress.ts";
import type { DetectionQuality } from "../tasks/detection/index.ts";
import type { Output } from "./output.ts";
import { table } from "./table.ts";

/** An example as it is listed. */
export interface StrangeExample {
  /** Its place in its split. */
  readonly example: number;
  readonly score: number;
  readonly flag?: boolean;
  /** Of a table: the column that is rebuilt worst. */
  readonly column?: string;
  readonly label?: string;
}

/** As JSON has it. */
export interface DetectionReport {
  readonly count: number;
  readonly mean: number;
  readonly threshold?: AlarmThreshold;
  readonly flagged?: number;
  readonly quality?: DetectionQuality;
  readonly strongest: readonly StrangeExample[];
  readonly out: string;
}

/**
 * Prints it for people.
 *
 * @param words what the examples are
 * @param summary what the scores are
 */
export function printDetection(
  output: Output,
  { count, mean, threshold, flagged, quality, strongest, out }: DetectionReport,
  { words, summary }: { readonly words: string; readonly summary: string },
): void {
  output.print(`${count} examples of ${words}, ${summary}, mean ${formatNumber(mean)}: ${out}`);
  if (threshold !== undefined)
    output.print(
      `${flagged} are flagged, above ${formatNumber(threshold.threshold)}; of new normal examples ` +
        `${percent(threshold.falseAlarmRate)} ± ${percent(threshold.deviation)} would be, by ${threshold.count} held out`,
    );
  if (quality !== undefined) output.print(qualityInWords(quality));
  const cells: readonly (readonly [string, (one: StrangeExample) => string | undefined])[] = [
    ["example", ({ example }) => String(example)],
    ["score", ({ score }) => formatNumber(score)],
    ["flag", ({ flag }) => (flag ? "flagged" : "")],
    ["column", ({ column }) => column],
    ["label", ({ label }) => label],
  ];
  const [first] = strongest;
  const columns = cells.filter(([name]) => first !== undefined && name in first);
  const rows = strongest.map((one) => columns.map(([, cell]) => cell(one) ?? ""));
  output.print(table([columns.map(([name]) => name), ...rows], { right: [0, 1] }));
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

function qualityInWords(quality: DetectionQuality): string {
  const { auroc, averagePrecision, normal, anomalous, detectionRate, falseAlarmRate } = quality;
  const estimate = ({ value, standardError }: DetectionQuality["auroc"]) =>
    `${value.toFixed(4)}${Number.isFinite(standardError) ? ` ± ${standardError.toFixed(4)}` : ""}`;
  const chance = (anomalous / (normal + anomalous)).toFixed(4);
  const rates =
    detectionRate === undefined || falseAlarmRate === undefined
      ? ""
      : `; flagged are ${percent(detectionRate)} and ${percent(falseAlarmRate)}`;
  return (
    `${anomalous} anomalous, ${normal} normal: AUROC ${estimate(auroc)}, ` +
    `AUPRC ${estimate(averagePrecision)} (chance ${chance})${rates}`
  );
}
