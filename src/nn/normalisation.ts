// Normalisation layers.
//
// Batch normalisation (Ioffe, Szegedy 2015): per channel, y = γ·(x − μ)/√(σ² + ε) + β with μ and σ² of the batch
// in training and running averages of them afterwards, r ← momentum·r + (1 − momentum)·batch. The running
// variance averages the unbiased estimate, as PyTorch does.
// Layer normalisation (Ba et al. 2016): the same over the features of each example, with no running averages.
// Instance normalisation (Ulyanov et al. 2016): the same over each channel of each image, also without.

import { ShapeError, sizeOf, type Tensor } from "../tensor/index.ts";
import type { Layer } from "./layers.ts";

export interface NormalisationOptions {
  readonly epsilon?: number;
  /** Learn a shift β. */
  readonly center?: boolean;
  /** Learn a factor γ. */
  readonly scale?: boolean;
}

/**
 * Batch normalisation over all axes but the second: [N, C] or [N, C, H, W].
 */
export function batchNormalisation(
  options: NormalisationOptions & { readonly momentum?: number } = {},
): Layer {
  const { momentum = 0.9, epsilon = 1e-5, center = true, scale = true } = options;
  return {
    kind: "batchNormalisation",
    config: { ...options },
    apply(x, scope) {
      if (x.rank < 2) throw new ShapeError("batchNormalisation", [x], "needs [batch, channels, …]");
      const channels = x.shape[1]!;
      const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
      const spread = [1, channels, ...x.shape.slice(2).map(() => 1)];
      const fans = { input: channels, output: channels };
      const gamma = scale ? scope.weight("gamma", [channels], "ones", fans).reshape(spread) : undefined;
      const beta = center ? scope.weight("beta", [channels], "zeros", fans).reshape(spread) : undefined;
      const runningMean = scope.statistic("mean", [channels], 0);
      const runningVariance = scope.statistic("variance", [channels], 1);
      if (!scope.training) {
        const factor = scaled(runningVariance.reshape(spread), epsilon, gamma);
        return shifted(x.sub(runningMean.reshape(spread)).mul(factor), beta);
      }
      const count = x.size / channels;
      const mean = x.mean(axes, { keepDimensions: true });
      const centred = x.sub(mean);
      const variance = centred.square().mean(axes, { keepDimensions: true });
      const y = shifted(centred.mul(scaled(variance, epsilon, gamma)), beta);
      const follow = (batch: Tensor) => (current: Tensor) =>
        current.mul(momentum).add(
          batch
            .stopGradient()
            .reshape([channels])
            .mul(1 - momentum),
        );
      scope.updateStatistic("mean", follow(mean), y);
      scope.updateStatistic("variance", follow(variance.mul(count / Math.max(count - 1, 1))), y);
      return y;
    },
  };
}

/** Layer normalisation over all axes but the batch. */
export function layerNormalisation(options: NormalisationOptions = {}): Layer {
  const { epsilon = 1e-5, center = true, scale = true } = options;
  return {
    kind: "layerNormalisation",
    config: { ...options },
    apply(x, scope) {
      const features = x.shape.slice(1);
      const fans = { input: sizeOf(features), output: sizeOf(features) };
      const axes = features.map((_, axis) => axis + 1);
      const centred = x.sub(x.mean(axes, { keepDimensions: true }));
      const variance = centred.square().mean(axes, { keepDimensions: true });
      const gamma = scale ? scope.weight("gamma", features, "ones", fans) : undefined;
      const beta = center ? scope.weight("beta", features, "zeros", fans) : undefined;
      const normal = centred.mul(variance.add(epsilon).sqrt().reciprocal());
      return shifted(gamma === undefined ? normal : normal.mul(gamma), beta);
    },
  };
}

/** Instance normalisation of images [N, C, H, W], each channel of each image by itself. */
export function instanceNormalisation(options: NormalisationOptions = {}): Layer {
  const { epsilon = 1e-5, center = true, scale = true } = options;
  return {
    kind: "instanceNormalisation",
    config: { ...options },
    apply(x, scope) {
      if (x.rank !== 4) {
        throw new ShapeError("instanceNormalisation", [x], "needs images [batch, channels, height, width]");
      }
      const channels = x.shape[1]!;
      const fans = { input: channels, output: channels };
      const weight = (name: string, initial: "ones" | "zeros") =>
        scope.weight(name, [channels], initial, fans).reshape([1, channels, 1, 1]);
      const gamma = scale ? weight("gamma", "ones") : undefined;
      const beta = center ? weight("beta", "zeros") : undefined;
      const centred = x.sub(x.mean([2, 3], { keepDimensions: true }));
      const variance = centred.square().mean([2, 3], { keepDimensions: true });
      return shifted(centred.mul(scaled(variance, epsilon, gamma)), beta);
    },
  };
}

function scaled(variance: Tensor, epsilon: number, gamma: Tensor | undefined): Tensor {
  const inverse = variance.add(epsilon).sqrt().reciprocal();
  return gamma === undefined ? inverse : inverse.mul(gamma);
}

function shifted(x: Tensor, beta: Tensor | undefined): Tensor {
  return beta === undefined ? x : x.add(beta);
}
