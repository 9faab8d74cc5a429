// Fusions of autoencoders and adversarial networks.

import type { Setting } from "./setting.ts";

export const FUSIONS: readonly Setting[] = [];
