// The family of autoencoders.

import type { Model } from "../../game/model.ts";
import { autoencoder } from "./autoencoder.ts";
import { contractiveAutoencoder } from "./contractive-autoencoder.ts";
import { vae } from "./vae.ts";

export const autoencoders: readonly Model[] = [autoencoder, contractiveAutoencoder, vae];
