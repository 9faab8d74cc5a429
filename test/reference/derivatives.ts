// A generated case taken apart for the tests: its value, a scalar made of it, and that scalar's first and second
// gradients, with everything that has to be fed.

import {
  type AttributesOf,
  apply,
  gradients,
  input,
  type PrimitiveName,
  type Tensor,
} from "../../src/tensor/index.ts";
import type { Value } from "./arrays.ts";
import type { Case } from "./cases.ts";
import { elementsOf, type Operand, real } from "./operands.ts";

export interface Derivatives {
  /** What the primitive computes. */
  readonly output: Tensor;
  /** Present where a gradient can flow, that is, for a float32 output. */
  readonly flow?: {
    /** Σ output·weights, the weights being an input. */
    readonly loss: Tensor;
    /** The float32 operands. */
    readonly targets: readonly Tensor[];
    /** Of the loss, for each target. */
    readonly first: readonly Tensor[];
    /** Σ first·directions, the directions being inputs: a slope of the loss. */
    readonly slope: Tensor;
    /** The targets and the weights. */
    readonly slopeTargets: readonly Tensor[];
    /** Of the slope, for each of its targets. */
    readonly second: readonly Tensor[];
  };
  readonly feeds: ReadonlyMap<string, Value>;
}

/** @param prefix stands before the names of all inputs, so that several cases fit one graph */
export function derivativesOf<Name extends PrimitiveName>(
  name: Name,
  { operands, attributes, seed }: Case<AttributesOf<Name>>,
  prefix = "",
): Derivatives {
  const fed: { readonly name: string; readonly operand: Operand }[] = [];
  const feed = (role: string, operand: Operand): Tensor => {
    fed.push({ name: prefix + role, operand });
    return input(prefix + role, operand.shape, operand.dtype);
  };
  const inputs = operands.map((operand, index) => feed(`operand${index}`, operand));
  const output = name === "input" ? inputs[0]! : apply(name, inputs, attributes);
  const flow = output.dtype === "float32" ? flowOf(output, inputs, feed) : undefined;
  const elements = elementsOf(
    fed.map(({ operand }) => operand),
    seed,
  );
  const feeds = new Map(
    fed.map(({ name: key, operand: { shape } }, index) => [key, { shape, data: elements[index]! }]),
  );
  return { output, feeds, ...(flow && { flow }) };
}

function flowOf(
  output: Tensor,
  inputs: readonly Tensor[],
  feed: (role: string, operand: Operand) => Tensor,
): Derivatives["flow"] {
  const targets = inputs.filter(({ dtype }) => dtype === "float32");
  const weights = feed("weights", real(output.shape));
  const loss = output.mul(weights).sum();
  const first = gradients(loss, targets);
  const slope = first
    .map((gradient, index) => gradient.mul(feed(`direction${index}`, real(targets[index]!.shape))).sum())
    .reduce((sum, part) => sum.add(part), weights.sum().mul(0));
  const slopeTargets = [...targets, weights];
  return { loss, targets, first, slope, slopeTargets, second: gradients(slope, slopeTargets) };
}
