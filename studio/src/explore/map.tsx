// The map of the codes: examples as marks, and the place of the code that is shown, which is dragged or moved with the
// arrow keys.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { Choice } from "../components/field.tsx";
import { fileName, saveCanvas } from "../components/save.ts";
import { seriesColour, theme, themeColour } from "../theme-choice.ts";
import { codeAt, type Space } from "./codes.ts";
import { canvasOf, drawMark, formOf, pixelsOf } from "./drawing.ts";
import type { Exploration } from "./exploration.ts";
import { ImageCanvas } from "./image-canvas.tsx";
import { drawMap, MARGIN, type MapSize, mapScale, type Tiles, tilePlaces } from "./map-drawing.ts";

/** The part of the map's width that an arrow key moves by; a quarter of it with the shift key. */
const STEP = 0.02;
const TILE_PIXELS = 34;

export function CodeMap({ exploration }: { readonly exploration: Exploration }) {
  const { map } = exploration;
  const space = exploration.space.value!;
  const labels = space.places.length > 0 ? map.examples?.labels : undefined;
  const [only, setOnly] = useState<number>();
  // Noise has no examples that would show what lies where.
  const [behind, setBehind] = useState(space.places.length === 0 && map.kind === "image");
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(canvas);
  const tiles = useTiles(exploration, space, size, behind);
  const shownTheme = theme.value;
  const isImage = map.kind === "image";

  useLayoutEffect(() => {
    const { current } = canvas;
    if (current === null || size === undefined) return;
    const unit = devicePixelRatio;
    current.width = Math.round(size.width * unit);
    current.height = Math.round(size.height * unit);
    const pen = current.getContext("2d")!;
    pen.setTransform(unit, 0, 0, unit, 0, 0);
    drawMap(pen, size, { space, labels, only, tiles });
  }, [size, space, labels, only, tiles, shownTheme]);

  const move = (event: PointerEvent): void => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    const place = mapScale(space, size!).toPlace([event.clientX - left, event.clientY - top]);
    exploration.moveTo(inside(space, place));
  };
  const step = (event: KeyboardEvent): void => {
    const [dx, dy] = keys[event.key] ?? [];
    if (dx === undefined || dy === undefined) {
      if (event.key !== "Home") return;
      event.preventDefault();
      exploration.reset();
      return;
    }
    event.preventDefault();
    const part = event.shiftKey ? STEP / 4 : STEP;
    const { least, most } = space.plane;
    const [x, y] = exploration.place;
    exploration.moveTo(
      inside(space, [x + dx * part * (most[0] - least[0]), y + dy * part * (most[1] - least[1])]),
    );
  };

  const place = exploration.place;
  const at = size && mapScale(space, size).toPixel(inside(space, place));
  const present = [...new Set(labels)].sort((a, b) => a - b);
  const nameOf = (label: number): string => map.examples?.classes?.[label] ?? String(label);
  return (
    <section class="card stack" aria-labelledby="map-title">
      <div class="row apart">
        <h2 id="map-title">{space.name === "codes" ? "Map of the codes" : "Map of the noise"}</h2>
        <Button
          kind="plain"
          label="Save the map as PNG"
          onPress={() =>
            saveCanvas(
              fileName(map.run, "map"),
              mapPicture(size!, { space, labels, only, tiles }, present, nameOf, `${map.run}: codes`),
            )
          }
        >
          PNG
        </Button>
      </div>
      <div
        class="map"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
        tabIndex={0}
        aria-label="Map: the arrow keys move the code, with shift by less; Home goes to where it began"
        onKeyDown={step}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          event.currentTarget.focus({ preventScroll: true });
          move(event);
        }}
        onPointerMove={(event) => event.buttons !== 0 && move(event)}
      >
        <canvas ref={canvas} />
        {at !== undefined && (
          <div
            class={isInside(space, place) ? "marker" : "marker outside"}
            style={{ transform: `translate(${at[0]}px, ${at[1]}px)` }}
          />
        )}
      </div>
      <div class="below">
        {isImage && (
          <div class="preview" aria-hidden="true">
            <ImageCanvas values={exploration.shown.value?.data} shape={map.shape} label="" />
          </div>
        )}
        <p class="figures quiet" aria-live="polite">
          {(space.plane.labels[1] === "" ? [place[0]] : place).map(coordinate).join(", ")}
          {isInside(space, place) ? "" : ", beyond the edge"}
        </p>
      </div>
      {present.length > 0 && (
        <ul class="classes" aria-label="Classes">
          {present.map((label) => (
            <li key={label}>
              <button
                type="button"
                class="plain"
                aria-pressed={only === label}
                onClick={() => setOnly(only === label ? undefined : label)}
                title={`Show ${nameOf(label)} alone`}
              >
                <Mark label={label} /> {nameOf(label)}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="row">
        {!space.whole && space.places.length > 0 && (
          <Choice
            inline
            label="Off the map"
            value={exploration.beyond.value}
            onChange={(value) => {
              exploration.beyond.value = value;
              exploration.moveTo(exploration.place);
            }}
            words={[
              { value: "nearby", text: "as examples nearby" },
              { value: "kept", text: "as it is" },
            ]}
          />
        )}
        {isImage && (
          <label class="row">
            <input
              type="checkbox"
              checked={behind}
              onChange={({ currentTarget }) => setBehind(currentTarget.checked)}
            />
            pictures behind
          </label>
        )}
      </div>
      {!space.whole && (
        <p class="quiet small">
          {space.places.length > 0
            ? `Two of ${space.dimensions} directions. What is off the map comes from the examples nearby, or stays as it is.`
            : `The two of ${space.dimensions} numbers that change most; the others stay as they are.`}
        </p>
      )}
    </section>
  );
}

const coordinate = (value: number): string => value.toFixed(2).replace("-", "−");

const keys: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

type Place = readonly [number, number];

function inside({ plane: { least, most } }: Space, [x, y]: Place): [number, number] {
  const cut = (value: number, axis: 0 | 1) => Math.min(most[axis], Math.max(least[axis], value));
  return [cut(x, 0), cut(y, 1)];
}

const isInside = (space: Space, place: Place): boolean => {
  const [x, y] = inside(space, place);
  return x === place[0] && y === place[1];
};

/** The mark of a class, as on the map. */
export function Mark({ label }: { readonly label: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shownTheme = theme.value;
  useLayoutEffect(() => {
    void shownTheme;
    const pen = canvas.current!.getContext("2d")!;
    pen.clearRect(0, 0, 28, 28);
    pen.fillStyle = seriesColour(label);
    drawMark(pen, formOf(label), 14, 14, 9);
  }, [label, shownTheme]);
  return (
    <span aria-hidden="true">
      <canvas ref={canvas} class="mark" width={28} height={28} />
    </span>
  );
}

/** Its size on the page, in CSS pixels. */
function useSize(canvas: { readonly current: HTMLCanvasElement | null }): MapSize | undefined {
  const [size, setSize] = useState<MapSize>();
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      if (width > 0) setSize({ width, height });
    });
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, [canvas]);
  return size;
}

/** What the plane makes everywhere, row by row as it is computed. */
function useTiles(
  exploration: Exploration,
  space: Space,
  size: MapSize | undefined,
  wanted: boolean,
): Tiles | undefined {
  const [tiles, setTiles] = useState<Tiles>();
  const label = exploration.label.value;
  const beyond = exploration.beyond.value;
  useEffect(() => {
    void label;
    if (!wanted || size === undefined) {
      setTiles(undefined);
      return;
    }
    const stop = new AbortController();
    const { shape } = exploration.map;
    const columns = Math.max(2, Math.floor((size.width - MARGIN.left - MARGIN.right) / TILE_PIXELS));
    const rows =
      space.plane.labels[1] === ""
        ? 1
        : Math.max(2, Math.floor((size.height - MARGIN.top - MARGIN.bottom) / TILE_PIXELS));
    const places = tilePlaces(space, { columns, rows });
    const from = exploration.code.peek();
    const pictures = new Array<HTMLCanvasElement | undefined>(columns * rows).fill(undefined);
    const fill = async (): Promise<void> => {
      for (let row = 0; row < rows; row++) {
        const codes = new Float32Array(columns * space.dimensions);
        for (let column = 0; column < columns; column++)
          codes.set(
            codeAt(space, places[row * columns + column]!, { beyond, from }),
            column * space.dimensions,
          );
        const { data } = await exploration.decode(codes, { signal: stop.signal });
        for (let column = 0; column < columns; column++)
          pictures[row * columns + column] = canvasOf(pixelsOf(data, shape, column));
        setTiles({ columns, rows, pictures: [...pictures] });
      }
    };
    // What goes wrong is said where the picture is shown.
    fill().catch(() => {});
    return () => stop.abort();
  }, [exploration, space, size?.width, size?.height, wanted, label, beyond]);
  return wanted ? tiles : undefined;
}

/** The map with its legend, as it is saved. */
function mapPicture(
  size: MapSize,
  drawing: Parameters<typeof drawMap>[2],
  present: readonly number[],
  nameOf: (label: number) => string,
  title: string,
): HTMLCanvasElement {
  const unit = 2;
  const [head, line] = [32, 20];
  const perLine = Math.max(1, Math.floor(size.width / 96));
  const foot = Math.ceil(present.length / perLine) * line + (present.length > 0 ? 12 : 0);
  const map = document.createElement("canvas");
  map.width = size.width * unit;
  map.height = size.height * unit;
  const mapPen = map.getContext("2d")!;
  mapPen.scale(unit, unit);
  drawMap(mapPen, size, drawing);
  const canvas = document.createElement("canvas");
  canvas.width = size.width * unit;
  canvas.height = (size.height + head + foot) * unit;
  const pen = canvas.getContext("2d")!;
  pen.scale(unit, unit);
  pen.fillStyle = themeColour("--surface");
  pen.fillRect(0, 0, size.width, size.height + head + foot);
  pen.drawImage(map, 0, head, size.width, size.height);
  pen.fillStyle = themeColour("--ink");
  pen.font = "600 15px system-ui, sans-serif";
  pen.fillText(title, MARGIN.left, 21);
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  present.forEach((label, index) => {
    const x = MARGIN.left + (index % perLine) * 92;
    const y = head + size.height + (Math.floor(index / perLine) + 0.5) * line;
    pen.fillStyle = seriesColour(label);
    drawMark(pen, formOf(label), x, y, 4);
    pen.fillStyle = themeColour("--ink");
    pen.fillText(nameOf(label), x + 9, y, 80);
  });
  return canvas;
}
