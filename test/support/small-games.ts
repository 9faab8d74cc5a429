// Games small enough to be worked out by hand.

import { z } from "zod";
import { Game, type TrainingData } from "../../src/game/game.ts";
import { type BuildContext, defineModel, type GameDefinition } from "../../src/game/model.ts";
import type { Optimiser, Scope } from "../../src/nn/index.ts";
import type { Tensor } from "../../src/tensor/index.ts";

export const VECTORS: TrainingData = {
  specification: { kind: "vector", shape: [2] },
  count: 6,
  dtype: "float32",
  labelled: false,
};

export type Build = (context: Pick<BuildContext<{ batch: number }>, "data" | "network">) => GameDefinition;

/** A game without any options but the batch of 3. */
export function gameOf(build: Build, data: TrainingData = VECTORS): Game {
  const model = defineModel({
    name: "test",
    family: "fusion",
    summary: "",
    options: z.strictObject({ batch: z.int().default(3) }),
    build,
  });
  return new Game(model, { batch: 3 }, data);
}

export const descent = (learningRate = 0.1): Optimiser => ({ kind: "sgd", learningRate });

/** A network that is nothing but numbers, [count]. */
export const numbers =
  (count: number, value: number) =>
  (scope: Scope): Tensor =>
    scope.weight("w", [count], { kind: "constant", value }, { input: 1, output: 1 });

/** A network that is nothing but a number. */
export const number =
  (value: number) =>
  (scope: Scope): Tensor =>
    scope.weight("w", [], { kind: "constant", value }, { input: 1, output: 1 });
