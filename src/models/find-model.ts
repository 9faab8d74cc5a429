// A model by the name a user gives.

import { UserError } from "../errors.ts";
import type { Model } from "../game/model.ts";
import { nearest } from "../nearest.ts";
import { catalogue } from "./catalogue.ts";

/**
 * The model of that name.
 *
 * @throws UserError that suggests the nearest name, or else lists all
 *
 * @example
 * findModel("vae").summary;
 */
export function findModel(name: string): Model {
  const found = catalogue.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = catalogue.map((model) => model.name);
  const meant = nearest(name, names);
  throw new UserError(
    `no model called "${name}"; ${meant === undefined ? `there are ${names.join(", ")}` : `did you mean "${meant}"?`}`,
  );
}
