// A group of measures: what a subject has to have, and what is measured then. The measures themselves, with formula
// and paper, are in src/metrics.

import { meanAndError } from "../../metrics/moments.ts";
import { sizeOf } from "../../tensor/index.ts";
import { lacksForDomain } from "./features.ts";
import type { Measured, Measurements } from "./measures.ts";
import type { EvaluationPicture } from "./pictures.ts";
import type { Subject } from "./subject.ts";

export interface Group {
  /** Why a subject has none of these measures; undefined where it has. */
  readonly lacks: (subject: Subject) => string | undefined;
  readonly measure: (subject: Subject) => Promise<Found>;
}

export interface Found {
  readonly measured: Measurements;
  readonly pictures?: readonly EvaluationPicture[];
}

export const has = (subject: Subject, role: Parameters<Subject["run"]["inputs"]>[0]): boolean =>
  subject.run.roles.includes(role);

/** Why a subject cannot be measured by test examples, of which a measure needs some; undefined where it can. */
export function noTest({ test, normal }: Subject, least = 2): string | undefined {
  const { count } = test;
  if (count >= least) return undefined;
  const what = `${normal === undefined ? "" : "normal "}test example`;
  if (count === 0) return `there are no ${what}s`;
  return `there ${count === 1 ? "is one" : `are ${count}`} ${what}${count === 1 ? "" : "s"}, and ${least} are needed`;
}

/** Why a subject cannot be measured by labels; undefined where it can. */
export const noLabels = ({ dataset }: Subject) => lacksForDomain(dataset);

/** A standard error, where there is one. */
export const finite = (standardError: number) => (Number.isFinite(standardError) ? { standardError } : {});

/** A mean with its standard error. */
export function averaged(values: ArrayLike<number>): Measured {
  const { mean, standardError } = meanAndError(values);
  return { value: mean, ...finite(standardError), count: values.length };
}

/** Values that were measured on as many examples, by name. */
export const counted = (values: object, count: number): Measurements =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, count }]));

/** The shape of examples as an image's: that of vectors is one row. */
export const imageShape = (shape: readonly number[]) =>
  (shape.length === 3 ? shape : [1, 1, sizeOf(shape)]) as unknown as readonly [number, number, number];
