// A model by the name a user gives.

import { UserError } from "../errors.ts";
import type { Model } from "../game/model.ts";
import { nearest } from "../nearest.ts";
import { catalogue } from "./catalogue.ts";

/** What models are called elsewhere, where no name of ours is near. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  aae: ["adversarial-autoencoder"],
  ali: ["bigan"],
  cae: ["contractive-autoencoder"],
  cgan: ["conditional-gan"],
  dae: ["denoising-autoencoder"],
  "image-translation": ["pix2pix", "unit"],
};

/**
 * The model of that name.
 *
 * @throws UserError that suggests what is meant by it elsewhere or the nearest name, or else lists all
 *
 * @example
 * findModel("vae").summary;
 */
export function findModel(name: string): Model {
  const found = catalogue.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = catalogue.map((model) => model.name);
  const near = nearest(name, names);
  const meant = CALLED[name.toLowerCase()] ?? (near === undefined ? [] : [near]);
  throw new UserError(
    `no model called "${name}"; ${meant.length === 0 ? `there are ${names.join(", ")}` : `did you mean ${meant.map((one) => `"${one}"`).join(" or ")}?`}`,
  );
}
