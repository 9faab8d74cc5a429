// One run: what it makes, its curves on the clock of its rounds, and what can be done with it.

import { useMemo, useState } from "preact/hooks";
import { type RunDetails, readRun } from "../api.ts";
import { Plot } from "../components/plot.tsx";
import { usePolled } from "../components/polled.ts";
import { RunProgress, StateChip } from "../components/run-state.tsx";
import { hrefOf } from "../router.ts";
import type { ViewProps } from "../views.ts";
import { chartsOf, collapseCharts } from "./charts.ts";
import { Controls } from "./controls.tsx";
import { Facts } from "./facts.tsx";
import { Film, nearestFrame } from "./film.tsx";
import { useFollowedRun } from "./history.ts";
import "./run.css";

export default function Run({ parameter: name }: ViewProps) {
  const { followed, problem, again } = useFollowedRun(name);
  const state = followed?.run?.state;
  // What changes only when the run begins or ends.
  const details = usePolled((signal) => readRun(name, { signal }), 15, `${name}/${state}`);
  const known = details.value;
  const [kept, keep] = useState<RunDetails>();
  if (known !== undefined && known !== kept) keep(known);
  const [at, setAt] = useState<number>();

  const charts = useMemo(() => (followed === undefined ? [] : chartsOf(followed)), [followed]);
  const collapse = useMemo(() => collapseCharts(followed?.collapse ?? []), [followed?.collapse]);
  const reached = followed?.run?.round ?? 0;
  const extent = useMemo(() => [0, reached], [reached]);
  const frames = useMemo(
    () => [...new Set(followed?.samples.map(({ round }) => round))],
    [followed?.samples],
  );
  const toFrame = (round: number): void => {
    const frame = nearestFrame(frames, round);
    setAt(frame >= frames.length - 1 ? undefined : frames[frame]);
  };

  const run = followed?.run ?? known ?? kept;
  if (run === undefined) {
    const why = details.problem ?? problem;
    return (
      <div class="stack">
        <h1>{name}</h1>
        {why === undefined ? <p class="quiet">Loading …</p> : <p class="notice bad">{why}</p>}
        <p>
          <a href={hrefOf("train")}>All runs</a>
        </p>
      </div>
    );
  }
  const warnings = followed?.collapse.at(-1)?.warnings ?? [];
  return (
    <div class="run stack">
      <header class="stack">
        <div class="row apart">
          <div class="row">
            <h1>{name}</h1>
            <StateChip state={run.state} />
          </div>
          <Controls run={run} roles={(known ?? kept)?.roles ?? []} onChange={again} />
        </div>
        {run.model !== undefined && (
          <>
            <p class="quiet">
              {run.model} on {run.data}
            </p>
            <RunProgress run={run} />
          </>
        )}
        {(run.problem ?? problem) !== undefined && <p class="notice bad">{run.problem ?? problem}</p>}
        {warnings.map(({ what, message }) => (
          <p key={what} class="notice warn" role="status">
            {message}
          </p>
        ))}
      </header>
      {followed !== undefined && run.state !== "broken" && (
        <div class="beside">
          <div class="card screen">
            <Film run={name} samples={followed.samples} at={at} onMove={setAt} />
          </div>
          <div class="curves">
            {[...charts, ...collapse].map(({ title, yLabel, series }) => (
              <div key={title} class="card">
                <Plot
                  title={title}
                  yLabel={yLabel}
                  series={series}
                  extent={extent}
                  marker={at}
                  sync={name}
                  onPick={toFrame}
                />
              </div>
            ))}
            {charts.length === 0 && (
              <p class="quiet">No events yet: the first come within the first twentieth of an epoch.</p>
            )}
          </div>
        </div>
      )}
      {(known ?? kept) !== undefined && <Facts run={(known ?? kept)!} />}
    </div>
  );
}
