// Train: begin a run, and all runs of the folder with what they show just now.

import { listRuns } from "../api.ts";
import { usePolled } from "../components/polled.ts";
import type { ViewProps } from "../views.ts";
import { NewRun } from "./form.tsx";
import { RunCard } from "./run-card.tsx";
import "./train.css";

export default function Train({ query }: ViewProps) {
  const runs = usePolled((signal) => listRuns({ signal }), 2, "runs");
  return (
    <div class="train">
      <h1 class="unseen">Train</h1>
      <section class="card">
        <NewRun from={query.get("from") ?? undefined} />
      </section>
      <section class="stack" aria-labelledby="runs">
        <h2 id="runs">Runs</h2>
        {runs.problem !== undefined && <p class="notice bad">{runs.problem}</p>}
        {runs.value?.length === 0 && (
          <p class="quiet">None yet. Choose a model and start: the drawn glyphs need no download.</p>
        )}
        <ul class="runs">
          {runs.value?.map((run) => (
            <RunCard key={run.name} run={run} />
          ))}
        </ul>
      </section>
    </div>
  );
}
