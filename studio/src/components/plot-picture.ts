// A plot as it is saved: with its title and its legend, which on the page are text and not part of the canvas.

import type uPlot from "uplot";
import { formatNumber } from "../format.ts";

export interface PlotPictureText {
  readonly title: string;
  readonly legend: readonly {
    readonly name: string;
    readonly colour: string;
    readonly value: number | null;
  }[];
  readonly ink: string;
  readonly ground: string;
}

/** The plot below its title and legend, on a ground of its own. */
export function drawPlotPicture(
  { ctx }: uPlot,
  { title, legend, ink, ground }: PlotPictureText,
): HTMLCanvasElement {
  const { canvas: drawn } = ctx;
  const unit = devicePixelRatio;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d")!;
  const font = (size: number, weight = 400) => `${weight} ${size * unit}px system-ui, sans-serif`;
  const margin = 12 * unit;
  const lineHeight = 20 * unit;

  // As many names a line as fit.
  pen.font = font(12);
  let [line, x] = [0, margin];
  const items = legend.map((item) => {
    const text = `${item.name} ${formatNumber(item.value)}`;
    const width = pen.measureText(text).width + 34 * unit;
    if (x > margin && x + width > drawn.width) [line, x] = [line + 1, margin];
    const place = { ...item, text, x, line };
    x += width;
    return place;
  });

  const head = margin + 24 * unit + (line + 1) * lineHeight;
  canvas.width = drawn.width;
  canvas.height = head + drawn.height + margin;
  pen.fillStyle = ground;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = "middle";
  pen.fillStyle = ink;
  pen.font = font(16, 600);
  pen.fillText(title, margin, margin + 8 * unit);
  pen.font = font(12);
  for (const { text, colour, x, line } of items) {
    const y = margin + 24 * unit + (line + 0.5) * lineHeight;
    pen.fillStyle = colour;
    pen.fillRect(x, y - 1.5 * unit, 14 * unit, 3 * unit);
    pen.fillStyle = ink;
    pen.fillText(text, x + 20 * unit, y);
  }
  pen.drawImage(drawn, 0, head);
  return canvas;
}
