// Curves over the rounds of a run, such as each player's loss.

import { linearAxis, logAxis, quantiles, type Scale } from "./axis.ts";
import { type Chart, colourOf, dashesOf, framed, rasterise, round } from "./chart.ts";
import { movingMean, type Point, thinned } from "./smooth.ts";

/** A named curve. x must not go down. A y that is not finite makes a gap. */
export interface Series {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface LineChartOptions {
  readonly series: readonly Series[];
  readonly title?: string;
  /** "round" unless told. */
  readonly xLabel?: string;
  /** "loss" unless told. */
  readonly yLabel?: string;
  /**
   * "auto", unless told, takes a logarithmic y axis when all values are positive and most of them span more than
   * a factor of 20.
   */
  readonly scale?: Scale | "auto";
  /** Values in one mean of the thick, smooth lines; a fortieth of each series unless told, 1 for none. */
  readonly smoothing?: number;
  /** In SVG pixels, 800 × 450 unless told; the PNG has two of its pixels to each. */
  readonly width?: number;
  readonly height?: number;
}

interface Curve {
  readonly name: string;
  readonly raw: readonly Point[];
  /** The same smoothed; undefined where the series is too short for that to help. */
  readonly smooth: readonly Point[] | undefined;
}

const SHORTEST_TO_SMOOTH = 60;
const LOG_FROM = 20;
/** Series of no more values than this get a dot for each. */
const MOST_MARKED = 40;

/**
 * Draw curves: the values thin and pale, their moving mean thick. Single values far from all others may lie
 * outside, so that one spike does not flatten everything else.
 *
 * @example
 * const { png } = await lineChart({ series: [{ name: "critic", x: [1, 2, 3], y: [0.9, 0.7, 0.6] }] });
 * await writeFile("losses.png", png);
 */
export async function lineChart(options: LineChartOptions): Promise<Chart> {
  const svg = lineChartSvg(options);
  return { svg, png: await rasterise(svg) };
}

/** The same as SVG only, without a wait. */
export function lineChartSvg(options: LineChartOptions): string {
  const {
    title = "",
    xLabel = "round",
    yLabel = "loss",
    scale = "auto",
    width = 800,
    height = 450,
  } = options;
  const curves = options.series.map((series) => curveOf(series, options.smoothing));
  const places = curves.flatMap(({ raw }) => raw.map(({ x }) => x));
  const [first, last] = quantiles(places, 0, 1) ?? [0, 1];
  // From the very beginning, where the first value is near it.
  const xRange: [number, number] = [first >= 0 && first < 0.05 * last ? 0 : first, last];
  const whole = places.every(Number.isInteger); // There is no half of a round.
  const chosen = scale === "auto" ? scaleFor(curves) : scale;
  const [low, high] = rangeOf(curves, chosen);
  return framed({
    width,
    height,
    title,
    xLabel,
    yLabel: chosen === "log" && yLabel !== "" ? `${yLabel} (log scale)` : yLabel,
    legend: curves.map(({ name }, index) => ({
      name,
      colour: colourOf(index),
      mark: "line",
      dashes: dashesOf(index),
    })),
    axes: (plotWidth, plotHeight) => ({
      x: linearAxis(...xRange, Math.max(2, Math.floor(plotWidth / 110)), whole ? 1 : 0),
      y: (chosen === "log" ? logAxis : linearAxis)(low, high, Math.max(2, Math.floor(plotHeight / 55))),
    }),
    draw: (place, plotWidth) => {
      const thin: string[] = [];
      const thick: string[] = [];
      curves.forEach(({ raw, smooth }, index) => {
        const line = (points: readonly Point[], style: string) =>
          `<path d="${pathOf(thinned(points, Math.ceil(plotWidth)), place)}" stroke="${colourOf(index)}" fill="none" ` +
          `stroke-linejoin="round" stroke-linecap="round" ${dashesOf(index)} ${style}/>`;
        if (smooth !== undefined) thin.push(line(raw, 'stroke-width="0.8" stroke-opacity="0.35"'));
        thick.push(line(smooth ?? raw, 'stroke-width="2.2"'));
        if (raw.length <= MOST_MARKED) thick.push(dots(raw, place, colourOf(index)));
      });
      return [...thin, ...thick].join("\n");
    },
  });
}

function curveOf({ name, x, y }: Series, smoothing: number | undefined): Curve {
  if (x.length !== y.length)
    throw new RangeError(`series ${name}: ${x.length} places for ${y.length} values`);
  const values = Array.from(y, (value) => (Number.isFinite(value) ? value : Number.NaN));
  const points = (ys: readonly number[]) => ys.map((value, index) => ({ x: x[index]!, y: value }));
  const width = smoothing ?? (values.length < SHORTEST_TO_SMOOTH ? 1 : Math.round(values.length / 40));
  return { name, raw: points(values), smooth: width > 1 ? points(movingMean(values, width)) : undefined };
}

function scaleFor(curves: readonly Curve[]): Scale {
  const values = curves.flatMap(({ raw, smooth }) => (smooth ?? raw).map(({ y }) => y));
  const all = quantiles(
    curves.flatMap(({ raw }) => raw.map(({ y }) => y)),
    0,
    1,
  );
  const most = quantiles(values, 0.02, 0.98);
  return all !== undefined && most !== undefined && all[0] > 0 && most[1] / most[0] > LOG_FROM
    ? "log"
    : "linear";
}

/** All of the smooth lines and nearly all of the raw values. */
function rangeOf(curves: readonly Curve[], scale: Scale): [number, number] {
  const fits = (value: number) => scale === "linear" || value > 0;
  const ranges = curves.flatMap(({ raw, smooth }) => {
    const values = raw.map(({ y }) => y).filter(fits);
    const means = (smooth ?? []).map(({ y }) => y).filter(fits);
    return [
      smooth === undefined ? quantiles(values, 0, 1) : quantiles(values, 0.005, 0.995),
      quantiles(means, 0, 1),
    ];
  });
  const ends = ranges.filter((range) => range !== undefined).flat();
  if (ends.length === 0) return scale === "log" ? [0.1, 1] : [0, 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (scale === "log")
    return low < high ? [low / (high / low) ** 0.04, high * (high / low) ** 0.04] : [low, high];
  const margin = (high - low) * 0.04;
  // Down to zero when that costs little: distances from zero mean something.
  return [low >= 0 && low < 0.3 * high ? 0 : low - margin, high + margin];
}

interface Place {
  x(value: number): number;
  y(value: number): number;
}

function dots(points: readonly Point[], place: Place, colour: string): string {
  const circles = points
    .filter(({ y }) => Number.isFinite(place.y(y)))
    .map(({ x, y }) => `<circle cx="${round(place.x(x))}" cy="${round(place.y(y))}" r="3"/>`);
  return `<g fill="${colour}">${circles.join("")}</g>`;
}

function pathOf(points: readonly Point[], place: Place): string {
  let path = "";
  let drawing = false;
  points.forEach(({ x, y }, index) => {
    const [left, top] = [place.x(x), place.y(y)];
    if (!Number.isFinite(left) || !Number.isFinite(top)) {
      drawing = false;
      return;
    }
    // A value on its own, between gaps, is a dot.
    const next = points[index + 1];
    const alone = !drawing && !(next !== undefined && Number.isFinite(place.y(next.y)));
    path += `${drawing ? "L" : "M"}${round(left)} ${round(top)}${alone ? "h0" : ""}`;
    drawing = true;
  });
  return path;
}
