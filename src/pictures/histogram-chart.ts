// How numbers of several kinds are distributed: for each kind the share of its numbers in each of some bins, as a
// translucent area, so that kinds of different counts compare. A line across marks a threshold.

import { linearAxis, logAxis, quantiles, type Scale } from "./axis.ts";
import { type Chart, colourOf, framed, rasterise, round } from "./chart.ts";

export interface HistogramGroup {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

export interface HistogramOptions {
  readonly groups: readonly HistogramGroup[];
  /** A value to mark, and its name in the legend. */
  readonly mark?: { readonly value: number; readonly name: string };
  readonly title?: string;
  readonly xLabel?: string;
  /** In SVG pixels, 800 × 450 unless told; the PNG has two of its pixels to each. */
  readonly width?: number;
  readonly height?: number;
}

const BINS = 60;
/** Positive values that span more than this factor lie on a logarithmic axis. */
const LOG_FROM = 20;
const MARK = "#000000";

/**
 * Draws a histogram. The few values far from all others are counted in the bins at the ends; those that are not finite
 * are left out.
 *
 * @example
 * const groups = [{ name: "normal", values: [1, 2, 2] }, { name: "anomalous", values: [4, 5] }];
 * const { png } = await histogramChart({ groups, mark: { value: 3, name: "threshold" }, xLabel: "score" });
 */
export async function histogramChart(options: HistogramOptions): Promise<Chart> {
  const svg = histogramChartSvg(options);
  return { svg, png: await rasterise(svg) };
}

/** The same as SVG only, without a wait. */
export function histogramChartSvg(options: HistogramOptions): string {
  const { mark, title = "", xLabel = "", width = 800, height = 450 } = options;
  const groups = options.groups.map(({ name, values }) => ({
    name,
    values: Array.from(values).filter(Number.isFinite),
  }));
  const { scale, ...range } = rangeOf(
    groups.map(({ values }) => values),
    mark?.value,
  );
  const axisOf = scale === "log" ? logAxis : linearAxis;
  const { low, high, place: partOf } = axisOf(range.low, range.high);
  const edgeAt = (part: number) => (scale === "log" ? low * (high / low) ** part : low + (high - low) * part);
  const shares = groups.map(({ values }) => sharesOf(values, partOf));
  const tallest = Math.max(0.01, ...shares.flat());
  return framed({
    width,
    height,
    title,
    xLabel: scale === "log" && xLabel !== "" ? `${xLabel} (log scale)` : xLabel,
    yLabel: "share",
    legend: [
      ...groups.map(({ name, values }, index) => ({
        name: `${name} (${values.length.toLocaleString("en-GB")})`,
        colour: colourOf(index),
        mark: "dot" as const,
      })),
      ...(mark === undefined ? [] : [{ name: mark.name, colour: MARK, mark: "line" as const }]),
    ],
    axes: (plotWidth, plotHeight) => ({
      x: axisOf(low, high, Math.max(2, Math.floor(plotWidth / 110))),
      y: linearAxis(0, tallest * 1.04, Math.max(2, Math.floor(plotHeight / 55))),
    }),
    draw: (place) => {
      const areas = shares.map((bins, index) => {
        const steps = bins.map((share, bin) => {
          const [left, right] = [edgeAt(bin / BINS), edgeAt((bin + 1) / BINS)].map((value) =>
            round(place.x(value)),
          );
          return `L${left} ${round(place.y(share))}L${right} ${round(place.y(share))}`;
        });
        const [start, end] = [round(place.x(low)), round(place.x(high))];
        const floor = round(place.y(0));
        return (
          `<path d="M${start} ${floor}${steps.join("")}L${end} ${floor}Z" fill="${colourOf(index)}" ` +
          `fill-opacity="0.3" stroke="${colourOf(index)}" stroke-width="1.5"/>`
        );
      });
      if (mark === undefined) return areas.join("\n");
      const at = round(place.x(mark.value));
      const line = `<path d="M${at} ${round(place.y(0))}V${round(place.y(tallest * 1.04))}" stroke="${MARK}" stroke-width="2"/>`;
      return [...areas, line].join("\n");
    },
  });
}

/** All but the outermost values, and what is marked. */
function rangeOf(
  groups: readonly (readonly number[])[],
  marked: number | undefined,
): { scale: Scale; low: number; high: number } {
  const but = (part: number): [number, number] => {
    const ends = groups.flatMap((values) => quantiles(values, part, 1 - part) ?? []);
    if (marked !== undefined && Number.isFinite(marked)) ends.push(marked);
    return ends.length === 0 ? [0, 1] : [Math.min(...ends), Math.max(...ends)];
  };
  const [least, most] = but(0.005);
  if (least > 0 && most / least > LOG_FROM) return { scale: "log", low: least, high: most };
  // On a linear axis a long tail would flatten the rest.
  const [low, high] = but(0.02);
  return high > low ? { scale: "linear", low, high } : { scale: "linear", low: low - 0.5, high: high + 0.5 };
}

/** The share of values in each bin, [bins]. */
function sharesOf(values: readonly number[], place: (value: number) => number): number[] {
  const counts = Array<number>(BINS).fill(0);
  for (const value of values) {
    const at = place(value);
    // The logarithm of what is not above 0 is not a number.
    const bin = Number.isNaN(at) ? 0 : Math.min(BINS - 1, Math.max(0, Math.floor(at * BINS)));
    counts[bin]!++;
  }
  return counts.map((count) => (values.length === 0 ? 0 : count / values.length));
}
