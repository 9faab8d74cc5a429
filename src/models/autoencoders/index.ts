// The family of autoencoders.

import type { Model } from "../../game/model.ts";
import { autoencoder } from "./autoencoder.ts";
import { compressiveAutoencoder } from "./compressive-autoencoder.ts";
import { contractiveAutoencoder } from "./contractive-autoencoder.ts";
import { denoisingAutoencoder } from "./denoising-autoencoder.ts";
import { rae } from "./rae.ts";
import { sparseAutoencoder } from "./sparse-autoencoder.ts";
import { supervisedAutoencoder } from "./supervised-autoencoder.ts";
import { vae } from "./vae.ts";
import { vqVae } from "./vq-vae.ts";
import { wae } from "./wae.ts";

export const autoencoders: readonly Model[] = [
  autoencoder,
  denoisingAutoencoder,
  sparseAutoencoder,
  contractiveAutoencoder,
  compressiveAutoencoder,
  supervisedAutoencoder,
  vae,
  wae,
  rae,
  vqVae,
];
