// Rewrites a graph into a smaller one of the same value: what is computed twice is computed once, constants are
// folded, and passes over memory that change nothing disappear. Derived gradients are full of such passes
// (a gradient of one, broadcast over a batch and multiplied in), so this is what makes them cheap.
//
// Every rule keeps the value exactly but for the order of scalar factors: (x·a)·b becomes x·(a·b).

import {
  type AttributesOf,
  apply,
  constant,
  type PrimitiveName,
  sameShape,
  sizeOf,
  Tensor,
  topologicalOrder,
  within,
} from "../tensor/index.ts";

/** Operators of several operands that broadcast by themselves. */
export const BROADCASTING: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  "add",
  "subtract",
  "multiply",
  "divide",
  "maximum",
  "minimum",
  "less",
  "greater",
  "equal",
  "and",
  "or",
  "select",
]);

/** Simplifies the graph of the given outputs; returns their replacements, in order. */
export function simplify(outputs: readonly Tensor[]): Tensor[] {
  const replacements = new Map<Tensor, Tensor>();
  const known = new Map<string, Tensor>();
  const unique = (tensor: Tensor): Tensor => {
    const key = keyOf(tensor);
    if (key === undefined) return tensor;
    const twin = known.get(key);
    if (twin !== undefined) return twin;
    known.set(key, tensor);
    return tensor;
  };
  const settled = (tensor: Tensor): Tensor => {
    let current = tensor;
    for (let next = rewrite(current, settled); next !== undefined; next = rewrite(current, settled)) {
      current = next;
    }
    return unique(current);
  };
  for (const tensor of topologicalOrder(outputs)) {
    const inputs = tensor.inputs.map((operand) => replacements.get(operand)!);
    replacements.set(
      tensor,
      within(tensor.origin, () => settled(rebuilt(tensor, inputs))),
    );
  }
  return outputs.map((output) => replacements.get(output)!);
}

function rebuilt(tensor: Tensor, inputs: readonly Tensor[]): Tensor {
  if (inputs.every((operand, index) => operand === tensor.inputs[index])) return tensor;
  return new Tensor(tensor.primitive, inputs, tensor.attributes, tensor);
}

/** Equal keys, equal values; undefined where a node is only equal to itself. */
function keyOf(tensor: Tensor): string | undefined {
  const operands = tensor.inputs.map((operand) => operand.id).join();
  if (tensor.primitive === "constant") {
    const { data } = tensor.attributes as AttributesOf<"constant">;
    if (data.length > 16) return undefined;
    const values = Array.from(data, (value) => (Object.is(value, -0) ? "-0" : String(value)));
    return `constant ${tensor.dtype}[${tensor.shape.join()}] ${values.join()}`;
  }
  if (tensor.primitive === "input") return undefined;
  return `${tensor.primitive} ${operands} ${JSON.stringify(tensor.attributes, finite)}`;
}

/** JSON has no infinities and would call all of them null. */
const finite = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/** The value of a constant all of whose elements are one number, however it is shaped. */
export function uniformValue(tensor: Tensor): number | undefined {
  let source = tensor;
  while (source.primitive === "broadcast" || source.primitive === "reshape") source = source.inputs[0]!;
  if (source.primitive !== "constant" || source.dtype !== "float32") return undefined;
  const { data } = source.attributes as AttributesOf<"constant">;
  const first = data[0];
  if (first === undefined || data.length > 4096) return undefined;
  for (let index = 1; index < data.length; index++) if (!Object.is(data[index], first)) return undefined;
  return first;
}

const folded: Partial<Record<PrimitiveName, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
};

/** One step of simplification, or undefined where no rule fits; `settled` simplifies what the step is made of. */
function rewrite(tensor: Tensor, settled: (tensor: Tensor) => Tensor): Tensor | undefined {
  const [a, b] = tensor.inputs;
  const filled = (value: number) => settled(constant(value)).broadcastTo(tensor.shape);
  const kept = (operand: Tensor) => (sameShape(operand.shape, tensor.shape) ? operand : undefined);

  switch (tensor.primitive) {
    case "stopGradient":
      return a;
    case "reshape":
      if (sameShape(a!.shape, tensor.shape)) return a;
      if (a!.primitive === "reshape") return settled(a!.inputs[0]!.reshape(tensor.shape));
      if (a!.primitive === "broadcast" && sizeOf(a!.inputs[0]!.shape) === 1) {
        return settled(settled(a!.inputs[0]!.reshape([])).broadcastTo(tensor.shape));
      }
      if (tensor.size === 1 && a!.primitive === "constant") {
        const { data } = a!.attributes as AttributesOf<"constant">;
        return constant(data, { shape: tensor.shape, dtype: tensor.dtype });
      }
      return undefined;
    case "broadcast":
      if (sameShape(a!.shape, tensor.shape)) return a;
      if (a!.primitive === "broadcast") return settled(a!.inputs[0]!.broadcastTo(tensor.shape));
      return undefined;
    case "transpose": {
      if (a!.primitive !== "transpose") return undefined;
      const outer = (tensor.attributes as AttributesOf<"transpose">).permutation;
      const inner = (a!.attributes as AttributesOf<"transpose">).permutation;
      return settled(a!.inputs[0]!.transpose(outer.map((axis) => inner[axis]!)));
    }
    case "concatenate":
      return joinedAgain(tensor);
    case "sum": {
      const { axes } = tensor.attributes as AttributesOf<"sum">;
      if (axes.every((axis) => a!.shape[axis] === 1)) return settled(a!.reshape(tensor.shape));
      const value = uniformValue(a!);
      if (value !== undefined) return filled(value * (a!.size / tensor.size));
      return undefined;
    }
    case "negate": {
      if (a!.primitive === "negate") return a!.inputs[0];
      const value = uniformValue(a!);
      if (value !== undefined && a!.dtype === "float32") return filled(-value);
      return undefined;
    }
    default:
  }

  if (BROADCASTING.has(tensor.primitive)) {
    const bare = withoutBroadcasts(tensor, settled);
    if (bare !== undefined) return bare;
  }
  if (tensor.dtype !== "float32" || a === undefined || b === undefined) return undefined;
  const fold = folded[tensor.primitive];
  if (fold === undefined) return undefined;
  const [left, right] = [uniformValue(a), uniformValue(b)];
  if (left !== undefined && right !== undefined) return filled(fold(left, right));

  switch (tensor.primitive) {
    case "add":
      if (left === 0) return kept(b);
      if (right === 0) return kept(a);
      if (a === b) return settled(a.mul(settled(constant(2))));
      if (b.primitive === "negate") return settled(a.sub(b.inputs[0]!));
      if (a.primitive === "negate") return settled(b.sub(a.inputs[0]!));
      return undefined;
    case "subtract":
      if (right === 0) return kept(a);
      if (b.primitive === "negate") return settled(a.add(b.inputs[0]!));
      return undefined;
    case "divide":
      if (right === 1) return kept(a);
      // A division by a power of two is the product with its inverse, exactly.
      if (right !== undefined && Number.isInteger(Math.log2(Math.abs(right))) && isOrdinary(1 / right)) {
        return settled(a.mul(settled(settled(constant(1 / right)).broadcastTo(b.shape))));
      }
      return undefined;
    case "multiply":
      if (left !== undefined) return right === undefined ? settled(b.mul(a)) : undefined;
      if (right === 1) return kept(a);
      if (right !== undefined && b.rank === 0) {
        if (a.primitive === "negate") return settled(a.inputs[0]!.mul(settled(constant(-right))));
        if (a.primitive === "multiply") {
          const inner = uniformValue(a.inputs[1]!);
          const product = (inner ?? Number.NaN) * right;
          if (a.inputs[1]!.rank === 0 && isOrdinary(product)) {
            return settled(a.inputs[0]!.mul(settled(constant(product))));
          }
        }
      }
      return undefined;
    default:
      return undefined;
  }
}

/** What was taken apart into the slices that this joins again, in their order. */
function joinedAgain(tensor: Tensor): Tensor | undefined {
  const { axis } = tensor.attributes as AttributesOf<"concatenate">;
  const source = tensor.inputs[0]!.inputs[0];
  let end = 0;
  for (const part of tensor.inputs) {
    if (part.primitive !== "slice" || part.inputs[0] !== source) return undefined;
    const { starts, ends } = part.attributes as AttributesOf<"slice">;
    if (starts[axis] !== end) return undefined;
    end = ends[axis]!;
  }
  return sameShape(source!.shape, tensor.shape) ? source : undefined;
}

/** Whether a factor neither overflows nor vanishes as a float32, which two factors one after the other need not. */
const isOrdinary = (factor: number) => Math.abs(factor) > 1.2e-38 && Math.abs(factor) < 3.4e38;

/** An elementwise node broadcasts by itself: an operand need not be spread out in memory for it. */
function withoutBroadcasts(tensor: Tensor, settled: (tensor: Tensor) => Tensor): Tensor | undefined {
  for (const [index, operand] of tensor.inputs.entries()) {
    const uniform = operand.rank > 0 ? uniformValue(operand) : undefined;
    const source =
      uniform !== undefined
        ? settled(constant(uniform))
        : operand.primitive === "broadcast"
          ? operand.inputs[0]!
          : undefined;
    if (source === undefined) continue;
    const inputs = tensor.inputs.map((other, position) => (position === index ? source : other));
    const next = apply(tensor.primitive as "add", inputs, {});
    if (sameShape(next.shape, tensor.shape)) return next;
  }
  return undefined;
}
