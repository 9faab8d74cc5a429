// Which curves of a run are drawn together, and in which units.

import type { CollapseEvent, ValidationEvent } from "../api.ts";
import type { PlotSeries } from "../components/plot-data.ts";
import type { FollowedRun } from "./history.ts";

export interface Chart {
  readonly title: string;
  readonly yLabel: string;
  readonly series: readonly PlotSeries[];
}

/** What players report besides their losses; of a model of one's own there may be more. */
const reported: Readonly<Record<string, { readonly title?: string; readonly yLabel: string }>> = {
  gradientNorm: { title: "Gradients", yLabel: "norm (loss ÷ weight)" },
  stepSize: { title: "Steps", yLabel: "step ÷ weights (norms)" },
  gap: { title: "Gap between real and generated", yLabel: "difference (score)" },
  penalty: { yLabel: "penalty (before its weight)" },
  distortion: { yLabel: "distortion (nats)" },
  divergence: { yLabel: "divergence (nats)" },
  entropy: { yLabel: "entropy (nats)" },
  reconstruction: { yLabel: "error (mean of an example)" },
  perplexity: { yLabel: "codes in use (count)" },
  mse: { yLabel: "mean squared error" },
  modes: { title: "Modes covered", yLabel: "modes (count)" },
  highQuality: { title: "Samples near a mode", yLabel: "share (1 = all)" },
  used: { yLabel: "codes in use (share)" },
};

/** The players' losses, then what they report, a chart for each thing that is reported. */
export function chartsOf({ curves, thinned, validation }: FollowedRun): Chart[] {
  const players = [...new Set(Array.from(curves.keys(), (name) => name.split("/")[0]!))];
  const groups = new Map<string, PlotSeries[]>();
  for (const [name, { rounds, mean, least, most }] of curves) {
    const [player = "", what = ""] = name.split("/");
    const series: PlotSeries = {
      name: player,
      x: rounds,
      y: mean,
      // One player has one colour in all charts.
      colour: players.indexOf(player),
      ...(thinned ? { least, most } : {}),
    };
    groups.set(what, [...(groups.get(what) ?? []), series]);
  }
  for (const [name, { x, y }] of looksOf(validation)) {
    const [player = "", what = ""] = name.split("/");
    const own = players.indexOf(player);
    // What is measured of examples, such as the error of reconstructions, belongs to no player.
    const group = own < 0 ? player : what;
    const series: PlotSeries = {
      name: own < 0 ? "validation" : `${player}, validation`,
      x,
      y,
      colour: own < 0 ? 0 : own,
      dashed: own >= 0,
    };
    groups.set(group, [...(groups.get(group) ?? []), series]);
  }
  const sizes = ["gradientNorm", "stepSize"];
  const order = (what: string): number => (what === "" ? 0 : sizes.includes(what) ? 1 : 2);
  return Array.from(groups)
    .sort(([a], [b]) => order(a) - order(b))
    .map(([what, series]) => ({
      title: what === "" ? "Losses" : (reported[what]?.title ?? inWords(what)),
      yLabel: unitOf(what),
      series,
    }));
}

/** What looks at the validation split have measured, by name. */
function looksOf(looks: readonly ValidationEvent[]): Map<string, { x: number[]; y: (number | null)[] }> {
  const found = new Map<string, { x: number[]; y: (number | null)[] }>();
  for (const { round, measures } of looks)
    for (const [name, value] of Object.entries(measures)) {
      const { x, y } = found.get(name) ?? { x: [], y: [] };
      x.push(round);
      y.push(value);
      found.set(name, { x, y });
    }
  return found;
}

/** What a metric is and in which unit: of "" a loss, else of what a player reports. */
export const unitOf = (what: string): string =>
  what === "" ? "loss (mean of an example)" : (reported[what]?.yLabel ?? "part of the loss");

const shares: Readonly<Record<string, string>> = {
  activeUnits: "active units",
  distinctCodes: "distinct codes",
  spread: "spread of codes",
  duplicates: "duplicates",
  modes: "modes covered",
  highQuality: "near a mode",
  noiseEffect: "effect of noise",
};

/** What the looks for collapse have measured. */
export function collapseCharts(events: readonly CollapseEvent[]): Chart[] {
  const seriesOf = (measure: string, name: string, colour: number): PlotSeries[] => {
    const having = events.filter(({ measures }) => typeof measures[measure] === "number");
    if (having.length === 0) return [];
    return [
      {
        name,
        colour,
        x: having.map(({ round }) => round),
        y: having.map(({ measures }) => measures[measure]!),
      },
    ];
  };
  const ranks = [
    ...seriesOf("effectiveRank", "directions in use", 0),
    ...seriesOf("latent", "directions there are", 6).map((series) => ({ ...series, dashed: true })),
  ];
  const parts = Object.entries(shares).flatMap(([measure, name], index) => seriesOf(measure, name, index));
  return [
    { title: "Collapse: shares", yLabel: "share (1 = all)", series: parts },
    { title: "Collapse: directions of codes", yLabel: "directions (count)", series: ranks },
  ].filter(({ series }) => series.length > 0);
}

/** "gradientNorm" as "Gradient norm". */
export function inWords(name: string): string {
  if (name === "mse") return "Mean squared error";
  const words = name.replace(/([a-z0-9])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
