// The convolution family by ONNX Runtime's blocked kernels. One convolution is a loop over vectors of output channels
// that stay in registers, with no matrix of columns in memory.
//
// The gradient for the input is made of convolutions too. With stride s, image row s·h + p meets the filter's rows
// i = i₀ + s·t with i₀ = (p + pad) mod s, and the response rows h + q − t with q = ⌊(p + pad) / s⌋. So each of the s·s
// phases (p, p′) of the image is a convolution of the responses by every s-th row and column of the filter, turned
// round, and the phases are laid into each other.

import type { Tensor } from "../tensor/index.ts";
import type { Values } from "./arrangement.ts";
import { convolveBlocks, type Finish } from "./blocked-kernels.ts";
import type { BlockedWriter, ConvolutionAttributes, Lengths } from "./blocked-writer.ts";

/** One axis of one phase of an image: which of the filter's elements, in the order of the responses they meet. */
interface Phase {
  readonly taps: readonly number[];
  /** Zeros before and after the responses; where negative, responses that are not met. */
  readonly before: number;
  readonly after: number;
  /** Responses that are met. */
  readonly met: number;
}

/** Filters in blocks, [to/B, from/B, area, …]. */
interface Filters {
  readonly elements: string;
  readonly to: number;
  readonly from: number;
}

export class BlockedConvolutions {
  private readonly writer: BlockedWriter;

  constructor(writer: BlockedWriter) {
    this.writer = writer;
  }

  /** Arranged where the result's channels are whole blocks. */
  convolve(tensor: Tensor, values: Values, finish: Finish = {}): string {
    if (tensor.primitive === "convolve") return this.responses(tensor, values, finish);
    return this.isPlain(tensor) ? this.writer.plain(tensor, values) : this.phases(tensor, values, finish);
  }

  /** Whether a convolution can add a bias and apply an activation in the same pass. */
  finishes(tensor: Tensor): boolean {
    if (tensor.shape[1]! % this.writer.block !== 0) return false;
    if (tensor.primitive === "convolve") return true;
    return !this.isPlain(tensor) && ([0, 1] as const).every((axis) => !phasesOf(tensor, axis).some(isBlind));
  }

  /** Gradients for the input that have no form of blocks: for images of few channels it would be mostly padding. */
  private isPlain({ attributes, shape }: Tensor): boolean {
    const { strides, dilations } = attributes as ConvolutionAttributes;
    return (
      shape[1]! < this.writer.block ||
      ([0, 1] as const).some((axis) => dilations[axis] > 1 && strides[axis] > 1)
    );
  }

  private responses(tensor: Tensor, values: Values, finish: Finish): string {
    const [x, w] = tensor.inputs as [Tensor, Tensor];
    const { strides, pads, dilations } = tensor.attributes as ConvolutionAttributes;
    const [outputs, channels, ...kernel] = w.shape as Lengths;
    const [from, to] = [this.writer.inward(channels), this.writer.whole(outputs)];
    const filter = this.writer.shared(`forward ${values.natural(w)}`, () => {
      const padded = this.writer.padded(values.natural(w), w.shape, [to, from, ...kernel]);
      return this.blockedFilter(padded, [to, from, kernel[0] * kernel[1]]);
    });
    const made = convolveBlocks(
      this.writer.emit,
      [this.writer.operand(x, values), this.writer.reshape(filter, [to, from, ...kernel])],
      {
        strides: { ints: strides },
        pads: { ints: pads },
        dilations: { ints: dilations },
      },
      finish,
    );
    return this.writer.result(made, tensor);
  }

  /** Filters of the elements that a phase meets. */
  private picked(filters: Filters, { shape }: Tensor, [row, column]: readonly [Phase, Phase]): string {
    const places = row.taps.flatMap((i) => column.taps.map((j) => i * shape[3]! + j));
    return this.writer.shared(`picked ${filters.elements} ${places.join()}`, () => {
      const picked = this.writer.emit.node("Gather", [filters.elements, this.writer.emit.integers(places)], {
        axis: { int: 2 },
      });
      return this.writer.reshape(picked, [filters.to, filters.from, row.taps.length, column.taps.length]);
    });
  }

  /** Each phase by a convolution of its own, then laid into each other. */
  private phases(tensor: Tensor, values: Values, finish: Finish): string {
    const [y, w] = tensor.inputs as [Tensor, Tensor];
    const { strides, dilations, size } = tensor.attributes as ConvolutionAttributes;
    const [outputs, channels, ...kernel] = w.shape as Lengths;
    const [high, wide] = [phasesOf(tensor, 0), phasesOf(tensor, 1)];
    const [images] = y.shape as Lengths;
    const [from, to] = [this.writer.inward(outputs), this.writer.whole(channels)];
    const lengths = phaseLengths(size, strides);
    const filter = this.writer.shared(`backward ${values.natural(w)}`, () => {
      const padded = this.writer.padded(values.natural(w), w.shape, [from, to, ...kernel]);
      return this.turnedFilter(padded, [from, to, kernel[0] * kernel[1]]);
    });
    const responses = this.writer.operand(y, values);
    const rows = high.map((row) => {
      const parts = wide.map((column) => {
        if (isBlind(row) || isBlind(column)) return this.zeros([images, to, ...lengths]);
        const pads = [row.before, column.before, row.after, column.after];
        const weights = this.picked({ elements: filter, to, from }, w, [row, column]);
        return convolveBlocks(
          this.writer.emit,
          [this.met(responses, y.shape, pads), weights],
          { pads: { ints: pads.map((zeros) => Math.max(zeros, 0)) }, dilations: { ints: dilations } },
          finish,
        );
      });
      return this.interleaved(
        parts,
        (images * to * lengths[0] * lengths[1]) / this.writer.block,
        this.writer.block,
      );
    });
    const columns = lengths[1] * strides[1];
    const whole = this.interleaved(
      rows,
      (images * to * lengths[0]) / this.writer.block,
      columns * this.writer.block,
    );
    const reached = [lengths[0] * strides[0], columns] as const;
    const image = this.writer.reshape(whole, [
      (images * to) / this.writer.block,
      ...reached,
      this.writer.block,
    ]);
    return this.writer.result(
      this.writer.reshape(this.writer.cut(image, 1, reached, size), [images, to, ...size]),
      tensor,
    );
  }

  /** Responses without those that a phase does not meet. */
  private met(responses: string, shape: readonly number[], pads: readonly number[]): string {
    if (pads.every((zeros) => zeros >= 0)) return responses;
    const [images, outputs, height, width] = shape as Lengths;
    const [top, left, bottom, right] = pads.map((zeros) => Math.min(zeros, 0)) as [
      number,
      number,
      number,
      number,
    ];
    const channels = this.writer.inward(outputs);
    const isBlocked = outputs >= this.writer.block;
    const rows = isBlocked ? (images * channels) / this.writer.block : images * channels;
    const apart = this.writer.reshape(responses, [
      rows,
      height,
      width,
      ...(isBlocked ? [this.writer.block] : []),
    ]);
    const kept = [height + top + bottom, width + left + right];
    const cut = this.writer.emit.node("Slice", [
      apart,
      this.writer.emit.integers([-top, -left]),
      this.writer.emit.integers([height + bottom, width + right]),
      this.writer.emit.integers([1, 2]),
    ]);
    return this.writer.reshape(cut, [images, channels, ...kept]);
  }

  private zeros(shape: readonly number[]): string {
    return this.writer.emit.node("Expand", [this.writer.emit.scalar(0), this.writer.emit.integers(shape)]);
  }

  /** [O, C, area] to [O/B, C/B, area, B of C, B of O]; two turns of whole rows are faster than one of elements. */
  private blockedFilter(
    filter: string,
    [outputs, channels, area]: readonly [number, number, number],
  ): string {
    const { block } = this.writer;
    const first = this.writer.transposed(
      this.writer.reshape(filter, [outputs / block, block, channels * area]),
      [0, 2, 1],
    );
    if (channels < block) return first;
    const blocks = (outputs * channels) / (block * block);
    return this.writer.transposed(this.writer.reshape(first, [blocks, block, area, block]), [0, 2, 1, 3]);
  }

  /** [O, C, area] to [C/B, O/B, area, B of O, B of C], O and C having changed their parts. */
  private turnedFilter(filter: string, [outputs, channels, area]: readonly [number, number, number]): string {
    const { block } = this.writer;
    const blocks = channels / block;
    const first = this.writer.transposed(
      this.writer.reshape(filter, [outputs * blocks, block, area]),
      [0, 2, 1],
    );
    const second = this.writer.transposed(
      this.writer.reshape(first, [outputs, blocks, area * block]),
      [1, 0, 2],
    );
    if (outputs < block) return this.writer.reshape(second, [blocks, outputs, area, block]);
    const all = (blocks * outputs) / block;
    const third = this.writer.transposed(
      this.writer.reshape(second, [all, block, area, block]),
      [0, 2, 1, 3],
    );
    return this.writer.reshape(third, [blocks, outputs / block, area, block * block]);
  }

  /** Parts [cells, length] side by side, a cell of each after the other. */
  private interleaved(parts: readonly string[], cells: number, length: number): string {
    return this.writer.joined(
      parts.length === 1 ? parts : parts.map((part) => this.writer.reshape(part, [cells, length])),
      1,
    );
  }
}

/** Rows of each phase of an image, as many for all as the longest has: the others are computed a row too far. */
function phaseLengths(size: readonly [number, number], strides: readonly [number, number]): [number, number] {
  return [Math.ceil(size[0] / strides[0]), Math.ceil(size[1] / strides[1])];
}

function phasesOf(tensor: Tensor, axis: 0 | 1): Phase[] {
  const { strides, pads, dilations, size } = tensor.attributes as ConvolutionAttributes;
  const [responses, kernel] = tensor.inputs.map(({ shape }) => shape[axis + 2]!) as [number, number];
  const [stride, dilation, pad] = [strides[axis], dilations[axis], pads[axis]!];
  const length = Math.ceil(size[axis] / stride);
  return Array.from({ length: stride }, (_, phase) => {
    const first = (phase + pad) % stride;
    const count = first < kernel ? Math.ceil((kernel - first) / stride) : 0;
    const nearest = Math.floor((phase + pad) / stride);
    const [before, after] = [dilation * (count - 1) - nearest, length + nearest - responses];
    return {
      taps: Array.from({ length: count }, (_, tap) => first + stride * (count - 1 - tap)),
      before,
      after,
      met: responses + Math.min(before, 0) + Math.min(after, 0),
    };
  });
}

/** A phase that meets no response, and so is zeros. */
const isBlind = ({ taps, met }: Phase) => taps.length === 0 || met <= 0;
