import { useEffect, useMemo, useState } from "preact/hooks";
import { type RunSummary, readHistory, readRun } from "../api.ts";
import { sayFailure } from "../components/messages.tsx";
import type { Compared } from "./compared.ts";

/** Details and thinned logs of some runs, read again when they have gone on. */
export function useCompared(
  names: readonly string[],
  runs: readonly RunSummary[] | undefined,
): readonly Compared[] {
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
