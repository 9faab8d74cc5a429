// Critics that see codes: alone, or beside the example that belongs to them.

import { z } from "zod";
import type { DataSpecification } from "../../game/model.ts";
import { dense, type Layer, type Scope, sequential } from "../../nn/index.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import {
  type CriticSettings,
  criticOf,
  criticScope,
  type Judgement,
  normalises,
} from "../adversary/critics.ts";
import type { AdversarialSettings } from "../adversary/options.ts";
import { type Body, trunkOf } from "../networks.ts";
import { KERNEL } from "./parts.ts";

export const criticWidthsOption = (widths: readonly number[]) =>
  z
    .array(z.int().min(1).max(65536))
    .min(1)
    .default([...widths])
    .describe("units of the hidden layers of critics that see codes");

type Settings = CriticSettings & { readonly criticWidths: readonly number[] };

const hidden = (units: number): Layer => dense({ units, activation: "leakyRelu" });

/** A critic of codes, joined where there are several tensors. */
export function codeCritic(options: Settings): (scope: Scope, ...seen: Tensor[]) => Judgement {
  const critic = criticOf(options.criticWidths.map(hidden), options);
  return (scope, ...seen) => critic(scope, concat(seen, 1));
}

/** A critic of pairs: the example's features beside the code's, and hidden layers above both. */
export function jointCritic(
  data: DataSpecification,
  options: Body & AdversarialSettings & Settings,
  model: string,
): { readonly body: (scope: Scope, x: Tensor, code: Tensor) => Judgement; readonly apart: boolean } {
  const batchNorm = normalises(options);
  const ofExample = sequential(
    trunkOf(data, options, { model, hidden: "leakyRelu", batchNorm, kernelInitialiser: KERNEL }),
  );
  const ofCode = hidden(options.criticWidths[0]!);
  const ofBoth = codeCritic(options);
  return {
    apart: batchNorm,
    body(scope, x, code) {
      const features = ofExample.apply(x, criticScope(scope.child("example"), options));
      return ofBoth(scope, features, ofCode.apply(code, criticScope(scope.child("code"), options)));
    },
  };
}
