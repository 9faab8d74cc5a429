// Pictures of the compared runs at one round, side by side.

import { useState } from "preact/hooks";
import { runFile } from "../api.ts";
import { Choice } from "../components/field.tsx";
import { Picture } from "../components/picture.tsx";
import { formatCount } from "../format.ts";
import { hrefOf } from "../router.ts";
import { nearestFrame } from "../run/film.tsx";
import { seriesColour } from "../theme-choice.ts";
import type { Compared } from "./compared.ts";

export function Pictures({
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
