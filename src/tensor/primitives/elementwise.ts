// Operators that act on each element by itself, with NumPy's broadcasting between operands.

import { type PrimitiveDefinition, primitive, unbroadcast } from "../primitive.ts";
import { broadcastShapes, type DataType, ShapeError, type TensorType } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

type None = Record<never, never>;

function floatUnary(
  operation: string,
  operator: string,
  derivative: ((x: Tensor, y: Tensor, upstream: Tensor) => Tensor) | null,
): PrimitiveDefinition<None> {
  return primitive<None>({
    infer([x]) {
      if (x!.dtype !== "float32") throw new ShapeError(operation, [x!], "needs float32; cast it first");
      return x!;
    },
    gradient: ({ inputs: [x], output }, upstream): readonly (Tensor | null)[] => [
      derivative?.(x!, output, upstream) ?? null,
    ],
    onnx: (emit, [x]) => emit.node(operator, [x!.name]),
  });
}

function inferBinary(
  operation: string,
  [a, b]: readonly TensorType[],
  allowed: readonly DataType[],
): TensorType {
  if (a!.dtype !== b!.dtype) throw new ShapeError(operation, [a!, b!], "the element types differ");
  if (!allowed.includes(a!.dtype)) {
    throw new ShapeError(operation, [a!, b!], `needs ${allowed.join(" or ")}`);
  }
  const shape = broadcastShapes(a!.shape, b!.shape);
  if (shape === undefined) throw new ShapeError(operation, [a!, b!], "the shapes do not broadcast");
  return { shape, dtype: a!.dtype };
}

const NUMERIC: readonly DataType[] = ["float32", "int32", "int64"];

function binary(
  operation: string,
  operator: string,
  derivatives: (
    a: Tensor,
    b: Tensor,
    y: Tensor,
    upstream: Tensor,
  ) => readonly [() => Tensor | null, () => Tensor | null],
): PrimitiveDefinition<None> {
  return primitive<None>({
    infer: (inputs) => inferBinary(operation, inputs, NUMERIC),
    gradient({ inputs: [a, b], output }, upstream, needed): readonly (Tensor | null)[] {
      const rules = derivatives(a!, b!, output, upstream);
      return [a!, b!].map((operand, index) => {
        const gradient = needed[index] ? rules[index]!() : null;
        return gradient && unbroadcast(gradient, operand.shape);
      });
    },
    onnx: (emit, [a, b]) => emit.node(operator, [a!.name, b!.name]),
  });
}

function comparison(operation: string, operator: string): PrimitiveDefinition<None> {
  return primitive<None>({
    infer: (inputs) => ({ ...inferBinary(operation, inputs, NUMERIC), dtype: "bool" }),
    gradient: (): readonly (Tensor | null)[] => [null, null],
    onnx: (emit, [a, b]) => emit.node(operator, [a!.name, b!.name]),
  });
}

function logical(operation: string, operator: string): PrimitiveDefinition<None> {
  return primitive<None>({
    infer: (inputs) => inferBinary(operation, inputs, ["bool"]),
    gradient: (): readonly (Tensor | null)[] => [null, null],
    onnx: (emit, [a, b]) => emit.node(operator, [a!.name, b!.name]),
  });
}

/** Twice a gradient, computed before it is spread out. */
function doubled(gradient: Tensor): Tensor {
  if (gradient.primitive !== "broadcast") return gradient.mul(2);
  return doubled(gradient.inputs[0]!).broadcastTo(gradient.shape);
}

/** Times the smallest normal float it is above 1, and it is a float itself. */
const HUGE = 2 ** 127;

/** 2/√π, the slope of erf at 0. */
const ERF_SLOPE = 2 / Math.sqrt(Math.PI);

export const elementwise = {
  negate: primitive<None>({
    infer([x]) {
      if (!NUMERIC.includes(x!.dtype)) throw new ShapeError("negate", [x!], "needs numbers");
      return x!;
    },
    gradient: (_, upstream): readonly (Tensor | null)[] => [upstream.neg()],
    onnx: (emit, [x]) => emit.node("Neg", [x!.name]),
  }),
  absolute: floatUnary("abs", "Abs", (x, _, upstream) => upstream.mul(x.sign())),
  exponential: floatUnary("exp", "Exp", (_, y, upstream) => upstream.mul(y)),
  logarithm: floatUnary("log", "Log", (x, _, upstream) => upstream.div(x)),
  squareRoot: floatUnary("sqrt", "Sqrt", (_, y, upstream) => upstream.div(y).mul(0.5)),
  reciprocal: floatUnary("reciprocal", "Reciprocal", (_, y, upstream) => upstream.mul(y.square()).neg()),
  hyperbolicTangent: floatUnary("tanh", "Tanh", (_, y, upstream) => upstream.mul(y.square().neg().add(1))),
  sigmoid: floatUnary("sigmoid", "Sigmoid", (_, y, upstream) => upstream.mul(y.sub(y.square()))),
  softplus: floatUnary("softplus", "Softplus", (x, _, upstream) => upstream.mul(x.sigmoid())),
  relu: floatUnary("relu", "Relu", (_, y, upstream) => upstream.mul(y.step())),
  errorFunction: floatUnary("erf", "Erf", (x, _, upstream) =>
    upstream.mul(x.square().neg().exp()).mul(ERF_SLOPE),
  ),
  sign: floatUnary("sign", "Sign", null),
  floor: floatUnary("floor", "Floor", null),

  /** x where x > 0, slope·x elsewhere. */
  leakyRelu: primitive<{ readonly slope: number }>({
    infer([x], { slope }) {
      if (x!.dtype !== "float32") throw new ShapeError("leakyRelu", [x!], "needs float32; cast it first");
      if (!(slope >= 0 && slope < 1)) {
        throw new ShapeError("leakyRelu", [x!], `the slope must be at least 0 and below 1, not ${slope}`);
      }
      return x!;
    },
    gradient: ({ output, attributes: { slope } }, upstream): readonly (Tensor | null)[] => [
      upstream.mul(output.step(slope)),
    ],
    onnx: (emit, [x], { slope }) => emit.node("LeakyRelu", [x!.name], { alpha: { float: slope } }),
  }),

  /**
   * 1 where x > 0, `below` elsewhere: the slope of the rectifiers. A product with a number so large that every
   * normal positive float exceeds 1, cut to [below, 1], is faster than a comparison and a choice.
   */
  step: primitive<{ readonly below: number }>({
    infer([x], { below }) {
      if (x!.dtype !== "float32") throw new ShapeError("step", [x!], "needs float32; cast it first");
      if (!(below >= 0 && below < 1)) {
        throw new ShapeError("step", [x!], `what is below must be at least 0 and below 1, not ${below}`);
      }
      return x!;
    },
    gradient: () => [null],
    onnx(emit, [x], { below }) {
      if (below === 0) {
        return emit.node("HardSigmoid", [x!.name], { alpha: { float: HUGE }, beta: { float: 0 } });
      }
      const large = emit.node("Mul", [x!.name, emit.scalar(HUGE)]);
      return emit.node("Clip", [large, emit.scalar(below), emit.scalar(1)]);
    },
  }),

  /** min(max(x, minimum), maximum); the gradient is 0 outside. */
  clip: primitive<{ readonly minimum: number; readonly maximum: number }>({
    infer([x], { minimum, maximum }) {
      if (x!.dtype !== "float32") throw new ShapeError("clip", [x!], "needs float32; cast it first");
      if (!(minimum <= maximum)) {
        throw new ShapeError("clip", [x!], `the minimum ${minimum} is not below the maximum ${maximum}`);
      }
      return x!;
    },
    gradient({ inputs: [x], attributes: { minimum, maximum } }, upstream): readonly (Tensor | null)[] {
      const above = x!.less(minimum).not();
      return [above.and(x!.greater(maximum).not()).where(upstream, 0)];
    },
    onnx: (emit, [x], { minimum, maximum }) =>
      emit.node("Clip", [x!.name, emit.scalar(minimum), emit.scalar(maximum)]),
  }),

  /** x to a constant power. */
  power: primitive<{ readonly exponent: number }>({
    infer([x]) {
      if (x!.dtype !== "float32") throw new ShapeError("pow", [x!], "needs float32; cast it first");
      return x!;
    },
    gradient: ({ inputs: [x], attributes: { exponent } }, upstream): readonly (Tensor | null)[] => [
      exponent === 0 ? null : upstream.mul(x!.pow(exponent - 1)).mul(exponent),
    ],
    onnx: (emit, [x], { exponent }) => emit.node("Pow", [x!.name, emit.scalar(exponent)]),
  }),

  add: binary("add", "Add", (_a, _b, _y, upstream) => [() => upstream, () => upstream]),
  subtract: binary("sub", "Sub", (_a, b, _y, upstream) => [
    () => upstream,
    // Summed first, where b was broadcast: the sign is then a pass over less.
    () => unbroadcast(upstream, b.shape).neg(),
  ]),
  multiply: binary("mul", "Mul", (a, b, _y, upstream) =>
    a === b
      ? // One part of 2·x instead of two of x, which would be added up.
        [() => doubled(upstream).mul(a), () => null]
      : [() => upstream.mul(b), () => upstream.mul(a)],
  ),
  divide: binary("div", "Div", (_a, b, y, upstream) => [
    () => upstream.div(b),
    () => unbroadcast(upstream.mul(y), b.shape).div(b).neg(),
  ]),
  /** The larger of two; at a tie the gradient goes to the first. */
  maximum: binary("maximum", "Max", (a, b, _y, upstream) => [
    () => a.less(b).where(0, upstream),
    () => a.less(b).where(upstream, 0),
  ]),
  /** The smaller of two; at a tie the gradient goes to the first. */
  minimum: binary("minimum", "Min", (a, b, _y, upstream) => [
    () => a.greater(b).where(0, upstream),
    () => a.greater(b).where(upstream, 0),
  ]),

  less: comparison("less", "Less"),
  greater: comparison("greater", "Greater"),
  equal: comparison("equal", "Equal"),
  and: logical("and", "And"),
  or: logical("or", "Or"),
  not: primitive<None>({
    infer([x]) {
      if (x!.dtype !== "bool") throw new ShapeError("not", [x!], "needs bool");
      return x!;
    },
    gradient: (): readonly (Tensor | null)[] => [null],
    onnx: (emit, [x]) => emit.node("Not", [x!.name]),
  }),

  /** The second operand where the first, a bool, is true; the third elsewhere. */
  select: primitive<None>({
    infer([condition, a, b]) {
      if (condition!.dtype !== "bool")
        throw new ShapeError("where", [condition!], "the condition must be bool");
      const branches = inferBinary("where", [a!, b!], [...NUMERIC, "bool"]);
      const shape = broadcastShapes(condition!.shape, branches.shape);
      if (shape === undefined) {
        throw new ShapeError("where", [condition!, a!, b!], "the shapes do not broadcast");
      }
      return { shape, dtype: branches.dtype };
    },
    gradient({ inputs: [condition, a, b] }, upstream, needed): readonly (Tensor | null)[] {
      return [
        null,
        needed[1] ? unbroadcast(condition!.where(upstream, 0), a!.shape) : null,
        needed[2] ? unbroadcast(condition!.where(0, upstream), b!.shape) : null,
      ];
    },
    onnx(emit, [condition, a, b]) {
      if (a!.dtype !== "bool") return emit.node("Where", [condition!.name, a!.name, b!.name]);
      // ONNX Runtime has no Where of bools: (condition ∧ a) ∨ (¬condition ∧ b).
      const yes = emit.node("And", [condition!.name, a!.name]);
      const no = emit.node("And", [emit.node("Not", [condition!.name]), b!.name]);
      return emit.node("Or", [yes, no]);
    },
  }),

  /** Another element type; a bool becomes 0 or 1. */
  cast: primitive<{ readonly to: DataType }>({
    infer: ([x], { to }) => ({ shape: x!.shape, dtype: to }),
    gradient: (): readonly (Tensor | null)[] => [null],
    onnx: (emit, [x], { to }) => emit.node("Cast", [x!.name], { to: { int: onnxTypes[to] } }),
  }),

  /** Its operand, behind which no gradient flows. */
  stopGradient: primitive<None>({
    infer: ([x]) => x!,
    gradient: (): readonly (Tensor | null)[] => [null],
    onnx: (_emit, [x]) => x!.name,
  }),
};

/** ONNX's numbers of the element types (TensorProto.DataType). */
export const onnxTypes: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
};
