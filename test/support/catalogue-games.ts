// Every model of the catalogue in the forms that its options give it. A family has a file in games/.

import { Game } from "../../src/game/game.ts";
import { findModel } from "../../src/models/find-model.ts";
import { AUTOENCODERS } from "./games/autoencoders.ts";
import { FUSIONS } from "./games/fusions.ts";
import { GANS } from "./games/gans.ts";
import type { Setting } from "./games/setting.ts";
import { TRANSLATION } from "./games/translation.ts";

export type { Setting };

export const SETTINGS: readonly Setting[] = [...AUTOENCODERS, ...GANS, ...FUSIONS, ...TRANSLATION];

export const nameOf = ({ model, label }: Setting): string => `${model}: ${label}`;

export function gameFor({ model, options, data }: Pick<Setting, "model" | "options" | "data">): Game {
  const definition = findModel(model);
  return new Game(definition, definition.options.parse(options), data);
}
