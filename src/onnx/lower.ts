// From a graph of tensors to ONNX nodes. The primitives know their own plain form; what is decided here is what
// several nodes decide together: the layout of images, and products that take their bias in the same pass.

import {
  type AttributesOf,
  type Emitter,
  type PrimitiveDefinition,
  primitives,
  type Tensor,
  topologicalOrder,
} from "../tensor/index.ts";
import type { Arrangement, Layout, Values } from "./arrangement.ts";
import { Blocked } from "./blocked.ts";
import { ChannelMajor } from "./channel-major.ts";
import type { GraphBuilder } from "./graph.ts";
import { chooseLayouts, isConvolution, isReduction } from "./layout.ts";

/** How images may lie in memory: as they are written, or in the order of an arrangement. */
export type ImageLayout = "natural" | "channel-major" | { readonly block: number };

export interface LowerOptions {
  /** "channel-major", or channels in blocks, for fast convolutions; "natural" keeps every tensor as written. */
  readonly layout: ImageLayout;
}

function arrangementOf(layout: ImageLayout, emit: Emitter): Arrangement | undefined {
  if (layout === "natural") return undefined;
  return layout === "channel-major" ? new ChannelMajor(emit) : new Blocked(emit, layout.block);
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

class Lowering implements Values {
  private readonly builder: GraphBuilder;
  private readonly bindings: ReadonlyMap<Tensor, string>;
  private readonly arrangement: Arrangement | undefined;
  private readonly layouts: ReadonlyMap<Tensor, Layout>;
  private readonly values = new Map<Tensor, Partial<Record<Layout, string>>>();
  private readonly uses = new Map<Tensor, number>();
  /** Products whose sum with a bias is computed by the product itself. */
  private readonly absorbed = new Set<Tensor>();
  /** Slices that together are a whole vector, by any of them: one Split makes them all. */
  private readonly parts = new Map<Tensor, readonly Tensor[]>();
  /** Rows of ones, by their length. */
  private readonly ones = new Map<number, string>();

  constructor(
    builder: GraphBuilder,
    order: readonly Tensor[],
    outputs: readonly Tensor[],
    bindings: ReadonlyMap<Tensor, string>,
    { layout }: LowerOptions,
  ) {
    this.builder = builder;
    this.bindings = bindings;
    this.arrangement = arrangementOf(layout, builder);
    this.layouts = this.arrangement === undefined ? new Map() : chooseLayouts(order, this.arrangement);
    for (const used of [...outputs, ...order.flatMap(({ inputs }) => inputs)]) {
      this.uses.set(used, (this.uses.get(used) ?? 0) + 1);
    }
    for (const tensor of order) {
      const product = this.biasedProduct(tensor);
      if (product !== undefined) this.absorbed.add(product);
    }
    const isArranged = (tensor: Tensor) => this.layouts.get(tensor) === "arranged";
    const mayAbsorb = (operand: Tensor) =>
      isArranged(operand) && this.uses.get(operand) === 1 && !this.absorbed.has(operand);
    // From the last on, so that a chain is absorbed by its end.
    for (const tensor of [...order].reverse()) {
      if (!isArranged(tensor) || this.absorbed.has(tensor)) continue;
      for (const operand of this.arrangement!.absorbed(tensor, mayAbsorb)) this.absorbed.add(operand);
    }
    for (const parts of wholeVectors(order)) {
      if (layout === "natural" && parts.length > MOST_PARTS) continue;
      for (const part of parts) this.parts.set(part, parts);
    }
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
    const made =
      layout === "natural"
        ? this.arrangement!.restore(known.arranged!, tensor)
        : this.arrangement!.arrange(known.natural!, tensor);
    known[layout] = made;
    return made;
  }

  natural(tensor: Tensor): string {
    return this.value(tensor, "natural");
  }

  arranged(tensor: Tensor): string {
    return this.value(tensor, "arranged");
  }

  isAbsorbed(tensor: Tensor): boolean {
    return this.absorbed.has(tensor);
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
    const product = this.biasedProduct(tensor);
    if (product !== undefined) return this.emitBiasedProduct(tensor, product);
    if (this.arrangement !== undefined) {
      if (isConvolution(tensor)) return this.arrangement.convolve(tensor, this);
      if (tensor.primitive === "convolveFilter") return this.arrangement.convolveFilter(tensor, this);
      if (isReduction(tensor) && this.arrangement.reduces(tensor)) {
        const [operand] = tensor.inputs;
        if (layout === "arranged" || this.layouts.get(operand!) === "arranged") {
          return this.arrangement.reduce(tensor, this, layout);
        }
      }
      if (layout === "arranged") return this.arrangement.keep(tensor, this);
    }
    if (this.arrangement !== undefined && sumsColumns(tensor)) return this.emitColumnSums(tensor);
    const operands = tensor.inputs.map((operand) => ({
      name: this.natural(operand),
      shape: operand.shape,
      dtype: operand.dtype,
    }));
    const definition = primitives[tensor.primitive] as PrimitiveDefinition<unknown>;
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
    const sums = this.builder.node("MatMul", [ones, this.natural(matrix)]);
    if (tensor.rank === 2) return sums;
    return this.builder.node("Reshape", [sums, this.builder.integers(tensor.shape)]);
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

/** Parts that one Split makes on any device: WebGPU promises a program eight buffers, and one is read. */
export const MOST_PARTS = 7;

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
