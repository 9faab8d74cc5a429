// What a run is doing, in a word and a sign, and how far it is.

import type { RunState, RunSummary } from "../api.ts";
import { formatCount, formatDuration, formatNumber } from "../format.ts";
import "./run-state.css";

const states: Readonly<
  Record<RunState, { readonly sign: string; readonly text: string; readonly title: string }>
> = {
  training: { sign: "●", text: "training", title: "Trained by this server" },
  elsewhere: {
    sign: "●",
    text: "training elsewhere",
    title: "Trained by a process that this server did not start",
  },
  paused: { sign: "‖", text: "paused", title: "Saved before its end; it can be resumed" },
  finished: { sign: "✓", text: "finished", title: "Trained as long as was asked for" },
  broken: { sign: "!", text: "broken", title: "Its folder cannot be read" },
};

export function StateChip({ state }: { readonly state: RunState }) {
  const { sign, text, title } = states[state];
  return (
    <span class={`chip ${state}`} title={title}>
      <span aria-hidden="true">{sign}</span> {text}
    </span>
  );
}

/** A bar of the rounds that are done, and below it how fast they go. */
export function RunProgress({ run }: { readonly run: RunSummary }) {
  const { round, rounds, epoch, pace, name } = run;
  const parts = [
    rounds === undefined
      ? `round ${formatCount(round)}`
      : `round ${formatCount(round)} of ${formatCount(rounds)}`,
    ...(epoch === undefined ? [] : [`epoch ${formatNumber(epoch)}`]),
    ...(pace === undefined
      ? []
      : [`${formatNumber(pace.roundsPerSecond)} rounds/s`, `${formatDuration(pace.secondsLeft)} left`]),
  ];
  return (
    <div class="progress">
      {rounds !== undefined && (
        <progress max={rounds} value={Math.min(round, rounds)} aria-label={`Progress of ${name}`} />
      )}
      <p class="figures quiet">{parts.join(" · ")}</p>
    </div>
  );
}
