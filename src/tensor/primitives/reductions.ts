// Reductions over axes. Axes are ascending and not negative; the tensor's methods see to that. Reduced axes are
// kept with length 1 or dropped.

import { primitive } from "../primitive.ts";
import { type Shape, ShapeError, type TensorType } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

export interface ReductionAttributes {
  readonly axes: readonly number[];
  readonly keepDimensions: boolean;
}

const keptShape = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((length, axis) => (axes.includes(axis) ? 1 : length));

function inferReduction(
  operation: string,
  [x]: readonly TensorType[],
  { axes, keepDimensions }: ReductionAttributes,
): TensorType {
  if (x!.dtype !== "float32") throw new ShapeError(operation, [x!], "needs float32; cast it first");
  const shape = keepDimensions
    ? keptShape(x!.shape, axes)
    : x!.shape.filter((_, axis) => !axes.includes(axis));
  return { shape, dtype: "float32" };
}

function spread(tensor: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return tensor.reshape(keptShape(x.shape, axes));
}

export const reductions = {
  sum: primitive<ReductionAttributes>({
    infer: (inputs, attributes) => inferReduction("sum", inputs, attributes),
    gradient: ({ inputs: [x], attributes: { axes } }, upstream): readonly (Tensor | null)[] => [
      spread(upstream, x!, axes).broadcastTo(x!.shape),
    ],
    onnx: (emit, [x], { axes, keepDimensions }) =>
      emit.node("ReduceSum", [x!.name, emit.integers(axes)], { keepdims: { int: Number(keepDimensions) } }),
  }),

  /** Largest element; elements that tie share the gradient equally. */
  max: primitive<ReductionAttributes>({
    infer: (inputs, attributes) => inferReduction("max", inputs, attributes),
    gradient({ inputs: [x], output, attributes: { axes } }, upstream): readonly (Tensor | null)[] {
      const largest = x!.equal(spread(output, x!, axes)).cast("float32");
      const share = spread(upstream, x!, axes).div(largest.sum(axes, { keepDimensions: true }));
      return [largest.mul(share)];
    },
    onnx: (emit, [x], { axes, keepDimensions }) =>
      emit.node("ReduceMax", [x!.name, emit.integers(axes)], { keepdims: { int: Number(keepDimensions) } }),
  }),

  /** Index of the largest element along one axis, the first at a tie. */
  argMax: primitive<{ readonly axis: number }>({
    infer([x], { axis }) {
      if (x!.dtype !== "float32") throw new ShapeError("argMax", [x!], "needs float32; cast it first");
      return { shape: x!.shape.filter((_, other) => other !== axis), dtype: "int32" };
    },
    gradient: (): readonly (Tensor | null)[] => [null],
    onnx(emit, [x], { axis }) {
      const index = emit.node("ArgMax", [x!.name], { axis: { int: axis }, keepdims: { int: 0 } });
      return emit.node("Cast", [index], { to: { int: 6 } });
    },
  }),
};
