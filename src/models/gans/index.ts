// The family of generative adversarial networks.

import type { Model } from "../../game/model.ts";
import { cogan } from "./cogan.ts";
import { conditionalGan } from "./conditional-gan.ts";
import { dcgan, wganGp } from "./dcgan.ts";
import { entropyGan } from "./entropy-gan.ts";
import { gan } from "./gan.ts";
import { infogan } from "./infogan.ts";
import { lsgan, r3gan, wgan } from "./presets.ts";

export const gans: readonly Model[] = [
  gan,
  dcgan,
  wgan,
  wganGp,
  lsgan,
  r3gan,
  conditionalGan,
  infogan,
  entropyGan,
  cogan,
];
