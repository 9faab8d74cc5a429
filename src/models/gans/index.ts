// The family of generative adversarial networks.

import type { Model } from "../../game/model.ts";
import { dcgan, wganGp } from "./dcgan.ts";
import { gan } from "./gan.ts";

export const gans: readonly Model[] = [gan, dcgan, wganGp];
