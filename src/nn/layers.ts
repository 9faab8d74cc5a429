// Layers, with Keras's names and options. A layer is plain configuration plus a function of a tensor and a scope;
// `sequential` is a layer made of layers.

import { ShapeError, type Tensor, within } from "../tensor/index.ts";
import { responseLength } from "../tensor/primitives/products.ts";
import { type Activation, activate } from "./activations.ts";
import type { Initialiser } from "./initialisers.ts";
import type { Scope } from "./scope.ts";

/** A function of a tensor and its variables, described by a serialisable configuration. */
export interface Layer<Output = Tensor> {
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  apply(x: Tensor, scope: Scope): Output;
}

export interface DenseOptions {
  readonly units: number;
  readonly activation?: Activation;
  readonly useBias?: boolean;
  readonly kernelInitialiser?: Initialiser;
  readonly biasInitialiser?: Initialiser;
}

/**
 * y = activation(x·W + b), x [N, features] → [N, units].
 *
 * @example
 * sequential([dense({ units: 128, activation: "relu" }), dense({ units: 10 })]);
 */
export function dense(options: DenseOptions): Layer {
  const { units, activation = "linear", useBias = true } = options;
  return {
    kind: "dense",
    config: { ...options },
    apply(x, scope) {
      if (x.rank !== 2)
        throw new ShapeError("dense", [x], "needs two axes, [batch, features]; flatten it first");
      const features = x.shape[1]!;
      const fans = { input: features, output: units };
      const kernel = scope.weight(
        "kernel",
        [features, units],
        options.kernelInitialiser ?? "glorotUniform",
        fans,
      );
      const product = x.matmul(kernel);
      if (!useBias) return activate(product, activation);
      const bias = scope.weight("bias", [units], options.biasInitialiser ?? "zeros", fans);
      return activate(product.add(bias), activation);
    },
  };
}

export interface ConvolutionOptions {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides?: number;
  /** "valid": none; "same": as much as keeps ⌈length / stride⌉; a number: that many zeros at each end. */
  readonly padding?: "valid" | "same" | number;
  readonly dilationRate?: number;
  readonly activation?: Activation;
  readonly useBias?: boolean;
  readonly kernelInitialiser?: Initialiser;
}

function padsFor(
  length: number,
  { kernelSize, strides = 1, padding = "valid", dilationRate = 1 }: ConvolutionOptions,
): [number, number] {
  if (typeof padding === "number") return [padding, padding];
  if (padding === "valid") return [0, 0];
  const wanted = Math.ceil(length / strides);
  const all = Math.max((wanted - 1) * strides + dilationRate * (kernelSize - 1) + 1 - length, 0);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

function withBias(
  y: Tensor,
  scope: Scope,
  { filters, useBias = true, activation = "linear" }: ConvolutionOptions,
) {
  if (!useBias) return activate(y, activation);
  const bias = scope.weight("bias", [filters], "zeros", { input: filters, output: filters });
  return activate(y.add(bias.reshape([filters, 1, 1])), activation);
}

/** Convolution of images [N, C, H, W] → [N, filters, H', W']. */
export function conv2d(options: ConvolutionOptions): Layer {
  const { filters, kernelSize, strides = 1, dilationRate = 1 } = options;
  return {
    kind: "conv2d",
    config: { ...options },
    apply(x, scope) {
      if (x.rank !== 4) throw new ShapeError("conv2d", [x], "needs images [batch, channels, height, width]");
      const channels = x.shape[1]!;
      const area = kernelSize * kernelSize;
      const kernel = scope.weight(
        "kernel",
        [filters, channels, kernelSize, kernelSize],
        options.kernelInitialiser ?? "glorotUniform",
        { input: channels * area, output: filters * area },
      );
      const vertical = padsFor(x.shape[2]!, options);
      const horizontal = padsFor(x.shape[3]!, options);
      const y = x.convolve(kernel, {
        strides: [strides, strides],
        pads: [vertical[0], horizontal[0], vertical[1], horizontal[1]],
        dilations: [dilationRate, dilationRate],
        size: [kernelSize, kernelSize],
      });
      return withBias(y, scope, options);
    },
  };
}

/**
 * Transposed convolution of images [N, C, H, W] → [N, filters, H', W']: the gradient of a convolution that would
 * turn the result into the input. H' is (H − 1)·strides − 2·padding + kernelSize + outputPadding, or H·strides
 * with padding "same".
 */
export function conv2dTranspose(
  options: Omit<ConvolutionOptions, "dilationRate"> & { readonly outputPadding?: number },
): Layer {
  const { filters, kernelSize, strides = 1, padding = "valid", outputPadding = 0 } = options;
  return {
    kind: "conv2dTranspose",
    config: { ...options },
    apply(x, scope) {
      if (x.rank !== 4) {
        throw new ShapeError("conv2dTranspose", [x], "needs images [batch, channels, height, width]");
      }
      const channels = x.shape[1]!;
      const area = kernelSize * kernelSize;
      const kernel = scope.weight(
        "kernel",
        [channels, filters, kernelSize, kernelSize],
        options.kernelInitialiser ?? "glorotUniform",
        // As Keras counts them: those of the convolution that this is the gradient of.
        { input: filters * area, output: channels * area },
      );
      const along = (length: number): { size: number; pads: [number, number] } => {
        if (padding === "same") {
          if (outputPadding !== 0) {
            throw new ShapeError(
              "conv2dTranspose",
              [x],
              'outputPadding has no use with padding "same"; give the padding as a number',
            );
          }
          const size = length * strides;
          return { size, pads: padsFor(size, { ...options, padding }) };
        }
        const pad = padding === "valid" ? 0 : padding;
        const size = (length - 1) * strides - 2 * pad + kernelSize + outputPadding;
        const back = responseLength(size, kernelSize, {
          stride: strides,
          before: pad,
          after: pad,
          dilation: 1,
        });
        if (back !== length) {
          throw new ShapeError(
            "conv2dTranspose",
            [x],
            `outputPadding ${outputPadding} must be below strides ${strides}`,
          );
        }
        return { size, pads: [pad, pad] };
      };
      const vertical = along(x.shape[2]!);
      const horizontal = along(x.shape[3]!);
      const y = x.convolveInput(kernel, {
        strides: [strides, strides],
        pads: [vertical.pads[0], horizontal.pads[0], vertical.pads[1], horizontal.pads[1]],
        dilations: [1, 1],
        size: [vertical.size, horizontal.size],
      });
      return withBias(y, scope, options);
    },
  };
}

/** Activation as a layer of its own. */
export function activation(name: Activation): Layer {
  return { kind: "activation", config: { name }, apply: (x) => activate(x, name) };
}

/** All axes but the batch made one. */
export function flatten(): Layer {
  return { kind: "flatten", config: {}, apply: (x) => x.flatten() };
}

/** Each example in another shape. */
export function reshape(shape: readonly number[]): Layer {
  return { kind: "reshape", config: { shape }, apply: (x) => x.reshape([x.shape[0]!, ...shape]) };
}

/** Each pixel repeated `size` times along height and width (nearest neighbour). */
export function upSampling2d({ size = 2 }: { readonly size?: number } = {}): Layer {
  return {
    kind: "upSampling2d",
    config: { size },
    apply(x) {
      if (x.rank !== 4) {
        throw new ShapeError("upSampling2d", [x], "needs images [batch, channels, height, width]");
      }
      const [batch, channels, height, width] = x.shape as [number, number, number, number];
      return x
        .reshape([batch, channels, height, 1, width, 1])
        .broadcastTo([batch, channels, height, size, width, size])
        .reshape([batch, channels, height * size, width * size]);
    },
  };
}

/** Rows of a table of `inputDimension` vectors of length `outputDimension`, for int32 indices. */
export function embedding(options: {
  readonly inputDimension: number;
  readonly outputDimension: number;
  readonly initialiser?: Initialiser;
}): Layer {
  const { inputDimension, outputDimension, initialiser } = options;
  return {
    kind: "embedding",
    config: { ...options },
    apply(indices, scope) {
      const table = scope.weight(
        "embeddings",
        [inputDimension, outputDimension],
        initialiser ?? { kind: "uniform", minimum: -0.05, maximum: 0.05 },
        { input: inputDimension, output: outputDimension },
      );
      return table.gather(indices);
    },
  };
}

/** Sets a share `rate` of the values to 0 in training and scales the rest by 1/(1 − rate) (Srivastava 2014). */
export function dropout({ rate }: { readonly rate: number }): Layer {
  return {
    kind: "dropout",
    config: { rate },
    apply(x, scope) {
      if (!(rate >= 0 && rate < 1)) {
        throw new ShapeError("dropout", [x], `the rate must be at least 0 and below 1, not ${rate}`);
      }
      if (!scope.training || rate === 0) return x;
      const kept = scope.random("uniform", x.shape).less(rate).not().cast("float32");
      return x.mul(kept.mul(1 / (1 - rate)));
    },
  };
}

/** Layers one after the other. */
export function sequential(layers: readonly Layer[]): Layer {
  return {
    kind: "sequential",
    config: { layers: layers.map(({ kind, config }) => ({ kind, ...config })) },
    apply: (x, scope) => outputsOf(layers, x, scope).at(-1) ?? x,
  };
}

/** What each of some layers, one after the other, makes of x. */
export function outputsOf(layers: readonly Layer[], x: Tensor, scope: Scope): Tensor[] {
  const counts = new Map<string, number>();
  const outputs: Tensor[] = [];
  for (const layer of layers) {
    const count = (counts.get(layer.kind) ?? 0) + 1;
    counts.set(layer.kind, count);
    const own = scope.child(`${layer.kind}${count}`);
    outputs.push(within({ layer: own.path }, () => layer.apply(outputs.at(-1) ?? x, own)));
  }
  return outputs;
}
