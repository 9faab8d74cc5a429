// How tensors of four axes, [N, C, H, W], may lie in memory other than as they are written.
//
// Which arrangement is fast is a question to the engine's kernels, and the answer holds for whole stretches of a
// graph: convolutions want it, what lies between them must keep it, and only a dense layer takes it back. So an
// arrangement is one object that knows all of that: which tensors it can hold, how their bytes are turned, and the
// forms of convolutions and reductions on them.

import type { Shape, Tensor, TensorType } from "../tensor/index.ts";

export type Layout = "natural" | "arranged";

/** Values of tensors by name, turned on demand. */
export interface Values {
  natural(tensor: Tensor): string;
  arranged(tensor: Tensor): string;
  /** Whether an operand has no value of its own, as the tensor that uses it computes it too. */
  isAbsorbed(tensor: Tensor): boolean;
}

export interface Arrangement {
  /** Whether tensors of this shape may be arranged. */
  holds(shape: Shape): boolean;
  /** Whether a tensor of this shape has the same bytes either way. */
  isFree(shape: Shape): boolean;
  /** Whether an elementwise or a moving operator can work on arranged operands and make an arranged result. */
  keeps(tensor: Tensor): boolean;
  /** Whether a reduction can read its operand arranged. */
  reduces(tensor: Tensor): boolean;

  /** From the natural order; returns the new value's name. */
  arrange(value: string, type: TensorType): string;
  /** To the natural order. */
  restore(value: string, type: TensorType): string;

  /** Operands, and operands of operands, that an arranged tensor's value is computed along with, in one pass. */
  absorbed(tensor: Tensor, mayAbsorb: (operand: Tensor) => boolean): readonly Tensor[];
  /** The arranged result of an operator that `keeps`. */
  keep(tensor: Tensor, values: Values): string;
  /** The result of a reduction that `reduces`, in the given layout. */
  reduce(tensor: Tensor, values: Values, layout: Layout): string;
  /** The result of a convolution or its gradient for the input; arranged where the arrangement holds it. */
  convolve(tensor: Tensor, values: Values): string;
  /** The gradient of a convolution for the filter, natural. */
  convolveFilter(tensor: Tensor, values: Values): string;
}
