// What the present code makes: a picture, a point of the plane, or the row of a table; and the example that is nearest
// on the map.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { TableSchema } from "../../../src/data/table/schema.ts";
import { Button } from "../components/button.tsx";
import { Choice, Field } from "../components/field.tsx";
import { fileName, saveCanvas } from "../components/save.ts";
import { formatNumber } from "../format.ts";
import { theme, themeColour } from "../theme-choice.ts";
import { randomCode } from "./codes.ts";
import { sideBySide } from "./drawing.ts";
import type { Exploration } from "./exploration.ts";
import { ExamplePicture, ImageCanvas } from "./image-canvas.tsx";
import { drawPoints } from "./points.ts";
import { cellsOf, columnNames } from "./rows.ts";

export function ShownCard({ exploration }: { readonly exploration: Exploration }) {
  const { map, files } = exploration;
  const space = exploration.space.value!;
  const shown = exploration.shown.value;
  const problem = exploration.problem.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const nearest = exploration.nearest;
  const label = nearest === undefined ? undefined : map.examples?.labels?.[nearest];
  const className = label === undefined ? "" : `: ${map.examples?.classes?.[label] ?? label}`;
  const made = space.name === "codes" ? "Decoded" : "Generated";
  const { pictures } = files;
  return (
    <section class="card stack shown" aria-labelledby="shown-title">
      <div class="row apart">
        <h2 id="shown-title">{made}</h2>
        {map.kind === "image" || isPlane(map.shape) ? (
          <Button
            kind="plain"
            label="Save what is shown as PNG"
            disabled={shown === undefined}
            onPress={() =>
              saveCanvas(
                fileName(map.run, made),
                sideBySide([{ canvas: canvas.current!, title: `${map.run}: ${made.toLowerCase()}` }], {
                  ink: themeColour("--ink"),
                  ground: themeColour("--surface"),
                }),
              )
            }
          >
            PNG
          </Button>
        ) : null}
      </div>
      {problem !== undefined && <p class="notice bad">{problem}</p>}
      {map.kind === "image" ? (
        <div class="pair">
          <figure class="large">
            <ImageCanvas values={shown?.data} shape={map.shape} label={made} canvas={canvas} />
          </figure>
          {pictures !== undefined && nearest !== undefined && (
            <figure>
              <ExamplePicture
                pictures={pictures}
                columns={map.examples!.pictures!.columns}
                index={nearest}
                shape={map.shape}
                label={`The nearest example${className}`}
              />
              <figcaption class="small quiet">nearest example{className}</figcaption>
              <Button label="Go there: to the nearest example" onPress={() => exploration.toExample(nearest)}>
                Go there
              </Button>
            </figure>
          )}
        </div>
      ) : isPlane(map.shape) ? (
        <PointsPicture exploration={exploration} canvas={canvas} />
      ) : (
        <Rows exploration={exploration} nearest={nearest} />
      )}
      <p class="figures quiet" data-milliseconds={shown?.milliseconds}>
        {shown === undefined
          ? "the network is being fetched …"
          : `${shown.milliseconds < 10 ? shown.milliseconds.toFixed(1) : Math.round(shown.milliseconds)} ms · ${shown.device === "webgpu" ? "WebGPU" : "WebAssembly"}`}
      </p>
      <div class="row">
        <Button onPress={() => exploration.reset()}>Reset</Button>
        <Button
          label="Random code, of the next seed"
          onPress={() => exploration.random(exploration.seed.value + 1)}
        >
          Random
        </Button>
        <Field label="Seed" inline>
          {(attributes) => (
            <input
              {...attributes}
              class="seed"
              type="number"
              min={0}
              step={1}
              value={exploration.seed.value}
              onChange={({ currentTarget }) => {
                const seed = Number(currentTarget.value);
                if (Number.isSafeInteger(seed) && seed >= 0) exploration.random(seed);
                else currentTarget.value = String(exploration.seed.value);
              }}
            />
          )}
        </Field>
        {space.classes !== undefined && (
          <Choice
            inline
            label="Class"
            value={String(exploration.label.value)}
            onChange={(value) => exploration.setLabel(Number(value))}
            words={Array.from({ length: space.classes }, (_, index) => ({
              value: String(index),
              text: map.examples?.classes?.[index] ?? String(index),
            }))}
          />
        )}
      </div>
    </section>
  );
}

const isPlane = (shape: readonly number[]): boolean => shape.length === 1 && shape[0] === 2;

/** Points that the model makes of random codes, beside the real ones. */
const MADE = 400;

function PointsPicture({
  exploration,
  canvas,
}: {
  readonly exploration: Exploration;
  readonly canvas: { current: HTMLCanvasElement | null };
}) {
  const { files } = exploration;
  const space = exploration.space.value!;
  const label = exploration.label.value;
  const shown = exploration.shown.value;
  const shownTheme = theme.value;
  const [made, setMade] = useState<Float32Array>();
  useEffect(() => {
    void label;
    const stop = new AbortController();
    const codes = new Float32Array(MADE * space.dimensions);
    for (let index = 0; index < MADE; index++)
      codes.set(randomCode(space, index + 1), index * space.dimensions);
    exploration.decode(codes, { signal: stop.signal }).then(
      ({ data }) => setMade(data),
      () => {},
    );
    return () => stop.abort();
  }, [exploration, space, label]);
  useLayoutEffect(() => {
    void shownTheme;
    drawPoints(canvas.current!, { real: files.values, made, shown: shown?.data });
  }, [canvas, files, made, shown, shownTheme]);
  return (
    <figure class="large">
      <canvas
        ref={canvas}
        class="points"
        width={560}
        height={560}
        role="img"
        aria-label={
          shown === undefined
            ? "Points of the plane"
            : `The point ${formatNumber(shown.data[0])}, ${formatNumber(shown.data[1])}`
        }
      />
      <figcaption class="small quiet">
        <span class="dot real" /> examples <span class="dot made" /> made of random codes{" "}
        <span class="dot now" /> this code
      </figcaption>
    </figure>
  );
}

function Rows({
  exploration: { map, files, shown },
  nearest,
}: {
  readonly exploration: Exploration;
  readonly nearest: number | undefined;
}) {
  const width = map.shape.reduce((product, extent) => product * extent, 1);
  const schema = map.table as TableSchema | undefined;
  const example =
    nearest === undefined ? undefined : files.values?.subarray(nearest * width, (nearest + 1) * width);
  const made = shown.value && cellsOf(schema, shown.value.data);
  const beside = example && cellsOf(schema, example);
  return (
    <div class="scrolls rows">
      <table>
        <thead>
          <tr>
            <th scope="col">column</th>
            <th scope="col">this code</th>
            {beside !== undefined && <th scope="col">nearest example</th>}
          </tr>
        </thead>
        <tbody>
          {columnNames(schema, width).map((name, index) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="figures">{made?.[index] ?? "–"}</td>
              {beside !== undefined && <td class="figures">{beside[index] ?? "–"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
