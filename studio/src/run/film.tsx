// The pictures of a run as a film: the same noise generated, the same examples reconstructed, round by round. It can
// be moved back through training, played, and follows the newest while the run trains.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { runFile, type SamplePicture } from "../api.ts";
import { Button } from "../components/button.tsx";
import { Picture } from "../components/picture.tsx";
import { formatCount } from "../format.ts";
import "./film.css";

const FRAMES_PER_SECOND = 6;

const captions: Readonly<Record<string, string>> = {
  generated: "generated from the same noise",
  reconstructed: "inputs, each above its reconstruction",
  varied: "inputs, each above a variation",
  translated: "inputs, each above its translation",
  "translated-back": "the second set, each above its translation back",
};

export interface FilmProps {
  readonly run: string;
  readonly samples: readonly SamplePicture[];
  /** The round that is shown; undefined follows the newest. */
  readonly at: number | undefined;
  readonly onMove: (round: number | undefined) => void;
}

/** The frame that is nearest to a round. */
export function nearestFrame(rounds: readonly number[], at: number | undefined): number {
  if (at === undefined) return rounds.length - 1;
  let best = 0;
  rounds.forEach((round, index) => {
    if (Math.abs(round - at) < Math.abs(rounds[best]! - at)) best = index;
  });
  return best;
}

export function Film({ run, samples, at, onMove }: FilmProps) {
  const rounds = useMemo(
    () => [...new Set(samples.map(({ round }) => round))].sort((a, b) => a - b),
    [samples],
  );
  const [playing, setPlaying] = useState(false);
  const strip = useRef<HTMLDivElement>(null);
  const frame = nearestFrame(rounds, at);
  const round = rounds[frame];
  const shown = samples.filter((sample) => sample.round === round);
  const last = rounds.length - 1;
  const show = (index: number): void => onMove(index >= last ? undefined : rounds[index]);

  // All frames are fetched once, so that moving is as fast as the hand.
  useEffect(() => {
    for (const { file } of samples) new Image().src = runFile(run, `samples/${file}`);
  }, [run, samples]);

  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      if (frame >= last) setPlaying(false);
      else show(frame + 1);
    }, 1000 / FRAMES_PER_SECOND);
    return () => clearTimeout(timer);
  });

  // The strip moves when another frame is shown.
  useEffect(() => {
    const element = strip.current;
    const current = element?.querySelector<HTMLElement>('[aria-current="true"]');
    if (!element || !current) return;
    element.scrollLeft = current.offsetLeft - element.clientWidth / 2 + current.clientWidth / 2;
  }, [frame, rounds.length]);

  if (round === undefined) return <p class="quiet">No pictures yet.</p>;
  const first = shown.find(({ name }) => name === "generated") ?? shown[0]!;
  return (
    <section class="film stack" aria-label="Pictures through training">
      <div class="screens">
        {shown.map(({ name, file }) => (
          <Picture
            key={name}
            source={runFile(run, `samples/${file}`)}
            alt={`${name}, round ${round}`}
            caption={captions[name] ?? name}
            save={`${run} ${name} ${round}`}
          />
        ))}
      </div>
      <div class="row">
        <Button
          label={playing ? "Stop the film" : "Play the film from its beginning, or from here"}
          onPress={() => {
            if (!playing && frame >= last) show(0);
            setPlaying(!playing);
          }}
          disabled={last === 0}
        >
          {playing ? "◼" : "▶"}
        </Button>
        <input
          class="scrub"
          type="range"
          min={0}
          max={last}
          step={1}
          value={frame}
          aria-label="Round of training"
          aria-valuetext={`round ${formatCount(round)}`}
          onInput={({ currentTarget }) => {
            setPlaying(false);
            show(Number(currentTarget.value));
          }}
        />
        <output class="figures">
          round {formatCount(round)}
          {at === undefined ? ", the newest" : ""}
        </output>
      </div>
      {/* The slider does the same by keyboard; what scrolls would be a stop of its own. */}
      <div class="strip" ref={strip} tabIndex={-1}>
        {rounds.map((each, index) => {
          const sample = samples.find(({ round, name }) => round === each && name === first.name);
          return (
            <button
              key={each}
              type="button"
              tabIndex={-1}
              aria-current={index === frame ? "true" : undefined}
              aria-label={`Round ${formatCount(each)}`}
              onClick={() => {
                setPlaying(false);
                show(index);
              }}
            >
              {sample !== undefined && (
                <img src={runFile(run, `samples/${sample.file}`)} alt="" loading="lazy" decoding="async" />
              )}
            </button>
          );
        })}
      </div>
    </section>
  );
}
