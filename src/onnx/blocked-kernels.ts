// ONNX Runtime's operators on blocked tensors. They are inference operators like any other, but of the runtime's
// own set; its optimiser puts them into graphs, and nothing keeps others from doing so.

import type { Emitter, OnnxAttribute } from "../tensor/index.ts";

const SET = "com.microsoft.nchwc";

/** [N, C, H, W] to blocks, C a multiple of 4; zeros fill the last block. */
export const REORDER_INPUT = `${SET}.ReorderInput`;
/** Blocks to [N, C, H, W], with as many channels as its attribute says. */
export const REORDER_OUTPUT = `${SET}.ReorderOutput`;
/**
 * Convolution of blocks with filters [O/B, C/B, kH, kW, B of C, B of O]; or, where there are fewer channels than a
 * block has, of natural images with filters [O/B, C, kH, kW, B of O].
 */
const CONVOLVE = `${SET}.Conv`;

/** What the convolution does with its result before it writes it. */
export interface Finish {
  /** One number a channel, [C]. */
  readonly bias?: string;
  readonly activation?: Readonly<Record<string, OnnxAttribute>>;
}

/** Appends a convolution of blocks. */
export function convolveBlocks(
  emit: Emitter,
  operands: readonly [images: string, filters: string],
  attributes: Readonly<Record<string, OnnxAttribute>>,
  { bias, activation = {} }: Finish = {},
): string {
  const inputs = bias === undefined ? operands : [...operands, bias];
  return emit.node(CONVOLVE, inputs, { ...attributes, ...activation });
}
