// Minibatch standard deviation (Karras et al. 2018): the critic is told how much the examples of a batch differ, so
// that a generator that makes the same sample again and again gives itself away. One number, the standard deviation
// of each feature over the batch, averaged over the features, is added to every example's features.

import { concat, ShapeError } from "../tensor/index.ts";
import type { Layer } from "./layers.ts";

/** Features [N, F] to [N, F + 1]. Examples of a batch then see each other. */
export function minibatchDeviation(): Layer {
  return {
    kind: "minibatchDeviation",
    config: {},
    apply(x) {
      if (x.rank !== 2) throw new ShapeError("minibatchDeviation", [x], "needs features [batch, features]");
      const variance = x
        .sub(x.mean(0, { keepDimensions: true }))
        .square()
        .mean(0);
      const deviation = variance.add(1e-8).sqrt().mean();
      return concat([x, deviation.reshape([1, 1]).broadcastTo([x.shape[0]!, 1])], 1);
    },
  };
}
