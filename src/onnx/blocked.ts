// Blocked: [N, C/B, H, W, B], B channels side by side, as many as the processor's vectors hold. It is the order of
// ONNX Runtime's own fast convolutions (its graph optimiser turns the constant weights of inference to it; here the
// weights change and are turned in each round). Elementwise operators do not mind, and sums over each channel are
// sums over two axes.
//
// Channels that the block does not divide, those of images above all, stay natural.

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
import { type Chain, chainOf } from "./blocked-chain.ts";
import { BlockedConvolutions } from "./blocked-convolution.ts";
import { BlockedFilterGradients } from "./blocked-filter-gradient.ts";
import { convolveBlocks, REORDER_INPUT, REORDER_OUTPUT } from "./blocked-kernels.ts";
import { BlockedWriter } from "./blocked-writer.ts";
import { isConvolution } from "./layout.ts";

export class Blocked implements Arrangement {
  private readonly emit: Emitter;
  private readonly block: number;
  private readonly convolutions: BlockedConvolutions;
  private readonly filterGradients: BlockedFilterGradients;

  /** @param block channels of a block */
  constructor(emit: Emitter, block: number) {
    this.emit = emit;
    this.block = block;
    const writer = new BlockedWriter(emit, block);
    this.convolutions = new BlockedConvolutions(writer);
    this.filterGradients = new BlockedFilterGradients(writer);
  }

  holds(shape: Shape): boolean {
    return shape.length === 4 && shape[1]! % this.block === 0;
  }

  isFree(shape: Shape): boolean {
    return shape[2] === 1 && shape[3] === 1;
  }

  keeps(tensor: Tensor): boolean {
    const whole = (count: number) => count % this.block === 0;
    switch (tensor.primitive) {
      case "slice":
        return whole((tensor.attributes as AttributesOf<"slice">).starts[1]!) && this.holdsAll(tensor);
      case "pad":
        return whole((tensor.attributes as AttributesOf<"pad">).before[1]!) && this.holdsAll(tensor);
      case "concatenate":
        return this.holdsAll(tensor);
      default:
        return true;
    }
  }

  private holdsAll(tensor: Tensor): boolean {
    return tensor.inputs.every(({ shape }) => this.holds(shape));
  }

  /** Where what is left is in the natural order by itself, or may stay arranged. */
  reduces(tensor: Tensor): boolean {
    const { axes } = tensor.attributes as AttributesOf<"sum">;
    const [operand] = tensor.inputs;
    if (!this.holds(operand!.shape)) return false;
    return axes.includes(1) || (axes.includes(2) && axes.includes(3)) || this.holds(tensor.shape);
  }

  arrange(value: string, { shape, dtype }: TensorType): string {
    const lengths = this.lengths(shape);
    if (this.isFree(shape)) return this.reshape(value, lengths);
    if (dtype === "float32") return this.reshape(this.emit.node(REORDER_INPUT, [value]), lengths);
    const [images, blocks, height, width] = lengths as [number, number, number, number];
    const apart = this.reshape(value, [images, blocks, this.block, height, width]);
    return this.emit.node("Transpose", [apart], { perm: { ints: [0, 1, 3, 4, 2] } });
  }

  restore(value: string, { shape, dtype }: TensorType): string {
    if (this.isFree(shape)) return this.reshape(value, shape);
    if (dtype === "float32") {
      return this.emit.node(REORDER_OUTPUT, [this.reshape(value, shape)], { channels: { int: shape[1]! } });
    }
    const turned = this.emit.node("Transpose", [value], { perm: { ints: [0, 1, 4, 2, 3] } });
    return this.reshape(turned, shape);
  }

  absorbed(tensor: Tensor, mayAbsorb: (operand: Tensor) => boolean): readonly Tensor[] {
    return this.chain(tensor, mayAbsorb)?.absorbed ?? [];
  }

  private chain(tensor: Tensor, mayAbsorb: (operand: Tensor) => boolean): Chain | undefined {
    return chainOf(tensor, {
      mayAbsorb,
      finishes: (other) => isConvolution(other) && this.convolutions.finishes(other),
    });
  }

  keep(tensor: Tensor, values: Values): string {
    const chain = this.chain(tensor, (operand) => values.isAbsorbed(operand));
    if (chain !== undefined) return this.pass(tensor.shape, chain, values);
    const operands = tensor.inputs.map((operand) => this.aligned(operand, values));
    const type = { shape: this.lengths(tensor.shape), dtype: tensor.dtype };
    return definitionOf(tensor).onnx(this.emit, operands, this.attributes(tensor), type);
  }

  /** A chain in one pass. */
  private pass(shape: Shape, chain: Chain, values: Values): string {
    const { core, factor, bias, activation, absorbed } = chain;
    const channels = shape[1]!;
    const vector = (tensor: Tensor, sign: 1 | -1) => {
      const flat = this.reshape(values.natural(tensor), [channels]);
      return sign === 1 ? flat : this.emit.node("Neg", [flat]);
    };
    const finish = {
      ...(bias === undefined ? {} : { bias: vector(bias, chain.biasSign) }),
      ...(activation === undefined ? {} : { activation }),
    };
    if (absorbed.includes(core)) return this.convolutions.convolve(core, values, finish);
    const factors =
      factor === undefined
        ? this.emit.constant(
            { shape: [channels], dtype: "float32" },
            new Array(channels).fill(chain.coreSign),
          )
        : vector(factor, 1);
    const images = this.reshape(values.arranged(core), shape);
    const filters = this.reshape(factors, [channels, 1, 1, 1]);
    const made = convolveBlocks(this.emit, [images, filters], { group: { int: channels } }, finish);
    return this.reshape(made, this.lengths(shape));
  }

  reduce(tensor: Tensor, values: Values, layout: Layout): string {
    const [operand] = tensor.inputs as [Tensor];
    const { axes } = tensor.attributes as AttributesOf<"sum">;
    const shape = this.lengths(operand.shape);
    const reduced = (name: string, lengths: readonly number[], over: readonly number[]) =>
      definitionOf(tensor).onnx(
        this.emit,
        [{ name, shape: lengths, dtype: operand.dtype }],
        { axes: over, keepDimensions: true },
        { shape: lengths.map((length, axis) => (over.includes(axis) ? 1 : length)), dtype: tensor.dtype },
      );
    const value = values.arranged(operand);
    const [images, blocks, height, width, block] = shape as [number, number, number, number, number];
    const wanted = layout === "arranged" ? this.lengths(tensor.shape) : tensor.shape;
    if (axes.join() === "0,2,3") {
      // First the rows of each block, then the images: the runtime is fast at sums over one axis or the middle one.
      const rows = [images * blocks, height * width, block];
      const sums = this.reshape(reduced(this.reshape(value, rows), rows, [1]), [images, blocks * block]);
      return this.reshape(reduced(sums, [images, blocks * block], [0]), wanted);
    }
    const over = axes.includes(1) ? [...axes, 4] : axes;
    return this.reshape(reduced(value, shape, over), wanted);
  }

  convolve(tensor: Tensor, values: Values): string {
    return this.convolutions.convolve(tensor, values);
  }

  convolveFilter(tensor: Tensor, values: Values): string {
    return this.filterGradients.gradient(tensor, values);
  }

  private reshape(value: string, shape: Shape): string {
    return this.emit.node("Reshape", [value, this.emit.integers(shape)]);
  }

  private lengths([images, channels, height, width]: Shape): number[] {
    return [images!, channels! / this.block, height!, width!, this.block];
  }

  /** An operand of an elementwise node, with an axis for the channels of a block. */
  private aligned(operand: Tensor, values: Values) {
    const { dtype } = operand;
    if (operand.rank === 4 && this.holds(operand.shape)) {
      return { name: values.arranged(operand), shape: this.lengths(operand.shape), dtype };
    }
    const name = values.natural(operand);
    if (operand.size === 1) return { name, shape: operand.shape, dtype };
    const shape = [...new Array<number>(4 - operand.rank).fill(1), ...operand.shape];
    if (shape[1] === 1) return { name: this.reshape(name, [...shape, 1]), shape: [...shape, 1], dtype };
    const spread = this.isFree(shape) ? name : this.reshape(name, shape);
    return { name: this.arrange(spread, { shape, dtype }), shape: this.lengths(shape), dtype };
  }

  /** Attributes that name axes or lengths, for operands of five axes. */
  private attributes(tensor: Tensor): unknown {
    const blocks = ([images, channels, height, width]: readonly number[], last: number) => [
      images!,
      channels! / this.block,
      height!,
      width!,
      last,
    ];
    switch (tensor.primitive) {
      case "broadcast":
        return { shape: this.lengths(tensor.shape) };
      case "slice": {
        const { starts, ends } = tensor.attributes as AttributesOf<"slice">;
        return { starts: blocks(starts, 0), ends: blocks(ends, this.block) };
      }
      case "pad": {
        const { before, after } = tensor.attributes as AttributesOf<"pad">;
        return { before: blocks(before, 0), after: blocks(after, 0) };
      }
      default:
        return tensor.attributes;
    }
  }
}

const definitionOf = (tensor: Tensor) => primitives[tensor.primitive] as PrimitiveDefinition<unknown>;
