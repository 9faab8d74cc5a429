// Which loss moves what, found out by playing: each player takes one turn alone, and all weights are compared
// with what they were.

import type { Game } from "../../src/game/game.ts";
import { initialState, numbersOf, phaseOf, play } from "./rounds.ts";

/** Which networks each player moves. */
export type Moves = Readonly<Record<string, readonly string[]>>;

/** A slope this much smaller than the largest of its player is rounding noise. */
const NOISE = 1e-6;

/** The largest magnitude. */
export const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * What is wrong with a game's moves, in words; nothing for a right one. All players use Adam, whose first moment
 * after one step is the gradient.
 *
 * @param still weights whose slope should be 0 though they are moved
 */
export async function routingFaults(
  game: Game,
  moves: Moves,
  still: readonly string[] = [],
): Promise<string[]> {
  const before = initialState(game);
  const weights = game.variables.list().filter(({ kind }) => kind === "weight");
  const faults: string[] = [];
  const moved = new Set<string>();
  for (const player of Object.keys(game.players)) {
    const networks = moves[player];
    if (networks === undefined) {
      faults.push(`nobody knows player ${player}`);
      continue;
    }
    const { state } = await play(game, phaseOf(player));
    const slopes = new Map<string, number>();
    for (const { name } of weights) {
      if (state[`${player}/first/${name}`] === undefined) continue;
      slopes.set(name, largest(numbersOf(state, `${player}/first/${name}`)));
    }
    const steepest = largest([...slopes.values()]);
    for (const { name, network } of weights) {
      const first = before[name]!.data;
      const changed = state[name]!.data.some((value, index) => value !== first[index]);
      if (changed) moved.add(name);
      if (!networks.includes(network!)) {
        if (changed || (slopes.get(name) ?? 0) !== 0) faults.push(`${player} moves ${name}`);
        continue;
      }
      const slope = slopes.get(name) ?? 0;
      const flat = !(slope > NOISE * steepest);
      if (flat && !still.includes(name)) faults.push(`${player} has no slope on ${name}`);
      if (!flat && still.includes(name)) faults.push(`${player} has a slope on ${name}`);
      if (!flat && !changed) faults.push(`${player} has a slope on ${name} and does not move it`);
    }
    for (const { name } of game.variables.list()) {
      if (state[name]!.data.some((value) => !Number.isFinite(Number(value))))
        faults.push(`${player} leaves ${name} no number`);
    }
  }
  for (const { name } of weights) {
    if (!moved.has(name) && !still.includes(name)) faults.push(`nobody moves ${name}`);
  }
  return faults;
}
