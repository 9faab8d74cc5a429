// The map as pixels: axes, what the plane makes behind, and the examples as marks.

import { linearAxis } from "../../../src/pictures/axis.ts";
import { seriesColour, themeColour } from "../theme-choice.ts";
import type { Space } from "./codes.ts";
import { drawMark, formOf } from "./drawing.ts";

/** Room for what is written at the axes, in CSS pixels. */
export const MARGIN = { left: 50, right: 8, top: 8, bottom: 36 } as const;

export interface MapSize {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Between places of the plane and pixels. */
export function mapScale({ plane: { least, most } }: Space, { width, height }: MapSize) {
  const across = width - MARGIN.left - MARGIN.right;
  const down = height - MARGIN.top - MARGIN.bottom;
  return {
    toPixel: ([x, y]: readonly [number, number]): [number, number] => [
      MARGIN.left + (across * (x - least[0])) / (most[0] - least[0]),
      MARGIN.top + down * (1 - (y - least[1]) / (most[1] - least[1])),
    ],
    toPlace: ([x, y]: readonly [number, number]): [number, number] => [
      least[0] + ((most[0] - least[0]) * (x - MARGIN.left)) / across,
      least[1] + (most[1] - least[1]) * (1 - (y - MARGIN.top) / down),
    ],
    across,
    down,
  };
}

/** Pictures of places all over the plane. */
export interface Tiles {
  readonly columns: number;
  readonly rows: number;
  /** Row by row from the top; undefined where it is still to come. */
  readonly pictures: readonly (HTMLCanvasElement | undefined)[];
}

/** Places of the middles of tiles, row by row from the top. */
export function tilePlaces(
  { plane: { least, most } }: Space,
  { columns, rows }: Pick<Tiles, "columns" | "rows">,
) {
  return Array.from({ length: columns * rows }, (_, index): [number, number] => [
    least[0] + ((most[0] - least[0]) * ((index % columns) + 0.5)) / columns,
    most[1] - ((most[1] - least[1]) * (Math.floor(index / columns) + 0.5)) / rows,
  ]);
}

export interface MapDrawing {
  readonly space: Space;
  readonly labels: readonly number[] | undefined;
  /** The class that alone is shown strongly. */
  readonly only: number | undefined;
  readonly tiles: Tiles | undefined;
}

/** Draws it on a pen whose unit is the CSS pixel. */
export function drawMap(
  pen: CanvasRenderingContext2D,
  size: MapSize,
  { space, labels, only, tiles }: MapDrawing,
): void {
  const { width, height } = size;
  const { toPixel, across, down } = mapScale(space, size);
  const {
    plane: { least, most, labels: names },
    places,
  } = space;
  const [line, quiet] = [themeColour("--line"), themeColour("--quiet")];
  pen.clearRect(0, 0, width, height);
  pen.imageSmoothingEnabled = false;
  pen.save();
  pen.beginPath();
  pen.rect(MARGIN.left, MARGIN.top, across, down);
  pen.clip();
  if (tiles !== undefined) {
    const [w, h] = [across / tiles.columns, down / tiles.rows];
    tiles.pictures.forEach((picture, index) => {
      const [column, row] = [index % tiles.columns, Math.floor(index / tiles.columns)];
      if (picture !== undefined)
        pen.drawImage(picture, MARGIN.left + column * w, MARGIN.top + row * h, w + 0.5, h + 0.5);
    });
  }
  const [plain, ...colours] = [
    themeColour("--real"),
    ...Array.from({ length: 7 }, (_, i) => seriesColour(i)),
  ];
  pen.strokeStyle = themeColour("--surface");
  pen.lineWidth = 0.7;
  const radius = Math.max(1.8, Math.min(3.2, width / 160));
  // Those of the class that is looked at lie on top.
  const order = Array.from({ length: places.length / 2 }, (_, index) => index);
  if (only !== undefined) order.sort((a, b) => Number(labels?.[a] === only) - Number(labels?.[b] === only));
  for (const index of order) {
    const label = labels?.[index];
    const [x, y] = toPixel([places[2 * index]!, places[2 * index + 1]!]);
    pen.fillStyle = label === undefined ? plain! : colours[label % 7]!;
    pen.globalAlpha = only === undefined || label === only ? 0.9 : 0.08;
    drawMark(pen, label === undefined ? "circle" : formOf(label), x, y, radius);
    // Seen on pictures too, whatever their colours.
    if (tiles !== undefined) pen.stroke();
  }
  pen.restore();

  pen.strokeStyle = line;
  pen.fillStyle = quiet;
  pen.lineWidth = 1;
  pen.strokeRect(MARGIN.left + 0.5, MARGIN.top + 0.5, across - 1, down - 1);
  pen.font = "11px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const { value, text } of linearAxis(least[0], most[0], Math.max(3, across / 70)).ticks) {
    const [x] = toPixel([value, 0]);
    if (x < MARGIN.left || x > width - MARGIN.right) continue;
    pen.fillRect(x, height - MARGIN.bottom, 1, 4);
    pen.fillText(text, x, height - MARGIN.bottom + 6);
  }
  pen.fillText(names[0], MARGIN.left + across / 2, height - 15);
  if (names[1] === "") return;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const { value, text } of linearAxis(least[1], most[1], Math.max(3, down / 60)).ticks) {
    const [, y] = toPixel([0, value]);
    if (y < MARGIN.top || y > height - MARGIN.bottom) continue;
    pen.fillRect(MARGIN.left - 4, y, 4, 1);
    pen.fillText(text, MARGIN.left - 6, y);
  }
  pen.save();
  pen.translate(8, MARGIN.top + down / 2);
  pen.rotate(-Math.PI / 2);
  pen.textAlign = "center";
  pen.fillText(names[1], 0, 0);
  pen.restore();
}
