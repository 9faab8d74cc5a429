// Who plays when, whose turn is next, and each player's newest loss; the phases, where there are several.

import { formatNumber } from "../format.ts";
import type { Frame, GameFacts } from "./messages.ts";

export function Players({
  facts,
  frame,
  losses,
  onPhase,
}: {
  readonly facts: GameFacts;
  readonly frame: Frame | undefined;
  readonly losses: Readonly<Record<string, number>>;
  readonly onPhase: (phase: number) => void;
}) {
  const at = frame?.phase ?? 0;
  const next = frame?.turn ?? 0;
  return (
    <section aria-labelledby="plane-players">
      <h3 id="plane-players">Turns of a round</h3>
      {facts.phases.length > 1 && (
        <div class="row">
          {facts.phases.map(({ name }, phase) => (
            <button key={name} type="button" aria-pressed={phase === at} onClick={() => onPhase(phase)}>
              {phase + 1}. {name}
            </button>
          ))}
        </div>
      )}
      <ol class="turns">
        {facts.phases[at]!.turns.map((players, turn) => (
          <li key={turn} aria-current={turn === next ? "step" : undefined}>
            {players.join(" + ")}
          </li>
        ))}
      </ol>
      <dl class="losses figures">
        {facts.players
          .filter((player) => losses[player] !== undefined || facts.phases[at]!.turns.flat().includes(player))
          .map((player) => (
            <div key={player}>
              <dt>{player}</dt>
              <dd data-player={player}>{formatNumber(losses[player])}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
