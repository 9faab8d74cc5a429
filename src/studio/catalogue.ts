// What can be trained, and on what, as the page's form needs it.

import { z } from "zod";
import { listPathSources, listSources, listTransforms } from "../data/index.ts";
import { catalogue, shippedModels } from "../models/catalogue.ts";
import { findModel } from "../models/find-model.ts";
import { describeOptions } from "../models/settings.ts";
import { DEVICES } from "../runtime/engine.ts";
import type { DataListing, ModelDetails, ModelListing, OptionSchema } from "./contract.ts";

/** All models that a process of its own can train. */
export function describeModels(): ModelListing[] {
  return catalogue
    .filter(({ name }) => shippedModels.has(name))
    .map(({ name, family, summary }) => ({ name, family, summary }));
}

/**
 * A model with its options.
 *
 * @throws UserError that suggests the nearest model there is
 */
export function describeModel(wanted: string): ModelDetails {
  const model = findModel(wanted);
  const { name, family, summary } = model;
  const { properties = {} } = z.toJSONSchema(model.options, { io: "input" });
  const options = describeOptions(model).map(({ name, description, allowed }) => ({
    name,
    description,
    allowed,
    schema: properties[name] as OptionSchema,
  }));
  return { name, family, summary, options };
}

export async function describeData(): Promise<DataListing> {
  const sources = await listSources();
  return {
    sources: sources.map(({ name, summary, kind, present }) => ({ name, summary, kind, present })),
    paths: listPathSources(),
    transforms: listTransforms(),
    devices: DEVICES,
  };
}
