// How well scores find anomalies, where labels tell which examples are normal.

import type { Split } from "../../data/index.ts";
import { UserError } from "../../errors.ts";
import { type AlarmThreshold, shareAbove } from "../../metrics/alarm-threshold.ts";
import { areaUnderRoc, averagePrecision, averagePrecisionError } from "../../metrics/detection.ts";
import { randomStream } from "../../random/index.ts";
import type { OpenRun } from "../../training/open.ts";

export interface Estimate {
  readonly value: number;
  /** NaN where there is a single example of a kind. */
  readonly standardError: number;
}

export interface DetectionQuality {
  /** Examples of either kind. */
  readonly normal: number;
  readonly anomalous: number;
  /** The chance that an anomaly scores higher than a normal example; DeLong's standard error. */
  readonly auroc: Estimate;
  /** AUPRC; the bootstrap's standard error, of 200 redrawings. The anomalies' share is what chance reaches. */
  readonly averagePrecision: Estimate;
  /** Shares of either kind above the threshold, where there is one. */
  readonly detectionRate?: number;
  readonly falseAlarmRate?: number;
}

/**
 * How well scores tell anomalies from normal examples; undefined where there is only one kind.
 *
 * @param scores higher for what is stranger
 * @param anomalous other than 0 for the anomalies among them
 * @throws UserError for scores that are not finite
 * @example
 * detectionQuality([3, 1, 2, 0], [1, 0, 1, 0])?.auroc.value; // 1
 */
export function detectionQuality(
  scores: ArrayLike<number>,
  anomalous: ArrayLike<number>,
  threshold?: AlarmThreshold,
): DetectionQuality | undefined {
  const of = (kind: boolean) => Array.from(scores).filter((_, row) => (anomalous[row] !== 0) === kind);
  const [positives, negatives] = [of(true), of(false)];
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const both = { positives, negatives };
  const { area, standardError } = areaUnderRoc(both);
  return {
    normal: negatives.length,
    anomalous: positives.length,
    auroc: { value: area, standardError },
    averagePrecision: {
      value: averagePrecision(both),
      standardError: averagePrecisionError(both, { stream: randomStream(0, "detection/bootstrap") }),
    },
    ...(threshold && {
      detectionRate: shareAbove(positives, threshold.threshold),
      falseAlarmRate: shareAbove(negatives, threshold.threshold),
    }),
  };
}

/** The names of the classes that a run was trained on as normal; undefined where it was trained on all. */
export const normalClassesOf = ({
  description,
}: Pick<OpenRun, "description">): readonly string[] | undefined =>
  (description.data.options as { readonly normal?: readonly string[] }).normal;

/**
 * Which examples are of other classes than the normal ones: 1 for these, else 0. Undefined where the examples have no
 * labels, or no class of these names.
 *
 * @param classes names of the labels
 * @example
 * anomalousRows({ count: 3, values, labels: Int32Array.of(0, 1, 0) }, ["good", "bad"], ["good"]); // 0, 1, 0
 */
export function anomalousRows(
  { labels }: Split,
  classes: readonly string[] | undefined,
  normal: readonly string[],
): Uint8Array | undefined {
  if (labels === undefined || classes === undefined) return undefined;
  const usual = new Set(normal.map((name) => classes.indexOf(name)).filter((index) => index >= 0));
  return usual.size === 0 ? undefined : Uint8Array.from(labels, (label) => (usual.has(label) ? 0 : 1));
}

/** @throws UserError where examples have no class of one of these names */
export function checkClasses(
  { labels }: Split,
  classes: readonly string[] | undefined,
  names: readonly string[],
): void {
  if (labels === undefined || classes === undefined)
    throw new UserError("the examples have no labels to tell normal ones by; leave out the normal classes");
  const missing = names.find((name) => !classes.includes(name));
  if (missing === undefined) return;
  const listed = classes.length > 20 ? `${classes.slice(0, 20).join(", ")}, …` : classes.join(", ");
  throw new UserError(`the examples have no class "${missing}"; they have ${listed}`);
}
