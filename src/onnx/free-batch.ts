// Graphs whose batch is free. Tensors have static shapes, so a graph is written twice, for two sizes of batch that
// occur nowhere else; where the two differ, a length depends on the batch. Such a length becomes −1 in a reshape,
// and is otherwise computed from the shape of an input when the graph runs.

import type { GraphBuilder, Initializer, OnnxGraph, ValueInfo } from "./graph.ts";

/** Primes that no layer has for a length. */
const SIZES = [7919, 7927] as const;

/** A length as base + factor·batch. */
interface Length {
  readonly base: number;
  readonly factor: number;
}

function lengthOf(first: number, second: number, where: string): Length {
  const factor = (second - first) / (SIZES[1] - SIZES[0]);
  if (!Number.isInteger(factor) || factor < 0)
    throw new Error(`${where} depends on the batch in a way that cannot be written`);
  return { base: first - factor * SIZES[0], factor };
}

/**
 * Writes a graph with a free batch.
 *
 * @param write writes the graph for a batch of a given size; its first input's first axis is the batch
 * @returns the graph, in which the free axis is called "batch"
 */
export function freeBatch(write: (batch: number) => { builder: GraphBuilder; graph: OnnxGraph }): OnnxGraph {
  const { builder, graph: first } = write(SIZES[0]);
  const { graph: second } = write(SIZES[1]);
  if (JSON.stringify(first.nodes) !== JSON.stringify(second.nodes)) {
    throw new Error("a node depends on the size of the batch");
  }
  const initializers = new Map<string, Initializer>();
  const computed = new Map<string, readonly Length[]>();
  for (const [name, one] of first.initializers) {
    const two = second.initializers.get(name)!;
    const differs =
      one.data.length !== two.data.length ||
      Array.from(one.data).some((value, index) => value !== two.data[index]);
    if (!differs) {
      initializers.set(name, one);
      continue;
    }
    if (one.dtype !== "int64") throw new Error("a constant depends on the size of the batch");
    const lengths = Array.from(one.data, (value, index) => lengthOf(value, two.data[index]!, name));
    const reshapes = first.nodes.every(
      ({ operator, inputs }) => !inputs.includes(name) || operator === "Reshape",
    );
    if (reshapes && lengths.filter(({ factor }) => factor > 0).length === 1) {
      initializers.set(name, { ...one, data: lengths.map(({ base, factor }) => (factor > 0 ? -1 : base)) });
    } else {
      computed.set(name, lengths);
    }
  }

  const before = builder.nodes.length;
  if (computed.size > 0) {
    const shape = builder.node("Shape", [first.inputs[0]!.name], { start: { int: 0 }, end: { int: 1 } });
    for (const [name, lengths] of computed) {
      const scaled = builder.node("Mul", [shape, builder.integers(lengths.map(({ factor }) => factor))]);
      const sum = builder.node("Add", [scaled, builder.integers(lengths.map(({ base }) => base))]);
      builder.rename(sum, name);
    }
    for (const [name, value] of builder.initializers) {
      if (!computed.has(name) && !initializers.has(name)) initializers.set(name, value);
    }
  }
  const added = builder.nodes.slice(before);
  return {
    name: first.name,
    inputs: first.inputs.map((info, index) => freed(info, second.inputs[index]!)),
    outputs: first.outputs.map((info, index) => freed(info, second.outputs[index]!)),
    nodes: [...added, ...builder.nodes.slice(0, before)],
    initializers,
  };
}

function freed(first: ValueInfo, second: ValueInfo): ValueInfo {
  const shape = first.shape.map((length, axis) => {
    if (typeof length === "string") return length;
    const { base, factor } = lengthOf(length, second.shape[axis] as number, first.name);
    if (factor === 0) return base;
    return factor === 1 && base === 0 ? "batch" : `${factor}*batch${base === 0 ? "" : `+${base}`}`;
  });
  return { ...first, shape };
}
