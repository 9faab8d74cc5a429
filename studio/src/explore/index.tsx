// Explore: a trained run, in the browser itself.

import { useMemo } from "preact/hooks";
import { listRuns } from "../api.ts";
import { Choice } from "../components/field.tsx";
import { usePolled } from "../components/polled.ts";
import { goTo, hrefOf } from "../router.ts";
import type { ViewProps } from "../views.ts";
import { Explorer } from "./explorer.tsx";
import { studioSource } from "./source.ts";

export default function Explore({ parameter: name }: ViewProps) {
  const runs = usePolled((signal) => listRuns({ signal }), 15, "explore");
  const known = runs.value?.filter(({ state, round }) => state !== "broken" && round > 0) ?? [];
  const source = useMemo(() => (name === "" ? undefined : studioSource(name)), [name]);
  const names = known.map((run) => run.name);
  if (name !== "" && !names.includes(name)) names.unshift(name);
  return (
    <div class="stack">
      <div class="row apart">
        <h1>{name === "" ? "Explore" : `Explore ${name}`}</h1>
        {names.length > 0 && (
          <Choice
            inline
            label="Run"
            value={name}
            onChange={(chosen) => goTo(hrefOf("explore", chosen))}
            words={[...(name === "" ? [{ value: "", text: "choose a run" }] : []), ...names]}
          />
        )}
      </div>
      {runs.problem !== undefined && <p class="notice bad">{runs.problem}</p>}
      {source !== undefined && <Explorer source={source} />}
      {source === undefined && runs.value !== undefined && (
        <p class="quiet">
          {names.length > 0 ? (
            "Choose a run to see what its networks have learnt."
          ) : (
            <>
              There is no run yet; <a href={hrefOf("train")}>train one</a>.
            </>
          )}
        </p>
      )}
    </div>
  );
}
