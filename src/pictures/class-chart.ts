// Points of the plane in the colours of their classes, both axes to one scale. Seven colours that people with any kind
// of colour vision tell apart, in four marks, make 28 classes; of more, points are of one colour.

import { quantiles } from "./axis.ts";
import {
  type Chart,
  colourOf,
  drawMark,
  framed,
  type LegendItem,
  MARKS,
  PALETTE,
  rasterise,
} from "./chart.ts";
import { equalAxes, type Points } from "./scatter-chart.ts";

export interface ClassChartOptions {
  readonly points: Points;
  /** A class's number for each point. */
  readonly labels?: ArrayLike<number>;
  /** The names of classes, by number. */
  readonly classes?: readonly string[];
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** In SVG pixels, 640 × 680 unless told; the PNG has two of its pixels to each. */
  readonly width?: number;
  readonly height?: number;
}

const MOST_POINTS = 10_000;
const MOST_CLASSES = PALETTE.length * MARKS.length;
const RADIUS = 2.2;

/**
 * Draws points. Classes that have none are not in the legend; points that are not finite are left out, and of more than
 * 10,000 some, spread evenly over them, are drawn.
 *
 * @example
 * const { png } = await classChart({ points: [0, 0, 1, 1], labels: [0, 1], classes: ["cat", "dog"] });
 */
export async function classChart(options: ClassChartOptions): Promise<Chart> {
  const svg = classChartSvg(options);
  return { svg, png: await rasterise(svg) };
}

/** The same as SVG only, without a wait. */
export function classChartSvg(options: ClassChartOptions): string {
  const {
    points,
    labels,
    classes,
    title = "",
    xLabel = "",
    yLabel = "",
    width = 640,
    height = 680,
  } = options;
  const count = points.length / 2;
  if (!Number.isInteger(count)) throw new RangeError("the points have a coordinate left over");
  if (labels !== undefined && labels.length !== count)
    throw new RangeError(`${count} points need as many labels, not ${labels.length}`);
  const shown = Math.min(count, MOST_POINTS);
  const places = Array.from({ length: shown }, (_, index) => Math.floor((index * count) / shown)).filter(
    (place) => Number.isFinite(points[2 * place]!) && Number.isFinite(points[2 * place + 1]!),
  );
  const range = (axis: number): readonly [number, number] => {
    const [low, high] = quantiles(
      places.map((place) => points[2 * place + axis]!),
      0,
      1,
    ) ?? [0, 1];
    return high > low ? [low, high] : [low - 1, high + 1];
  };
  const found = labels === undefined ? [] : [...new Set(places.map((place) => labels[place]!))];
  const known = found.sort((a, b) => a - b);
  const coloured = known.length > 0 && known.length <= MOST_CLASSES;
  const order = new Map(known.map((label, index) => [label, index]));
  const styleOf = (index: number) => ({
    colour: colourOf(index),
    mark: MARKS[Math.floor(index / PALETTE.length)]!,
  });
  const legend = coloured
    ? known.map(
        (label, index): LegendItem => ({ name: classes?.[label] ?? String(label), ...styleOf(index) }),
      )
    : known.length > 0
      ? [{ name: `${known.length} classes, too many to colour`, colour: PALETTE[0], mark: "dot" as const }]
      : [];
  return framed({
    width,
    height,
    title,
    xLabel,
    yLabel,
    legend,
    axes: equalAxes(range(0), range(1)),
    // In the order of the points, so that no class lies above all others.
    draw: ({ x, y }) =>
      `<g opacity="0.75">${places
        .map((place) => {
          const { colour, mark } = styleOf(coloured ? order.get(labels![place]!)! : 0);
          const style = { radius: RADIUS, colour, line: 1 };
          return drawMark(mark, x(points[2 * place]!), y(points[2 * place + 1]!), style);
        })
        .join("")}</g>`,
  });
}
