// For views that show one run: which one. Runs that have nothing trained yet are left out.

import { listRuns, runFile } from "../api.ts";
import { hrefOf } from "../router.ts";
import { usePolled } from "./polled.ts";
import "./run-chooser.css";

export interface RunChooserProps {
  /** The view that is gone to. */
  readonly view: string;
  readonly title: string;
  /** What can be done with the run there. */
  readonly children: string;
}

export function RunChooser({ view, title, children }: RunChooserProps) {
  const runs = usePolled((signal) => listRuns({ signal }), 5, "runs");
  const usable = runs.value?.filter(({ state, round }) => state !== "broken" && round > 0);
  return (
    <div class="stack">
      <h1>{title}</h1>
      <p class="quiet">{children}</p>
      {runs.problem !== undefined && <p class="notice bad">{runs.problem}</p>}
      {usable?.length === 0 && (
        <p>
          Nothing is trained yet; <a href={hrefOf("train")}>train something first</a>.
        </p>
      )}
      <ul class="run-chooser">
        {usable?.map(({ name, model, data, picture }) => (
          <li key={name}>
            <a class="card" href={hrefOf(view, name)}>
              {picture !== undefined && (
                <img src={runFile(name, `samples/${picture}`)} alt="" loading="lazy" />
              )}
              <span>
                <b>{name}</b>
                <span class="quiet small">
                  {model} on {data}
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
