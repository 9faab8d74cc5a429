// What a primitive operator is: a shape rule, a gradient and an ONNX form, in one place. The tables in
// primitives/ hold nothing else; everything larger (softmax, a loss, a layer) is composed of them, so that
// differentiating and lowering a model needs no other knowledge than these rows.

import type { Shape, TensorType } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** ONNX attributes of a node: integers, floats, strings and lists of numbers are told apart by name. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly string: string };

/** The side of the ONNX writer that a primitive sees. Values are known by name. */
export interface Emitter {
  /** Appends a node with one output and returns the output's name. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): string;
  /** An int64 vector: a shape, axes, starts. */
  integers(values: readonly number[]): string;
  /** A float32 scalar. */
  scalar(value: number): string;
  /** Any constant. */
  constant(type: TensorType, data: ArrayLike<number>): string;
}

/** An operand as the ONNX writer knows it. */
export interface Operand extends TensorType {
  readonly name: string;
}

export interface PrimitiveDefinition<Attributes> {
  /** Type of the result; throws ShapeError where the inputs do not fit. */
  infer(inputs: readonly TensorType[], attributes: Attributes): TensorType;
  /**
   * Gradients with respect to the inputs, given the gradient of the result; null where none flows. It is made
   * of tensors again, so that it can itself be differentiated. `needed` tells which inputs anybody asks for.
   */
  gradient(
    node: { readonly inputs: readonly Tensor[]; readonly attributes: Attributes; readonly output: Tensor },
    upstream: Tensor,
    needed: readonly boolean[],
  ): readonly (Tensor | null)[];
  /** Appends the ONNX form and returns the name of its result. */
  onnx(emit: Emitter, inputs: readonly Operand[], attributes: Attributes, output: TensorType): string;
}

/** Types a row of a table. */
export function primitive<Attributes>(
  definition: PrimitiveDefinition<Attributes>,
): PrimitiveDefinition<Attributes> {
  return definition;
}

/** Sums a gradient over the axes along which an operand of `shape` was broadcast. */
export function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.shape.length - shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < gradient.shape.length; axis++) {
    const length = axis < extra ? 1 : shape[axis - extra]!;
    if (axis < extra || (length === 1 && gradient.shape[axis] !== 1)) axes.push(axis);
  }
  const summed = axes.length > 0 ? gradient.sum(axes, { keepDimensions: true }) : gradient;
  return summed.reshape(shape);
}
