// Two-dimensional samples: the real ones grey, the generated ones in colour above them, both axes to one scale.

import { type Axis, linearAxis, quantiles } from "./axis.ts";
import { type Chart, framed, PALETTE, rasterise, round } from "./chart.ts";

/** Points x0, y0, x1, y1, …: shape [N, 2]. */
export type Points = ArrayLike<number>;

export interface ScatterChartOptions {
  readonly real: Points;
  readonly generated: Points;
  readonly title?: string;
  /** In SVG pixels, 600 × 640 unless told; the PNG has two of its pixels to each. */
  readonly width?: number;
  readonly height?: number;
}

const REAL = "#b4b4b4";
const MOST_POINTS = 10_000;

/**
 * Draw points. Generated ones far outside the real ones' range are not shown, but counted in the legend. Of more
 * than 10,000 points of a kind the first are drawn.
 *
 * @example
 * const { png } = await scatterChart({ real: [0, 1, 1, 0], generated: [0.1, 0.9], title: "ring, round 500" });
 */
export async function scatterChart(options: ScatterChartOptions): Promise<Chart> {
  const svg = scatterChartSvg(options);
  return { svg, png: await rasterise(svg) };
}

/** The same as SVG only, without a wait. */
export function scatterChartSvg(options: ScatterChartOptions): string {
  const { title = "", width = 600, height = 640 } = options;
  const real = pairsFrom(options.real, "real");
  const generated = pairsFrom(options.generated, "generated");
  const ranges = [0, 1].map((axis) =>
    rangeOf(
      real.map((point) => point[axis]!),
      generated.map((point) => point[axis]!),
    ),
  );
  const [xRange, yRange] = [ranges[0]!, ranges[1]!];
  const finite = generated.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const inside = ([x, y]: readonly [number, number]) =>
    x >= xRange[0] && x <= xRange[1] && y >= yRange[0] && y <= yRange[1];
  const outside = finite.filter((point) => !inside(point)).length;
  const invalid = generated.length - finite.length;
  const remarks = [
    ...(outside > 0 ? [`${outside} outside`] : []),
    ...(invalid > 0 ? [`${invalid} not finite`] : []),
  ];
  const remark = remarks.length > 0 ? ` (${remarks.join(", ")})` : "";
  return framed({
    width,
    height,
    title,
    xLabel: "",
    yLabel: "",
    legend: [
      { name: "real", colour: REAL, mark: "dot" },
      { name: `generated${remark}`, colour: PALETTE[0], mark: "dot" },
    ],
    axes: equalAxes(xRange, yRange),
    draw: (place) => {
      const dots = (points: readonly (readonly [number, number])[], style: string) => {
        const circles = points
          .filter(inside)
          .slice(0, MOST_POINTS)
          .map(([x, y]) => `<circle cx="${round(place.x(x))}" cy="${round(place.y(y))}" r="1.8"/>`);
        return `<g ${style}>${circles.join("")}</g>`;
      };
      return (
        dots(real, `fill="${REAL}" fill-opacity="0.7"`) +
        dots(finite, `fill="${PALETTE[0]}" fill-opacity="0.55"`)
      );
    },
  });
}

function pairsFrom(points: Points, name: string): [number, number][] {
  if (points.length % 2 !== 0) throw new RangeError(`the ${name} points have a coordinate left over`);
  return Array.from({ length: points.length / 2 }, (_, index) => [
    points[2 * index]!,
    points[2 * index + 1]!,
  ]);
}

/** All real values, and the generated ones within half as much again on either side. */
function rangeOf(real: readonly number[], generated: readonly number[]): [number, number] {
  const main = quantiles(real, 0, 1) ?? quantiles(generated, 0.01, 0.99) ?? [0, 1];
  const size = main[1] - main[0] || Math.abs(main[0]) || 1;
  const [lowest, highest] = [main[0] - size / 2, main[1] + size / 2];
  const others =
    quantiles(
      generated.filter((value) => value >= lowest && value <= highest),
      0,
      1,
    ) ?? main;
  const low = Math.min(main[0], others[0]);
  const high = Math.max(main[1], others[1]);
  return high > low ? [low, high] : [low - size / 2, high + size / 2];
}

/**
 * Axes of one scale for both ranges: as many values a pixel as the tighter one needs, and as much range as there is room
 * for.
 */
export function equalAxes(xRange: readonly [number, number], yRange: readonly [number, number]) {
  return (plotWidth: number, plotHeight: number): { x: Axis; y: Axis } => {
    const [longX, longY] = [xRange[1] - xRange[0], yRange[1] - yRange[0]];
    const perPixel = Math.max(longX / plotWidth, longY / plotHeight) * 1.06;
    const about = (pixels: number) => Math.max(2, pixels / 90);
    return {
      x: linearAxis(...around(xRange, perPixel * plotWidth), about(plotWidth)),
      y: linearAxis(...around(yRange, perPixel * plotHeight), about(plotHeight)),
    };
  };
}

function around([low, high]: readonly [number, number], size: number): [number, number] {
  const middle = (low + high) / 2;
  return [middle - size / 2, middle + size / 2];
}
