// A slider for each number of a code, those first that change pictures most, and beside it what the number does alone.

import { useMemo, useRef, useState } from "preact/hooks";
import { evenValues, traverse } from "../../../src/tasks/traverse.ts";
import { Button } from "../components/button.tsx";
import { fileName, saveCanvas } from "../components/save.ts";
import { formatNumber } from "../format.ts";
import { themeColour } from "../theme-choice.ts";
import type { Exploration } from "./exploration.ts";
import { Strip } from "./strip.tsx";

const SHOWN_AT_FIRST = 8;
const STEPS = 9;
/** Deviations to both sides. */
const REACH = 3;
const values = evenValues(STEPS, REACH);

export function Dimensions({ exploration }: { readonly exploration: Exploration }) {
  const space = exploration.space.value!;
  const { map } = exploration;
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const rows = useRef<HTMLDivElement>(null);
  const { axes } = space;
  const most = axes[0]?.effect ?? 0;
  const rest = Math.min(SHOWN_AT_FIRST, axes.length - shown);
  return (
    <section class="card stack" aria-labelledby="dimensions-title">
      <div class="row apart">
        <h2 id="dimensions-title">One number at a time</h2>
        {map.kind === "image" && (
          <Button
            kind="plain"
            label="Save the traversals as PNG"
            onPress={() =>
              saveCanvas(
                fileName(map.run, "traversals"),
                stacked(
                  Array.from(rows.current!.querySelectorAll("canvas")),
                  axes.slice(0, shown).map(({ axis }) => `z${axis + 1}`),
                ),
              )
            }
          >
            PNG
          </Button>
        )}
      </div>
      <p class="quiet small">
        Each from −{REACH} to {REACH} deviations {space.normal ? "" : "of the examples' codes "}while all
        others stay; those first that change {map.kind === "image" ? "pictures" : "examples"} most.
      </p>
      <div class="dimensions" ref={rows}>
        {axes.slice(0, shown).map(({ axis, effect }) => (
          <Dimension key={axis} exploration={exploration} axis={axis} part={most === 0 ? 0 : effect / most} />
        ))}
      </div>
      {rest > 0 && (
        <div class="row">
          <Button onPress={() => setShown(shown + rest)}>Show {rest} more</Button>
          <span class="quiet small">
            {shown} of {space.dimensions}
          </span>
        </div>
      )}
    </section>
  );
}

function Dimension({
  exploration,
  axis,
  part,
}: {
  readonly exploration: Exploration;
  readonly axis: number;
  /** How much it changes, of what the first changes. */
  readonly part: number;
}) {
  const space = exploration.space.value!;
  const code = exploration.code.value;
  const { mean, deviation } = space;
  // Of a code that never changes, a little to move it by.
  const unit = deviation[axis]! || 1;
  const value = (code[axis]! - mean[axis]!) / unit;
  const set = (to: number): void => {
    const moved = exploration.code.value.slice();
    moved[axis] = mean[axis]! + to * unit;
    exploration.setCode(moved);
  };
  // The same strip while this number alone is moved.
  const others = code.reduce((text, each, index) => (index === axis ? text : `${text} ${each}`), "");
  const codes = useMemo(() => {
    const deviations = Array.from(deviation, (each) => each || 1);
    return traverse(exploration.code.peek(), { axes: [axis], mean, deviation: deviations, values });
  }, [exploration, axis, mean, deviation, others]);
  const name = `z${axis + 1}`;
  return (
    <div class="dimension">
      <label class="row apart small">
        <span>
          <b>{name}</b>{" "}
          <span class="quiet" title="How much it changes, of what the first changes">
            {Math.round(100 * part)} %
          </span>
        </span>
        <span class="figures">{formatNumber(code[axis])}</span>
        <input
          type="range"
          min={-REACH}
          max={REACH}
          step={0.01}
          value={value}
          aria-label={name}
          aria-valuetext={`${formatNumber(code[axis])}`}
          onInput={({ currentTarget }) => set(Number(currentTarget.value))}
        />
      </label>
      {exploration.map.kind === "image" && (
        <Strip
          exploration={exploration}
          codes={codes}
          count={STEPS}
          label={`${name} from −${REACH} to ${REACH} deviations`}
          onChoose={(index) => set(values[index]!)}
        />
      )}
    </div>
  );
}

/** Strips one above the other with their names, as they are saved. */
function stacked(strips: readonly HTMLCanvasElement[], names: readonly string[]): HTMLCanvasElement {
  const scale = Math.max(1, Math.ceil(48 / (strips[0]?.height ?? 48)));
  const canvas = document.createElement("canvas");
  const margin = 48;
  canvas.width = margin + Math.max(...strips.map(({ width }) => width)) * scale;
  canvas.height = strips.reduce((sum, { height }) => sum + height * scale + 4, 0);
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = themeColour("--surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingEnabled = false;
  pen.fillStyle = themeColour("--ink");
  pen.font = "14px system-ui, sans-serif";
  pen.textBaseline = "middle";
  let y = 0;
  strips.forEach((strip, index) => {
    const height = strip.height * scale;
    pen.fillText(names[index] ?? "", 6, y + height / 2);
    pen.drawImage(strip, margin, y, strip.width * scale, height);
    y += height + 4;
  });
  return canvas;
}
