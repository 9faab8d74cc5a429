// Which tensors of four axes lie in memory channel-major, [C, N, H, W] instead of [N, C, H, W].
//
// ONNX Runtime's convolutions on the CPU make one small matrix product per image. With the channels outermost a
// whole batch is one tall image, [1, C, N·H, W], and its convolution one large product; the filter's gradient
// needs its operands in that order anyway, and the statistics of batch normalisation become sums over contiguous
// rows. So everything between convolutions is kept in that order, and turned only where a dense layer begins.

import type { PrimitiveName, Tensor } from "../tensor/index.ts";
import { BROADCASTING } from "./simplify.ts";

export type Layout = "natural" | "channel-major";

/** The order of axes in memory, and its own inverse. */
export const CHANNEL_MAJOR = [1, 0, 2, 3] as const;

/** Operators that work on any layout as long as all their operands have it. */
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

export function isIndifferent(tensor: Tensor): boolean {
  return tensor.rank === 4 && INDIFFERENT.has(tensor.primitive);
}

/** Reductions keep the layout where their result has four axes again or one of the first two is summed away. */
export function reducesInPlace(tensor: Tensor): boolean {
  if (tensor.primitive !== "sum" && tensor.primitive !== "max") return false;
  const { axes, keepDimensions } = tensor.attributes as { axes: readonly number[]; keepDimensions: boolean };
  return tensor.inputs[0]!.rank === 4 && (keepDimensions || axes.includes(0) || axes.includes(1));
}

/** A tensor of four axes whose first two are not both longer than one has the same bytes in both layouts. */
export function turnsFree(shape: readonly number[]): boolean {
  return shape[0] === 1 || shape[1] === 1;
}

/** Chooses the layout of every tensor of a graph, given in topological order. */
export function chooseLayouts(order: readonly Tensor[]): Map<Tensor, Layout> {
  const layouts = new Map<Tensor, Layout>();
  const users = new Map<Tensor, Tensor[]>();
  for (const tensor of order) {
    for (const operand of tensor.inputs) users.set(operand, [...(users.get(operand) ?? []), tensor]);
    if (tensor.primitive === "convolve" || tensor.primitive === "convolveInput") {
      layouts.set(tensor, "channel-major");
    }
  }
  const major = (tensor: Tensor) => layouts.get(tensor) === "channel-major";
  const wantsMajor = (user: Tensor, operand: Tensor) =>
    user.primitive === "convolveFilter" ||
    ((user.primitive === "convolve" || user.primitive === "convolveInput") && user.inputs[0] === operand) ||
    reducesInPlace(user) ||
    (isIndifferent(user) && major(user));

  // Forwards from the convolutions through what follows them, then backwards to what leads up to them; twice is
  // enough for the graphs seen, and any assignment is right: a wrong one costs a transpose.
  for (let pass = 0; pass < 2; pass++) {
    for (const tensor of order) {
      if (major(tensor)) continue;
      const keeps = isIndifferent(tensor) || (reducesInPlace(tensor) && tensor.rank === 4);
      if (keeps && tensor.inputs.some((operand) => major(operand) && !turnsFree(operand.shape))) {
        layouts.set(tensor, "channel-major");
      }
    }
    for (const tensor of [...order].reverse()) {
      if (major(tensor) || !isIndifferent(tensor) || turnsFree(tensor.shape)) continue;
      const uses = users.get(tensor) ?? [];
      const convolved = uses.some((user) => wantsMajor(user, tensor) && !reducesInPlace(user));
      if (convolved && uses.every((user) => wantsMajor(user, tensor) || turnsFree(user.shape))) {
        layouts.set(tensor, "channel-major");
      }
    }
  }
  return layouts;
}
