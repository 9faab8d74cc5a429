// What is drawn from series that each have their own x: one table on a common x, and the range of y worth showing.

import uPlot from "uplot";

/** A curve. x must not go down; a y of null makes a gap. */
export interface PlotSeries {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** The least and the most about each y, drawn pale behind it. */
  readonly least?: readonly (number | null)[];
  readonly most?: readonly (number | null)[];
  /** Its colour's place in the palette; its own place among the series unless told. */
  readonly colour?: number;
  readonly dashed?: boolean;
}

/**
 * Curves on one x: of a series without a band one column, of one with a band three (y, least, most).
 *
 * @param extent x that is shown even where no curve reaches it
 */
export function tableOf(series: readonly PlotSeries[], extent: readonly number[] = []): uPlot.AlignedData {
  const tables = series.map(
    ({ x, y, least, most }) =>
      (least !== undefined && most !== undefined
        ? [x, y, least, most]
        : [x, y]) as unknown as uPlot.AlignedData,
  );
  if (extent.length > 0) tables.push([[...extent]] as unknown as uPlot.AlignedData);
  if (tables.length === 0) return [[]];
  return tables.length === 1 ? tables[0]! : uPlot.join(tables);
}

/** Values from the q-th part to the (1 − q)-th part of all finite ones. */
export function quantileRange(values: readonly number[], q: number): [number, number] {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return [0, 1];
  const at = (part: number) => sorted[Math.round(part * (sorted.length - 1))]!;
  return [at(q), at(1 - q)];
}

/** Whether a logarithmic axis shows more: all is positive and most of it spans more than a factor of 20. */
export function wantsLogarithm(values: readonly number[]): boolean {
  if (values.length === 0 || values.some((value) => value <= 0)) return false;
  const [low, high] = quantileRange(values, 0.05);
  return high / low > 20;
}

/**
 * The range of a linear axis: of all values, unless a few lie so far off that they would flatten the rest; these
 * are then left outside.
 */
export function linearRange(values: readonly number[]): [number, number] {
  const [least, most] = quantileRange(values, 0);
  const [low, high] = quantileRange(values, 0.01);
  const far = most - least > 4 * (high - low) && high > low;
  const [from, to] = far ? [low - 0.5 * (high - low), high + 0.5 * (high - low)] : [least, most];
  const room = 0.05 * (to - from) || Math.abs(to) * 0.1 || 1;
  return [Math.max(from, least) - room, Math.min(to, most) + room];
}

/** All finite values of some series. */
export function finiteValues(series: readonly PlotSeries[]): number[] {
  return series.flatMap(({ y }) =>
    y.filter((value): value is number => value !== null && Number.isFinite(value)),
  );
}
