// The plane as it is saved: with its title, its legend and the values of its colours.

import type { PlaneContent } from "./canvas.tsx";
import { type LegendEntry, scaleValues } from "./legend.tsx";
import { paintPlane, paintScale } from "./paint.ts";

const SIZE = 720;
const MARGIN = 16;
const LINE = 22;

/** A picture of the plane on a canvas of its own. */
export function drawPlanePicture(
  { facts, frame, shown, palette, scale }: PlaneContent,
  {
    title,
    legend,
    field,
  }: { readonly title: string; readonly legend: readonly LegendEntry[]; readonly field: string },
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const lines = legend.length + (scale === undefined ? 0 : 3);
  const head = MARGIN + 30;
  [canvas.width, canvas.height] = [2 * MARGIN + SIZE, head + SIZE + lines * LINE + 2 * MARGIN];
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = palette.ground;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = palette.ink;
  pen.textBaseline = "middle";
  pen.font = "600 16px system-ui, sans-serif";
  pen.fillText(title, MARGIN, MARGIN + 10);
  pen.save();
  pen.translate(MARGIN, head);
  paintPlane(pen, SIZE, {
    extent: facts!.extent,
    real: facts!.real,
    view: frame!.view,
    scale,
    shown,
    palette,
    strokes: [],
    pen: undefined,
  });
  pen.strokeStyle = palette.line;
  pen.strokeRect(0.5, 0.5, SIZE - 1, SIZE - 1);
  pen.restore();
  pen.font = "13px system-ui, sans-serif";
  pen.textBaseline = "middle";
  let y = head + SIZE + MARGIN + LINE / 2;
  for (const { name, colour } of legend) {
    pen.fillStyle = colour;
    pen.fillRect(MARGIN, y - 4, 14, 8);
    pen.fillStyle = palette.ink;
    pen.fillText(name, MARGIN + 22, y);
    y += LINE;
  }
  if (scale === undefined) return canvas;
  pen.fillStyle = palette.ink;
  pen.fillText(field, MARGIN, y);
  y += LINE;
  pen.save();
  pen.translate(MARGIN, y - 11);
  paintScale(pen, SIZE, palette, scale);
  pen.restore();
  y += LINE - 4;
  pen.fillStyle = palette.ink;
  const values = scaleValues(scale);
  values.forEach((value, at) => {
    const part = at / (values.length - 1);
    pen.textAlign = part === 0 ? "left" : part === 1 ? "right" : "center";
    pen.fillText(value, MARGIN + part * SIZE, y);
  });
  return canvas;
}
