// What the colours of a field mean. A critic's scores are told from the middle between its mean scores of real and of
// made points, whatever its loss: there it is undecided. Errors begin at 0.

import type { View } from "./messages.ts";

export interface FieldScale {
  /** The value of the lowest, the middle and the highest colour. */
  readonly least: number;
  readonly middle: number;
  readonly most: number;
}

/** Values beyond this share on either side have the outermost colours. */
const BEYOND = 0.02;
/** The narrower side of the middle reaches at least so far as the wider one, so that little is not shown as much. */
const NARROWER = 0.2;

export function fieldScale({ field, scores }: View): FieldScale | undefined {
  if (field === undefined) return undefined;
  const sorted = field.values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return undefined;
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  if (field.kind === "error") return { least: 0, middle: 0, most: Math.max(at(1 - BEYOND), 1e-6) };
  const { real, made } = scores ?? { real: at(0.5), made: at(0.5) };
  const middle = (real + made) / 2;
  const [down, up] = [
    middle - Math.min(at(BEYOND), real, made),
    Math.max(at(1 - BEYOND), real, made) - middle,
  ];
  const least = Math.max(NARROWER * Math.max(down, up), 1e-6);
  return { least: middle - Math.max(down, least), middle, most: middle + Math.max(up, least) };
}

/** Where a value lies on a scale, from −1 to 1, the middle at 0; errors from 0 to −1. */
export function placed({ least, middle, most }: FieldScale, value: number): number {
  if (least === middle) return -Math.min(1, (value - least) / (most - least));
  const part = (value - middle) / (value < middle ? middle - least : most - middle);
  return Math.max(-1, Math.min(1, part));
}

/** Values of an axis from −extent to extent: multiples of 1, 2 or 5 times a power of ten, 0 among them. */
export function ticksOf(extent: number, about = 4): number[] {
  const raw = extent / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const most = Math.floor(extent / step);
  return Array.from({ length: 2 * most + 1 }, (_, at) => Number(((at - most) * step).toPrecision(6)));
}
