// The convolution family by ONNX Runtime's blocked kernels. One convolution is a loop over vectors of output channels
// that stay in registers, with no matrix of columns in memory.
//
// The gradient for the input is made of convolutions too. With stride s, image row s·h + p meets the filter's rows
// i = i₀ + s·t with i₀ = (p + pad) mod s, and the response rows h + q − t with q = ⌊(p + pad) / s⌋. So each of the s·s
// phases (p, p′) of the image is a convolution of the responses by every s-th row and column of the filter, turned
// round, and the phases are laid into each other. Where the image has few channels all its phases are the channels of
// one convolution.

import {
  type AttributesOf,
  type Emitter,
  type PrimitiveDefinition,
  primitives,
  type Tensor,
} from "../tensor/index.ts";
import type { Values } from "./arrangement.ts";
import { convolveBlocks, type Finish, REORDER_INPUT, REORDER_OUTPUT } from "./blocked-kernels.ts";

type Attributes = AttributesOf<"convolve">;
type Lengths = readonly [number, number, number, number];

/** One axis of one phase of an image: which of the filter's elements, in the order of the responses they meet. */
interface Phase {
  readonly taps: readonly number[];
  /** Zeros before and after the responses; where negative, responses that are not met. */
  readonly before: number;
  readonly after: number;
  /** Responses that are met. */
  readonly met: number;
}

export class BlockedConvolutions {
  private readonly emit: Emitter;
  private readonly block: number;
  /** What several convolutions need, by what it is: filters in the order of the kernels, images turned. */
  private readonly made = new Map<string, string>();

  constructor(emit: Emitter, block: number) {
    this.emit = emit;
    this.block = block;
  }

  /** Arranged where the result's channels are whole blocks. */
  convolve(tensor: Tensor, values: Values, finish: Finish = {}): string {
    if (tensor.primitive === "convolve") return this.responses(tensor, values, finish);
    return this.isPlain(tensor) ? this.plain(tensor, values) : this.phases(tensor, values, finish);
  }

  /** Whether a convolution can add a bias and apply an activation in the same pass. */
  finishes(tensor: Tensor): boolean {
    if (tensor.shape[1]! % this.block !== 0) return false;
    if (tensor.primitive === "convolve") return true;
    return !this.isPlain(tensor) && ([0, 1] as const).every((axis) => !phasesOf(tensor, axis).some(isBlind));
  }

  /** Gradients for the input that have no form of blocks: for images of few channels it would be mostly padding. */
  private isPlain({ attributes, shape }: Tensor): boolean {
    const { strides, dilations } = attributes as Attributes;
    return (
      shape[1]! < this.block || ([0, 1] as const).some((axis) => dilations[axis] > 1 && strides[axis] > 1)
    );
  }

  private responses(tensor: Tensor, values: Values, finish: Finish): string {
    const [x, w] = tensor.inputs as [Tensor, Tensor];
    const { strides, pads, dilations } = tensor.attributes as Attributes;
    const [outputs, channels, ...kernel] = w.shape as Lengths;
    const [from, to] = [this.inward(channels), this.whole(outputs)];
    const filter = this.shared(`forward ${values.natural(w)}`, () => {
      const padded = this.padded(values.natural(w), w.shape, [to, from, ...kernel]);
      return this.blockedFilter(padded, [to, from, kernel[0] * kernel[1]]);
    });
    const made = convolveBlocks(
      this.emit,
      [this.operand(x, values), this.reshape(filter, [to, from, ...kernel])],
      {
        strides: { ints: strides },
        pads: { ints: pads },
        dilations: { ints: dilations },
      },
      finish,
    );
    return this.result(made, tensor);
  }

  /**
   * The gradient for the filter, natural: a matrix product over all positions of all images. The images are taken
   * apart into their phases, and a filter's element at (a·s + p, b·s + q) pairs each response with the phase (p, q)
   * a rows below and b columns to the right of it.
   */
  convolveFilter(tensor: Tensor, values: Values): string {
    const [x, y] = tensor.inputs as [Tensor, Tensor];
    const { strides, dilations, size } = tensor.attributes as Attributes;
    const [channels, outputs] = [x.shape[1]!, y.shape[1]!];
    const isFew = channels < this.block;
    const isPlain = isFew && (outputs % this.block !== 0 || strides[0] !== strides[1]);
    if (isPlain || dilations.some((dilation) => dilation > 1)) return this.plain(tensor, values);
    const product = isFew ? this.imageProducts(tensor, values) : this.positionProducts(tensor, values);

    // From [O, a, b, p, q, C] to [O, C, a, p, b, q], by turns that move whole rows.
    const reach = reachOf(tensor);
    const byRow = this.transposed(
      this.reshape(product, [outputs * reach[0], reach[1], strides[0], strides[1] * channels]),
      [0, 2, 1, 3],
    );
    const covered = [reach[0] * strides[0], reach[1] * strides[1]] as const;
    const last = this.transposed(
      this.reshape(byRow, [outputs, covered[0] * covered[1], channels]),
      [0, 2, 1],
    );
    return this.cut(this.reshape(last, [outputs, channels, ...covered]), 2, covered, size);
  }

  /**
   * A product for each shift, over the positions of all images: [O, a·b·p·q·C]. What the responses see is gathered
   * from images with their channels last, s columns of all channels at a time: of ONNX Runtime's ways to copy, the
   * one that is spread over threads.
   */
  private positionProducts(tensor: Tensor, values: Values): string {
    const [x, y] = tensor.inputs as [Tensor, Tensor];
    const { strides } = tensor.attributes as Attributes;
    const [images, channels] = x.shape as Lengths;
    const [, outputs, height, width] = y.shape as Lengths;
    const { before, after, rows, columns } = frameOf(tensor);
    const positions = images * height * width;
    const responses = this.shared(`turned ${y.id}`, () =>
      this.reshape(this.transposed(values.natural(y), [1, 0, 2, 3]), [outputs, positions]),
    );
    const length = strides[1] * channels;
    const pieces = this.shared(`pieces ${x.id} ${[...before, ...after, ...strides].join()}`, () => {
      const framed = this.framed(this.channelsLast(x, values), [0, ...before, 0], [0, ...after, 0]);
      return this.reshape(framed, [images * rows * strides[0] * columns, length]);
    });
    const nearest = this.shared(
      `nearest ${[images, height, width, rows, columns, strides[0]].join()}`,
      () => {
        const indices: number[] = [];
        for (let image = 0; image < images; image++)
          for (let row = 0; row < height; row++)
            for (let column = 0; column < width; column++)
              for (let phase = 0; phase < strides[0]; phase++)
                indices.push(((image * rows + row) * strides[0] + phase) * columns + column);
        return this.emit.constant({ shape: [indices.length], dtype: "int32" }, indices);
      },
    );
    const [down, across] = reachOf(tensor);
    const products = Array.from({ length: down * across }, (_, index) => {
      const [a, b] = [Math.floor(index / across), index % across];
      const further = this.emit.constant({ shape: [], dtype: "int32" }, [a * strides[0] * columns + b]);
      const seen = this.emit.node("Gather", [pieces, this.emit.node("Add", [nearest, further])], {
        axis: { int: 0 },
      });
      return this.emit.node("Gemm", [responses, this.reshape(seen, [positions, strides[0] * length])]);
    });
    return this.joined(products, 1);
  }

  /** [N, H, W, C]. */
  private channelsLast(x: Tensor, values: Values): string {
    const channels = x.shape[1]!;
    if (channels % this.block !== 0) return this.transposed(values.natural(x), [0, 2, 3, 1]);
    return this.emit.node(REORDER_OUTPUT, [this.reshape(values.arranged(x), x.shape)], {
      channels: { int: channels },
      channels_last: { int: 1 },
    });
  }

  /** Where images have few channels: a product for each image and each block of responses, [O, a·b·p·q·C]. */
  private imageProducts(tensor: Tensor, values: Values): string {
    const [x, y] = tensor.inputs as [Tensor, Tensor];
    const { strides } = tensor.attributes as Attributes;
    const [images, channels] = x.shape as Lengths;
    const [, outputs, height, width] = y.shape as Lengths;
    const { before, after } = frameOf(tensor);
    const framed = this.framed(values.natural(x), [0, 0, ...before], [0, 0, ...after]);
    const phases = this.emit.node("SpaceToDepth", [framed], { blocksize: { int: strides[0] } });
    const shifted = this.joined(this.shifts(tensor, phases), 1);
    const reach = reachOf(tensor);
    const elements = reach[0] * reach[1] * strides[0] * strides[1] * channels;
    const [blocks, positions] = [outputs / this.block, height * width];
    const products = this.emit.node("MatMul", [
      this.reshape(shifted, [images, 1, elements, positions]),
      this.reshape(values.arranged(y), [images, blocks, positions, this.block]),
    ]);
    const sum = this.emit.node("ReduceSum", [products, this.emit.integers([0])], { keepdims: { int: 0 } });
    return this.transposed(this.reshape(sum, [blocks, elements, this.block]), [0, 2, 1]);
  }

  /** What the responses see of natural phases, for each shift (a, b). */
  private shifts(tensor: Tensor, phases: string): string[] {
    const [, , height, width] = tensor.inputs[1]!.shape as Lengths;
    const [down, across] = reachOf(tensor);
    if (down * across === 1) return [phases];
    const axes = this.emit.integers([2, 3]);
    return Array.from({ length: down * across }, (_, index) => {
      const [a, b] = [Math.floor(index / across), index % across];
      const ends = this.emit.integers([a + height, b + width]);
      return this.emit.node("Slice", [phases, this.emit.integers([a, b]), ends, axes]);
    });
  }

  /** Each phase by a convolution of its own, then laid into each other. */
  private phases(tensor: Tensor, values: Values, finish: Finish): string {
    const [y, w] = tensor.inputs as [Tensor, Tensor];
    const { strides, dilations, size } = tensor.attributes as Attributes;
    const [outputs, channels, ...kernel] = w.shape as Lengths;
    const [high, wide] = [phasesOf(tensor, 0), phasesOf(tensor, 1)];
    const [images] = y.shape as Lengths;
    const [from, to] = [this.inward(outputs), this.whole(channels)];
    const lengths = phaseLengths(size, strides);
    const filter = this.shared(`backward ${values.natural(w)}`, () => {
      const padded = this.padded(values.natural(w), w.shape, [from, to, ...kernel]);
      return this.turnedFilter(padded, [from, to, kernel[0] * kernel[1]]);
    });
    const responses = this.operand(y, values);
    const rows = high.map((row) => {
      const parts = wide.map((column) => {
        if (isBlind(row) || isBlind(column)) return this.zeros([images, to, ...lengths]);
        const picked = row.taps.flatMap((i) => column.taps.map((j) => i * kernel[1] + j));
        const taps = this.emit.node("Gather", [filter, this.emit.integers(picked)], { axis: { int: 2 } });
        const shape = [to, from, row.taps.length, column.taps.length];
        const pads = [row.before, column.before, row.after, column.after];
        return convolveBlocks(
          this.emit,
          [this.met(responses, y.shape, pads), this.reshape(taps, shape)],
          { pads: { ints: pads.map((zeros) => Math.max(zeros, 0)) }, dilations: { ints: dilations } },
          finish,
        );
      });
      return this.interleaved(parts, (images * to * lengths[0] * lengths[1]) / this.block, this.block);
    });
    const columns = lengths[1] * strides[1];
    const whole = this.interleaved(rows, (images * to * lengths[0]) / this.block, columns * this.block);
    const reached = [lengths[0] * strides[0], columns] as const;
    const image = this.reshape(whole, [(images * to) / this.block, ...reached, this.block]);
    return this.result(this.reshape(this.cut(image, 1, reached, size), [images, to, ...size]), tensor);
  }

  /** Images as the kernels take them: blocks, or natural where there are fewer channels than a block has. */
  private operand(tensor: Tensor, values: Values): string {
    const [images, channels, ...size] = tensor.shape as Lengths;
    if (channels < this.block) return values.natural(tensor);
    if (channels % this.block === 0) return this.reshape(values.arranged(tensor), tensor.shape);
    const padded = this.padded(values.natural(tensor), tensor.shape, [images, this.whole(channels), ...size]);
    return this.emit.node(REORDER_INPUT, [padded]);
  }

  /** What a kernel made as the value of a tensor: arranged where its channels are whole blocks, natural elsewhere. */
  private result(made: string, tensor: Tensor): string {
    const channels = tensor.shape[1]!;
    if (channels % this.block === 0) return this.reshape(made, this.arranged(tensor));
    return this.emit.node(REORDER_OUTPUT, [made], { channels: { int: channels } });
  }

  private arranged({ shape }: Tensor): number[] {
    const [images, channels, ...size] = shape as Lengths;
    return [images, channels / this.block, ...size, this.block];
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
    const channels = this.inward(outputs);
    const isBlocked = outputs >= this.block;
    const rows = isBlocked ? (images * channels) / this.block : images * channels;
    const apart = this.reshape(responses, [rows, height, width, ...(isBlocked ? [this.block] : [])]);
    const kept = [height + top + bottom, width + left + right];
    const cut = this.emit.node("Slice", [
      apart,
      this.emit.integers([-top, -left]),
      this.emit.integers([height + bottom, width + right]),
      this.emit.integers([1, 2]),
    ]);
    return this.reshape(cut, [images, channels, ...kept]);
  }

  private shared(key: string, make: () => string): string {
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.made.set(key, made);
    return made;
  }

  /** [O, C, area] to [O/B, C/B, area, B of C, B of O]; two turns of whole rows are faster than one of elements. */
  private blockedFilter(
    filter: string,
    [outputs, channels, area]: readonly [number, number, number],
  ): string {
    const { block } = this;
    const first = this.transposed(this.reshape(filter, [outputs / block, block, channels * area]), [0, 2, 1]);
    if (channels < block) return first;
    const blocks = (outputs * channels) / (block * block);
    return this.transposed(this.reshape(first, [blocks, block, area, block]), [0, 2, 1, 3]);
  }

  /** [O, C, area] to [C/B, O/B, area, B of O, B of C], O and C having changed their parts. */
  private turnedFilter(filter: string, [outputs, channels, area]: readonly [number, number, number]): string {
    const { block } = this;
    const blocks = channels / block;
    const first = this.transposed(this.reshape(filter, [outputs * blocks, block, area]), [0, 2, 1]);
    const second = this.transposed(this.reshape(first, [outputs, blocks, area * block]), [1, 0, 2]);
    if (outputs < block) return this.reshape(second, [blocks, outputs, area, block]);
    const all = (blocks * outputs) / block;
    const third = this.transposed(this.reshape(second, [all, block, area, block]), [0, 2, 1, 3]);
    return this.reshape(third, [blocks, outputs / block, area, block * block]);
  }

  /** Parts [cells, length] side by side, a cell of each after the other. */
  private interleaved(parts: readonly string[], cells: number, length: number): string {
    return this.joined(
      parts.length === 1 ? parts : parts.map((part) => this.reshape(part, [cells, length])),
      1,
    );
  }

  /** Two axes, from `axis` on, from their start to lengths that are not longer. */
  private cut(
    value: string,
    axis: number,
    from: readonly [number, number],
    to: readonly [number, number],
  ): string {
    if (from[0] === to[0] && from[1] === to[1]) return value;
    const { emit } = this;
    return emit.node("Slice", [
      value,
      emit.integers([0, 0]),
      emit.integers(to),
      emit.integers([axis, axis + 1]),
    ]);
  }

  private joined(parts: readonly string[], axis: number): string {
    return parts.length === 1 ? parts[0]! : this.emit.node("Concat", parts, { axis: { int: axis } });
  }

  /** Zeros before and after each axis; a negative count cuts away. */
  private framed(value: string, before: readonly number[], after: readonly number[]): string {
    if ([...before, ...after].every((count) => count === 0)) return value;
    const counts = this.emit.integers([...before, ...after]);
    return this.emit.node("Pad", [value, counts], { mode: { string: "constant" } });
  }

  private padded(value: string, from: readonly number[], to: readonly number[]): string {
    return this.framed(
      value,
      from.map(() => 0),
      to.map((length, axis) => length - from[axis]!),
    );
  }

  private zeros(shape: readonly number[]): string {
    return this.emit.node("Expand", [this.emit.scalar(0), this.emit.integers(shape)]);
  }

  private transposed(value: string, permutation: readonly number[]): string {
    return this.emit.node("Transpose", [value], { perm: { ints: permutation } });
  }

  private reshape(value: string, shape: readonly number[]): string {
    return this.emit.node("Reshape", [value, this.emit.integers(shape)]);
  }

  /** The plain form, for what is too rare to have another. */
  private plain(tensor: Tensor, values: Values): string {
    const operands = tensor.inputs.map((operand) => ({
      name: values.natural(operand),
      shape: operand.shape,
      dtype: operand.dtype,
    }));
    const definition = primitives[tensor.primitive] as PrimitiveDefinition<unknown>;
    const made = definition.onnx(this.emit, operands, tensor.attributes, tensor);
    if (tensor.primitive === "convolveFilter" || tensor.shape[1]! % this.block !== 0) return made;
    return this.reshape(this.emit.node(REORDER_INPUT, [made]), this.arranged(tensor));
  }

  /** Channels in whole blocks. */
  private whole(channels: number): number {
    return Math.ceil(channels / this.block) * this.block;
  }

  /** Channels that a kernel reads: whole blocks, or fewer than one. */
  private inward(channels: number): number {
    return channels < this.block ? channels : this.whole(channels);
  }
}

/** Shifts (a, b) by which a filter reaches beyond a response, in rows and columns of a phase. */
function reachOf({ attributes }: Tensor): readonly [number, number] {
  const { strides, size } = attributes as Attributes;
  return [Math.ceil(size[0] / strides[0]), Math.ceil(size[1] / strides[1])];
}

/** Zeros around images, such that each of their phases has a row for each response and for the filter's reach. */
function frameOf(tensor: Tensor) {
  const [x, y] = tensor.inputs as [Tensor, Tensor];
  const { strides, pads } = tensor.attributes as Attributes;
  const [down, across] = reachOf(tensor);
  const [rows, columns] = [y.shape[2]! + down - 1, y.shape[3]! + across - 1];
  const before = [pads[0], pads[1]] as const;
  const after = [
    strides[0] * rows - x.shape[2]! - pads[0],
    strides[1] * columns - x.shape[3]! - pads[1],
  ] as const;
  return { before, after, rows, columns };
}

/** Rows of each phase of an image, as many for all as the longest has: the others are computed a row too far. */
function phaseLengths(size: readonly [number, number], strides: readonly [number, number]): [number, number] {
  return [Math.ceil(size[0] / strides[0]), Math.ceil(size[1] / strides[1])];
}

function phasesOf(tensor: Tensor, axis: 0 | 1): Phase[] {
  const { strides, pads, dilations, size } = tensor.attributes as Attributes;
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
