// What the players of a game want of the examples that they make: for each made example x, the direction in which it
// would have to move for its maker's loss to fall,
//
//   −N · ∂L/∂x,   N the number of examples whose mean the loss is
//
// It is the gradient that the maker's weights are moved by, before it enters the network. For a generator this is all
// that it ever learns of the data.

import { concat, gradientsOrNull, input, type Tensor } from "../tensor/index.ts";
import type { Game } from "./game.ts";
import type { Phase } from "./model.ts";
import { Trace } from "./trace.ts";

/** Made examples [N, …shape], and what their maker wants of each, of the same shape. */
export interface ExampleSlopes {
  readonly player: string;
  readonly examples: Tensor;
  readonly wanted: Tensor;
}

/**
 * The slopes of all players who move a network that makes examples, in the turns of a phase. All is a graph of a turn's
 * inputs and the game's variables; nobody moves. Empty where no player of the phase makes any.
 *
 * @example
 * const [generator] = exampleSlopes(game, phase);
 * const arrows = await Computation.create(engine, [generator.examples, generator.wanted], { device: "cpu" });
 */
export function exampleSlopes(game: Game, phase: Phase): ExampleSlopes[] {
  const makers = makersOf(game);
  const found = new Map<string, ExampleSlopes>();
  phase.turns.forEach((turn, place) => {
    const names = [turn].flat().filter((name) => !found.has(name));
    const moving = names.filter((name) =>
      game.players[name]!.moves.some(({ networkName }) => makers.has(networkName)),
    );
    if (moving.length === 0) return;
    const { trace, moves } = game.traceLosses(phase, place);
    for (const { name, player, loss } of moves) {
      if (!moving.includes(name)) continue;
      const moved = player.moves.map(({ networkName }) => networkName);
      const made = trace.outputs
        .filter(({ network }) => makers.has(network) && moved.includes(network))
        .map(({ output }) => output);
      const slopes = gradientsOrNull(loss, made);
      const pairs = made.flatMap((examples, index) => {
        const slope = slopes[index];
        return slope ? [{ examples, wanted: slope.mul(-examples.shape[0]!) }] : [];
      });
      if (pairs.length === 0) continue;
      found.set(name, {
        player: name,
        examples: joined(pairs.map(({ examples }) => examples)),
        wanted: joined(pairs.map(({ wanted }) => wanted)),
      });
    }
  });
  return [...found.values()];
}

const joined = (tensors: readonly Tensor[]) => (tensors.length === 1 ? tensors[0]! : concat(tensors, 0));

/** Networks whose output is an example as people see it. */
function makersOf(game: Game): ReadonlySet<string> {
  const { generate, encode, decode, vary } = game.roles;
  const { shape } = game.data.specification;
  const makers = new Set<string>();
  const look = (role: () => Tensor) => {
    const trace = new Trace(game.variables, { training: false });
    const result = trace.run(role);
    for (const { network, output } of trace.outputs) if (output === result) makers.add(network);
  };
  if (generate !== undefined)
    look(() => generate.from(input("noise", [1, generate.latent]), input("label", [1], "int32")));
  const code = () => encode!(input("x", [1, ...shape]));
  if (encode !== undefined && decode !== undefined) look(() => decode(code()));
  if (encode !== undefined && vary !== undefined)
    look(() => vary.from(code(), input("noise", [1, vary.noise])));
  return makers;
}
