// Compare: several runs side by side, their curves on one clock, their pictures, their measures, and the options in
// which they differ.

import { useEffect, useMemo, useState } from "preact/hooks";
import { listRuns, type RunSummary, readHistory, readRun, runFile } from "../api.ts";
import { Choice } from "../components/field.tsx";
import { sayFailure } from "../components/messages.tsx";
import { Picture } from "../components/picture.tsx";
import { Plot } from "../components/plot.tsx";
import { usePolled } from "../components/polled.ts";
import { StateChip } from "../components/run-state.tsx";
import { formatCount, formatNumber } from "../format.ts";
import { goTo, hrefOf } from "../router.ts";
import { inWords, unitOf } from "../run/charts.ts";
import { nearestFrame } from "../run/film.tsx";
import { seriesColour } from "../theme-choice.ts";
import type { ViewProps } from "../views.ts";
import { type Compared, curvesOf, differences, measuresOf, metricNames } from "./compared.ts";
import "./compare.css";

/** As many as there are colours. */
const MOST = 7;

export default function Compare({ query }: ViewProps) {
  const all = usePolled((signal) => listRuns({ signal }), 3, "runs");
  const chosen = useMemo(() => (query.get("runs") ?? "").split(",").filter(Boolean).slice(0, MOST), [query]);
  const compared = useCompared(chosen, all.value);
  /** The round whose pictures are shown, where it is not the last. */
  const [at, setAt] = useState<number>();
  const choose = (names: readonly string[]): void =>
    goTo(names.length === 0 ? hrefOf("compare") : hrefOf("compare", "", { runs: names.join(",") }), {
      replace: true,
    });
  return (
    <div class="compare stack">
      <h1>Compare</h1>
      {all.problem !== undefined && <p class="notice bad">{all.problem}</p>}
      <Chooser runs={all.value ?? []} chosen={chosen} onChange={choose} />
      {compared.length === 0 ? (
        <p class="quiet">{chosen.length === 0 ? "Choose two runs or more." : "Loading …"}</p>
      ) : (
        <>
          <Curves compared={compared} marker={at} />
          <Pictures compared={compared} onMove={setAt} />
          <Tables compared={compared} />
        </>
      )}
    </div>
  );
}

/** Details and thinned logs of some runs, read again when they have gone on. */
function useCompared(names: readonly string[], runs: readonly RunSummary[] | undefined): readonly Compared[] {
  const [read, setRead] = useState<ReadonlyMap<string, Compared>>(new Map());
  // A run that goes on is read again.
  const stamps = names.map((name) => {
    const run = runs?.find((each) => each.name === name);
    return `${name}:${run?.round}:${run?.state}`;
  });
  const stamp = stamps.join(" ");
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    for (const name of names) {
      Promise.all([readRun(name, { signal }), readHistory(name, { points: 400, signal })]).then(
        ([details, history]) => setRead((before) => new Map(before).set(name, { details, history })),
        (error: unknown) => signal.aborted || sayFailure(error),
      );
    }
    return () => stop.abort();
  }, [stamp]);
  return useMemo(() => names.flatMap((name) => read.get(name) ?? []), [names, read]);
}

function Chooser({
  runs,
  chosen,
  onChange,
}: {
  readonly runs: readonly RunSummary[];
  readonly chosen: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}) {
  const [filter, setFilter] = useState("");
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const listed = runs.filter(
    ({ name, state, model = "", data = "" }) =>
      state !== "broken" &&
      (chosen.includes(name) ||
        words.every((word) => `${name} ${model} ${data}`.toLowerCase().includes(word))),
  );
  return (
    <fieldset class="chooser card">
      <legend class="unseen">Runs to compare</legend>
      <input
        type="search"
        aria-label="Show runs whose name, model or data contain these words"
        placeholder="find runs"
        value={filter}
        onInput={({ currentTarget }) => setFilter(currentTarget.value)}
      />
      <div class="names">
        {listed.map(({ name }) => {
          const place = chosen.indexOf(name);
          return (
            <label key={name}>
              <input
                type="checkbox"
                checked={place >= 0}
                disabled={place < 0 && chosen.length >= MOST}
                onChange={() =>
                  onChange(place >= 0 ? chosen.filter((other) => other !== name) : [...chosen, name])
                }
              />
              {place >= 0 && <i style={{ background: seriesColour(place) }} />}
              {name}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function Curves({
  compared,
  marker,
}: {
  readonly compared: readonly Compared[];
  readonly marker: number | undefined;
}) {
  const names = metricNames(compared);
  const [metric, setMetric] = useState("");
  const [clock, setClock] = useState<"round" | "epoch">("round");
  const shown = names.includes(metric) ? metric : (names[0] ?? "");
  const series = useMemo(() => curvesOf(compared, shown, clock), [compared, shown, clock]);
  if (names.length === 0) return <p class="quiet">They have no events yet.</p>;
  return (
    <section class="card stack" aria-label="Curves">
      <div class="row">
        <Choice label="Metric" inline words={names} value={shown} onChange={setMetric} />
        <Choice label="Over" inline words={["round", "epoch"]} value={clock} onChange={setClock} />
      </div>
      <Plot
        title={shown.includes("/") ? inWords(shown.replace("/", ", ")) : `Loss of ${shown}`}
        yLabel={unitOf(shown.split("/")[1] ?? "")}
        xLabel={clock}
        series={series}
        height={300}
        marker={clock === "round" ? marker : undefined}
      />
    </section>
  );
}

function Pictures({
  compared,
  onMove,
}: {
  readonly compared: readonly Compared[];
  readonly onMove: (round: number | undefined) => void;
}) {
  const [part, setPart] = useState(1);
  const kinds = [...new Set(compared.flatMap(({ history }) => history.samples.map(({ name }) => name)))];
  const [wanted, setKind] = useState("");
  const kind = kinds.includes(wanted) ? wanted : (kinds[0] ?? "");
  const most = Math.max(...compared.map(({ history }) => history.samples.at(-1)?.round ?? 0));
  if (kinds.length === 0) return null;
  const round = Math.round(part * most);
  return (
    <section class="card stack" aria-label="Pictures">
      <div class="row">
        {kinds.length > 1 && <Choice label="Pictures" inline words={kinds} value={kind} onChange={setKind} />}
        <input
          class="scrub"
          type="range"
          min={0}
          max={1000}
          value={Math.round(part * 1000)}
          aria-label="Round of training"
          aria-valuetext={`round ${formatCount(round)}`}
          onInput={({ currentTarget }) => {
            const next = Number(currentTarget.value) / 1000;
            setPart(next);
            onMove(next === 1 ? undefined : Math.round(next * most));
          }}
        />
        <output class="figures">round {formatCount(round)}</output>
      </div>
      <div class="grids">
        {compared.map(({ details: { name }, history }, index) => {
          const samples = history.samples.filter((sample) => sample.name === kind);
          const sample =
            samples[
              nearestFrame(
                samples.map((each) => each.round),
                round,
              )
            ];
          return (
            <div key={name} style={{ borderColor: seriesColour(index) }}>
              <p>
                <a href={hrefOf("run", name)}>{name}</a>
              </p>
              {sample === undefined ? (
                <p class="quiet">none of these</p>
              ) : (
                <Picture
                  source={runFile(name, `samples/${sample.file}`)}
                  alt={`${kind} of ${name}, round ${sample.round}`}
                  caption={`round ${formatCount(sample.round)}`}
                  save={`${name} ${kind} ${sample.round}`}
                />
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}

function Tables({ compared }: { readonly compared: readonly Compared[] }) {
  const measures = measuresOf(compared);
  const differing = differences(compared);
  const head = (
    <thead>
      <tr>
        <th scope="col" />
        {compared.map(({ details: { name, state } }) => (
          <th key={name} scope="col">
            {name} <StateChip state={state} />
          </th>
        ))}
      </tr>
    </thead>
  );
  return (
    <>
      {measures.length > 0 && (
        <section class="card scrolls" aria-labelledby="measures">
          <h2 id="measures">Measures</h2>
          <table>
            {head}
            <tbody>
              {measures.map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, index) => (
                    <td key={compared[index]!.details.name} class="figures">
                      {formatNumber(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <section class="card scrolls" aria-labelledby="differences">
        <h2 id="differences">Where they differ</h2>
        {differing.length === 0 ? (
          <p class="quiet">In nothing that they were begun with.</p>
        ) : (
          <table>
            {head}
            <tbody>
              {differing.map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  {values.map((value, index) => (
                    <td key={compared[index]!.details.name} class="figures">
                      {value ?? <span class="quiet">–</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}
