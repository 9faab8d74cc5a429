// The convolution family on channel-major operands: [C, N, H, W] in, [O, N, H', W'] out. (The forms on the natural
// layout are the primitives' own.)
//
// A batch laid end to end is one tall image. Between two images stand enough rows of zeros that no filter sees
// both, and each image takes a number of rows that the stride divides, so that every image's response begins at a
// fixed row; what the filter computes across the gaps is cut away.

import type { AttributesOf, Emitter, Operand, Shape } from "../tensor/index.ts";

type Attributes = AttributesOf<"convolve">;
interface Turned {
  readonly name: string;
  /** Lengths of C, N, H, W. */
  readonly shape: Shape;
}

const reach = (kernel: number, dilation: number) => dilation * (kernel - 1) + 1;
const roundUp = (value: number, step: number) => Math.ceil(value / step) * step;

/** Puts rows of zeros behind each image and makes the batch one image [1, C, N·rows, W]. */
function stack(emit: Emitter, { name, shape }: Turned, rows: number): string {
  const [channels, images, height, width] = shape as [number, number, number, number];
  const padded = pad(emit, name, [0, 0, 0, 0], [0, 0, rows - height, 0]);
  return emit.node("Reshape", [padded, emit.integers([1, channels, images * rows, width])]);
}

/** The inverse: [1, C, N·rows, W] to [C, N, height, W], rows from `top` on kept. */
function unstack(
  emit: Emitter,
  name: string,
  [channels, images, height, width]: readonly [number, number, number, number],
  { rows, top }: { rows: number; top: number },
): string {
  const apart = emit.node("Reshape", [name, emit.integers([channels, images, rows, width])]);
  if (rows === height && top === 0) return apart;
  return emit.node("Slice", [apart, emit.integers([top]), emit.integers([top + height]), emit.integers([2])]);
}

/** Responses [O, N, H', W'] of channel-major images. */
export function convolveTurned(
  emit: Emitter,
  x: Turned,
  filter: Operand,
  { strides, pads, dilations }: Attributes,
  response: readonly [number, number],
): string {
  const [, images, height] = x.shape as [number, number, number, number];
  const [outputs, , kernel] = filter.shape as [number, number, number, number];
  const [stride] = strides;
  const covered = reach(kernel, dilations[0]);
  // Rows an image takes: it and the zeros that the next one's first response sees; its own last response; and at
  // least as many as its responses step over.
  const least = [height + pads[0], (response[0] - 1) * stride + covered - pads[0], response[0] * stride];
  const rows = roundUp(Math.max(...least), stride);
  const tall = stack(emit, x, rows);
  // Zeros at the very end, so that the last image too has a response for each step.
  const bottom = Math.max(covered - stride - pads[0], 0);
  const counted = Math.floor((images * rows + pads[0] + bottom - covered) / stride) + 1;
  const wanted = (images * rows) / stride;
  const responses = emit.node("Conv", [tall, filter.name], {
    strides: { ints: strides },
    pads: { ints: [pads[0], pads[1], bottom, pads[3]] },
    dilations: { ints: dilations },
  });
  const kept =
    counted === wanted
      ? responses
      : emit.node("Slice", [responses, emit.integers([0]), emit.integers([wanted]), emit.integers([2])]);
  return unstack(emit, kept, [outputs, images, ...response], { rows: rows / stride, top: 0 });
}

/** Images [C, N, H, W] of channel-major responses: the transposed convolution. */
export function convolveInputTurned(
  emit: Emitter,
  y: Turned,
  filter: Operand,
  { strides, pads, dilations, size }: Attributes,
): string {
  const [, images, height, width] = y.shape as [number, number, number, number];
  const [, channels, kernel, kernelWidth] = filter.shape as [number, number, number, number];
  const [stride] = strides;
  // Rows of responses that an image takes, so that what the filter spreads stays within its own rows.
  const spread = Math.max((height - 1) * stride + reach(kernel, dilations[0]), size[0] + pads[0]);
  const rows = Math.ceil(spread / stride);
  const tall = stack(emit, y, rows);
  const covered = (images * rows - 1) * stride + reach(kernel, dilations[0]);
  const wanted = images * rows * stride;
  const coveredWidth = (width - 1) * strides[1] + reach(kernelWidth, dilations[1]);
  const spreadOut = emit.node("ConvTranspose", [tall, filter.name], {
    strides: { ints: strides },
    dilations: { ints: dilations },
    pads: { ints: [0, pads[1], Math.max(covered - wanted, 0), pads[3]] },
    output_padding: { ints: [Math.max(wanted - covered, 0), size[1] - (coveredWidth - pads[1] - pads[3])] },
  });
  return unstack(emit, spreadOut, [channels, images, size[0], size[1]], {
    rows: wanted / images,
    top: pads[0],
  });
}

/**
 * Filters' gradient [O, C, kH, kW] from channel-major images and responses.
 *
 * Written as a convolution with its axes exchanged it has only kH·kW outputs an image, which two threads share
 * down to the cache line: measured at 7 ms on one thread, and at 30 on two. So where the stride divides the kernel it is
 * one matrix product over all positions instead. The images are taken apart into their stride² phases; a filter's
 * element then pairs every response with one phase at a fixed distance, so the responses, in rows as long as the
 * phases' and with zeros behind, are moved by that distance along one flat axis:
 *   w[o, c, a·s + p, b·s + q] = Σ_l y[o, l − (a·Q + b)]·phase[p, q, c][l]
 */
export function convolveFilterTurned(emit: Emitter, x: Turned, y: Turned, attributes: Attributes): string {
  const { strides, dilations, size } = attributes;
  const [stride] = strides;
  const divides = size[0] % stride === 0 && size[1] % stride === 0;
  const plain = strides[1] === stride && dilations[0] === 1 && dilations[1] === 1;
  if (plain && divides && x.shape[0]! >= LEAST_CHANNELS) return filterProduct(emit, x, y, attributes);
  return filterConvolution(emit, x, y, attributes);
}

/** Images of fewer channels make too narrow a product. */
const LEAST_CHANNELS = 3;

function filterConvolution(emit: Emitter, x: Turned, y: Turned, attributes: Attributes): string {
  const { strides, pads, dilations, size } = attributes;
  const whole = emit.node("Conv", [x.name, y.name], {
    strides: { ints: dilations },
    pads: { ints: pads },
    dilations: { ints: strides },
  });
  const kept = emit.node("Slice", [whole, emit.integers([0, 0]), emit.integers(size), emit.integers([2, 3])]);
  return emit.node("Transpose", [kept], { perm: { ints: [1, 0, 2, 3] } });
}

function filterProduct(emit: Emitter, x: Turned, y: Turned, { strides, pads, size }: Attributes): string {
  const [stride] = strides;
  const [channels, images, height, width] = x.shape as [number, number, number, number];
  const [outputs, , responseHeight, responseWidth] = y.shape as [number, number, number, number];
  const [down, across] = [size[0] / stride, size[1] / stride];
  // Rows and columns of a phase: as many as the responses and the filter's reach beyond them.
  const [rows, columns] = [responseHeight + down - 1, responseWidth + across - 1];
  const length = images * rows * columns;

  const framed = pad(
    emit,
    x.name,
    [0, 0, pads[0], pads[1]],
    [0, 0, stride * rows - height - pads[0], stride * columns - width - pads[1]],
  );
  const tall = emit.node("Reshape", [
    framed,
    emit.integers([1, channels, images * stride * rows, stride * columns]),
  ]);
  const apart = stride === 1 ? tall : emit.node("SpaceToDepth", [tall], { blocksize: { int: stride } });
  const phases = emit.node("Reshape", [apart, emit.integers([stride * stride * channels, length])]);

  const spread = pad(emit, y.name, [0, 0, 0, 0], [0, 0, down - 1, across - 1]);
  const flat = emit.node("Reshape", [spread, emit.integers([outputs, length])]);
  const farthest = (down - 1) * columns + across - 1;
  const led = pad(emit, flat, [0, farthest], [0, 0]);
  const moved: string[] = [];
  for (let a = 0; a < down; a++) {
    for (let b = 0; b < across; b++) {
      const start = farthest - (a * columns + b);
      moved.push(
        emit.node("Slice", [
          led,
          emit.integers([start]),
          emit.integers([start + length]),
          emit.integers([1]),
        ]),
      );
    }
  }
  const shifted = moved.length === 1 ? moved[0]! : emit.node("Concat", moved, { axis: { int: 0 } });
  const product = emit.node("Gemm", [shifted, phases], { transB: { int: 1 } });

  // From [a, b, O, p, q, C] to [O, C, a, p, b, q], by turns that move whole blocks.
  const turn = (value: string, shape: readonly number[], permutation: readonly number[]) =>
    emit.node("Transpose", [emit.node("Reshape", [value, emit.integers(shape)])], {
      perm: { ints: permutation },
    });
  const area = stride * stride;
  const byOutput = turn(product, [down * across, outputs, area * channels], [1, 0, 2]);
  const byRow = turn(byOutput, [outputs * down, across, stride, stride * channels], [0, 2, 1, 3]);
  const last = turn(byRow, [outputs, size[0] * size[1], channels], [0, 2, 1]);
  return emit.node("Reshape", [last, emit.integers([outputs, channels, ...size])]);
}

/** Zeros before and after each axis; a negative count cuts away. */
function pad(emit: Emitter, value: string, before: readonly number[], after: readonly number[]): string {
  if ([...before, ...after].every((count) => count === 0)) return value;
  return emit.node("Pad", [value, emit.integers([...before, ...after])], { mode: { string: "constant" } });
}
