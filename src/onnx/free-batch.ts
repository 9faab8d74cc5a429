// Graphs whose batch is free. Tensors have static shapes, so a graph is written twice, for two sizes of batch that
// occur nowhere else; where the two differ, a length depends on the batch. Such a length becomes −1 in a reshape,
// and is otherwise computed from the shape of an input when the graph runs.

import { GraphBuilder, type Initializer, type OnnxGraph, type ValueInfo } from "./graph.ts";

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
export function freeBatch(write: (batch: number) => OnnxGraph): OnnxGraph {
  const first = write(SIZES[0]);
  const second = write(SIZES[1]);
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

  const lengths = new GraphBuilder("batch/");
  if (computed.size > 0) {
    const shape = lengths.node("Shape", [first.inputs[0]!.name], { start: { int: 0 }, end: { int: 1 } });
    for (const [name, parts] of computed) {
      const scaled = lengths.node("Mul", [shape, lengths.integers(parts.map(({ factor }) => factor))]);
      lengths.rename(lengths.node("Add", [scaled, lengths.integers(parts.map(({ base }) => base))]), name);
    }
  }
  const { nodes: before, initializers: added } = lengths.finish("lengths", [], []);
  for (const [name, value] of added) initializers.set(name, value);
  return {
    name: first.name,
    inputs: first.inputs.map((info, index) => freed(info, second.inputs[index]!)),
    outputs: first.outputs.map((info, index) => freed(info, second.outputs[index]!)),
    nodes: [...before, ...first.nodes],
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
