// A slow interpreter of the primitives in float64: what each of them means, written a second time, apart from
// the shape rules and ONNX forms of src/tensor, so that those can be held against it. A primitive without a rule
// here does not compile.

import {
  type AttributesOf,
  type PrimitiveName,
  type Tensor,
  topologicalOrder,
} from "../../src/tensor/index.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import {
  accumulate,
  at,
  broadcastAt,
  broadcastOffset,
  forEachIndex,
  jointShape,
  tabulate,
  type Value,
} from "./arrays.ts";

export type { Value } from "./arrays.ts";

/** Values of the inputs, by name. */
export type Feeds =
  | Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>
  | ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>;

type Rule<Name extends PrimitiveName> = (
  inputs: readonly Value[],
  attributes: AttributesOf<Name>,
  node: Tensor,
) => Value;

const unary =
  (f: (x: number) => number) =>
  ([x]: readonly Value[]): Value => ({ shape: x!.shape, data: x!.data.map((element) => f(element)) });

const binary =
  (f: (a: number, b: number, dtype: Tensor["dtype"]) => number) =>
  ([a, b]: readonly Value[], _attributes: unknown, node: Tensor): Value =>
    tabulate(jointShape([a!.shape, b!.shape]), (index) =>
      f(broadcastAt(a!, index), broadcastAt(b!, index), node.dtype),
    );

/** Folds the elements that differ along `axes` only. */
function fold(
  x: Value,
  { axes, keepDimensions }: { readonly axes: readonly number[]; readonly keepDimensions: boolean },
  start: number,
  join: (sum: number, element: number) => number,
): Value {
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const data = new Float64Array(sizeOf(kept)).fill(start);
  forEachIndex(x.shape, (index) => {
    const place = broadcastOffset(kept, index);
    data[place] = join(data[place]!, at(x, index));
  });
  return { shape: keepDimensions ? kept : x.shape.filter((_, axis) => !axes.includes(axis)), data };
}

type Convolution = AttributesOf<"convolve">;

/** Every place where a filter's tap (i, j) of a response (h, v) falls onto a pixel, and not onto the padding. */
function forEachTap(
  image: readonly [number, number],
  kernel: readonly [number, number],
  response: readonly [number, number],
  { strides, pads, dilations }: Convolution,
  visit: (pixel: [number, number], tap: [number, number], place: [number, number]) => void,
): void {
  forEachIndex([...response, ...kernel], ([h, v, i, j]) => {
    const row = h! * strides[0] + i! * dilations[0] - pads[0];
    const column = v! * strides[1] + j! * dilations[1] - pads[1];
    if (row < 0 || row >= image[0] || column < 0 || column >= image[1]) return;
    visit([row, column], [i!, j!], [h!, v!]);
  });
}

/** How often a kernel fits: counted, not calculated. */
function fits(image: number, kernel: number, axis: 0 | 1, { strides, pads, dilations }: Convolution): number {
  const padded = pads[axis]! + image + pads[axis + 2]!;
  let count = 0;
  for (let start = 0; start + dilations[axis] * (kernel - 1) < padded; start += strides[axis]) count++;
  return count;
}

const zeros = (shape: readonly number[]): Value => ({ shape, data: new Float64Array(sizeOf(shape)) });

/** Position of an element of four axes, the last two of which are a place in an image or a kernel. */
const planeOffset = (
  { shape }: Value,
  first: number,
  second: number,
  [row, column]: readonly [number, number],
): number => ((first * shape[1]! + second) * shape[2]! + row) * shape[3]! + column;

const lastTwo = ({ shape }: Value): [number, number] => [shape[2]!, shape[3]!];

/** erf x = 2/√π · e^(−x²) · Σ 2ⁿx²ⁿ⁺¹ / (1·3·…·(2n+1)), whose terms are all of one sign. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = 0;
  for (let n = 1; sum + term !== sum; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const truth = (value: boolean): number => (value ? 1 : 0);

const rules: { readonly [Name in PrimitiveName]: Rule<Name> } = {
  input() {
    throw new Error("an input has no rule: it is fed");
  },
  constant: (_, { data, shape }) => ({ shape, data: Float64Array.from(data) }),

  negate: unary((x) => -x),
  absolute: unary(Math.abs),
  exponential: unary(Math.exp),
  logarithm: unary(Math.log),
  squareRoot: unary(Math.sqrt),
  reciprocal: unary((x) => 1 / x),
  hyperbolicTangent: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  relu: unary((x) => Math.max(x, 0)),
  errorFunction: unary(errorFunction),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  step: ([x], { below }) => unary((element) => (element > 0 ? 1 : below))([x!]),
  leakyRelu: ([x], { slope }) => unary((element) => (element > 0 ? element : slope * element))([x!]),
  clip: ([x], { minimum, maximum }) =>
    unary((element) => Math.min(Math.max(element, minimum), maximum))([x!]),
  power: ([x], { exponent }) => unary((element) => element ** exponent)([x!]),
  not: unary((x) => truth(x === 0)),
  stopGradient: unary((x) => x),
  cast: ([x], { to }) =>
    unary((element) => {
      if (to === "float32") return element;
      if (to === "bool") return truth(element !== 0);
      const whole = Math.trunc(element);
      if (to === "uint8" && (whole < 0 || whole > 255)) throw new RangeError(`${element} is no uint8`);
      return whole;
    })([x!]),

  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  divide: binary((a, b, dtype) => (dtype === "float32" ? a / b : Math.trunc(a / b))),
  maximum: binary((a, b) => Math.max(a, b)),
  minimum: binary((a, b) => Math.min(a, b)),
  less: binary((a, b) => truth(a < b)),
  greater: binary((a, b) => truth(a > b)),
  equal: binary((a, b) => truth(a === b)),
  and: binary((a, b) => truth(a !== 0 && b !== 0)),
  or: binary((a, b) => truth(a !== 0 || b !== 0)),
  select: ([condition, yes, no]) =>
    tabulate(jointShape([condition!.shape, yes!.shape, no!.shape]), (index) =>
      broadcastAt(condition!, index) !== 0 ? broadcastAt(yes!, index) : broadcastAt(no!, index),
    ),

  sum: ([x], attributes) => fold(x!, attributes, 0, (sum, element) => sum + element),
  max: ([x], attributes) => fold(x!, attributes, Number.NEGATIVE_INFINITY, Math.max),
  argMax: ([x], { axis }) =>
    tabulate(
      x!.shape.filter((_, other) => other !== axis),
      (index) => {
        let best = 0;
        for (let position = 1; position < x!.shape[axis]!; position++) {
          const element = at(x!, index.toSpliced(axis, 0, position));
          if (element > at(x!, index.toSpliced(axis, 0, best))) best = position;
        }
        return best;
      },
    ),

  matmul([a, b], { transposeA, transposeB }) {
    const [rowsA, columnsA] = [a!.shape.at(-2)!, a!.shape.at(-1)!];
    const [rowsB, columnsB] = [b!.shape.at(-2)!, b!.shape.at(-1)!];
    const [leadingA, leadingB] = [a!.shape.slice(0, -2), b!.shape.slice(0, -2)];
    const elementA = (matrix: number, row: number, inner: number) =>
      a!.data[(matrix * rowsA + (transposeA ? inner : row)) * columnsA + (transposeA ? row : inner)]!;
    const elementB = (matrix: number, inner: number, column: number) =>
      b!.data[(matrix * rowsB + (transposeB ? column : inner)) * columnsB + (transposeB ? inner : column)]!;
    const rows = transposeA ? columnsA : rowsA;
    const inner = transposeA ? rowsA : columnsA;
    const columns = transposeB ? rowsB : columnsB;
    if (inner !== (transposeB ? columnsB : rowsB)) throw new RangeError("the matrices do not fit");
    const leading = jointShape([leadingA, leadingB]);
    return tabulate([...leading, rows, columns], (index) => {
      const outer = index.slice(0, -2);
      const [ofA, ofB] = [broadcastOffset(leadingA, outer), broadcastOffset(leadingB, outer)];
      const [row, column] = index.slice(-2) as [number, number];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += elementA(ofA, row, k) * elementB(ofB, k, column);
      return sum;
    });
  },

  convolve([x, w], attributes) {
    const [image, kernel] = [lastTwo(x!), lastTwo(w!)];
    const response = [
      fits(image[0], kernel[0], 0, attributes),
      fits(image[1], kernel[1], 1, attributes),
    ] as const;
    const y = zeros([x!.shape[0]!, w!.shape[0]!, ...response]);
    forEachTap(image, kernel, response, attributes, (pixel, tap, place) => {
      forEachIndex([x!.shape[0]!, w!.shape[0]!, w!.shape[1]!], ([n, o, c]) => {
        y.data[planeOffset(y, n!, o!, place)]! +=
          x!.data[planeOffset(x!, n!, c!, pixel)]! * w!.data[planeOffset(w!, o!, c!, tap)]!;
      });
    });
    return y;
  },
  convolveInput([y, w], attributes) {
    const x = zeros([y!.shape[0]!, w!.shape[1]!, ...attributes.size]);
    forEachTap(attributes.size, lastTwo(w!), lastTwo(y!), attributes, (pixel, tap, place) => {
      forEachIndex([y!.shape[0]!, w!.shape[0]!, w!.shape[1]!], ([n, o, c]) => {
        x.data[planeOffset(x, n!, c!, pixel)]! +=
          y!.data[planeOffset(y!, n!, o!, place)]! * w!.data[planeOffset(w!, o!, c!, tap)]!;
      });
    });
    return x;
  },
  convolveFilter([x, y], attributes) {
    const w = zeros([y!.shape[1]!, x!.shape[1]!, ...attributes.size]);
    forEachTap(lastTwo(x!), attributes.size, lastTwo(y!), attributes, (pixel, tap, place) => {
      forEachIndex([x!.shape[0]!, y!.shape[1]!, x!.shape[1]!], ([n, o, c]) => {
        w.data[planeOffset(w, o!, c!, tap)]! +=
          x!.data[planeOffset(x!, n!, c!, pixel)]! * y!.data[planeOffset(y!, n!, o!, place)]!;
      });
    });
    return w;
  },

  reshape: ([x], { shape }) => ({ shape, data: x!.data }),
  transpose: ([x], { permutation }) =>
    tabulate(
      permutation.map((axis) => x!.shape[axis]!),
      (index) => {
        const source = x!.shape.map(() => 0);
        permutation.forEach((axis, position) => {
          source[axis] = index[position]!;
        });
        return at(x!, source);
      },
    ),
  broadcast: ([x], { shape }) => tabulate(shape, (index) => broadcastAt(x!, index)),
  slice: ([x], { starts, ends }) =>
    tabulate(
      starts.map((start, axis) => ends[axis]! - start),
      (index) =>
        at(
          x!,
          index.map((position, axis) => position + starts[axis]!),
        ),
    ),
  pad: ([x], { before, after }) =>
    tabulate(
      x!.shape.map((length, axis) => before[axis]! + length + after[axis]!),
      (index) => {
        const source = index.map((position, axis) => position - before[axis]!);
        const inside = source.every((position, axis) => position >= 0 && position < x!.shape[axis]!);
        return inside ? at(x!, source) : 0;
      },
    ),
  concatenate(inputs, { axis }) {
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    return tabulate(inputs[0]!.shape.with(axis, total), (index) => {
      let position = index[axis]!;
      let part = 0;
      while (position >= inputs[part]!.shape[axis]!) position -= inputs[part++]!.shape[axis]!;
      return at(inputs[part]!, index.with(axis, position));
    });
  },
  gather: ([x, indices]) =>
    tabulate([...indices!.shape, ...x!.shape.slice(1)], (index) => {
      const row = at(indices!, index.slice(0, indices!.shape.length));
      return at(x!, [row, ...index.slice(indices!.shape.length)]);
    }),
  scatterAdd([updates, indices], { rows }) {
    const rank = indices!.shape.length;
    return accumulate([rows, ...updates!.shape.slice(rank)], (add) => {
      forEachIndex(updates!.shape, (index) => {
        add([at(indices!, index.slice(0, rank)), ...index.slice(rank)], at(updates!, index));
      });
    });
  },
  oneHot: ([indices], { depth }) =>
    tabulate([...indices!.shape, depth], (index) => truth(at(indices!, index.slice(0, -1)) === index.at(-1))),
};

/**
 * A function from inputs to the values of `outputs`, to be called many times. It checks nothing but the shapes
 * of what is fed; a value is dropped after its last use.
 */
export function interpreter(outputs: readonly Tensor[]): (feeds: Feeds) => Value[] {
  const order = topologicalOrder(outputs);
  const uses = new Map<Tensor, number>();
  for (const tensor of [...order.flatMap(({ inputs }) => inputs), ...outputs]) {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  }
  return (feeds) => {
    const values = new Map<Tensor, Value>();
    const left = new Map(uses);
    for (const tensor of order) {
      values.set(tensor, evaluate(tensor, values, feeds));
      for (const operand of tensor.inputs) {
        left.set(operand, left.get(operand)! - 1);
        if (left.get(operand) === 0) values.delete(operand);
      }
    }
    return outputs.map((output) => values.get(output)!);
  };
}

/**
 * Values of `outputs`, in float64 throughout.
 *
 * @example
 * const x = input("x", [2]);
 * interpret([x.square()], { x: { shape: [2], data: [3, 4] } })[0].data; // Float64Array [9, 16]
 */
export function interpret(outputs: readonly Tensor[], feeds: Feeds): Value[] {
  return interpreter(outputs)(feeds);
}

function evaluate(tensor: Tensor, values: ReadonlyMap<Tensor, Value>, feeds: Feeds): Value {
  if (tensor.primitive === "input") return fed(tensor.attributes as AttributesOf<"input">, feeds);
  const rule = rules[tensor.primitive] as Rule<PrimitiveName>;
  const inputs = tensor.inputs.map((operand) => values.get(operand)!);
  return rule(inputs, tensor.attributes as AttributesOf<PrimitiveName>, tensor);
}

function fed({ name, shape }: AttributesOf<"input">, feeds: Feeds): Value {
  const value = feeds instanceof Map ? feeds.get(name) : (feeds as Readonly<Record<string, Value>>)[name];
  if (value === undefined) throw new Error(`input "${name}" was not fed`);
  if (value.shape.join() !== shape.join() || value.data.length !== shape.reduce((a, b) => a * b, 1)) {
    throw new Error(`input "${name}" of [${shape.join(", ")}] was fed [${value.shape.join(", ")}]`);
  }
  return { shape, data: Float64Array.from(value.data) };
}
