// Compare: several runs side by side, their curves on one clock, their pictures, their measures, and the options in
// which they differ.

import { useMemo, useState } from "preact/hooks";
import { listRuns } from "../api.ts";
import { usePolled } from "../components/polled.ts";
import { goTo, hrefOf } from "../router.ts";
import type { ViewProps } from "../views.ts";
import { Chooser, MOST } from "./chooser.tsx";
import { Curves } from "./curves.tsx";
import { Pictures } from "./pictures.tsx";
import { Tables } from "./tables.tsx";
import { useCompared } from "./use-compared.ts";
import "./compare.css";

export default function Compare({ query }: ViewProps) {
  const all = usePolled((signal) => listRuns({ signal }), 3, "runs");
  // What is not there any more takes no colour.
  const there = (name: string) => name !== "" && (all.value?.some((run) => run.name === name) ?? true);
  const present = (query.get("runs") ?? "").split(",").filter(there).slice(0, MOST).join();
  const chosen = useMemo(() => present.split(",").filter(Boolean), [present]);
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
