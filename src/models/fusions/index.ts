// Fusions of autoencoders and adversarial networks.

import type { Model } from "../../game/model.ts";

export const fusions: readonly Model[] = [];
