// From a graph of tensors to ONNX nodes. The primitives know their own plain form; what is decided here is what
// several nodes decide together: the layout of images, and products that take their bias in the same pass.

import {
  type AttributesOf,
  type PrimitiveDefinition,
  primitives,
  type Shape,
  type Tensor,
  topologicalOrder,
} from "../tensor/index.ts";
import { convolveFilterTurned, convolveInputTurned, convolveTurned } from "./convolution.ts";
import type { GraphBuilder } from "./graph.ts";
import {
  CHANNEL_MAJOR,
  chooseLayouts,
  isIndifferent,
  type Layout,
  reducesInPlace,
  turnsFree,
} from "./layout.ts";

export interface LowerOptions {
  /** "channel-major" lets convolutions choose (fast in training); "natural" keeps every tensor as written. */
  readonly layout: Layout;
}

/**
 * Appends the nodes that compute `outputs`, which should be simplified already.
 *
 * @param bindings names of values that are there already: the graph's inputs
 * @returns names of the outputs' values, in order
 */
export function lower(
  builder: GraphBuilder,
  outputs: readonly Tensor[],
  bindings: ReadonlyMap<Tensor, string>,
  options: LowerOptions,
): string[] {
  const order = topologicalOrder(outputs);
  const lowering = new Lowering(builder, order, outputs, bindings, options);
  for (const tensor of order) lowering.visit(tensor);
  return outputs.map((output) => {
    builder.origin = output.origin;
    return lowering.value(output, "natural");
  });
}

class Lowering {
  private readonly builder: GraphBuilder;
  private readonly bindings: ReadonlyMap<Tensor, string>;
  private readonly layouts: ReadonlyMap<Tensor, Layout>;
  private readonly values = new Map<Tensor, Partial<Record<Layout, string>>>();
  private readonly uses = new Map<Tensor, number>();
  /** Products whose sum with a bias is computed by the product itself. */
  private readonly absorbed = new Set<Tensor>();
  /** Slices that together are a whole vector, by any of them: one Split makes them all. */
  private readonly parts = new Map<Tensor, readonly Tensor[]>();
  /** Rows of ones, by their length. */
  private readonly ones = new Map<number, string>();
  private readonly layout: Layout;

  constructor(
    builder: GraphBuilder,
    order: readonly Tensor[],
    outputs: readonly Tensor[],
    bindings: ReadonlyMap<Tensor, string>,
    { layout }: LowerOptions,
  ) {
    this.builder = builder;
    this.bindings = bindings;
    this.layout = layout;
    this.layouts = layout === "channel-major" ? chooseLayouts(order) : new Map();
    for (const used of [...outputs, ...order.flatMap(({ inputs }) => inputs)]) {
      this.uses.set(used, (this.uses.get(used) ?? 0) + 1);
    }
    for (const tensor of order) {
      const product = this.biasedProduct(tensor);
      if (product !== undefined) this.absorbed.add(product);
    }
    for (const parts of wholeVectors(order)) for (const part of parts) this.parts.set(part, parts);
  }

  visit(tensor: Tensor): void {
    const bound = this.bindings.get(tensor);
    if (bound !== undefined) {
      this.values.set(tensor, { natural: bound });
      return;
    }
    if (this.absorbed.has(tensor) || this.values.has(tensor)) return;
    this.builder.origin = tensor.origin;
    const parts = this.parts.get(tensor);
    if (parts !== undefined) {
      this.split(parts);
      return;
    }
    const layout = this.layouts.get(tensor) ?? "natural";
    this.values.set(tensor, { [layout]: this.emit(tensor, layout) });
  }

  /** Name of a tensor's value in a layout, turned if it was made in the other. */
  value(tensor: Tensor, layout: Layout): string {
    const known = this.values.get(tensor)!;
    const there = known[layout];
    if (there !== undefined) return there;
    const other = known[layout === "natural" ? "channel-major" : "natural"]!;
    const shape = layout === "natural" ? tensor.shape : turned(tensor.shape);
    const made = turnsFree(tensor.shape)
      ? this.builder.node("Reshape", [other, this.builder.integers(shape)])
      : this.builder.node("Transpose", [other], { perm: { ints: CHANNEL_MAJOR } });
    known[layout] = made;
    return made;
  }

  private natural(tensor: Tensor) {
    return { name: this.value(tensor, "natural"), shape: tensor.shape, dtype: tensor.dtype };
  }

  private major(tensor: Tensor) {
    return { name: this.value(tensor, "channel-major"), shape: turned(tensor.shape), dtype: tensor.dtype };
  }

  private split(parts: readonly Tensor[]): void {
    const lengths = this.builder.integers(parts.map(({ size }) => size));
    const whole = this.value(parts[0]!.inputs[0]!, "natural");
    const names = this.builder.outputsOf("Split", [whole, lengths], { axis: { int: 0 } }, parts.length);
    parts.forEach((part, index) => {
      this.values.set(part, { natural: names[index]! });
    });
  }

  private emit(tensor: Tensor, layout: Layout): string {
    const [a, b] = tensor.inputs;
    const definition = primitives[tensor.primitive] as PrimitiveDefinition<unknown>;
    const product = this.biasedProduct(tensor);
    if (product !== undefined) return this.emitBiasedProduct(tensor, product);
    if (layout === "channel-major") {
      if (tensor.primitive === "convolve") {
        const attributes = tensor.attributes as AttributesOf<"convolve">;
        const response = [tensor.shape[2]!, tensor.shape[3]!] as const;
        return convolveTurned(this.builder, this.major(a!), this.natural(b!), attributes, response);
      }
      if (tensor.primitive === "convolveInput") {
        const attributes = tensor.attributes as AttributesOf<"convolveInput">;
        return convolveInputTurned(this.builder, this.major(a!), this.natural(b!), attributes);
      }
      if (isIndifferent(tensor) || reducesInPlace(tensor)) {
        return definition.onnx(
          this.builder,
          tensor.inputs.map((operand) => this.aligned(operand)),
          turnedAttributes(tensor),
          { shape: turned(tensor.shape), dtype: tensor.dtype },
        );
      }
      throw new Error(`${tensor.primitive} has no channel-major form`);
    }
    if (tensor.primitive === "convolveFilter" && (this.isMajor(a!) || this.isMajor(b!))) {
      const attributes = tensor.attributes as AttributesOf<"convolveFilter">;
      return convolveFilterTurned(this.builder, this.major(a!), this.major(b!), attributes);
    }
    if (tensor.rank < 4 && reducesInPlace(tensor) && this.isMajor(a!)) {
      return definition.onnx(this.builder, [this.major(a!)], turnedAttributes(tensor), tensor);
    }
    if (this.layout === "channel-major" && sumsColumns(tensor)) return this.emitColumnSums(tensor);
    const operands = tensor.inputs.map((operand) => this.natural(operand));
    return definition.onnx(this.builder, operands, tensor.attributes, tensor);
  }

  /** Sums over the rows of a matrix as a product with ones: ONNX Runtime's ReduceSum takes up to six times as long. */
  private emitColumnSums(tensor: Tensor): string {
    const [matrix] = tensor.inputs as [Tensor];
    const [rows] = matrix.shape as [number, number];
    const ones =
      this.ones.get(rows) ??
      this.builder.constant({ shape: [1, rows], dtype: "float32" }, new Float32Array(rows).fill(1));
    this.ones.set(rows, ones);
    const sums = this.builder.node("MatMul", [ones, this.value(matrix, "natural")]);
    if (tensor.rank === 2) return sums;
    return this.builder.node("Reshape", [sums, this.builder.integers(tensor.shape)]);
  }

  private isMajor(tensor: Tensor): boolean {
    return this.layouts.get(tensor) === "channel-major";
  }

  /** An operand of a channel-major elementwise node: of four axes turned, of fewer given its leading ones first. */
  private aligned(operand: Tensor) {
    if (operand.rank === 4) return this.major(operand);
    if (operand.size === 1) return this.natural(operand);
    const shape = [...new Array<number>(4 - operand.rank).fill(1), ...operand.shape];
    const order = turned(shape);
    const name = this.builder.node("Reshape", [this.value(operand, "natural"), this.builder.integers(order)]);
    return { name, shape: order, dtype: operand.dtype };
  }

  /** The product that this sum adds a bias to, where one matrix product can do both. */
  private biasedProduct(tensor: Tensor): Tensor | undefined {
    if (tensor.primitive !== "add" || tensor.rank !== 2) return undefined;
    const [a, b] = tensor.inputs as [Tensor, Tensor];
    for (const [product, bias] of [
      [a, b],
      [b, a],
    ] as const) {
      const single = product.primitive === "matmul" && product.rank === 2 && this.uses.get(product) === 1;
      const spreads = bias.rank <= 2 && product.shape.every((length, axis) => length === tensor.shape[axis]);
      if (single && spreads && bias !== product) return product;
    }
    return undefined;
  }

  private emitBiasedProduct(tensor: Tensor, product: Tensor): string {
    const bias = tensor.inputs[0] === product ? tensor.inputs[1]! : tensor.inputs[0]!;
    const { transposeA, transposeB } = product.attributes as AttributesOf<"matmul">;
    const operands = [...product.inputs, bias].map((operand) => this.value(operand, "natural"));
    return this.builder.node("Gemm", operands, {
      transA: { int: Number(transposeA) },
      transB: { int: Number(transposeB) },
    });
  }
}

function sumsColumns({ primitive, inputs, attributes }: Tensor): boolean {
  if (primitive !== "sum" || inputs[0]!.rank !== 2) return false;
  const { axes } = attributes as AttributesOf<"sum">;
  return axes.length === 1 && axes[0] === 0;
}

/** Slices of vectors that follow one another from end to end, three or more of a vector. */
function wholeVectors(order: readonly Tensor[]): Tensor[][] {
  const slices = new Map<Tensor, Tensor[]>();
  for (const tensor of order) {
    const [source] = tensor.inputs;
    if (tensor.primitive !== "slice" || source!.rank !== 1) continue;
    slices.set(source!, [...(slices.get(source!) ?? []), tensor]);
  }
  const startOf = (tensor: Tensor) => (tensor.attributes as AttributesOf<"slice">).starts[0]!;
  return [...slices].flatMap(([source, parts]) => {
    parts.sort((a, b) => startOf(a) - startOf(b));
    let end = 0;
    const follow = parts.every((part) => {
      const follows = startOf(part) === end;
      end += part.size;
      return follows;
    });
    return parts.length > 2 && follow && end === source.size ? [parts] : [];
  });
}

function turned(shape: Shape): Shape {
  return CHANNEL_MAJOR.map((axis) => shape[axis]!);
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
      return { axis: CHANNEL_MAJOR.indexOf(axis as 0 | 1 | 2 | 3) };
    }
    case "sum":
    case "max": {
      const { axes, keepDimensions } = tensor.attributes as AttributesOf<"sum">;
      const moved = axes.map((axis) => CHANNEL_MAJOR.indexOf(axis as 0 | 1 | 2 | 3)).sort((a, b) => a - b);
      return { axes: moved, keepDimensions };
    }
    default:
      return tensor.attributes;
  }
}
