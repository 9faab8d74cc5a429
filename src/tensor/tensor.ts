// A symbolic tensor: a node of a graph that is built once, differentiated, written as ONNX and run many times.
// It holds no numbers. Every method adds a node and returns it.

import { UserError } from "../errors.ts";
import { currentOrigin, type Origin } from "./origin.ts";
import type { PrimitiveDefinition } from "./primitive.ts";
import { type AttributesOf, type PrimitiveName, primitives } from "./primitives/index.ts";
import type { ConvolutionAttributes } from "./primitives/products.ts";
import { type DataType, normaliseAxes, type Shape, ShapeError, sizeOf, type TensorType } from "./shape.ts";

/** A tensor, or a number that becomes a scalar of the other operand's element type. */
export type TensorLike = Tensor | number;

let nextId = 0;

/** Adds a node to the graph. */
export function apply<Name extends PrimitiveName>(
  name: Name,
  inputs: readonly Tensor[],
  attributes: AttributesOf<Name>,
): Tensor {
  const definition = primitives[name] as PrimitiveDefinition<AttributesOf<Name>>;
  return new Tensor(name, inputs, attributes, definition.infer(inputs, attributes));
}

/**
 * A value of known shape and element type that a program will compute.
 *
 * @example
 * const x = input("x", [32, 784]);
 * const weights = input("w", [784, 10]);
 * const loss = x.matmul(weights).square().mean();
 * const [slope] = gradients(loss, [weights]);
 */
export class Tensor implements TensorType {
  /** Order of creation; a node's operands have smaller ones. */
  readonly id: number;
  readonly primitive: PrimitiveName;
  readonly inputs: readonly Tensor[];
  readonly attributes: unknown;
  readonly shape: Shape;
  readonly dtype: DataType;
  /** Where it was written down. */
  readonly origin: Origin;

  constructor(primitive: PrimitiveName, inputs: readonly Tensor[], attributes: unknown, type: TensorType) {
    this.id = nextId++;
    this.primitive = primitive;
    this.inputs = inputs;
    this.attributes = attributes;
    this.shape = type.shape;
    this.dtype = type.dtype;
    this.origin = currentOrigin();
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  // Arithmetic, with NumPy's broadcasting.

  add(other: TensorLike): Tensor {
    return apply("add", [this, this.like(other)], {});
  }
  sub(other: TensorLike): Tensor {
    return apply("subtract", [this, this.like(other)], {});
  }
  mul(other: TensorLike): Tensor {
    return apply("multiply", [this, this.like(other)], {});
  }
  div(other: TensorLike): Tensor {
    return apply("divide", [this, this.like(other)], {});
  }
  maximum(other: TensorLike): Tensor {
    return apply("maximum", [this, this.like(other)], {});
  }
  minimum(other: TensorLike): Tensor {
    return apply("minimum", [this, this.like(other)], {});
  }
  neg(): Tensor {
    return apply("negate", [this], {});
  }
  abs(): Tensor {
    return apply("absolute", [this], {});
  }
  sign(): Tensor {
    return apply("sign", [this], {});
  }
  floor(): Tensor {
    return apply("floor", [this], {});
  }
  reciprocal(): Tensor {
    return apply("reciprocal", [this], {});
  }
  exp(): Tensor {
    return apply("exponential", [this], {});
  }
  /** Natural logarithm. */
  log(): Tensor {
    return apply("logarithm", [this], {});
  }
  sqrt(): Tensor {
    return apply("squareRoot", [this], {});
  }
  square(): Tensor {
    return this.mul(this);
  }
  /** This to a constant power. */
  pow(exponent: number): Tensor {
    if (exponent === 1) return this;
    if (exponent === 2) return this.square();
    return apply("power", [this], { exponent });
  }
  /** min(max(this, minimum), maximum); no gradient flows outside. */
  clip(minimum: number, maximum: number): Tensor {
    return apply("clip", [this], { minimum, maximum });
  }

  // Activations.

  tanh(): Tensor {
    return apply("hyperbolicTangent", [this], {});
  }
  sigmoid(): Tensor {
    return apply("sigmoid", [this], {});
  }
  /** log(1 + eˣ) */
  softplus(): Tensor {
    return apply("softplus", [this], {});
  }
  relu(): Tensor {
    return apply("relu", [this], {});
  }
  leakyRelu(slope = 0.2): Tensor {
    return apply("leakyRelu", [this], { slope });
  }
  /** 1 where positive, `below` elsewhere. */
  step(below = 0): Tensor {
    return apply("step", [this], { below });
  }
  /** x where x > 0, α(eˣ − 1) elsewhere (Clevert et al. 2016). */
  elu(alpha = 1): Tensor {
    const negative = this.minimum(0).exp().sub(1).mul(alpha);
    return this.greater(0).where(this, negative);
  }
  /** Klambauer et al. 2017. */
  selu(): Tensor {
    return this.elu(1.6732632423543772).mul(1.0507009873554805);
  }
  /** x·Φ(x) with the exact error function (Hendrycks, Gimpel 2016). */
  gelu(): Tensor {
    return this.mul(this.mul(Math.SQRT1_2).erf().add(1).mul(0.5));
  }
  /** x·sigmoid(x) (Elfwing et al. 2018). */
  silu(): Tensor {
    return this.mul(this.sigmoid());
  }
  erf(): Tensor {
    return apply("errorFunction", [this], {});
  }

  // Comparisons and choices.

  less(other: TensorLike): Tensor {
    return apply("less", [this, this.like(other)], {});
  }
  greater(other: TensorLike): Tensor {
    return apply("greater", [this, this.like(other)], {});
  }
  equal(other: TensorLike): Tensor {
    return apply("equal", [this, this.like(other)], {});
  }
  and(other: Tensor): Tensor {
    return apply("and", [this, other], {});
  }
  or(other: Tensor): Tensor {
    return apply("or", [this, other], {});
  }
  not(): Tensor {
    return apply("not", [this], {});
  }
  /** Where this bool is true the first, elsewhere the second. */
  where(yes: TensorLike, no: TensorLike): Tensor {
    const dtype = yes instanceof Tensor ? yes.dtype : no instanceof Tensor ? no.dtype : "float32";
    return apply("select", [this, toTensor(yes, dtype), toTensor(no, dtype)], {});
  }
  cast(to: DataType): Tensor {
    return to === this.dtype ? this : apply("cast", [this], { to });
  }
  /** The same value, behind which no gradient flows. */
  stopGradient(): Tensor {
    return apply("stopGradient", [this], {});
  }

  // Reductions, over all axes unless some are named; negative axes count from the last.

  sum(axes?: readonly number[] | number, options: { keepDimensions?: boolean } = {}): Tensor {
    const over = this.axes("sum", axes);
    const keepDimensions = options.keepDimensions ?? false;
    if (over.length === 0) return this;
    return apply("sum", [this], { axes: over, keepDimensions });
  }
  mean(axes?: readonly number[] | number, options: { keepDimensions?: boolean } = {}): Tensor {
    const over = this.axes("mean", axes);
    const count = over.reduce((product, axis) => product * this.shape[axis]!, 1);
    return this.sum(over, options).mul(1 / count);
  }
  max(axes?: readonly number[] | number, options: { keepDimensions?: boolean } = {}): Tensor {
    const over = this.axes("max", axes);
    const keepDimensions = options.keepDimensions ?? false;
    if (over.length === 0) return this;
    return apply("max", [this], { axes: over, keepDimensions });
  }
  /** log Σ eˣ, computed without overflow. */
  logSumExp(axes?: readonly number[] | number, options: { keepDimensions?: boolean } = {}): Tensor {
    const over = this.axes("logSumExp", axes);
    const largest = this.max(over, { keepDimensions: true }).stopGradient();
    const result = this.sub(largest).exp().sum(over, { keepDimensions: true }).log().add(largest);
    return options.keepDimensions
      ? result
      : result.reshape(this.shape.filter((_, axis) => !over.includes(axis)));
  }
  /** log softmax along one axis, the last unless told. */
  logSoftmax(axis = -1): Tensor {
    const over = this.axes("logSoftmax", axis);
    // Not x − logSumExp(x), which loses the digits that large elements have in common.
    const centred = this.sub(this.max(over, { keepDimensions: true }).stopGradient());
    return centred.sub(centred.exp().sum(over, { keepDimensions: true }).log());
  }
  softmax(axis = -1): Tensor {
    return this.logSoftmax(axis).exp();
  }
  /** Index of the largest along one axis, as int32. */
  argMax(axis = -1): Tensor {
    return apply("argMax", [this], { axis: this.axes("argMax", axis)[0]! });
  }

  // Products.

  /** Matrix product over the last two axes, either operand transposed on demand; leading axes broadcast. */
  matmul(other: Tensor, options: { transposeA?: boolean; transposeB?: boolean } = {}): Tensor {
    return apply("matmul", [this, other], {
      transposeA: options.transposeA ?? false,
      transposeB: options.transposeB ?? false,
    });
  }
  /** Cross-correlation of images [N, C, H, W] with filters [O, C, kH, kW]; see primitives/products.ts. */
  convolve(filters: Tensor, attributes: ConvolutionAttributes): Tensor {
    return apply("convolve", [this, filters], attributes);
  }
  /** Transposed convolution of responses [N, O, H', W'] with filters [O, C, kH, kW], to images of `size`. */
  convolveInput(filters: Tensor, attributes: ConvolutionAttributes): Tensor {
    return apply("convolveInput", [this, filters], attributes);
  }
  /** Gradient for the filters, of `size`, given these images and the gradient of the responses. */
  convolveFilter(responses: Tensor, attributes: ConvolutionAttributes): Tensor {
    return apply("convolveFilter", [this, responses], attributes);
  }

  // Shape.

  /** The same elements in another shape; one length may be −1 and is worked out. */
  reshape(shape: Shape): Tensor {
    const open = shape.indexOf(-1);
    let full = shape;
    if (open >= 0) {
      const known = -sizeOf(shape);
      full = shape.map((length, axis) => (axis === open ? this.size / known : length));
    }
    if (!full.every((length) => Number.isInteger(length) && length >= 0)) {
      throw new ShapeError(
        "reshape",
        [this],
        `[${shape.join(", ")}] does not divide its ${this.size} elements`,
      );
    }
    if (full.length === this.rank && full.every((length, axis) => length === this.shape[axis])) return this;
    return apply("reshape", [this], { shape: full });
  }
  /** All axes but the first, the batch, made one. */
  flatten(): Tensor {
    return this.reshape([this.shape[0]!, sizeOf(this.shape.slice(1))]);
  }
  /** Axes in another order; reversed unless told. */
  transpose(permutation?: readonly number[]): Tensor {
    const order = permutation ?? this.shape.map((_, axis) => this.rank - 1 - axis);
    return order.every((axis, index) => axis === index) && order.length === this.rank
      ? this
      : apply("transpose", [this], { permutation: order });
  }
  broadcastTo(shape: Shape): Tensor {
    return shape.length === this.rank && shape.every((length, axis) => length === this.shape[axis])
      ? this
      : apply("broadcast", [this], { shape });
  }
  /** Elements from `starts` up to, not including, `ends`; one number for each axis. */
  slice(starts: readonly number[], ends: readonly number[]): Tensor {
    const whole = starts.every((start, axis) => start === 0 && ends[axis] === this.shape[axis]);
    return whole && starts.length === this.rank ? this : apply("slice", [this], { starts, ends });
  }
  /** Equal parts along an axis. */
  split(parts: number, axis = -1): Tensor[] {
    const [along] = this.axes("split", axis);
    const length = this.shape[along!]!;
    if (length % parts !== 0)
      throw new ShapeError("split", [this], `axis ${axis} does not divide by ${parts}`);
    const step = length / parts;
    return Array.from({ length: parts }, (_, part) =>
      this.slice(
        this.shape.map((_, other) => (other === along ? part * step : 0)),
        this.shape.map((full, other) => (other === along ? (part + 1) * step : full)),
      ),
    );
  }
  /** Zeros before and after each axis. */
  pad(counts: readonly (readonly [number, number])[]): Tensor {
    if (counts.length === this.rank && counts.every(([before, after]) => before === 0 && after === 0))
      return this;
    return apply("pad", [this], {
      before: counts.map(([before]) => before),
      after: counts.map(([, after]) => after),
    });
  }
  /** Rows picked along the first axis by int32 indices. */
  gather(indices: Tensor): Tensor {
    return apply("gather", [this, indices], {});
  }
  /** Adds these rows onto `rows` rows of zeros at int32 indices. */
  scatterAdd(indices: Tensor, rows: number): Tensor {
    return apply("scatterAdd", [this, indices], { rows });
  }
  /** A new last axis with 1 at each of these int32 indices. */
  oneHot(depth: number): Tensor {
    return apply("oneHot", [this], { depth });
  }

  private like(other: TensorLike): Tensor {
    return toTensor(other, this.dtype);
  }

  private axes(operation: string, axes: readonly number[] | number | undefined): readonly number[] {
    const asked =
      axes === undefined ? this.shape.map((_, axis) => axis) : typeof axes === "number" ? [axes] : axes;
    const result = normaliseAxes(asked, this.rank);
    if (result === undefined) {
      throw new ShapeError(operation, [this], `has no axes [${asked.join(", ")}], or one is named twice`);
    }
    return result;
  }
}

function toTensor(value: TensorLike, dtype: DataType): Tensor {
  return value instanceof Tensor ? value : constant(value, { dtype });
}

/** A value given from outside, by name. */
export function input(name: string, shape: Shape, dtype: DataType = "float32"): Tensor {
  return apply("input", [], { name, shape, dtype });
}

/**
 * A constant: a number, or a flat list of numbers with its shape.
 *
 * @example
 * constant([1, 2, 3, 4], { shape: [2, 2] });
 */
export function constant(
  value: number | ArrayLike<number>,
  options: { shape?: Shape; dtype?: DataType } = {},
): Tensor {
  const data = typeof value === "number" ? [value] : value;
  const shape = options.shape ?? (typeof value === "number" ? [] : [data.length]);
  return apply("constant", [], { data, shape, dtype: options.dtype ?? "float32" });
}

/** Zeros of a shape. */
export function zeros(shape: Shape): Tensor {
  return constant(0).broadcastTo(shape);
}

/** Ones of a shape. */
export function ones(shape: Shape): Tensor {
  return constant(1).broadcastTo(shape);
}

/** Tensors joined along an axis. */
export function concat(tensors: readonly Tensor[], axis = -1): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new UserError("concat needs at least one tensor");
  if (tensors.length === 1) return first;
  return apply("concatenate", tensors, { axis: axis < 0 ? axis + first.rank : axis });
}
