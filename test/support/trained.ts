// A model trained for some rounds on a data set, in memory, and then asked.

import { type Dataset, loadDataset } from "../../src/data/index.ts";
import { DATA, Game } from "../../src/game/game.ts";
import type { RoleName } from "../../src/game/roles.ts";
import { findModel } from "../../src/models/find-model.ts";
import type { State } from "../../src/runtime/program.ts";
import { trainingDataOf } from "../../src/training/prepare.ts";
import { exampleValues } from "../../src/training/samples.ts";
import { askRole } from "./ask-role.ts";
import { play } from "./rounds.ts";

export interface Trained {
  readonly game: Game;
  readonly state: State;
  /** Mean of a metric over the last tenth of the rounds. */
  metric(name: string): number;
  ask(role: RoleName, ...inputs: (Float32Array | Int32Array)[]): Promise<Float32Array>;
}

/** Glyphs small enough to be learnt in a second. */
export const smallGlyphs = (): Promise<Dataset> =>
  loadDataset("glyphs:classes=digits,train=1000,validation=0,test=200", { seed: 1, imageSize: 14 });

/** Examples of a split as floats. */
export const examplesOf = ({ shape }: Dataset, split: Dataset["train"]): Float32Array =>
  exampleValues(split, shape, split.count);

export async function trained(
  model: string,
  options: Readonly<Record<string, unknown>>,
  dataset: Dataset,
  rounds: number,
): Promise<Trained> {
  const definition = findModel(model);
  const game = new Game(definition, definition.options.parse(options), trainingDataOf(dataset));
  const { values, labels, count } = dataset.train;
  const { state, metrics } = await play(game, game.phases[0]!, {
    rounds,
    data: {
      [DATA.values]: { dtype: game.data.dtype, shape: [count, ...dataset.shape], data: values },
      ...(labels === undefined ? {} : { [DATA.labels]: { dtype: "int32", shape: [count], data: labels } }),
    },
  });
  return {
    game,
    state,
    metric(name) {
      const last = metrics[name]!.slice(-Math.ceil(rounds / 10));
      return last.reduce((sum, value) => sum + value, 0) / last.length;
    },
    ask: async (role, ...inputs) => (await askRole(game, role, state, ...inputs)).data,
  };
}
