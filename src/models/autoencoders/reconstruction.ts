// What a decoder's last layer means, and how its output is compared with the example: images end in a sigmoid,
// vectors are left as they are.

import { UserError } from "../../errors.ts";
import type { DataSpecification } from "../../game/model.ts";
import {
  binaryCrossEntropy,
  meanAbsoluteError,
  meanSquaredError,
  type ReconstructionLoss,
} from "../../losses/index.ts";
import type { Tensor } from "../../tensor/index.ts";

export interface ReconstructionError {
  /** The loss of a decoder's raw output. */
  readonly loss: (x: Tensor, output: Tensor) => Tensor;
  /** The example that a raw output stands for. */
  readonly mean: (output: Tensor) => Tensor;
}

/** Pairs a loss with the meaning of the decoder's output. */
export function reconstructionError(data: DataSpecification, loss: ReconstructionLoss): ReconstructionError {
  const mean = data.kind === "image" ? (output: Tensor) => output.sigmoid() : (output: Tensor) => output;
  switch (loss) {
    case "mse":
      return { mean, loss: (x, output) => meanSquaredError(x, mean(output)) };
    case "mae":
      return { mean, loss: (x, output) => meanAbsoluteError(x, mean(output)) };
    case "bce":
      if (data.kind !== "image")
        throw new UserError("loss bce needs values in [0, 1], as images have; use mse or mae");
      return { mean, loss: binaryCrossEntropy };
  }
}
