// What is written again and again where convolutions work on blocked tensors: operands in the form that the kernels
// take, their results, and moves of elements by name.

import {
  type AttributesOf,
  type Emitter,
  type PrimitiveDefinition,
  primitives,
  type Tensor,
} from "../tensor/index.ts";
import type { Values } from "./arrangement.ts";
import { REORDER_INPUT, REORDER_OUTPUT } from "./blocked-kernels.ts";

export type ConvolutionAttributes = AttributesOf<"convolve">;
export type Lengths = readonly [number, number, number, number];

export class BlockedWriter {
  readonly emit: Emitter;
  /** Channels of a block. */
  readonly block: number;
  private readonly made = new Map<string, string>();

  constructor(emit: Emitter, block: number) {
    this.emit = emit;
    this.block = block;
  }

  /** Images as the kernels take them: blocks, or natural where there are fewer channels than a block has. */
  operand(tensor: Tensor, values: Values): string {
    const [images, channels, ...size] = tensor.shape as Lengths;
    if (channels < this.block) return values.natural(tensor);
    if (channels % this.block === 0) return this.reshape(values.arranged(tensor), tensor.shape);
    const padded = this.padded(values.natural(tensor), tensor.shape, [images, this.whole(channels), ...size]);
    return this.emit.node(REORDER_INPUT, [padded]);
  }

  /** What a kernel made as the value of a tensor: arranged where its channels are whole blocks, natural elsewhere. */
  result(made: string, tensor: Tensor): string {
    const channels = tensor.shape[1]!;
    if (channels % this.block === 0) return this.reshape(made, this.arranged(tensor));
    return this.emit.node(REORDER_OUTPUT, [made], { channels: { int: channels } });
  }

  arranged({ shape }: Tensor): number[] {
    const [images, channels, ...size] = shape as Lengths;
    return [images, channels / this.block, ...size, this.block];
  }

  /** What several convolutions need, made once: filters in the order of the kernels, images turned. */
  shared(key: string, make: () => string): string {
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.made.set(key, made);
    return made;
  }

  /** Two axes, from `axis` on, from their start to lengths that are not longer. */
  cut(value: string, axis: number, from: readonly [number, number], to: readonly [number, number]): string {
    if (from[0] === to[0] && from[1] === to[1]) return value;
    const { emit } = this;
    return emit.node("Slice", [
      value,
      emit.integers([0, 0]),
      emit.integers(to),
      emit.integers([axis, axis + 1]),
    ]);
  }

  /** End to end. */
  joined(parts: readonly string[], axis: number): string {
    return parts.length === 1 ? parts[0]! : this.emit.node("Concat", parts, { axis: { int: axis } });
  }

  /** Zeros before and after each axis; a negative count cuts away. */
  framed(value: string, before: readonly number[], after: readonly number[]): string {
    if ([...before, ...after].every((count) => count === 0)) return value;
    const counts = this.emit.integers([...before, ...after]);
    return this.emit.node("Pad", [value, counts], { mode: { string: "constant" } });
  }

  /** Zeros behind each axis, up to other lengths. */
  padded(value: string, from: readonly number[], to: readonly number[]): string {
    return this.framed(
      value,
      from.map(() => 0),
      to.map((length, axis) => length - from[axis]!),
    );
  }

  transposed(value: string, permutation: readonly number[]): string {
    return this.emit.node("Transpose", [value], { perm: { ints: permutation } });
  }

  reshape(value: string, shape: readonly number[]): string {
    return this.emit.node("Reshape", [value, this.emit.integers(shape)]);
  }

  /** The plain form, for what is too rare to have another. */
  plain(tensor: Tensor, values: Values): string {
    const operands = tensor.inputs.map((operand) => ({
      name: values.natural(operand),
      shape: operand.shape,
      dtype: operand.dtype,
    }));
    const definition = primitives[tensor.primitive] as PrimitiveDefinition<unknown>;
    const made = definition.onnx(this.emit, operands, tensor.attributes, tensor);
    if (tensor.primitive === "convolveFilter" || tensor.shape[1]! % this.block !== 0) return made;
    return this.reshape(this.emit.node(REORDER_INPUT, [made]), this.arranged(tensor));
  }

  /** Channels in whole blocks. */
  whole(channels: number): number {
    return Math.ceil(channels / this.block) * this.block;
  }

  /** Channels that a kernel reads: whole blocks, or fewer than one. */
  inward(channels: number): number {
    return channels < this.block ? channels : this.whole(channels);
  }
}
