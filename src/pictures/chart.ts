// What all charts share: colours that people with any kind of colour vision tell apart, the frame with its axes,
// and the way from SVG to PNG. Charts are drawn as SVG text; letters are drawn as lines (text.ts), so that they
// look the same on a machine without any fonts.

import sharp from "sharp";
import type { Axis } from "./axis.ts";
import { cutToWidth, strokeText, textWidth } from "./text.ts";

/** A chart in both forms. */
export interface Chart {
  readonly svg: string;
  /** The bytes of a PNG file. */
  readonly png: Uint8Array;
}

/** The colours of Okabe and Ito (2008), without the yellow, which is too light for lines on white. */
export const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9", "#000000"] as const;

/** The colour of the series at this place; they repeat after the seventh. */
export function colourOf(index: number): string {
  return PALETTE[index % PALETTE.length]!;
}

const DASHES = ["", "8 6", "2 6"];

/** An SVG attribute that tells lines of one colour apart: whole, dashed, dotted. */
export function dashesOf(index: number): string {
  const dashes = DASHES[Math.floor(index / PALETTE.length) % DASHES.length]!;
  return dashes === "" ? "" : `stroke-dasharray="${dashes}"`;
}

export const TEXT_SIZE = 13;
const TITLE_SIZE = 17;
const INK = "#333333";
const GRID = "#e4e4e4";
export const MARGIN = 16;

/** A name in the legend, with its colour and mark. */
export interface LegendItem {
  readonly name: string;
  readonly colour: string;
  readonly mark: "line" | Mark;
  /** An SVG attribute of a line that is not whole. */
  readonly dashes?: string;
}

/** A point's mark. */
export type Mark = "dot" | "cross" | "ring" | "triangle";
export const MARKS: readonly Mark[] = ["dot", "cross", "ring", "triangle"];

/** The SVG of a mark about a place in pixels; `line` is the thickness of those that are lines. */
export function drawMark(
  mark: Mark,
  x: number,
  y: number,
  { radius, colour, line }: { readonly radius: number; readonly colour: string; readonly line: number },
): string {
  const filled = mark === "dot" || mark === "triangle";
  const style = filled ? `fill="${colour}"` : `fill="none" stroke="${colour}" stroke-width="${line}"`;
  const [cx, cy] = [round(x), round(y)];
  if (mark === "dot" || mark === "ring") return `<circle cx="${cx}" cy="${cy}" r="${radius}" ${style}/>`;
  const path =
    mark === "cross"
      ? `M${round(x - radius)} ${cy}h${2 * radius}M${cx} ${round(y - radius)}v${2 * radius}`
      : `M${cx} ${round(y - 1.2 * radius)}l${1.1 * radius} ${2 * radius}h${-2.2 * radius}Z`;
  return `<path d="${path}" ${style}/>`;
}

export interface FrameOptions {
  readonly width: number;
  readonly height: number;
  /** Tells this chart's parts from those of others in one picture. */
  readonly id?: string;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly legend: readonly LegendItem[];
  /** Make the axes for a plot of this size in pixels. */
  readonly axes: (width: number, height: number) => { x: Axis; y: Axis };
  /** Draw what goes inside, given the places of values in pixels. */
  readonly draw: (place: { x(value: number): number; y(value: number): number }, width: number) => string;
}

/** A chart's SVG: title, legend, axes with marks, grid, and what `draw` puts inside. */
export function framed(options: FrameOptions): string {
  const { width, height, id = "plot", title, xLabel, yLabel } = options;
  const parts: string[] = [];
  let top = MARGIN;
  if (title !== "") {
    parts.push(drawTitle(title, top, width));
    top += TITLE_HEIGHT;
  }
  const legend = drawLegend(options.legend, top, width);
  parts.push(legend.svg);
  top = legend.bottom;

  // The y axis' texts decide how wide the plot can be. Their number hangs on the height alone.
  const bottom = height - MARGIN - (xLabel === "" ? 0 : TEXT_SIZE + 8) - TEXT_SIZE - 8;
  const trial = options.axes(width, bottom - top);
  const widest = Math.max(0, ...trial.y.ticks.map(({ text }) => textWidth(text, TEXT_SIZE)));
  const left = MARGIN + (yLabel === "" ? 0 : TEXT_SIZE + 10) + widest + 8;
  const lastText = trial.x.ticks.at(-1)?.text ?? "";
  const right = width - MARGIN - textWidth(lastText, TEXT_SIZE) / 2;
  const { x: xAxis, y: yAxis } = options.axes(right - left, bottom - top);
  const x = (value: number) => left + xAxis.place(value) * (right - left);
  const y = (value: number) => bottom - yAxis.place(value) * (bottom - top);

  const gridLines: string[] = [];
  for (const { value, text } of yAxis.ticks) {
    const at = round(y(value));
    gridLines.push(`M${round(left)} ${at}H${round(right)}`);
    const place = {
      x: left - 8,
      y: at + TEXT_SIZE * 0.36,
      size: TEXT_SIZE,
      colour: INK,
      anchor: "end",
    } as const;
    if (text !== "") parts.push(strokeText(text, place));
  }
  for (const { value, text } of xAxis.ticks) {
    const at = round(x(value));
    gridLines.push(`M${at} ${round(top)}V${round(bottom)}`);
    const place = {
      x: at,
      y: bottom + 8 + TEXT_SIZE,
      size: TEXT_SIZE,
      colour: INK,
      anchor: "middle",
    } as const;
    if (text !== "") parts.push(strokeText(text, place));
  }
  parts.push(`<path d="${gridLines.join("")}" stroke="${GRID}" fill="none"/>`);
  if (xLabel !== "") {
    const text = cutToWidth(xLabel, TEXT_SIZE, right - left);
    const place = {
      x: (left + right) / 2,
      y: height - MARGIN,
      size: TEXT_SIZE,
      colour: INK,
      anchor: "middle",
    } as const;
    parts.push(strokeText(text, place));
  }
  if (yLabel !== "") {
    const text = cutToWidth(yLabel, TEXT_SIZE, bottom - top);
    const [middle, edge] = [round((top + bottom) / 2), MARGIN + TEXT_SIZE];
    const place = { x: edge, y: middle, size: TEXT_SIZE, colour: INK, anchor: "middle" } as const;
    parts.push(`<g transform="rotate(-90 ${edge} ${middle})">${strokeText(text, place)}</g>`);
  }
  // A little wider than the plot, so that the first and the last point are whole.
  const [w, h] = [round(right - left + 8), round(bottom - top)];
  parts.push(
    `<clipPath id="${id}"><rect x="${round(left - 4)}" y="${round(top)}" width="${w}" height="${h}"/></clipPath>`,
    `<path d="M${round(left)} ${round(top)}V${round(bottom)}H${round(right)}" stroke="${INK}" fill="none"/>`,
    `<g clip-path="url(#${id})">${options.draw({ x, y }, right - left)}</g>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<title>${escaped(title)}</title><rect width="${width}" height="${height}" fill="#ffffff"/>` +
    `${parts.join("\n")}</svg>\n`
  );
}

/** What a title takes of the height. */
export const TITLE_HEIGHT = TITLE_SIZE + 12;

/** A title, cut where it is too long. */
export function drawTitle(title: string, top: number, width: number): string {
  const text = cutToWidth(title, TITLE_SIZE, width - 2 * MARGIN);
  return strokeText(text, { x: MARGIN, y: top + TITLE_SIZE, size: TITLE_SIZE, colour: INK, weight: 1.25 });
}

/** Names with their colours and marks, in as many lines as they need. */
export function drawLegend(
  items: readonly LegendItem[],
  top: number,
  width: number,
): { svg: string; bottom: number } {
  const parts: string[] = [];
  let [left, line] = [MARGIN, 0];
  for (const { name, colour, mark, dashes = "" } of items) {
    const markWidth = mark === "line" ? 22 : 9;
    const text = cutToWidth(name, TEXT_SIZE, width - 2 * MARGIN - markWidth - 8);
    const itemWidth = markWidth + 8 + textWidth(text, TEXT_SIZE);
    if (left > MARGIN && left + itemWidth > width - MARGIN) {
      left = MARGIN;
      line++;
    }
    const baseline = top + TEXT_SIZE + line * (TEXT_SIZE + 8);
    const middle = round(baseline - TEXT_SIZE * 0.36);
    parts.push(
      mark === "line"
        ? `<path d="M${round(left)} ${middle}h${markWidth}" stroke="${colour}" stroke-width="3" stroke-linecap="round" ${dashes}/>`
        : drawMark(mark, left + 4.5, middle, { radius: 4.5, colour, line: 2 }),
      strokeText(text, { x: left + markWidth + 8, y: baseline, size: TEXT_SIZE, colour: INK }),
    );
    left += itemWidth + 22;
  }
  return { svg: parts.join("\n"), bottom: items.length === 0 ? top : top + (line + 1) * (TEXT_SIZE + 8) + 6 };
}

/**
 * An SVG text as a PNG file's bytes.
 * @param scale Pixels of the picture to one of the SVG.
 */
export async function rasterise(svg: string, scale = 2): Promise<Uint8Array> {
  // 72 dots an inch make one pixel of one SVG pixel.
  return sharp(Buffer.from(svg), { density: 72 * scale, limitInputPixels: false, unlimited: true })
    .removeAlpha()
    .png({ palette: false })
    .toBuffer();
}

/** A place in pixels with one decimal, as text is shorter then and no eye sees the difference. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/\p{Cc}/gu, " ");
}
