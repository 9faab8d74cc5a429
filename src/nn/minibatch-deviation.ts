// Minibatch standard deviation (Karras et al. 2018): the critic is told how much the examples of a batch differ, so
// that a generator that makes the same sample again and again gives itself away. One number, the standard deviation
// of each feature over the batch, averaged over the features, is added to every example's features. After training an
// example is judged by itself, and the number is a running average of what batches had.

import { concat, ShapeError, type Tensor } from "../tensor/index.ts";
import type { Layer } from "./layers.ts";

/** The share of the past in the running average. */
const MOMENTUM = 0.9;

/** Features [N, F] to [N, F + 1]. In training the examples of a batch see each other. */
export function minibatchDeviation(): Layer {
  return {
    kind: "minibatchDeviation",
    config: {},
    apply(x, scope) {
      if (x.rank !== 2) throw new ShapeError("minibatchDeviation", [x], "needs features [batch, features]");
      const running = scope.statistic("deviation", [], 1);
      const joined = (deviation: Tensor) =>
        concat([x, deviation.reshape([1, 1]).broadcastTo([x.shape[0]!, 1])], 1);
      if (!scope.training) return joined(running);
      const variance = x
        .sub(x.mean(0, { keepDimensions: true }))
        .square()
        .mean(0);
      const deviation = variance.add(1e-8).sqrt().mean();
      const y = joined(deviation);
      scope.updateStatistic(
        "deviation",
        (current) => current.mul(MOMENTUM).add(deviation.stopGradient().mul(1 - MOMENTUM)),
        y,
      );
      return y;
    },
  };
}
