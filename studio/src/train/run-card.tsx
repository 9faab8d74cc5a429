// A run in the list: its newest picture, what it is doing, its losses.

import { type RunSummary, runFile } from "../api.ts";
import { RunProgress, StateChip } from "../components/run-state.tsx";
import { formatNumber } from "../format.ts";
import { hrefOf } from "../router.ts";

export function RunCard({ run }: { readonly run: RunSummary }) {
  const { name, state, model, data, picture, metrics, problem, warnings } = run;
  const losses = Object.entries(metrics).filter(([metric]) => !metric.includes("/"));
  return (
    <li class="run-card card">
      {picture === undefined ? (
        <div class="no-picture" aria-hidden="true" />
      ) : (
        <img src={runFile(name, `samples/${picture}`)} alt={`The newest of ${name}`} loading="lazy" />
      )}
      <div class="stack">
        <div class="row apart">
          <h3>
            <a href={hrefOf("run", name)}>{name}</a>
          </h3>
          <StateChip state={state} />
        </div>
        {model !== undefined && (
          <>
            <p class="quiet">
              {model} on {data}
            </p>
            <RunProgress run={run} />
            <p class="figures">
              {losses.map(([metric, value]) => `${metric} ${formatNumber(value)}`).join(" · ")}
            </p>
          </>
        )}
        {problem !== undefined && <p class="notice bad small">{problem}</p>}
        {problem === undefined && warnings.length > 0 && <p class="notice warn small">{warnings[0]}</p>}
      </div>
    </li>
  );
}
