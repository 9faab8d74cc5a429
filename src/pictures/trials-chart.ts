// What trials came to, against each option that was tried: a panel an option, a dot a trial, a whisker for its
// standard error. What failed is a cross at the edge where y is bad.

import { type Axis, linearAxis, logAxis, quantiles, type Scale } from "./axis.ts";
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

/** One option. */
export interface TrialsPanel {
  readonly label: string;
  /** Names of the values where they are a few choices; `x` then are places among them. */
  readonly choices?: readonly string[];
  readonly scale?: Scale;
  /** Its value in each trial; a trial without one is not drawn in this panel. */
  readonly x: readonly (number | undefined)[];
}

export interface TrialMark {
  /** Undefined where the trial failed. */
  readonly y: number | undefined;
  /** Half the length of the whisker. */
  readonly spread?: number;
  /** Index into `groups`. */
  readonly group: number;
}

export interface TrialsChartOptions {
  readonly title: string;
  readonly yLabel: string;
  readonly panels: readonly TrialsPanel[];
  readonly trials: readonly TrialMark[];
  /** What colours mean; no legend for a single one. */
  readonly groups: readonly string[];
  /** The trial that gets a ring. */
  readonly best?: number;
  /** Whether little or much of y is good; "least" unless told. */
  readonly good?: "least" | "most";
  /** Joins the best trial of each value to a line. */
  readonly line?: boolean;
}

const PANEL = { width: 480, height: 340 };
const GREY = "#8a8a8a";
const RING = "#d55e00";
const LOG_FROM = 20;

/**
 * Draw trials.
 *
 * @example
 * const { png } = await trialsChart({
 *   title: "vae on glyphs", yLabel: "mse", groups: ["trials"], best: 1,
 *   panels: [{ label: "latent", choices: ["8", "16"], x: [0, 1] }],
 *   trials: [{ y: 0.03, group: 0 }, { y: 0.02, spread: 0.001, group: 0 }],
 * });
 */
export async function trialsChart(options: TrialsChartOptions): Promise<Chart> {
  const svg = trialsChartSvg(options);
  return { svg, png: await rasterise(svg) };
}

/** The same as SVG only, without a wait. */
export function trialsChartSvg(options: TrialsChartOptions): string {
  const { title, panels, trials, groups, best } = options;
  const columns = Math.min(2, panels.length);
  const width = columns * PANEL.width;
  const failed = trials.filter(({ y }) => y === undefined).length;
  const legend = drawLegend(
    [
      ...(groups.length < 2
        ? []
        : groups.map((name, index) => ({
            name,
            colour: colourOf(groupColour(index)),
            mark: "dot" as const,
          }))),
      ...(best === undefined ? [] : [{ name: "best", colour: RING, mark: "dot" as const }]),
      ...(failed === 0 ? [] : [{ name: `${failed} failed (×)`, colour: GREY, mark: "dot" as const }]),
    ],
    MARGIN + TITLE_HEIGHT,
    width,
  );
  const top = legend.bottom - MARGIN / 2;
  const height = top + Math.ceil(panels.length / columns) * PANEL.height;
  const range = yRangeOf(trials);
  const drawn = panels.map((panel, index) => {
    const [x, y] = [(index % columns) * PANEL.width, top + Math.floor(index / columns) * PANEL.height];
    return `<g transform="translate(${x} ${y})">${panelSvg(panel, index, options, range)}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>` +
    `${drawTitle(title, MARGIN, width)}\n${legend.svg}\n${drawn.join("\n")}</svg>\n`
  );
}

/** The second colour is the ring's. */
const groupColour = (index: number): number => (index === 0 ? 0 : index + 1);

function panelSvg(
  panel: TrialsPanel,
  index: number,
  { trials, best, good = "least", line = false, yLabel }: TrialsChartOptions,
  range: { scale: Scale; low: number; high: number },
): string {
  const scale = panel.scale ?? "linear";
  const whole = present(panel).every(Number.isInteger);
  return framed({
    ...PANEL,
    id: `plot${index}`,
    title: "",
    xLabel: scale === "log" ? `${panel.label} (log scale)` : panel.label,
    yLabel: range.scale === "log" ? `${yLabel} (log scale)` : yLabel,
    legend: [],
    axes: (plotWidth, plotHeight) => ({
      x: xAxisOf(panel, scale, plotWidth, whole),
      y: (range.scale === "log" ? logAxis : linearAxis)(
        range.low,
        range.high,
        Math.max(2, Math.floor(plotHeight / 55)),
      ),
    }),
    draw: (place) => {
      const parts: string[] = [];
      if (line) parts.push(lineOf(panel, trials, good, place));
      trials.forEach(({ y, spread, group }, trial) => {
        const own = panel.x[trial];
        if (own === undefined) return;
        const at = round(place.x(own));
        if (y === undefined) {
          const edge = good === "least" ? round(place.y(range.high)) + 6 : round(place.y(range.low)) - 6;
          parts.push(
            `<path d="M${at - 4} ${edge - 4}l8 8m0 -8l-8 8" stroke="${GREY}" stroke-width="2" fill="none"/>`,
          );
          return;
        }
        const colour = colourOf(groupColour(group));
        if (spread !== undefined && spread > 0) {
          // On a log scale the lower end may be below everything: the whisker then ends at the edge.
          const lower = range.scale === "log" ? Math.max(y - spread, range.low) : y - spread;
          const [from, to] = [round(place.y(lower)), round(place.y(y + spread))];
          parts.push(`<path d="M${at} ${from}V${to}" stroke="${colour}" stroke-width="1.5"/>`);
        }
        const middle = round(place.y(y));
        if (trial === best)
          parts.push(
            `<circle cx="${at}" cy="${middle}" r="8" fill="none" stroke="${RING}" stroke-width="2.5"/>`,
          );
        parts.push(`<circle cx="${at}" cy="${middle}" r="4" fill="${colour}" fill-opacity="0.8"/>`);
      });
      return parts.join("\n");
    },
  });
}

/** The values that trials have. */
const present = ({ x }: TrialsPanel): number[] => x.filter((value) => value !== undefined);

function xAxisOf(panel: TrialsPanel, scale: Scale, plotWidth: number, whole: boolean): Axis {
  const { choices } = panel;
  if (choices !== undefined) {
    const count = choices.length;
    const room = plotWidth / count;
    return {
      scale: "linear",
      low: -0.5,
      high: count - 0.5,
      ticks: choices.map((text, value) => ({ value, text: cutToWidth(text, TEXT_SIZE, room - 8) })),
      place: (value) => (value + 0.5) / count,
    };
  }
  const [low, high] = quantiles(present(panel), 0, 1) ?? [0, 1];
  const about = Math.max(2, Math.floor(plotWidth / 100));
  if (scale === "log") {
    const margin = (high / low) ** 0.03;
    return logAxis(low / margin, high * margin, about);
  }
  const margin = (high - low) * 0.03;
  return linearAxis(low - margin, high + margin, about, whole ? 1 : 0);
}

/** All values and their whiskers, and room for the ring of the best. */
function yRangeOf(trials: readonly TrialMark[]): { scale: Scale; low: number; high: number } {
  const values = trials.flatMap(({ y }) => (y === undefined ? [] : [y]));
  const ends = trials.flatMap(({ y, spread = 0 }) => (y === undefined ? [] : [y - spread, y + spread]));
  const [least, most] = quantiles(values, 0, 1) ?? [0, 1];
  const scale: Scale = least > 0 && most / least > LOG_FROM ? "log" : "linear";
  const [low, high] = quantiles(scale === "log" ? ends.filter((end) => end >= least / 2) : ends, 0, 1) ?? [
    0, 1,
  ];
  if (scale === "log") return { scale, low: low / (high / low) ** 0.08, high: high * (high / low) ** 0.08 };
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  return { scale, low: low - margin, high: high + margin };
}

function lineOf(
  { x }: TrialsPanel,
  trials: readonly TrialMark[],
  good: "least" | "most",
  place: { x(value: number): number; y(value: number): number },
): string {
  const best = new Map<number, number>();
  trials.forEach(({ y }, trial) => {
    const at = x[trial];
    if (y === undefined || at === undefined) return;
    const before = best.get(at);
    if (before === undefined || (good === "least" ? y < before : y > before)) best.set(at, y);
  });
  const points = [...best].sort(([a], [b]) => a - b);
  if (points.length < 2) return "";
  const path = points.map(([at, y]) => `${round(place.x(at))} ${round(place.y(y))}`).join("L");
  return `<path d="M${path}" stroke="${GREY}" stroke-width="1.2" stroke-opacity="0.7" fill="none"/>`;
}
