// Which runs are compared: those that are found by the words typed, and those that are chosen already.

import { useState } from "preact/hooks";
import type { RunSummary } from "../api.ts";
import { seriesColour } from "../theme-choice.ts";

/** As many as there are colours. */
export const MOST = 7;

export function Chooser({
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
      chosen.includes(name) ||
      (state !== "broken" && words.every((word) => `${name} ${model} ${data}`.toLowerCase().includes(word))),
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
