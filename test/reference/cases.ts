// Generated cases for every primitive: shapes, attributes and where the elements lie. A primitive without a row
// here does not compile.

import fc from "fast-check";
import type { AttributesOf, DataType, PrimitiveName } from "../../src/tensor/index.ts";
import { responseLength } from "../../src/tensor/primitives/products.ts";
import { bool, joinedShapes, nonzero, type Operand, positive, real, shapes, whole } from "./operands.ts";

/** One use of a primitive. `input` is a case too: its value is its operand. */
export interface Case<Attributes> {
  readonly operands: readonly Operand[];
  readonly attributes: Attributes;
  /** Decides the elements. */
  readonly seed: number;
}

type Plan<Attributes> = Omit<Case<Attributes>, "seed">;
type Cases<Name extends PrimitiveName> = fc.Arbitrary<Plan<AttributesOf<Name>>>;

const unary = (operand: (shape: number[]) => Operand): fc.Arbitrary<Plan<object>> =>
  shapes().map((shape) => ({ operands: [operand(shape)], attributes: {} }));

const binary = (...kinds: readonly ((shape: number[]) => Operand)[]): fc.Arbitrary<Plan<object>> =>
  fc
    .tuple(joinedShapes(2), fc.constantFrom(...kinds))
    .map(([pair, kind]) => ({ operands: pair.map((shape) => kind(shape)), attributes: {} }));

const integers = (shape: number[]): Operand => whole(shape, [-3, 4]);
const divisors = (shape: number[]): Operand => whole(shape, [1, 5]);
const ties = (shape: number[]): Operand => whole(shape, [-1, 2], "float32");

/** Some axes of a shape, at least one, ascending. */
const someAxes = (rank: number): fc.Arbitrary<number[]> =>
  fc.subarray(
    Array.from({ length: rank }, (_, axis) => axis),
    { minLength: 1 },
  );

const reduction: fc.Arbitrary<Plan<AttributesOf<"sum">>> = shapes(1).chain((shape) =>
  fc.record({ axes: someAxes(shape.length), keepDimensions: fc.boolean() }).map((attributes) => ({
    operands: [real(shape)],
    attributes,
  })),
);

/** Along one axis: filter, stride, padding and dilation such that at least one response fits. */
const window = fc
  .record({
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    before: fc.integer({ min: 0, max: 2 }),
    after: fc.integer({ min: 0, max: 2 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    spare: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ spare, ...rest }) => {
    const reach = rest.dilation * (rest.kernel - 1) + 1;
    const image = Math.max(1, reach - rest.before - rest.after + spare);
    return { ...rest, image, response: responseLength(image, rest.kernel, rest) };
  });

const channels = fc.integer({ min: 1, max: 2 });

const convolution = fc
  .record({ images: channels, inward: channels, outward: channels, high: window, wide: window })
  .map(({ images, inward, outward, high, wide }) => ({
    x: [images, inward, high.image, wide.image],
    w: [outward, inward, high.kernel, wide.kernel],
    y: [images, outward, high.response, wide.response],
    attributes: {
      strides: [high.stride, wide.stride],
      pads: [high.before, wide.before, high.after, wide.after],
      dilations: [high.dilation, wide.dilation],
    } as const,
  }));

type Convolution = typeof convolution extends fc.Arbitrary<infer Plan> ? Plan : never;

const convolving = (operands: (plan: Convolution) => number[][], side: (plan: Convolution) => number[]) =>
  convolution.map((plan) => ({
    operands: operands(plan).map((shape) => real(shape)),
    attributes: { ...plan.attributes, size: [side(plan)[2]!, side(plan)[3]!] as const },
  }));

const matrices: Cases<"matmul"> = fc
  .record({
    leading: joinedShapes(2, 2),
    sizes: fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
    ),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
  })
  .map(({ leading, sizes: [rows, inner, columns], transposeA, transposeB }) => ({
    operands: [
      real([...leading[0]!, ...(transposeA ? [inner, rows] : [rows, inner])]),
      real([...leading[1]!, ...(transposeB ? [columns, inner] : [inner, columns])]),
    ],
    attributes: { transposeA, transposeB },
  }));

const movable = fc.constantFrom<DataType[]>("float32", "float32", "int32", "bool");
const of = (dtype: DataType, shape: readonly number[]): Operand =>
  dtype === "float32" ? real(shape) : dtype === "bool" ? bool(shape) : whole(shape, [-3, 4], dtype);

/** Row indices, often repeated, of zero to two axes. */
const indexShapes = shapes(0, 2);

const plans: { readonly [Name in PrimitiveName]: Cases<Name> } = {
  input: shapes().map((shape) => ({
    operands: [real(shape)],
    attributes: { name: "x", shape, dtype: "float32" },
  })),
  constant: fc
    .tuple(shapes(), fc.constantFrom<DataType[]>("float32", "int32", "int64", "uint8", "bool"))
    .map(([shape, dtype]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const data = Array.from({ length: size }, (_, element) =>
        dtype === "float32" ? element / 4 - 1 : dtype === "bool" ? element % 2 : element,
      );
      return { operands: [], attributes: { data, shape, dtype } };
    }),

  negate: unary(real),
  absolute: unary(real),
  exponential: unary(real),
  logarithm: unary(positive),
  squareRoot: unary(positive),
  reciprocal: unary(nonzero),
  hyperbolicTangent: unary(real),
  sigmoid: unary(real),
  softplus: unary(real),
  relu: unary(real),
  errorFunction: unary(real),
  sign: unary(real),
  floor: unary((shape) => real(shape, [-2, -1, 0, 1, 2])),
  leakyRelu: fc.tuple(shapes(), fc.constantFrom(0, 0.01, 0.2, 0.9)).map(([shape, slope]) => ({
    operands: [real(shape)],
    attributes: { slope },
  })),
  step: fc.tuple(shapes(), fc.constantFrom(0, 0.01, 0.2, 0.9)).map(([shape, below]) => ({
    operands: [real(shape)],
    attributes: { below },
  })),
  clip: fc
    .tuple(shapes(), fc.constantFrom([-0.5, 1] as const, [0, 1] as const, [-1.5, -1] as const))
    .map(([shape, [minimum, maximum]]) => ({
      operands: [real(shape, [minimum, maximum])],
      attributes: { minimum, maximum },
    })),
  power: fc.oneof(
    fc.tuple(shapes(), fc.constantFrom(-0.5, 0.5, 1.5, 1.7, 3.2)).map(([shape, exponent]) => ({
      operands: [positive(shape)],
      attributes: { exponent },
    })),
    fc.tuple(shapes(), fc.constantFrom(-2, -1, 0, 1, 2, 3, 4)).map(([shape, exponent]) => ({
      operands: [nonzero(shape)],
      attributes: { exponent },
    })),
  ),
  not: unary(bool),
  stopGradient: unary(real),
  cast: fc
    .tuple(shapes(), fc.constantFrom<DataType[]>("int32", "int64", "uint8", "bool"), fc.boolean())
    .map(([shape, dtype, away]) => ({
      operands: [away ? whole(shape, [0, 4], "float32") : whole(shape, [0, dtype === "bool" ? 2 : 4], dtype)],
      attributes: { to: away ? dtype : "float32" },
    })),

  add: binary(real, real, integers),
  subtract: binary(real, real, integers),
  multiply: binary(real, real, integers),
  divide: binary(nonzero, nonzero, divisors),
  maximum: binary(real, real, integers),
  minimum: binary(real, real, integers),
  less: binary(real, ties, integers),
  greater: binary(real, ties, integers),
  equal: binary(ties, integers),
  and: binary(bool),
  or: binary(bool),
  select: fc.tuple(joinedShapes(3), movable).map(([[condition, yes, no], dtype]) => ({
    operands: [bool(condition!), of(dtype, yes!), of(dtype, no!)],
    attributes: {},
  })),

  sum: reduction,
  max: reduction,
  argMax: shapes(1).chain((shape) =>
    fc.tuple(fc.nat({ max: shape.length - 1 }), fc.boolean()).map(([axis, tied]) => ({
      operands: [tied ? ties(shape) : real(shape)],
      attributes: { axis },
    })),
  ),

  matmul: matrices,
  convolve: convolving(
    ({ x, w }) => [x, w],
    ({ y }) => y,
  ),
  convolveInput: convolving(
    ({ y, w }) => [y, w],
    ({ x }) => x,
  ),
  convolveFilter: convolving(
    ({ x, y }) => [x, y],
    ({ w }) => w,
  ),

  reshape: fc
    .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), fc.nat(), movable)
    .map(([factors, choice, dtype]) => {
      const size = factors.reduce((product, factor) => product * factor, 1);
      const divisors = [1, 2, 3].filter((divisor) => size % divisor === 0);
      const first = divisors[choice % divisors.length]!;
      const shape = choice % 5 === 0 ? [size] : [first, 1, size / first];
      return { operands: [of(dtype, factors)], attributes: { shape } };
    }),
  transpose: shapes(1).chain((shape) => {
    const axes = shape.map((_, axis) => axis);
    const orders = fc.shuffledSubarray(axes, { minLength: axes.length });
    return fc.tuple(orders, movable).map(([permutation, dtype]) => ({
      operands: [of(dtype, shape)],
      attributes: { permutation },
    }));
  }),
  broadcast: fc.tuple(joinedShapes(1), shapes(0, 2), movable).map(([[shape], front, dtype]) => ({
    operands: [of(dtype, shape!)],
    attributes: { shape: [...front, ...shape!.map((length) => (length === 1 ? 3 : length))] },
  })),
  slice: fc
    .tuple(
      fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 }), fc.nat(2)), { maxLength: 3 }),
      movable,
    )
    .map(([axes, dtype]) => ({
      operands: [
        of(
          dtype,
          axes.map(([before, kept, after]) => before + kept + after),
        ),
      ],
      attributes: {
        starts: axes.map(([before]) => before),
        ends: axes.map(([before, kept]) => before + kept),
      },
    })),
  pad: fc
    .array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 }), fc.nat(2)), { maxLength: 3 })
    .map((axes) => ({
      operands: [real(axes.map(([, length]) => length))],
      attributes: { before: axes.map(([before]) => before), after: axes.map(([, , after]) => after) },
    })),
  concatenate: shapes(1).chain((shape) =>
    fc
      .tuple(
        fc.nat({ max: shape.length - 1 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
        movable,
      )
      .map(([axis, lengths, dtype]) => ({
        operands: lengths.map((length) => of(dtype, shape.with(axis, length))),
        attributes: { axis },
      })),
  ),
  gather: fc.tuple(shapes(1), indexShapes, movable).map(([shape, indices, dtype]) => ({
    operands: [of(dtype, shape), whole(indices, [0, shape[0]!])],
    attributes: {},
  })),
  scatterAdd: fc
    .tuple(indexShapes, shapes(0, 2), fc.integer({ min: 1, max: 4 }))
    .map(([indices, row, rows]) => ({
      operands: [real([...indices, ...row]), whole(indices, [0, rows])],
      attributes: { rows },
    })),
  oneHot: fc.tuple(shapes(0, 2), fc.integer({ min: 1, max: 4 })).map(([shape, depth]) => ({
    operands: [whole(shape, [0, depth])],
    attributes: { depth },
  })),
};

/** Cases of a primitive, ready for fast-check. */
export function casesOf<Name extends PrimitiveName>(name: Name): fc.Arbitrary<Case<AttributesOf<Name>>> {
  const cases = plans[name] as Cases<Name>;
  return fc.tuple(cases, fc.nat()).map(([plan, seed]) => ({ ...plan, seed }));
}
