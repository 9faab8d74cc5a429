// Networks that several models share: dense stacks, and convolutional pyramids that halve an image until it is 4
// to 7 pixels wide.

import { UserError } from "../errors.ts";
import type { DataSpecification } from "../game/model.ts";
import type { Gaussian } from "../losses/index.ts";
import {
  type Activation,
  activation,
  batchNormalisation,
  conv2d,
  conv2dTranspose,
  dense,
  flatten,
  type Initialiser,
  type Layer,
  reshape,
  type Scope,
  sequential,
} from "../nn/index.ts";
import { sizeOf, type Tensor } from "../tensor/index.ts";
import { ARCHITECTURES } from "./options.ts";

/** How images pass between people and the networks; vectors pass as they are. */
export interface SampleRange {
  /** Activation of the generator's last layer. */
  readonly last: "tanh" | "sigmoid" | "linear";
  /** Data as the critic sees them. */
  readonly enter: (x: Tensor) => Tensor;
  /** Samples as people see them. */
  readonly leave: (x: Tensor) => Tensor;
}

const asTheyAre = { enter: (x: Tensor) => x, leave: (x: Tensor) => x };

/** Images in [0, 1] behind a sigmoid. */
export function unitRange(data: DataSpecification): SampleRange {
  return { last: data.kind === "image" ? "sigmoid" : "linear", ...asTheyAre };
}

/** Images in [−1, 1] behind a tanh. */
export function signedRange(data: DataSpecification): SampleRange {
  if (data.kind !== "image") return unitRange(data);
  return { last: "tanh", enter: (x) => x.mul(2).sub(1), leave: (x) => x.add(1).mul(0.5) };
}

/** A dense hidden layer; what is normalised has no bias of its own, since the mean takes it away again. */
function denseHidden(units: number, hidden: Activation, normalised: boolean): Layer[] {
  return normalised
    ? [dense({ units, useBias: false }), batchNormalisation(), activation(hidden)]
    : [dense({ units, activation: hidden })];
}

/** Dense layers of the given widths, after flattening; with `batchNorm` all but the first are normalised. */
export function denseStack(
  widths: readonly number[],
  hidden: Activation,
  { batchNorm = false }: { readonly batchNorm?: boolean } = {},
): Layer[] {
  return [flatten(), ...widths.flatMap((units, layer) => denseHidden(units, hidden, batchNorm && layer > 0))];
}

/** Dense layers from a code to an example; `last` is the activation of the example's values. */
export function denseDecoder(
  data: DataSpecification,
  widths: readonly number[],
  {
    hidden = "relu",
    last,
    batchNorm = false,
  }: { readonly hidden?: Activation; readonly last: Activation; readonly batchNorm?: boolean },
): Layer {
  return sequential([
    ...widths.flatMap((units) => denseHidden(units, hidden, batchNorm)),
    dense({ units: sizeOf(data.shape), activation: last }),
    reshape(data.shape),
  ]);
}

/**
 * The shape of images, [channels, height, width].
 *
 * @param instead what would take vectors
 * @throws UserError where the data are vectors
 */
export function imageShapeOf(
  { kind, shape }: DataSpecification,
  model: string,
  instead = `with architecture=dense it takes vectors`,
): readonly [number, number, number] {
  if (kind === "image") return shape as readonly [number, number, number];
  throw new UserError(`${model} needs images, and the data are vectors of ${sizeOf(shape)}; ${instead}`);
}

/** Sizes of an image as it is halved: [28, 14, 7]; the last is from 4 to 7, or odd. */
export function pyramid(
  data: DataSpecification,
  model: string,
): { channels: number; heights: number[]; widths: number[] } {
  const [channels, height, width] = imageShapeOf(data, model);
  const heights = [height];
  const widths = [width];
  while (
    heights.at(-1)! % 2 === 0 &&
    widths.at(-1)! % 2 === 0 &&
    Math.min(heights.at(-1)!, widths.at(-1)!) >= 8
  ) {
    heights.push(heights.at(-1)! / 2);
    widths.push(widths.at(-1)! / 2);
  }
  if (heights.length < 2) {
    throw new UserError(
      `${model} halves images, and ${height}×${width} does not halve; resize them to 28, 32 or 64 pixels`,
    );
  }
  return { channels, heights, widths };
}

export interface PyramidOptions {
  /** Filters of the layer nearest to the image; each further one has twice as many. */
  readonly filters: number;
  readonly batchNorm: boolean;
  /** Normalises instead of batch normalisation, where batchNorm is on. */
  readonly normalisation?: () => Layer;
  readonly kernelInitialiser?: Initialiser;
}

export type HalvingOptions = PyramidOptions & { readonly hidden: Activation; readonly model: string };
/** From codes to images, where hidden layers are ReLU unless told. */
type SeedOptions = PyramidOptions & { readonly hidden?: Activation | undefined; readonly model: string };
export type DoublingOptions = SeedOptions & { readonly last: Activation };

/** DCGAN's 4×4 convolutions of stride 2. */
const HALVE = { kernelSize: 4, strides: 2, padding: 1 } as const;

/**
 * Convolutions that halve an image, a list of layers for each halving, the first never normalised (Radford et al.
 * 2016). What is normalised has no bias of its own: the mean takes it away again, and its gradient is rounding noise.
 */
export function halvings(
  data: DataSpecification,
  { filters, batchNorm, normalisation = batchNormalisation, hidden, model, ...rest }: HalvingOptions,
): Layer[][] {
  const levels = pyramid(data, model).heights.length - 1;
  return Array.from({ length: levels }, (_, level) => {
    const normalised = batchNorm && level > 0;
    return [
      conv2d({ ...HALVE, ...rest, filters: filters * 2 ** level, useBias: !normalised }),
      ...(normalised ? [normalisation()] : []),
      activation(hidden),
    ];
  });
}

/** Transposed convolutions that double again what was halved, a list of layers each; the last ones make the image. */
export function doublings(
  data: DataSpecification,
  {
    filters,
    batchNorm,
    normalisation = batchNormalisation,
    hidden = "relu",
    last,
    model,
    ...rest
  }: DoublingOptions,
): Layer[][] {
  const { channels, heights } = pyramid(data, model);
  const levels = heights.length - 1;
  return Array.from({ length: levels }, (_, index) => {
    const isLast = index === levels - 1;
    const made = isLast ? channels : filters * 2 ** (levels - 2 - index);
    const layer = conv2dTranspose({ ...HALVE, ...rest, filters: made, useBias: isLast || !batchNorm });
    if (isLast) return [layer, activation(last)];
    return [layer, ...(batchNorm ? [normalisation()] : []), activation(hidden)];
  });
}

/** Codes to what the doublings begin with: a dense layer, as many filters as the last halving has. */
export function seedImages(
  data: DataSpecification,
  { filters, batchNorm, normalisation = batchNormalisation, hidden = "relu", model, ...rest }: SeedOptions,
): Layer[] {
  const { heights, widths } = pyramid(data, model);
  const deepest = filters * 2 ** (heights.length - 2);
  return [
    dense({ units: deepest * heights.at(-1)! * widths.at(-1)!, ...rest }),
    reshape([deepest, heights.at(-1)!, widths.at(-1)!]),
    ...(batchNorm ? [normalisation()] : []),
    activation(hidden),
  ];
}

/** Images to features: convolutions that halve them, flattened. */
export function convolutionalTrunk(data: DataSpecification, options: HalvingOptions): Layer[] {
  return [...halvings(data, options).flat(), flatten()];
}

/** Codes to images, the trunk's mirror: a dense layer, then transposed convolutions that double. */
export function convolutionalDecoder(data: DataSpecification, options: DoublingOptions): Layer {
  const { last: _, ...rest } = options;
  return sequential([...seedImages(data, rest), ...doublings(data, options).flat()]);
}

/** How the body of an encoder, a decoder or a critic is built. */
export interface Body {
  /** conv for images and dense for vectors unless told. */
  readonly architecture?: "dense" | "conv" | undefined;
  /** Units of dense hidden layers, from the example inwards. */
  readonly widths: readonly number[];
  /** Filters of the convolution nearest to the image. */
  readonly filters: number;
  /** Whether dense layers are normalised where convolutional ones would be. */
  readonly normaliseDense?: boolean | undefined;
}

export interface BodyDetails {
  /** Who asks, for messages. */
  readonly model: string;
  /** Batch normalisation between convolutions, and between dense layers where the body asks for it. */
  readonly batchNorm?: boolean;
  readonly kernelInitialiser?: Initialiser;
}

/** The architecture that a body has, told or not. */
export const architectureOf = (data: DataSpecification, { architecture }: Body) =>
  architecture ?? ARCHITECTURES[data.kind];

/** Layers from examples to features [N, F], without a head. */
export function trunkOf(
  data: DataSpecification,
  body: Body,
  { hidden, batchNorm = false, ...rest }: BodyDetails & { readonly hidden: Activation },
): Layer[] {
  return architectureOf(data, body) === "conv"
    ? convolutionalTrunk(data, { filters: body.filters, hidden, batchNorm, ...rest })
    : denseStack(body.widths, hidden, { batchNorm: batchNorm && body.normaliseDense === true });
}

/** A layer from codes [N, …] to examples, the trunk's mirror; `last` is the activation of the example's values. */
export function decoderOf(
  data: DataSpecification,
  body: Body,
  {
    hidden = "relu",
    last,
    batchNorm = false,
    ...rest
  }: BodyDetails & { readonly hidden?: Activation; readonly last: Activation },
): Layer {
  return architectureOf(data, body) === "conv"
    ? convolutionalDecoder(data, { filters: body.filters, hidden, last, batchNorm, ...rest })
    : denseDecoder(data, [...body.widths].reverse(), {
        hidden,
        last,
        batchNorm: batchNorm && body.normaliseDense === true,
      });
}

/** An encoder to diagonal Gaussians: a trunk, and one dense layer for means and log variances. */
export function gaussianEncoder(
  trunk: readonly Layer[],
  latent: number,
): (scope: Scope, x: Tensor) => Gaussian {
  const layers = sequential([...trunk, dense({ units: 2 * latent })]);
  return (scope, x) => {
    const [mean, logVariance] = layers.apply(x, scope).split(2);
    return { mean: mean!, logVariance: logVariance! };
  };
}
