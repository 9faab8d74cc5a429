// Which tensors of four axes lie in memory arranged (arrangement.ts) and which as they are written.
//
// Convolutions are fastest on arranged tensors. So everything between convolutions is kept in that order, and
// turned only where something else begins, such as a dense layer.

import type { PrimitiveName, Tensor } from "../tensor/index.ts";
import type { Arrangement, Layout } from "./arrangement.ts";
import { BROADCASTING } from "./simplify.ts";

/** Operators that work on any order of elements as long as all their operands have it. */
const INDIFFERENT: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  "negate",
  "absolute",
  "exponential",
  "logarithm",
  "squareRoot",
  "reciprocal",
  "hyperbolicTangent",
  "sigmoid",
  "softplus",
  "relu",
  "errorFunction",
  "sign",
  "floor",
  "leakyRelu",
  "step",
  "clip",
  "power",
  ...BROADCASTING,
  "not",
  "cast",
  "stopGradient",
  "broadcast",
  "slice",
  "pad",
  "concatenate",
]);

export const isConvolution = ({ primitive }: Tensor): boolean =>
  primitive === "convolve" || primitive === "convolveInput";

export function isReduction(tensor: Tensor): boolean {
  return (tensor.primitive === "sum" || tensor.primitive === "max") && tensor.inputs[0]!.rank === 4;
}

/** Chooses the layout of every tensor of a graph, given in topological order. */
export function chooseLayouts(order: readonly Tensor[], arrangement: Arrangement): Map<Tensor, Layout> {
  const layouts = new Map<Tensor, Layout>();
  const users = new Map<Tensor, Tensor[]>();
  for (const tensor of order) {
    for (const operand of tensor.inputs) users.set(operand, [...(users.get(operand) ?? []), tensor]);
    if (isConvolution(tensor) && arrangement.holds(tensor.shape)) layouts.set(tensor, "arranged");
  }
  const isArranged = (tensor: Tensor) => layouts.get(tensor) === "arranged";
  const isFree = ({ shape }: Tensor) => arrangement.isFree(shape);
  const isKeeping = (tensor: Tensor) =>
    INDIFFERENT.has(tensor.primitive) && arrangement.holds(tensor.shape) && arrangement.keeps(tensor);
  const isReading = (tensor: Tensor) => isReduction(tensor) && arrangement.reduces(tensor);
  const wants = (user: Tensor, operand: Tensor) =>
    user.primitive === "convolveFilter" ||
    (isConvolution(user) && user.inputs[0] === operand) ||
    isReading(user) ||
    (isKeeping(user) && isArranged(user));

  // Forwards from the convolutions through what follows them, then backwards to what leads up to them; twice is
  // enough for the graphs seen, and any assignment is right: a wrong one costs a transpose.
  for (let pass = 0; pass < 2; pass++) {
    for (const tensor of order) {
      if (isArranged(tensor)) continue;
      const keeps = isKeeping(tensor) || (isReading(tensor) && arrangement.holds(tensor.shape));
      if (keeps && tensor.inputs.some((operand) => isArranged(operand) && !isFree(operand))) {
        layouts.set(tensor, "arranged");
      }
    }
    for (const tensor of [...order].reverse()) {
      if (isArranged(tensor) || !isKeeping(tensor) || isFree(tensor)) continue;
      const uses = users.get(tensor) ?? [];
      const convolved = uses.some((user) => wants(user, tensor) && !isReduction(user));
      if (convolved && uses.every((user) => wants(user, tensor) || isFree(user))) {
        layouts.set(tensor, "arranged");
      }
    }
  }
  return layouts;
}
