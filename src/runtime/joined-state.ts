// Values that a round joins end to end, changes as one and takes apart again (a player's small weights and what its
// optimiser remembers of them) need not be taken apart between two rounds: they are carried as one.

import { simplify } from "../onnx/simplify.ts";
import {
  type AttributesOf,
  input,
  type Shape,
  sizeOf,
  Tensor,
  topologicalOrder,
  within,
} from "../tensor/index.ts";

export interface CarriedState {
  readonly name: string;
  readonly before: Tensor;
  readonly after: Tensor;
}

/** A vector that is carried in place of several values. */
export interface Joined extends CarriedState {
  readonly parts: readonly { readonly name: string; readonly shape: Shape }[];
}

export interface JoinedRound {
  /** What is still carried by itself. */
  readonly single: readonly CarriedState[];
  readonly joined: readonly Joined[];
  readonly metrics: readonly Tensor[];
}

interface Candidate {
  readonly whole: Tensor;
  readonly states: readonly CarriedState[];
  /** What the states' next values are the slices of. */
  readonly next: Tensor;
}

/** Finds what can be carried as one. Graphs are simplified, before and after. */
export function joinState(carried: readonly CarriedState[], metrics: readonly Tensor[]): JoinedRound {
  const candidates = candidatesOf(carried, metrics);
  if (candidates.length === 0) return { single: carried, joined: [], metrics };
  const taken = new Set(candidates.flatMap(({ states }) => states));
  const single = carried.filter((state) => !taken.has(state));
  const replacements = new Map<Tensor, Tensor>();
  const befores = candidates.map(({ whole, states }, index) => {
    const before = input(`joined/${index}`, whole.shape);
    replacements.set(whole, before);
    let start = 0;
    within(whole.origin, () => {
      for (const state of states) {
        const { shape, size } = state.before;
        replacements.set(state.before, before.slice([start], [start + size]).reshape(shape));
        start += size;
      }
    });
    return before;
  });
  const replaced = replace(
    [...single.map(({ after }) => after), ...candidates.map(({ next }) => next), ...metrics],
    replacements,
  );
  const afters = simplify(replaced);
  return {
    single: single.map((state, index) => ({ ...state, after: afters[index]! })),
    joined: candidates.map(({ states }, index) => ({
      name: `joined/${index}`,
      before: befores[index]!,
      after: afters[single.length + index]!,
      parts: states.map(({ name, before: { shape } }) => ({ name, shape })),
    })),
    metrics: afters.slice(single.length + candidates.length),
  };
}

function candidatesOf(carried: readonly CarriedState[], metrics: readonly Tensor[]): Candidate[] {
  const byBefore = new Map(carried.map((state) => [state.before, state]));
  const taken = new Set<CarriedState>();
  const order = topologicalOrder([...carried.map(({ after }) => after), ...metrics]);
  return order.flatMap((whole) => {
    if (whole.primitive !== "concatenate" || whole.rank !== 1 || whole.dtype !== "float32") return [];
    const states = whole.inputs.map((part) => byBefore.get(unshaped(part)));
    if (states.some((state) => state === undefined || taken.has(state))) return [];
    const known = states as CarriedState[];
    if (new Set(known).size < known.length) return [];
    const next = wholeOf(known.map(({ after }) => after));
    if (next === undefined || next.size !== whole.size) return [];
    for (const state of known) taken.add(state);
    return [{ whole, states: known, next }];
  });
}

const unshaped = (tensor: Tensor): Tensor =>
  tensor.primitive === "reshape" ? unshaped(tensor.inputs[0]!) : tensor;

/** The vector that these are the slices of, from end to end and in order, whatever their shapes. */
function wholeOf(parts: readonly Tensor[]): Tensor | undefined {
  const source = unshaped(parts[0]!).inputs[0];
  let end = 0;
  for (const part of parts) {
    const slice = unshaped(part);
    if (slice.primitive !== "slice" || slice.inputs[0] !== source) return undefined;
    if ((slice.attributes as AttributesOf<"slice">).starts[0] !== end) return undefined;
    end += sizeOf(part.shape);
  }
  return source!.rank === 1 && source!.size === end ? source : undefined;
}

/** The same graph with some of its tensors replaced. */
function replace(outputs: readonly Tensor[], replacements: Map<Tensor, Tensor>): Tensor[] {
  for (const tensor of topologicalOrder(outputs)) {
    if (replacements.has(tensor)) continue;
    const inputs = tensor.inputs.map((operand) => replacements.get(operand)!);
    const same = inputs.every((operand, index) => operand === tensor.inputs[index]);
    replacements.set(
      tensor,
      same
        ? tensor
        : within(tensor.origin, () => new Tensor(tensor.primitive, inputs, tensor.attributes, tensor)),
    );
  }
  return outputs.map((output) => replacements.get(output)!);
}
