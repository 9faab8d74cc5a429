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
  const padded =
    rows === height
      ? name
      : emit.node("Pad", [name, emit.integers([0, 0, 0, 0, 0, 0, rows - height, 0])], {
          mode: { string: "constant" },
        });
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

/** Filters' gradient [O, C, kH, kW] from channel-major images and responses. */
export function convolveFilterTurned(
  emit: Emitter,
  x: Turned,
  y: Turned,
  { strides, pads, dilations, size }: Attributes,
): string {
  const whole = emit.node("Conv", [x.name, y.name], {
    strides: { ints: dilations },
    pads: { ints: pads },
    dilations: { ints: strides },
  });
  const kept = emit.node("Slice", [whole, emit.integers([0, 0]), emit.integers(size), emit.integers([2, 3])]);
  return emit.node("Transpose", [kept], { perm: { ints: [1, 0, 2, 3] } });
}
