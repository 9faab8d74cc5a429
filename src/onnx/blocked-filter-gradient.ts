// The gradient of a convolution for its filter, on blocked tensors: a matrix product over all positions of all images.
// The images are taken apart into their phases, and a filter's element at (a·s + p, b·s + q) pairs each response with
// the phase (p, q) a rows below and b columns to the right of it. (Written as a convolution with its axes exchanged it
// has only kH·kW outputs an image, too few to keep the processor's vectors busy.)

import type { Tensor } from "../tensor/index.ts";
import type { Values } from "./arrangement.ts";
import { REORDER_OUTPUT } from "./blocked-kernels.ts";
import type { BlockedWriter, ConvolutionAttributes, Lengths } from "./blocked-writer.ts";

export class BlockedFilterGradients {
  private readonly writer: BlockedWriter;

  constructor(writer: BlockedWriter) {
    this.writer = writer;
  }

  /** The filter's gradient [O, C, kH, kW], natural. */
  gradient(tensor: Tensor, values: Values): string {
    const [x, y] = tensor.inputs as [Tensor, Tensor];
    const { strides, dilations, size } = tensor.attributes as ConvolutionAttributes;
    const [channels, outputs] = [x.shape[1]!, y.shape[1]!];
    const isFew = channels < this.writer.block;
    const isPlain = isFew && (outputs % this.writer.block !== 0 || strides[0] !== strides[1]);
    if (isPlain || dilations.some((dilation) => dilation > 1)) return this.writer.plain(tensor, values);
    const product = isFew ? this.imageProducts(tensor, values) : this.positionProducts(tensor, values);

    // From [O, a, b, p, q, C] to [O, C, a, p, b, q], by turns that move whole rows.
    const reach = reachOf(tensor);
    const byRow = this.writer.transposed(
      this.writer.reshape(product, [outputs * reach[0], reach[1], strides[0], strides[1] * channels]),
      [0, 2, 1, 3],
    );
    const covered = [reach[0] * strides[0], reach[1] * strides[1]] as const;
    const last = this.writer.transposed(
      this.writer.reshape(byRow, [outputs, covered[0] * covered[1], channels]),
      [0, 2, 1],
    );
    return this.writer.cut(this.writer.reshape(last, [outputs, channels, ...covered]), 2, covered, size);
  }

  /**
   * A product for each shift, over the positions of all images: [O, a·b·p·q·C]. What the responses see is gathered
   * from images with their channels last, s columns of all channels at a time: of ONNX Runtime's ways to copy, the
   * one that is spread over threads.
   */
  private positionProducts(tensor: Tensor, values: Values): string {
    const [x, y] = tensor.inputs as [Tensor, Tensor];
    const { strides } = tensor.attributes as ConvolutionAttributes;
    const [images, channels] = x.shape as Lengths;
    const [, outputs, height, width] = y.shape as Lengths;
    const { before, after, rows, columns } = frameOf(tensor);
    const positions = images * height * width;
    const responses = this.writer.shared(`turned ${y.id}`, () =>
      this.writer.reshape(this.writer.transposed(values.natural(y), [1, 0, 2, 3]), [outputs, positions]),
    );
    const length = strides[1] * channels;
    const pieces = this.writer.shared(`pieces ${x.id} ${[...before, ...after, ...strides].join()}`, () => {
      const framed = this.writer.framed(this.channelsLast(x, values), [0, ...before, 0], [0, ...after, 0]);
      return this.writer.reshape(framed, [images * rows * strides[0] * columns, length]);
    });
    const nearest = this.writer.shared(
      `nearest ${[images, height, width, rows, columns, strides[0]].join()}`,
      () => {
        const indices: number[] = [];
        for (let image = 0; image < images; image++)
          for (let row = 0; row < height; row++)
            for (let column = 0; column < width; column++)
              for (let phase = 0; phase < strides[0]; phase++)
                indices.push(((image * rows + row) * strides[0] + phase) * columns + column);
        return this.writer.emit.constant({ shape: [indices.length], dtype: "int32" }, indices);
      },
    );
    const [down, across] = reachOf(tensor);
    const products = Array.from({ length: down * across }, (_, index) => {
      const [a, b] = [Math.floor(index / across), index % across];
      const further = this.writer.emit.constant({ shape: [], dtype: "int32" }, [
        a * strides[0] * columns + b,
      ]);
      const seen = this.writer.emit.node(
        "Gather",
        [pieces, this.writer.emit.node("Add", [nearest, further])],
        {
          axis: { int: 0 },
        },
      );
      return this.writer.emit.node("Gemm", [
        responses,
        this.writer.reshape(seen, [positions, strides[0] * length]),
      ]);
    });
    return this.writer.joined(products, 1);
  }

  /** [N, H, W, C]. */
  private channelsLast(x: Tensor, values: Values): string {
    const channels = x.shape[1]!;
    if (channels % this.writer.block !== 0) return this.writer.transposed(values.natural(x), [0, 2, 3, 1]);
    return this.writer.emit.node(REORDER_OUTPUT, [this.writer.reshape(values.arranged(x), x.shape)], {
      channels: { int: channels },
      channels_last: { int: 1 },
    });
  }

  /** Where images have few channels: a product for each image and each block of responses, [O, a·b·p·q·C]. */
  private imageProducts(tensor: Tensor, values: Values): string {
    const [x, y] = tensor.inputs as [Tensor, Tensor];
    const { strides } = tensor.attributes as ConvolutionAttributes;
    const [images, channels] = x.shape as Lengths;
    const [, outputs, height, width] = y.shape as Lengths;
    const { before, after } = frameOf(tensor);
    const framed = this.writer.framed(values.natural(x), [0, 0, ...before], [0, 0, ...after]);
    const phases = this.writer.emit.node("SpaceToDepth", [framed], { blocksize: { int: strides[0] } });
    const shifted = this.writer.joined(this.shifts(tensor, phases), 1);
    const reach = reachOf(tensor);
    const elements = reach[0] * reach[1] * strides[0] * strides[1] * channels;
    const [blocks, positions] = [outputs / this.writer.block, height * width];
    const products = this.writer.emit.node("MatMul", [
      this.writer.reshape(shifted, [images, 1, elements, positions]),
      this.writer.reshape(values.arranged(y), [images, blocks, positions, this.writer.block]),
    ]);
    const sum = this.writer.emit.node("ReduceSum", [products, this.writer.emit.integers([0])], {
      keepdims: { int: 0 },
    });
    return this.writer.transposed(this.writer.reshape(sum, [blocks, elements, this.writer.block]), [0, 2, 1]);
  }

  /** What the responses see of natural phases, for each shift (a, b). */
  private shifts(tensor: Tensor, phases: string): string[] {
    const [, , height, width] = tensor.inputs[1]!.shape as Lengths;
    const [down, across] = reachOf(tensor);
    if (down * across === 1) return [phases];
    const axes = this.writer.emit.integers([2, 3]);
    return Array.from({ length: down * across }, (_, index) => {
      const [a, b] = [Math.floor(index / across), index % across];
      const ends = this.writer.emit.integers([a + height, b + width]);
      return this.writer.emit.node("Slice", [phases, this.writer.emit.integers([a, b]), ends, axes]);
    });
  }
}

/** Shifts (a, b) by which a filter reaches beyond a response, in rows and columns of a phase. */
function reachOf({ attributes }: Tensor): readonly [number, number] {
  const { strides, size } = attributes as ConvolutionAttributes;
  return [Math.ceil(size[0] / strides[0]), Math.ceil(size[1] / strides[1])];
}

/** Zeros around images, such that each of their phases has a row for each response and for the filter's reach. */
function frameOf(tensor: Tensor) {
  const [x, y] = tensor.inputs as [Tensor, Tensor];
  const { strides, pads } = tensor.attributes as ConvolutionAttributes;
  const [down, across] = reachOf(tensor);
  const [rows, columns] = [y.shape[2]! + down - 1, y.shape[3]! + across - 1];
  const before = [pads[0], pads[1]] as const;
  const after = [
    strides[0] * rows - x.shape[2]! - pads[0],
    strides[1] * columns - x.shape[3]! - pads[1],
  ] as const;
  return { before, after, rows, columns };
}
