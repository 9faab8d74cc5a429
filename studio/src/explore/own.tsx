// A picture of one's own: encoded, rebuilt, and scored beside the examples.

import { useEffect, useRef, useState } from "preact/hooks";
import type { ExplorerScore } from "../../../src/studio/explorer/contract.ts";
import { Button } from "../components/button.tsx";
import { attempt } from "../components/messages.tsx";
import { fileName, saveCanvas } from "../components/save.ts";
import { formatNumber } from "../format.ts";
import { themeColour } from "../theme-choice.ts";
import { percentileOf } from "./codes.ts";
import { canvasOf, errorMap, pixelsOf, sideBySide } from "./drawing.ts";
import type { Exploration } from "./exploration.ts";
import { exampleValues, ImageCanvas } from "./image-canvas.tsx";
import { preparePicture, readPicture } from "./own-picture.ts";

interface Judged {
  readonly input: Float32Array;
  readonly rebuilt?: Float32Array;
  readonly translated?: { readonly data: Float32Array; readonly shape: readonly number[] };
  readonly scores: Readonly<Partial<Record<ExplorerScore, number>>>;
  readonly classes?: Float32Array;
}

type Given = { readonly picture: ImageBitmap; readonly name: string } | { readonly example: number };

const scoreNames: Readonly<Record<ExplorerScore, string>> = {
  error: "mean squared error",
  realness: "realness to the critic",
  anomaly: "anomaly",
};

/** Whether a run's networks can say anything of a picture. */
export const judgesPictures = ({ map, networks }: Exploration): boolean =>
  map.kind === "image" &&
  (["encode", "realness", "anomaly", "classify", "translate"] as const).some((role) => networks.has(role));

export function OwnPicture({ exploration }: { readonly exploration: Exploration }) {
  const { map } = exploration;
  const [given, setGiven] = useState<Given>();
  const [invert, setInvert] = useState(false);
  const [whole, setWhole] = useState(false);
  const [judged, setJudged] = useState<Judged>();
  const [problem, setProblem] = useState<string>();
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined): Promise<void> =>
    attempt(async () => {
      if (file !== undefined) setGiven({ picture: await readPicture(file), name: file.name });
    });

  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (file === undefined) return;
      event.preventDefault();
      void take(file);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  });

  useEffect(() => {
    if (given === undefined) return;
    const stop = new AbortController();
    const input =
      "example" in given
        ? exampleValues(
            exploration.files.pictures!,
            map.examples!.pictures!.columns,
            given.example,
            map.shape,
          )
        : preparePicture(given.picture, map.shape, { invert, whole });
    judge(exploration, input, stop.signal).then(
      (result) => {
        setJudged(result);
        setProblem(undefined);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => stop.abort();
  }, [exploration, map, given, invert, whole]);

  const count = map.examples?.pictures?.count ?? 0;
  return (
    <section class="card stack own" aria-labelledby="own-title">
      <div class="row apart">
        <h2 id="own-title">A picture of your own</h2>
        {judged !== undefined && (
          <Button
            kind="plain"
            label="Save the picture, its reconstruction and the error as PNG"
            onPress={() => saveCanvas(fileName(map.run, "own", "picture"), ownPicture(judged, map.shape))}
          >
            PNG
          </Button>
        )}
      </div>
      <div class="columns">
        <div class="stack">
          <section
            class={over ? "drop over" : "drop"}
            aria-label="Drop a picture here"
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(false);
              void take(event.dataTransfer?.files[0]);
            }}
          >
            <p>Drop a picture here, paste one, or</p>
            <div class="row">
              <Button onPress={() => chooser.current!.click()}>Choose a file</Button>
              {count > 0 && (
                <Button
                  label="An example instead of a picture of your own"
                  onPress={() =>
                    setGiven({
                      example: given !== undefined && "example" in given ? (given.example + 1) % count : 0,
                    })
                  }
                >
                  {given !== undefined && "example" in given ? "Another example" : "An example"}
                </Button>
              )}
            </div>
            <input
              ref={chooser}
              type="file"
              accept="image/*"
              class="unseen"
              tabIndex={-1}
              aria-label="A picture from a file"
              onChange={({ currentTarget }) => {
                void take(currentTarget.files?.[0]);
                currentTarget.value = "";
              }}
            />
            <p class="quiet small">It stays in this browser.</p>
          </section>
          <div class="row">
            <label class="row">
              <input
                type="checkbox"
                checked={invert}
                onChange={({ currentTarget }) => setInvert(currentTarget.checked)}
              />
              dark and light exchanged
            </label>
            <label class="row">
              <input
                type="checkbox"
                checked={whole}
                onChange={({ currentTarget }) => setWhole(currentTarget.checked)}
              />
              all of it, not its middle
            </label>
          </div>
          {problem !== undefined && <p class="notice bad">{problem}</p>}
        </div>
        {judged !== undefined && <Result exploration={exploration} judged={judged} />}
      </div>
    </section>
  );
}

function Result({ exploration, judged }: { readonly exploration: Exploration; readonly judged: Judged }) {
  const { map } = exploration;
  const { input, rebuilt, translated, scores, classes } = judged;
  const error = rebuilt && errorMap(input, rebuilt, map.shape);
  const errorCanvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (error !== undefined) errorCanvas.current!.getContext("2d")!.putImageData(error.pixels, 0, 0);
  });
  return (
    <div class="stack">
      <div class="trio">
        <figure>
          <ImageCanvas values={input} shape={map.shape} label="The picture as the networks see it" />
          <figcaption class="small quiet">as the networks see it</figcaption>
        </figure>
        {rebuilt !== undefined && (
          <figure>
            <ImageCanvas values={rebuilt} shape={map.shape} label="Its reconstruction" />
            <figcaption class="small quiet">rebuilt from its code</figcaption>
          </figure>
        )}
        {error !== undefined && (
          <figure>
            <canvas
              ref={errorCanvas}
              class="pixels"
              width={error.pixels.width}
              height={error.pixels.height}
              role="img"
              aria-label="Where the two differ"
            />
            <figcaption class="small quiet">
              difference, <span class="heat" /> 0 to {formatNumber(error.most)}
            </figcaption>
          </figure>
        )}
        {translated !== undefined && (
          <figure>
            <ImageCanvas values={translated.data} shape={translated.shape} label="Its translation" />
            <figcaption class="small quiet">translated</figcaption>
          </figure>
        )}
      </div>
      <table class="scores">
        <tbody>
          {Object.entries(scores).map(([name, score]) => {
            const among = map.scores[name as ExplorerScore];
            return (
              <tr key={name}>
                <th scope="row">{scoreNames[name as ExplorerScore]}</th>
                <td class="figures">{formatNumber(score)}</td>
                <td class="quiet">
                  {among !== undefined && `more than ${percentileOf(among, score)} % of the examples`}
                </td>
              </tr>
            );
          })}
          {classes !== undefined &&
            topOf(classes, 3).map(({ index, value }) => (
              <tr key={index}>
                <th scope="row">class {map.examples?.classes?.[index] ?? index}</th>
                <td class="figures">{(100 * value).toFixed(1)} %</td>
                <td />
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** All that the networks say of a picture; the map goes to its code. */
async function judge(exploration: Exploration, input: Float32Array, signal: AbortSignal): Promise<Judged> {
  const { networks, map } = exploration;
  const ask = async (role: "encode" | "realness" | "anomaly" | "classify" | "translate") =>
    networks.has(role) ? networks.ask(role, [input], { urgent: true, signal }) : undefined;
  const scores: Partial<Record<ExplorerScore, number>> = {};
  const code = (await ask("encode"))?.data;
  const codes = exploration.spaces.find(({ name }) => name === "codes");
  let rebuilt: Float32Array | undefined;
  if (code !== undefined && codes !== undefined) {
    if (exploration.space.value !== codes) exploration.setSpace(codes);
    exploration.setCode(code);
    const { data } = await exploration.decode(code, { urgent: true, signal });
    rebuilt = data;
    if (codes.role === "decode")
      scores.error = data.reduce((sum, value, at) => sum + (value - input[at]!) ** 2, 0) / data.length;
  }
  const [realness, anomaly, classes, translated] = [
    await ask("realness"),
    await ask("anomaly"),
    await ask("classify"),
    await ask("translate"),
  ];
  if (realness !== undefined) scores.realness = realness.data[0]!;
  if (anomaly !== undefined) scores.anomaly = anomaly.data[0]!;
  return {
    input,
    scores,
    ...(rebuilt === undefined ? {} : { rebuilt }),
    ...(classes === undefined ? {} : { classes: classes.data }),
    ...(translated === undefined
      ? {}
      : { translated: { data: translated.data, shape: map.targetShape ?? translated.shape.slice(1) } }),
  };
}

function topOf(values: Float32Array, count: number) {
  return Array.from(values, (value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count);
}

function ownPicture({ input, rebuilt, translated }: Judged, shape: readonly number[]): HTMLCanvasElement {
  const parts = [
    { canvas: canvasOf(pixelsOf(input, shape)), title: "input" },
    ...(rebuilt === undefined
      ? []
      : [
          { canvas: canvasOf(pixelsOf(rebuilt, shape)), title: "reconstruction" },
          { canvas: canvasOf(errorMap(input, rebuilt, shape).pixels), title: "difference" },
        ]),
    ...(translated === undefined
      ? []
      : [{ canvas: canvasOf(pixelsOf(translated.data, translated.shape)), title: "translation" }]),
  ];
  return sideBySide(parts, { ink: themeColour("--ink"), ground: themeColour("--surface") });
}
