// All models, by name.

import type { Model } from "../game/model.ts";
import { autoencoder } from "./autoencoders/autoencoder.ts";
import { contractiveAutoencoder } from "./autoencoders/contractive-autoencoder.ts";
import { vae } from "./autoencoders/vae.ts";
import { dcgan, wganGp } from "./gans/dcgan.ts";
import { gan } from "./gans/gan.ts";

export const catalogue: readonly Model[] = [autoencoder, contractiveAutoencoder, vae, gan, dcgan, wganGp];
