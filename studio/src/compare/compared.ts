// What runs have in common and where they differ, as curves and rows of tables.

import type { RunDescriptionJson, RunDetails, RunHistory } from "../api.ts";
import type { PlotSeries } from "../components/plot-data.ts";
import { formatOption } from "../format.ts";
import { inWords } from "../run/charts.ts";

/** A run with its thinned log. */
export interface Compared {
  readonly details: RunDetails;
  readonly history: RunHistory;
}

/** All metrics of some runs, losses before what players report. */
export function metricNames(compared: readonly Compared[]): string[] {
  const names = new Set(compared.flatMap(({ history }) => Object.keys(history.metrics)));
  return [...names].sort((a, b) => Number(a.includes("/")) - Number(b.includes("/")));
}

/** A metric of each run that has it. */
export function curvesOf(
  compared: readonly Compared[],
  metric: string,
  clock: "round" | "epoch",
): PlotSeries[] {
  return compared.flatMap(({ details, history }, colour) => {
    const buckets = history.metrics[metric];
    if (buckets === undefined) return [];
    return [
      { name: details.name, colour, x: clock === "round" ? history.rounds : history.epochs, y: buckets.mean },
    ];
  });
}

export interface Row<Value> {
  readonly name: string;
  /** In the order of the runs; undefined where a run has none. */
  readonly values: readonly (Value | undefined)[];
}

/** What was measured at the runs' ends. */
export function measuresOf(compared: readonly Compared[]): Row<number>[] {
  return (["test", "validation"] as const).flatMap((split) => {
    const names = new Set(compared.flatMap(({ details }) => Object.keys(details.measured?.[split] ?? {})));
    return Array.from(names, (measure) => ({
      name: `${inWords(measure)} (${split})`,
      values: compared.map(({ details }) => details.measured?.[split]?.[measure] ?? undefined),
    }));
  });
}

/** What not all runs were begun with alike. */
export function differences(compared: readonly Compared[]): Row<string>[] {
  const settings = compared.map(({ details }) =>
    details.description === undefined ? new Map<string, string>() : settingsOf(details.description),
  );
  const names = new Set(settings.flatMap((each) => [...each.keys()]));
  return Array.from(names, (name) => ({ name, values: settings.map((each) => each.get(name)) })).filter(
    ({ values }) => values.some((value) => value !== values[0]),
  );
}

function settingsOf({ model, options, data, seed, device, threads, versions }: RunDescriptionJson) {
  return new Map<string, string>(
    [
      ["model", model],
      ["data", data.source],
      ...Object.entries(data.options).map(([name, value]) => [`data ${name}`, value] as const),
      ...Object.entries(options),
      ["seed", seed],
      ["device", device],
      ["threads", threads],
      ...Object.entries(versions).map(([what, version]) => [`version of ${what}`, version] as const),
    ].map(([name, value]) => [String(name), formatOption(value)]),
  );
}
