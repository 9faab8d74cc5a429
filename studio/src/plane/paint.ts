// Drawing the plane on a canvas: a field of colours below, then the axes, the warped grid, the points, the arrows.

import { formatNumber } from "../format.ts";
import type { View } from "./messages.ts";
import { css, mixed, type PlanePalette } from "./palette.ts";
import type { Stroke } from "./plane-data.ts";
import { type FieldScale, placed, ticksOf } from "./scale.ts";

export interface Shown {
  readonly real: boolean;
  readonly made: boolean;
  readonly warp: boolean;
  readonly arrows: boolean;
  readonly rebuilt: boolean;
}

export interface PlanePicture {
  readonly extent: number;
  readonly real: Float32Array | undefined;
  readonly view: View;
  readonly scale: FieldScale | undefined;
  readonly shown: Shown;
  readonly palette: PlanePalette;
  /** Strokes of a drawing, shown while there is nothing else. */
  readonly strokes: readonly Stroke[];
  /** The pen of those who draw by keyboard. */
  readonly pen: readonly [number, number] | undefined;
}

/** Draws on a square of `size` units at the pen's place. */
export function paintPlane(pen: CanvasRenderingContext2D, size: number, picture: PlanePicture): void {
  const { extent, view, shown, palette } = picture;
  const to = (x: number, y: number): [number, number] => [
    ((x / extent + 1) / 2) * size,
    ((1 - y / extent) / 2) * size,
  ];
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, size, size);
  pen.clip();
  pen.fillStyle = palette.ground;
  pen.fillRect(0, 0, size, size);
  if (view.field !== undefined && picture.scale !== undefined) paintField(pen, size, view.field, picture);
  paintAxes(pen, size, extent, palette, to);
  if (shown.warp && view.warp !== undefined) paintWarp(pen, view.warp, palette, to);
  if (shown.rebuilt && view.rebuilt !== undefined) paintLines(pen, view.rebuilt, palette.rebuilt, to);
  if (shown.real && picture.real !== undefined)
    paintPoints(pen, picture.real, { radius: 1.6, fill: palette.real, alpha: 0.75 }, to);
  if (picture.strokes.length > 0) paintStrokes(pen, picture.strokes, palette.real, to);
  if (shown.made && view.made !== undefined)
    paintPoints(pen, view.made, { radius: 2.4, fill: palette.made, edge: palette.ground, alpha: 1 }, to);
  if (shown.arrows && view.arrows !== undefined) paintArrows(pen, size, view.arrows, palette, to);
  paintTicks(pen, size, extent, palette, to);
  if (picture.pen !== undefined) paintPen(pen, picture.pen, palette.ink, to);
  pen.restore();
}

type Place = (x: number, y: number) => [number, number];

/** Cells are painted one to a pixel, which the canvas blends when it enlarges them. */
function paintField(
  pen: CanvasRenderingContext2D,
  size: number,
  { size: cells, values }: NonNullable<View["field"]>,
  { palette, scale }: PlanePicture,
): void {
  const small = document.createElement("canvas");
  [small.width, small.height] = [cells, cells];
  const inner = small.getContext("2d")!;
  const image = inner.createImageData(cells, cells);
  for (let row = 0; row < cells; row++)
    for (let column = 0; column < cells; column++) {
      const value = values[row * cells + column]!;
      const colour = mixed(palette, Number.isFinite(value) ? placed(scale!, value) : 0);
      image.data.set([...colour, 255], 4 * ((cells - 1 - row) * cells + column));
    }
  inner.putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, 0, 0, size, size);
}

function paintAxes(
  pen: CanvasRenderingContext2D,
  size: number,
  extent: number,
  { quiet }: PlanePalette,
  to: Place,
): void {
  pen.strokeStyle = quiet;
  pen.lineWidth = 1;
  for (const value of ticksOf(extent)) {
    const [x] = to(value, 0);
    const [, y] = to(0, value);
    pen.globalAlpha = value === 0 ? 0.45 : 0.14;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, size);
    pen.moveTo(0, y);
    pen.lineTo(size, y);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/** The axes' values, above all that is drawn. */
function paintTicks(
  pen: CanvasRenderingContext2D,
  size: number,
  extent: number,
  { ink, ground }: PlanePalette,
  to: Place,
): void {
  pen.fillStyle = ink;
  pen.strokeStyle = ground;
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.font = "11px system-ui, sans-serif";
  const write = (text: string, x: number, y: number) => {
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  };
  for (const value of ticksOf(extent)) {
    if (Math.abs(value) > 0.92 * extent) continue;
    const text = formatNumber(value);
    pen.textAlign = "center";
    pen.textBaseline = "bottom";
    write(text, to(value, 0)[0], size - 3);
    if (value === 0) continue;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    write(text, 4, to(0, value)[1]);
  }
}

/**
 * The grid's lines, and its cells: each holds the same share of the noise, so that a small one is filled more densely.
 */
function paintWarp(
  pen: CanvasRenderingContext2D,
  { rows, columns, points }: NonNullable<View["warp"]>,
  { made }: PlanePalette,
  to: Place,
): void {
  const at = (row: number, column: number) => {
    const knot = 2 * (row * columns + column);
    return to(points[knot]!, points[knot + 1]!);
  };
  pen.fillStyle = made;
  pen.strokeStyle = made;
  pen.lineJoin = "round";
  for (let row = 0; row + 1 < rows; row++)
    for (let column = 0; column + 1 < columns; column++) {
      const corners = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)];
      const area = Math.abs(
        corners.reduce((sum, [x, y], index) => {
          const [nextX, nextY] = corners[(index + 1) % 4]!;
          return sum + x * nextY - nextX * y;
        }, 0) / 2,
      );
      pen.globalAlpha = Math.min(0.5, 40 / (area + 40));
      pen.beginPath();
      for (const [x, y] of corners) pen.lineTo(x, y);
      pen.closePath();
      pen.fill();
    }
  const line = (length: number, place: (index: number) => [number, number]) => {
    pen.beginPath();
    for (let index = 0; index < length; index++) pen.lineTo(...place(index));
    pen.stroke();
  };
  pen.globalAlpha = rows === 1 ? 0.9 : 0.4;
  pen.lineWidth = rows === 1 ? 1.75 : 0.75;
  for (let row = 0; row < rows; row++) line(columns, (column) => at(row, column));
  if (rows > 1) for (let column = 0; column < columns; column++) line(rows, (row) => at(row, column));
  pen.globalAlpha = 1;
}

function paintPoints(
  pen: CanvasRenderingContext2D,
  points: Float32Array,
  how: { readonly radius: number; readonly fill: string; readonly edge?: string; readonly alpha: number },
  to: Place,
): void {
  pen.fillStyle = how.fill;
  pen.globalAlpha = how.alpha;
  pen.beginPath();
  for (let index = 0; index + 1 < points.length; index += 2) {
    const [x, y] = to(points[index]!, points[index + 1]!);
    pen.moveTo(x + how.radius, y);
    pen.arc(x, y, how.radius, 0, 2 * Math.PI);
  }
  if (how.edge !== undefined) {
    pen.strokeStyle = how.edge;
    pen.lineWidth = 1;
    pen.stroke();
  }
  pen.fill();
  pen.globalAlpha = 1;
}

function paintLines(
  pen: CanvasRenderingContext2D,
  { from, to: ends }: NonNullable<View["rebuilt"]>,
  colour: string,
  to: Place,
): void {
  pen.strokeStyle = colour;
  pen.fillStyle = colour;
  pen.lineWidth = 1;
  for (let index = 0; index + 1 < from.length; index += 2) {
    const end = to(ends[index]!, ends[index + 1]!);
    pen.beginPath();
    pen.moveTo(...to(from[index]!, from[index + 1]!));
    pen.lineTo(...end);
    pen.stroke();
    pen.beginPath();
    pen.arc(...end, 2.2, 0, 2 * Math.PI);
    pen.fill();
  }
}

/** Arrows of true proportions among each other; the 95th part of a hundred is as long as a twelfth of the plane. */
function paintArrows(
  pen: CanvasRenderingContext2D,
  size: number,
  { points, wanted }: NonNullable<View["arrows"]>,
  palette: PlanePalette,
  to: Place,
): void {
  const lengths = Float32Array.from({ length: points.length / 2 }, (_, at) =>
    Math.hypot(wanted[2 * at]!, wanted[2 * at + 1]!),
  ).sort();
  const usual = lengths[Math.floor(0.95 * (lengths.length - 1))] ?? 0;
  if (!(usual > 0)) return;
  pen.lineWidth = 1.4;
  for (let index = 0; index + 1 < points.length; index += 2) {
    const [x, y] = to(points[index]!, points[index + 1]!);
    const scale = Math.min(1, (1.5 * usual) / Math.hypot(wanted[index]!, wanted[index + 1]!)) / usual;
    const [dx, dy] = [(wanted[index]! * scale * size) / 12, (-wanted[index + 1]! * scale * size) / 12];
    const length = Math.hypot(dx, dy);
    pen.strokeStyle = palette.arrow;
    pen.fillStyle = palette.made;
    pen.beginPath();
    pen.arc(x, y, 2.4, 0, 2 * Math.PI);
    pen.fill();
    if (length < 1) continue;
    const head = Math.min(5, length / 2);
    const [ux, uy] = [dx / length, dy / length];
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + dx, y + dy);
    pen.lineTo(x + dx - head * (ux + 0.6 * uy), y + dy - head * (uy - 0.6 * ux));
    pen.moveTo(x + dx, y + dy);
    pen.lineTo(x + dx - head * (ux - 0.6 * uy), y + dy - head * (uy + 0.6 * ux));
    pen.stroke();
  }
}

function paintStrokes(
  pen: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  colour: string,
  to: Place,
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 3;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    for (let at = 0; at + 1 < stroke.length; at += 2) pen.lineTo(...to(stroke[at]!, stroke[at + 1]!));
    if (stroke.length === 2) pen.lineTo(...to(stroke[0]!, stroke[1]!));
    pen.stroke();
  }
}

function paintPen(
  pen: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  colour: string,
  to: Place,
): void {
  const [left, top] = to(x, y);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(left - 8, top);
  pen.lineTo(left + 8, top);
  pen.moveTo(left, top - 8);
  pen.lineTo(left, top + 8);
  pen.stroke();
}

/** The field's colours, each side of the middle as wide as the other; as high as 14 units. */
export function paintScale(
  pen: CanvasRenderingContext2D,
  width: number,
  palette: PlanePalette,
  scale: FieldScale,
): void {
  const steps = 48;
  const lowest = -1;
  const highest = scale.least === scale.middle ? 0 : 1;
  for (let step = 0; step < steps; step++) {
    const part = (step + 0.5) / steps;
    // Errors grow to the right, towards the colour of low values.
    const place = highest === 0 ? -part : lowest + part * (highest - lowest);
    pen.fillStyle = css(mixed(palette, place));
    pen.fillRect((step / steps) * width, 0, width / steps + 0.5, 14);
  }
  pen.strokeStyle = palette.line;
  pen.lineWidth = 1;
  pen.strokeRect(0.5, 0.5, width - 1, 13);
}
