// Products: matrices, and the convolution family.
//
// Convolution is one trilinear form T(x, w, y) = Σ x·w·y over images x, filters w and responses y, seen from
// three sides:
//   convolve          y = ∂T/∂y   from (x, w)
//   convolveInput     x = ∂T/∂x   from (y, w)    the gradient for the input; also the transposed convolution
//   convolveFilter    w = ∂T/∂w   from (x, y)    the gradient for the filter
// Because T is linear in each argument, the gradients of each of the three are the other two, so the family is
// closed under differentiation: second derivatives (gradient penalties) need no further operator.
//
// Shapes: x [N, C, H, W]; w [O, C, kH, kW]; y [N, O, H', W'] with
// H' = ⌊(H + pad before + pad after − dilation·(kH − 1) − 1) / stride⌋ + 1.
// The ONNX forms here are the plain ones; the onnx level may replace them by faster ones.

import { type PrimitiveDefinition, primitive, unbroadcast } from "../primitive.ts";
import { broadcastShapes, ShapeError, type TensorType } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

export interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Where the filter stands: two axes each, height first. */
export interface ConvolutionAttributes {
  readonly strides: readonly [number, number];
  /** Zeros before and after: top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  /** Lengths of the side that cannot be told from the operands: [H, W] of x, or [kH, kW] of w. */
  readonly size: readonly [number, number];
}

/** Length of the response along one axis. */
export function responseLength(
  input: number,
  kernel: number,
  { stride, before, after, dilation }: { stride: number; before: number; after: number; dilation: number },
): number {
  return Math.floor((input + before + after - dilation * (kernel - 1) - 1) / stride) + 1;
}

function responseSize(
  input: readonly [number, number],
  kernel: readonly [number, number],
  { strides, pads, dilations }: ConvolutionAttributes,
): [number, number] {
  const along = (axis: 0 | 1) =>
    responseLength(input[axis], kernel[axis], {
      stride: strides[axis],
      before: pads[axis]!,
      after: pads[axis + 2]!,
      dilation: dilations[axis],
    });
  return [along(0), along(1)];
}

function checkOperands(
  operation: string,
  inputs: readonly TensorType[],
  { strides, pads, dilations }: ConvolutionAttributes,
  size: readonly number[] = [],
) {
  for (const input of inputs) {
    if (input.dtype !== "float32" || input.shape.length !== 4) {
      throw new ShapeError(operation, inputs, "needs two float32 tensors of four axes");
    }
  }
  const whole = (least: number) => (value: number) => Number.isInteger(value) && value >= least;
  if (![...strides, ...dilations, ...size].every(whole(1)) || !pads.every(whole(0))) {
    const given = `strides ${strides.join("×")}, dilations ${dilations.join("×")}, pads ${pads.join(", ")}`;
    throw new ShapeError(
      operation,
      inputs,
      `strides, dilations and sizes are whole numbers from 1 and pads from 0; given were ${given}` +
        (size.length > 0 ? `, size ${size.join("×")}` : ""),
    );
  }
}

function checkResponse(
  operation: string,
  inputs: readonly TensorType[],
  actual: readonly [number, number],
  expected: readonly [number, number],
) {
  if (expected[0] < 1 || expected[1] < 1) {
    throw new ShapeError(operation, inputs, "the kernel is larger than the padded image");
  }
  if (actual[0] !== expected[0] || actual[1] !== expected[1]) {
    throw new ShapeError(
      operation,
      inputs,
      `a response of ${actual.join("×")} does not fit; these strides and pads give ${expected.join("×")}`,
    );
  }
}

type Convolution = PrimitiveDefinition<ConvolutionAttributes>;

const attributesOf = ({ strides, pads, dilations }: ConvolutionAttributes) => ({
  strides: { ints: strides },
  pads: { ints: pads },
  dilations: { ints: dilations },
});

const last = (shape: readonly number[]): readonly [number, number] => [shape[2]!, shape[3]!];

const convolve: Convolution = primitive({
  infer(inputs, attributes) {
    checkOperands("conv", inputs, attributes);
    const [x, w] = inputs as [TensorType, TensorType];
    if (x.shape[1] !== w.shape[1]) {
      throw new ShapeError("conv", inputs, `${x.shape[1]} input channels meet a filter for ${w.shape[1]}`);
    }
    const size = responseSize(last(x.shape), last(w.shape), attributes);
    checkResponse("conv", inputs, size, size);
    return { shape: [x.shape[0]!, w.shape[0]!, ...size], dtype: "float32" };
  },
  gradient({ inputs: [x, w], attributes }, upstream, needed) {
    return [
      needed[0] ? upstream.convolveInput(w!, { ...attributes, size: last(x!.shape) }) : null,
      needed[1] ? x!.convolveFilter(upstream, { ...attributes, size: last(w!.shape) }) : null,
    ];
  },
  onnx: (emit, [x, w], attributes) => emit.node("Conv", [x!.name, w!.name], attributesOf(attributes)),
});

const convolveInput: Convolution = primitive({
  infer(inputs, attributes) {
    checkOperands("transposed conv", inputs, attributes, attributes.size);
    const [y, w] = inputs as [TensorType, TensorType];
    if (y.shape[1] !== w.shape[0]) {
      throw new ShapeError(
        "transposed conv",
        inputs,
        `${y.shape[1]} input channels meet a filter for ${w.shape[0]}`,
      );
    }
    const expected = responseSize(attributes.size, last(w.shape), attributes);
    checkResponse("transposed conv", inputs, last(y.shape), expected);
    return { shape: [y.shape[0]!, w.shape[1]!, ...attributes.size], dtype: "float32" };
  },
  gradient({ inputs: [y, w], attributes }, upstream, needed) {
    return [
      needed[0] ? upstream.convolve(w!, { ...attributes, size: last(y!.shape) }) : null,
      needed[1] ? upstream.convolveFilter(y!, { ...attributes, size: last(w!.shape) }) : null,
    ];
  },
  onnx(emit, [y, w], attributes) {
    const { strides, pads, dilations, size } = attributes;
    const extra = ([0, 1] as const).map((axis) => {
      const covered =
        (y!.shape[axis + 2]! - 1) * strides[axis] + dilations[axis] * (w!.shape[axis + 2]! - 1) + 1;
      return size[axis] - (covered - pads[axis]! - pads[axis + 2]!);
    });
    return emit.node("ConvTranspose", [y!.name, w!.name], {
      ...attributesOf(attributes),
      output_padding: { ints: extra },
    });
  },
});

const convolveFilter: Convolution = primitive({
  infer(inputs, attributes) {
    checkOperands("filter gradient of conv", inputs, attributes, attributes.size);
    const [x, y] = inputs as [TensorType, TensorType];
    if (x.shape[0] !== y.shape[0]) {
      throw new ShapeError("filter gradient of conv", inputs, "the numbers of images differ");
    }
    const expected = responseSize(last(x.shape), attributes.size, attributes);
    checkResponse("filter gradient of conv", inputs, last(y.shape), expected);
    return { shape: [y.shape[1]!, x.shape[1]!, ...attributes.size], dtype: "float32" };
  },
  gradient({ inputs: [x, y], attributes }, upstream, needed) {
    return [
      needed[0] ? y!.convolveInput(upstream, { ...attributes, size: last(x!.shape) }) : null,
      needed[1] ? x!.convolve(upstream, { ...attributes, size: last(y!.shape) }) : null,
    ];
  },
  // A convolution whose batch and channel axes change places, with stride and dilation exchanged:
  // w[o, c, i, j] = Σ_n,h,v x[n, c, h·stride + i·dilation − pad, …]·y[n, o, h, v].
  onnx(emit, [x, y], { strides, pads, dilations, size }) {
    const swap = { perm: { ints: [1, 0, 2, 3] } };
    const images = emit.node("Transpose", [x!.name], swap);
    const kernels = emit.node("Transpose", [y!.name], swap);
    const whole = emit.node("Conv", [images, kernels], {
      strides: { ints: dilations },
      pads: { ints: pads },
      dilations: { ints: strides },
    });
    const kept = emit.node("Slice", [
      whole,
      emit.integers([0, 0]),
      emit.integers(size),
      emit.integers([2, 3]),
    ]);
    return emit.node("Transpose", [kept], swap);
  },
});

const matmul: PrimitiveDefinition<MatmulAttributes> = primitive({
  infer(inputs, { transposeA, transposeB }) {
    const [a, b] = inputs as [TensorType, TensorType];
    if (a.dtype !== "float32" || b.dtype !== "float32" || a.shape.length < 2 || b.shape.length < 2) {
      throw new ShapeError("matmul", inputs, "needs two float32 tensors of at least two axes");
    }
    const [rows, inner] = turned(a.shape, transposeA);
    const [innerB, columns] = turned(b.shape, transposeB);
    if (inner !== innerB) {
      throw new ShapeError("matmul", inputs, `inner lengths ${inner} and ${innerB} differ`);
    }
    const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (leading === undefined) throw new ShapeError("matmul", inputs, "the leading axes do not broadcast");
    return { shape: [...leading, rows, columns], dtype: "float32" };
  },
  gradient({ inputs, attributes: { transposeA, transposeB } }, upstream, needed) {
    const [a, b] = inputs as [Tensor, Tensor];
    const forA = () =>
      transposeA
        ? b.matmul(upstream, { transposeA: transposeB, transposeB: true })
        : upstream.matmul(b, { transposeB: !transposeB });
    const forB = () =>
      transposeB
        ? upstream.matmul(a, { transposeA: true, transposeB: transposeA })
        : a.matmul(upstream, { transposeA: !transposeA });
    return [needed[0] ? unbroadcast(forA(), a.shape) : null, needed[1] ? unbroadcast(forB(), b.shape) : null];
  },
  onnx(emit, [a, b], { transposeA, transposeB }) {
    if (a!.shape.length === 2 && b!.shape.length === 2) {
      return emit.node("Gemm", [a!.name, b!.name], {
        transA: { int: Number(transposeA) },
        transB: { int: Number(transposeB) },
      });
    }
    const [left, right] = [[a!, transposeA] as const, [b!, transposeB] as const].map(
      ([operand, transposed]) => {
        if (!transposed) return operand.name;
        const rank = operand.shape.length;
        const order = Array.from({ length: rank }, (_, axis) => axis);
        order[rank - 2] = rank - 1;
        order[rank - 1] = rank - 2;
        return emit.node("Transpose", [operand.name], { perm: { ints: order } });
      },
    );
    return emit.node("MatMul", [left!, right!]);
  },
});

function turned(shape: readonly number[], transposed: boolean): [number, number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}

export const products = { matmul, convolve, convolveInput, convolveFilter };
