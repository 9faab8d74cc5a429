// Fusions of autoencoders and adversarial networks.

import type { Model } from "../../game/model.ts";
import { adversarialAutoencoder } from "./adversarial-autoencoder.ts";
import { alad } from "./alad.ts";
import { alphaGan } from "./alpha-gan.ts";
import { began } from "./began.ts";
import { bigan } from "./bigan.ts";
import { codeNoiseGan } from "./code-noise-gan.ts";
import { contractiveFusion } from "./contractive-fusion.ts";
import { ebgan } from "./ebgan.ts";
import { featureGan } from "./feature-gan.ts";
import { ganomaly } from "./ganomaly.ts";
import { latentGan } from "./latent-gan.ts";
import { noiseEncodedGan } from "./noise-encoded-gan.ts";
import { pix2pix } from "./pix2pix.ts";
import { sharedFusion } from "./shared-fusion.ts";
import { unit } from "./unit.ts";
import { vaeGan } from "./vae-gan.ts";

export const fusions: readonly Model[] = [
  noiseEncodedGan,
  featureGan,
  latentGan,
  sharedFusion,
  contractiveFusion,
  codeNoiseGan,
  vaeGan,
  adversarialAutoencoder,
  bigan,
  alad,
  alphaGan,
  began,
  ebgan,
  ganomaly,
  pix2pix,
  unit,
];
