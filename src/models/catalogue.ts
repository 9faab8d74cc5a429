// All models, by name.

import { UserError } from "../errors.ts";
import type { Model } from "../game/model.ts";
import { autoencoder } from "./autoencoders/autoencoder.ts";
import { contractiveAutoencoder } from "./autoencoders/contractive-autoencoder.ts";
import { vae } from "./autoencoders/vae.ts";
import { dcgan, wganGp } from "./gans/dcgan.ts";
import { gan } from "./gans/gan.ts";

const models: Model[] = [autoencoder, contractiveAutoencoder, vae, gan, dcgan, wganGp];

export const catalogue: readonly Model[] = models;

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
