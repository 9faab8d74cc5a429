// What the validation split says of a game's present networks: the players' losses there, and what is measured of
// any split. Sweeps and the choice of the best networks go by it.

import type { Dataset } from "../data/index.ts";
import type { Game } from "../game/game.ts";
import { measure, measureNames } from "./measure.ts";
import type { Trainer } from "./trainer.ts";
import { hasLosses } from "./validation-losses.ts";

/** By name: "player" for a loss, "player/what" for what a player reports, and `measures`. Empty without such a split. */
export async function measureValidation(
  trainer: Trainer,
  dataset: Dataset,
  seed: number,
): Promise<Record<string, number>> {
  if (dataset.validation.count === 0) return {};
  const noise = { seed, name: "validation" } as const;
  return {
    ...(await trainer.validate()),
    ...(await measure(trainer, dataset, dataset.validation, noise)),
  };
}

/** The names of what is measured in a game's last phase; none without such a split. */
export function validationNames(game: Game, dataset: Dataset): string[] {
  const { validation, target } = dataset;
  if (validation.count === 0) return [];
  if (!hasLosses(dataset)) return measureNames(game, dataset);
  const losses = game.compileLosses(game.phases.at(-1)!, {
    examples: validation.count,
    ...(target === undefined ? {} : { target: target.validation.count }),
  });
  return [...measureNames(game, dataset), ...losses.metrics.map(({ name }) => name)];
}
