// Plane: two dimensions, where a game can be seen whole. Everything is computed in this browser, by the code that
// trains on a server (plane-game.ts), in a worker.

import { useEffect, useMemo, useState } from "preact/hooks";
import { type ModelDetails, readModel } from "../api.ts";
import { Button } from "../components/button.tsx";
import { Choice } from "../components/field.tsx";
import { sayFailure } from "../components/messages.tsx";
import { Plot } from "../components/plot.tsx";
import { fileName, saveCanvas } from "../components/save.ts";
import { formatCount } from "../format.ts";
import { theme } from "../theme-choice.ts";
import type { ViewProps } from "../views.ts";
import { PlaneCanvas } from "./canvas.tsx";
import { firstData } from "./data-fields.tsx";
import { GameForm } from "./game-form.tsx";
import { fieldName, Legend, legendOf } from "./legend.tsx";
import { MeasuresTable } from "./measures.tsx";
import type { Layers, Pace } from "./messages.ts";
import type { Shown } from "./paint.ts";
import { planePalette } from "./palette.ts";
import { drawPlanePicture } from "./picture.ts";
import type { PlaneData, Stroke } from "./plane-data.ts";
import { Players } from "./players.tsx";
import { fieldScale } from "./scale.ts";
import { PlaneSession } from "./session.ts";
import { checkedOptions, planeOptions } from "./settings.ts";
import "./plane.css";

const FIRST_MODEL = "gan";
/** Milliseconds without a further change, after which a changed game is begun. */
const SETTLED = 400;

const paces = {
  turn: { text: "a turn a second", pace: { unit: "turn", perSecond: 1 } },
  round: { text: "a round a second", pace: { unit: "round", perSecond: 1 } },
  ten: { text: "10 rounds a second", pace: { unit: "round", perSecond: 10 } },
  full: { text: "as fast as it goes", pace: { unit: "round", perSecond: Number.POSITIVE_INFINITY } },
} as const satisfies Readonly<Record<string, { text: string; pace: Pace }>>;

/** What was drawn is there again when the view is. */
let keptStrokes: readonly Stroke[] = [];

export default function Plane({ query }: ViewProps) {
  const session = useMemo(() => new PlaneSession(), []);
  useEffect(() => () => session.end(), [session]);
  const [model, setModel] = useState(query.get("model") ?? FIRST_MODEL);
  const [details, setDetails] = useState<ModelDetails>();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [data, setData] = useState(() => dataOf(query));
  const [seed, setSeed] = useState(0);
  const [pace, setPace] = useState<keyof typeof paces>("full");
  const [shown, setShown] = useState<Shown & { readonly averaged: boolean }>({
    ...{ real: true, made: true, warp: true, arrows: false, rebuilt: true, averaged: false },
  });
  const [field, setField] = useState<Layers["field"]>("score");

  useEffect(() => {
    let wanted = true;
    readModel(model).then(
      (read) => {
        if (!wanted) return;
        setDetails(read);
        setTexts(planeOptions(read));
      },
      (error: unknown) => {
        sayFailure(error);
        // A name in the address may be wrong.
        if (wanted) setModel(FIRST_MODEL);
      },
    );
    return () => {
      wanted = false;
    };
  }, [model]);

  const present = details?.name === model ? details : undefined;
  const checked = useMemo(() => checkedOptions(present?.options ?? [], texts), [present, texts]);
  const settings = useMemo(
    () =>
      present === undefined || checked.wrong.length > 0
        ? undefined
        : { model, options: checked.values, data, seed },
    [present, checked, model, data, seed],
  );
  /** What the game on show was begun with. */
  const [begun, setBegun] = useState<typeof settings>();
  const begin = (): void => {
    if (settings === undefined) return;
    setBegun(settings);
    if (data.kind === "drawn" && data.strokes.length === 0) session.wait("Draw something in the plane.");
    else session.begin(settings);
  };
  useEffect(() => {
    session.pause();
    const timer = setTimeout(begin, session.facts.value === undefined ? 0 : SETTLED);
    return () => clearTimeout(timer);
  }, [settings]);

  const facts = session.facts.value;
  const ready = facts !== undefined && begun === settings;
  const frame = session.frame.value;
  const { problem, playing, newest, measures, losses, divergences, models } = session;
  // A field that this game does not have gives way to one that it has.
  const fieldShown = field === "none" || facts?.fields.includes(field) ? field : (facts?.fields[0] ?? "none");
  const { warp, arrows, rebuilt, averaged } = shown;
  useEffect(
    () => session.show({ field: fieldShown, warp, arrows, rebuilt, averaged }),
    [session, fieldShown, warp, arrows, rebuilt, averaged],
  );

  const view = frame?.view ?? {};
  const palette = useMemo(() => planePalette(theme.value), [theme.value]);
  const scale = useMemo(() => fieldScale(view), [frame]);
  const entries = facts === undefined ? [] : legendOf(facts, view, shown, palette);
  const round = frame === undefined ? "" : `round ${formatCount(frame.round)}`;
  const turns = facts?.phases[frame?.phase ?? 0]?.turns ?? [];
  const status =
    checked.wrong.length > 0
      ? "An option is not possible."
      : problem.value !== undefined
        ? problem.value
        : frame === undefined || !ready
          ? "Preparing …"
          : `${round}, next: ${turns[frame.turn]?.join(" + ")} (turn ${frame.turn + 1} of ${turns.length})`;
  const on = data.kind === "drawn" ? "a drawing" : `a ${data.kind}`;
  const title = `${model} on ${on}${round === "" ? "" : `, ${round}`}`;
  const toggle = (name: keyof typeof shown) => () => setShown((now) => ({ ...now, [name]: !now[name] }));
  const layer = (name: keyof typeof shown, text: string, there = true) =>
    there && (
      <label key={name}>
        <input type="checkbox" checked={shown[name]} onChange={toggle(name)} />
        {text}
      </label>
    );
  const draw = (strokes: readonly Stroke[]): void => {
    keptStrokes = strokes;
    setData((now) => (now.kind === "drawn" ? { ...now, strokes } : now));
  };

  // Drawn again only when it changes, and not with each frame.
  const form = useMemo(
    () => (
      <GameForm
        {...{ model, texts, data, seed }}
        details={present}
        models={models.value}
        wrong={checked.wrong}
        onModel={setModel}
        onOption={(name, text) => setTexts((before) => ({ ...before, [name]: text }))}
        onData={(next) =>
          setData(next.kind === "drawn" && data.kind !== "drawn" ? { ...next, strokes: keptStrokes } : next)
        }
        onSeed={setSeed}
      />
    ),
    [model, texts, data, seed, present, models.value, checked],
  );

  return (
    <div class="plane">
      <h1 class="unseen">Plane</h1>
      <section class="stage stack" aria-label="The plane">
        <div class="row">
          <Button
            kind="primary"
            disabled={!ready}
            onPress={() => (playing.value ? session.pause() : session.play(paces[pace].pace))}
          >
            {playing.value ? "Pause" : "Play"}
          </Button>
          <Button disabled={!ready} onPress={() => session.step("turn")} label="Play one turn">
            Turn
          </Button>
          <Button disabled={!ready} onPress={() => session.step("round")} label="Play one round">
            Round
          </Button>
          <Button
            disabled={settings === undefined}
            onPress={begin}
            label="Reset: begin anew, with the same seed"
          >
            Reset
          </Button>
          <Choice
            label={<span class="unseen">Speed</span>}
            words={Object.entries(paces).map(([value, { text }]) => ({
              value: value as keyof typeof paces,
              text,
            }))}
            value={pace}
            onChange={(next) => {
              setPace(next);
              if (playing.value) session.play(paces[next].pace);
            }}
          />
        </div>
        <p
          class={problem.value === undefined ? "figures status" : "status problem"}
          aria-live={playing.value ? "off" : "polite"}
        >
          {status}
        </p>
        <PlaneCanvas
          facts={session.facts}
          frame={session.frame}
          shown={shown}
          strokes={data.kind === "drawn" ? data.strokes : undefined}
          onDraw={draw}
          label={`The plane, ${title}: ${entries.map(({ name }) => name).join(", ") || "empty"}`}
        />
        {data.kind === "drawn" && (
          <div class="row">
            <Button disabled={data.strokes.length === 0} onPress={() => draw(data.strokes.slice(0, -1))}>
              Undo the last stroke
            </Button>
            <Button disabled={data.strokes.length === 0} onPress={() => draw([])}>
              Clear
            </Button>
          </div>
        )}
        {facts !== undefined && (
          <>
            <fieldset class="layers">
              <legend class="unseen">Shown</legend>
              {layer("real", "Real")}
              {layer("made", capitalised(facts.makes ?? "made"), facts.makes !== undefined)}
              {layer(
                "warp",
                facts.warped?.of === "codes" ? "Map of codes" : "Map of noise",
                facts.warped !== undefined,
              )}
              {layer("arrows", "Pull on points")}
              {layer("rebuilt", "Reconstructions", facts.rebuilds)}
              {layer("averaged", "Averaged weights", facts.averages)}
              {facts.fields.length > 0 && (
                <Choice
                  inline
                  label="Field"
                  words={[
                    ...facts.fields.map((value) => ({
                      value: value as Layers["field"],
                      text: value === "score" ? "critic's score" : "reconstruction error",
                    })),
                    { value: "none" as const, text: "none" },
                  ]}
                  value={fieldShown}
                  onChange={setField}
                />
              )}
            </fieldset>
            <div class="row apart top">
              <Legend {...{ facts, view, entries, palette, scale }} />
              <Button
                kind="plain"
                label="Save the plane as PNG"
                disabled={frame === undefined}
                onPress={() =>
                  saveCanvas(
                    fileName("plane", title.replaceAll(",", "")),
                    drawPlanePicture(
                      { facts, frame, shown, palette, scale },
                      { title, legend: entries, field: fieldName(facts, view) },
                    ),
                  )
                }
              >
                PNG
              </Button>
            </div>
          </>
        )}
      </section>
      <div class="stack">
        <section class="card" aria-labelledby="plane-game">
          <h2 id="plane-game" class="unseen">
            Game
          </h2>
          {form}
        </section>
        {facts !== undefined && (
          <section class="card stack" aria-label="The game so far">
            <Players
              facts={facts}
              frame={frame}
              losses={newest.value}
              onPhase={(phase) => session.enterPhase(phase)}
            />
            <Plot title="Losses" series={losses.value} yLabel="loss" height={170} scale="linear" />
          </section>
        )}
        {facts !== undefined && measures.value !== undefined && (
          <section class="card stack" aria-label="Real and made">
            <MeasuresTable facts={facts} measures={measures.value} />
            <Plot title="Divergences" series={divergences.value} yLabel="divergence (nats)" height={170} />
          </section>
        )}
      </div>
    </div>
  );
}

const capitalised = (word: string) => `${word[0]!.toUpperCase()}${word.slice(1)}`;

/** The data that the address names: #/plane?model=wgan&data=grid. */
function dataOf(query: URLSearchParams): PlaneData {
  const kind = query.get("data");
  if (kind === "drawn") return { ...firstData.drawn, strokes: keptStrokes };
  return kind === "grid" ? firstData.grid : firstData.ring;
}
