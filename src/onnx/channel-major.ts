// Channel-major: [C, N, H, W]. With the channels outermost a whole batch is one tall image, [1, C, N·H, W], and its
// convolution one large matrix product (tall-convolution.ts), where ONNX Runtime's plain convolutions make a small
// one for each image; and the statistics of batch normalisation become sums over contiguous rows.

import {
  type AttributesOf,
  type Emitter,
  type PrimitiveDefinition,
  primitives,
  type Shape,
  type Tensor,
  type TensorType,
} from "../tensor/index.ts";
import type { Arrangement, Layout, Values } from "./arrangement.ts";
import { convolveFilterTurned, convolveInputTurned, convolveTurned } from "./tall-convolution.ts";

/** The order of axes in memory, and its own inverse. */
const ORDER = [1, 0, 2, 3] as const;

export class ChannelMajor implements Arrangement {
  private readonly emit: Emitter;

  constructor(emit: Emitter) {
    this.emit = emit;
  }

  holds(shape: Shape): boolean {
    return shape.length === 4;
  }

  isFree(shape: Shape): boolean {
    return shape[0] === 1 || shape[1] === 1;
  }

  keeps(): boolean {
    return true;
  }

  /** Where the result has four axes again, or one of the first two is summed away. */
  reduces(tensor: Tensor): boolean {
    const { axes, keepDimensions } = tensor.attributes as AttributesOf<"sum">;
    return keepDimensions || axes.includes(0) || axes.includes(1);
  }

  arrange(value: string, { shape }: TensorType): string {
    if (this.isFree(shape)) return this.emit.node("Reshape", [value, this.emit.integers(turned(shape))]);
    return this.emit.node("Transpose", [value], { perm: { ints: ORDER } });
  }

  restore(value: string, { shape }: TensorType): string {
    if (this.isFree(shape)) return this.emit.node("Reshape", [value, this.emit.integers(shape)]);
    return this.emit.node("Transpose", [value], { perm: { ints: ORDER } });
  }

  absorbed(): readonly Tensor[] {
    return [];
  }

  keep(tensor: Tensor, values: Values): string {
    const operands = tensor.inputs.map((operand) => this.aligned(operand, values));
    return definitionOf(tensor).onnx(this.emit, operands, turnedAttributes(tensor), {
      shape: turned(tensor.shape),
      dtype: tensor.dtype,
    });
  }

  reduce(tensor: Tensor, values: Values, layout: Layout): string {
    const operand = this.operand(tensor.inputs[0]!, values);
    const shape = tensor.rank === 4 ? turned(tensor.shape) : tensor.shape;
    const type = { shape, dtype: tensor.dtype };
    const reduced = definitionOf(tensor).onnx(this.emit, [operand], turnedAttributes(tensor), type);
    return layout === "natural" && tensor.rank === 4 ? this.restore(reduced, tensor) : reduced;
  }

  convolve(tensor: Tensor, values: Values): string {
    const [images, filter] = tensor.inputs as [Tensor, Tensor];
    const weights = { name: values.natural(filter), shape: filter.shape, dtype: filter.dtype };
    const attributes = tensor.attributes as AttributesOf<"convolve">;
    if (tensor.primitive === "convolveInput") {
      return convolveInputTurned(this.emit, this.operand(images, values), weights, attributes);
    }
    const response = [tensor.shape[2]!, tensor.shape[3]!] as const;
    return convolveTurned(this.emit, this.operand(images, values), weights, attributes, response);
  }

  convolveFilter(tensor: Tensor, values: Values): string {
    const [x, y] = tensor.inputs as [Tensor, Tensor];
    const attributes = tensor.attributes as AttributesOf<"convolveFilter">;
    return convolveFilterTurned(this.emit, this.operand(x, values), this.operand(y, values), attributes);
  }

  private operand(tensor: Tensor, values: Values) {
    return { name: values.arranged(tensor), shape: turned(tensor.shape), dtype: tensor.dtype };
  }

  /** An operand of an elementwise node: of four axes turned, of fewer given its leading ones first. */
  private aligned(operand: Tensor, values: Values) {
    if (operand.rank === 4) return this.operand(operand, values);
    const natural = { name: values.natural(operand), shape: operand.shape, dtype: operand.dtype };
    if (operand.size === 1) return natural;
    const shape = turned([...new Array<number>(4 - operand.rank).fill(1), ...operand.shape]);
    return { ...natural, name: this.emit.node("Reshape", [natural.name, this.emit.integers(shape)]), shape };
  }
}

const definitionOf = (tensor: Tensor) => primitives[tensor.primitive] as PrimitiveDefinition<unknown>;

function turned(shape: Shape): Shape {
  return ORDER.map((axis) => shape[axis]!);
}

/** Attributes that name axes, for an operand whose first two have changed places. */
function turnedAttributes(tensor: Tensor): unknown {
  switch (tensor.primitive) {
    case "broadcast":
      return { shape: turned(tensor.shape) };
    case "slice": {
      const { starts, ends } = tensor.attributes as AttributesOf<"slice">;
      return { starts: turned(starts), ends: turned(ends) };
    }
    case "pad": {
      const { before, after } = tensor.attributes as AttributesOf<"pad">;
      return { before: turned(before), after: turned(after) };
    }
    case "concatenate": {
      const { axis } = tensor.attributes as AttributesOf<"concatenate">;
      return { axis: ORDER.indexOf(axis as 0 | 1 | 2 | 3) };
    }
    case "sum":
    case "max": {
      const { axes, keepDimensions } = tensor.attributes as AttributesOf<"sum">;
      const moved = axes.map((axis) => ORDER.indexOf(axis as 0 | 1 | 2 | 3)).sort((a, b) => a - b);
      return { axes: moved, keepDimensions };
    }
    default:
      return tensor.attributes;
  }
}
