// The way from one code to another.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { interpolate, type Path } from "../../../src/tasks/interpolate.ts";
import { Button } from "../components/button.tsx";
import { Choice } from "../components/field.tsx";
import { fileName, saveCanvas } from "../components/save.ts";
import { themeColour } from "../theme-choice.ts";
import { exampleCode, randomCode, type Space } from "./codes.ts";
import { sideBySide } from "./drawing.ts";
import type { Exploration } from "./exploration.ts";
import { Strip } from "./strip.tsx";

/** Codes of the way that the slider knows. */
const STEPS = 101;
/** Codes of the way that are shown. */
const SHOWN = 9;

export function Between({ exploration }: { readonly exploration: Exploration }) {
  const space = exploration.space.value!;
  const { map } = exploration;
  const { dimensions } = space;
  const labels = map.examples?.labels;
  const [ends, setEnds] = useState(() => pair(space, labels, 1));
  const [path, setPath] = useState<Path>(space.normal ? "spherical" : "straight");
  const [at, setAt] = useState(0);
  const [seed, setSeed] = useState(1);
  const strip = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    setEnds(pair(space, labels, 1));
    setPath(space.normal ? "spherical" : "straight");
  }, [space, labels]);

  const way = useMemo(() => {
    const codes = new Float32Array(2 * dimensions);
    codes.set(ends[0]);
    codes.set(ends[1], dimensions);
    return interpolate(codes, { dimensions, steps: STEPS, path });
  }, [ends, path, dimensions]);
  const shown = useMemo(() => {
    const codes = new Float32Array(SHOWN * dimensions);
    for (let index = 0; index < SHOWN; index++) {
      const step = Math.round((index * (STEPS - 1)) / (SHOWN - 1));
      codes.set(way.subarray(step * dimensions, (step + 1) * dimensions), index * dimensions);
    }
    return codes;
  }, [way, dimensions]);
  const go = (step: number): void => {
    setAt(step);
    exploration.setCode(way.slice(step * dimensions, (step + 1) * dimensions));
  };
  const take = (end: 0 | 1): void => {
    const code = exploration.code.value.slice();
    setEnds(end === 0 ? [code, ends[1]] : [ends[0], code]);
    setAt(end === 0 ? 0 : STEPS - 1);
  };

  return (
    <section class="card stack between" aria-labelledby="between-title">
      <div class="row apart">
        <h2 id="between-title">From one to another</h2>
        {map.kind === "image" && (
          <Button
            kind="plain"
            label="Save the way as PNG"
            onPress={() =>
              saveCanvas(
                fileName(map.run, "way"),
                sideBySide([{ canvas: strip.current!, title: `${map.run}: ${path}` }], {
                  ink: themeColour("--ink"),
                  ground: themeColour("--surface"),
                  least: 64,
                }),
              )
            }
          >
            PNG
          </Button>
        )}
      </div>
      {map.kind === "image" && (
        <Strip
          exploration={exploration}
          codes={shown}
          count={SHOWN}
          label="Pictures on the way"
          canvas={strip}
          onChoose={(index) => go(Math.round((index * (STEPS - 1)) / (SHOWN - 1)))}
        />
      )}
      <input
        type="range"
        min={0}
        max={STEPS - 1}
        step={1}
        value={at}
        aria-label="Place on the way"
        aria-valuetext={`${at} %`}
        onInput={({ currentTarget }) => go(Number(currentTarget.value))}
      />
      <div class="row apart">
        <div class="row">
          <Button label="Begin here: at what is shown" onPress={() => take(0)}>
            Begin here
          </Button>
          <Button label="End here: at what is shown" onPress={() => take(1)}>
            End here
          </Button>
          <Button
            label={space.places.length > 0 ? "Other two examples" : "Other two samples"}
            onPress={() => {
              setEnds(pair(space, labels, seed + 1));
              setSeed(seed + 1);
              setAt(0);
            }}
          >
            Other two
          </Button>
        </div>
        <Choice
          inline
          label="Way"
          value={path}
          onChange={setPath}
          words={[
            { value: "spherical", text: "spherical" },
            { value: "straight", text: "straight" },
          ]}
        />
      </div>
    </section>
  );
}

/** Codes of two examples, of two classes where there are some; or of two samples where there are no examples. */
function pair(
  space: Space,
  labels: readonly number[] | undefined,
  seed: number,
): readonly [Float32Array, Float32Array] {
  const count = space.places.length / 2;
  if (count < 2) return [randomCode(space, 2 * seed), randomCode(space, 2 * seed + 1)];
  const first = (2 * seed) % count;
  let second = (first + 1) % count;
  for (let tried = 0; tried < count && labels !== undefined && labels[second] === labels[first]; tried++)
    second = (second + 1) % count;
  return [exampleCode(space, first), exampleCode(space, second)];
}
