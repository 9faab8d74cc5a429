// All models, by name.

import { UserError } from "../errors.ts";
import type { Model } from "../game/model.ts";
import { autoencoders } from "./autoencoders/index.ts";
import { fusions } from "./fusions/index.ts";
import { gans } from "./gans/index.ts";

const models: Model[] = [...autoencoders, ...gans, ...fusions];

export const catalogue: readonly Model[] = models;

/** Names that other processes know too; `registerModel` adds none to these. */
export const shippedModels: ReadonlySet<string> = new Set(models.map(({ name }) => name));

/**
 * Adds a model to the catalogue of this process: it is then trained, resumed and opened by its name.
 *
 * @throws UserError where the name is taken
 * @example
 * registerModel(defineModel({ name: "denoiser", … }));
 */
export function registerModel(model: Model): void {
  if (models.some(({ name }) => name === model.name))
    throw new UserError(`there is a model called "${model.name}" already; give yours another name`);
  models.push(model);
}
