// Horizontal bars, each made of parts: where something as a whole goes, item by item.

import { type Axis, linearAxis } from "./axis.ts";
import {
  type Chart,
  colourOf,
  drawLegend,
  drawTitle,
  framed,
  MARGIN,
  rasterise,
  round,
  TEXT_SIZE,
  TITLE_HEIGHT,
} from "./chart.ts";
import { cutToWidth } from "./text.ts";

export interface Bar {
  readonly name: string;
  /** Lengths of its parts, none below 0, one for each series. */
  readonly values: readonly number[];
}

export interface BarPanel {
  /** What its bars are. */
  readonly label: string;
  /** From the top. */
  readonly bars: readonly Bar[];
}

export interface BarChartOptions {
  readonly title: string;
  readonly xLabel: string;
  /** What the parts of bars are, by their colours. */
  readonly series: readonly string[];
  readonly panels: readonly BarPanel[];
  /** In SVG pixels, 800 unless told; the PNG has two of its pixels to each. */
  readonly width?: number;
}

const ROW = 24;
const LONGEST_NAME = 260;

/**
 * Draws panels of bars, one below the other, all of one range.
 *
 * @example
 * const panels = [{ label: "operator", bars: [{ name: "Conv", values: [2, 3] }, { name: "Add", values: [1, 0] }] }];
 * const { png } = await barChart({ title: "a round", xLabel: "ms", series: ["forward", "backward"], panels });
 */
export async function barChart(options: BarChartOptions): Promise<Chart> {
  const svg = barChartSvg(options);
  return { svg, png: await rasterise(svg) };
}

/** The same as SVG only, without a wait. */
export function barChartSvg({ title, xLabel, series, panels, width = 800 }: BarChartOptions): string {
  const legend = drawLegend(
    series.map((name, index) => ({ name, colour: colourOf(index), mark: "line" })),
    MARGIN + TITLE_HEIGHT,
    width,
  );
  const longest = Math.max(0, ...panels.flatMap(({ bars }) => bars.map(({ values }) => total(values))));
  const drawn: string[] = [];
  let top = legend.bottom - MARGIN;
  for (const [index, panel] of panels.entries()) {
    const height = Math.max(panel.bars.length * ROW, 60) + 2 * MARGIN + 2 * TEXT_SIZE + 16;
    const svg = panelSvg(panel, { id: `bars${index}`, xLabel, longest, width, height });
    drawn.push(`<g transform="translate(0 ${round(top)})">${svg}</g>`);
    top += height;
  }
  const height = Math.ceil(top);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>` +
    `${drawTitle(title, MARGIN, width)}\n${drawn.join("\n")}\n${legend.svg}</svg>\n`
  );
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

function panelSvg(
  { label, bars }: BarPanel,
  {
    id,
    xLabel,
    longest,
    width,
    height,
  }: {
    readonly id: string;
    readonly xLabel: string;
    readonly longest: number;
    readonly width: number;
    readonly height: number;
  },
): string {
  const names: Axis = {
    scale: "linear",
    low: 0,
    high: bars.length,
    ticks: bars.map(({ name }, index) => ({ value: index, text: cutToWidth(name, TEXT_SIZE, LONGEST_NAME) })),
    place: (value) => 1 - (value + 0.5) / bars.length,
  };
  return framed({
    ...{ id, width, height, xLabel },
    title: "",
    yLabel: label,
    legend: [],
    axes: (plotWidth) => ({
      x: linearAxis(0, longest * 1.02 || 1, Math.max(2, Math.floor(plotWidth / 90))),
      y: names,
    }),
    draw: (place) =>
      bars
        .flatMap(({ values }, row) => {
          const middle = place.y(row);
          let start = 0;
          return values.map((value, part) => {
            const [left, right] = [place.x(start), place.x(start + value)];
            start += value;
            return (
              `<rect x="${round(left)}" y="${round(middle - ROW * 0.36)}" width="${round(right - left)}" ` +
              `height="${round(ROW * 0.72)}" fill="${colourOf(part)}"/>`
            );
          });
        })
        .join("\n"),
  });
}
