// The loss of classifiers. With logits l of K classes and y the class of the example:
//
//   cross-entropy    −log softmax(l)[y] = log Σₖ exp(lₖ) − l_y        nats an example, mean over the batch
//
// It is the negative log-likelihood of the class. An even guess costs log K.

import { ShapeError, type Tensor } from "../tensor/index.ts";

/**
 * Softmax cross-entropy, mean over the batch: logits [N, K], labels [N] of int32 from 0 to K − 1 → scalar.
 *
 * @throws ShapeError where the logits have not two axes, or there is not one label an example
 * @example
 * crossEntropy(classifier(x), inputs.labels); // x [N, features], labels as a round is given them
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const [batch, classes] = logits.shape;
  if (logits.rank !== 2 || labels.rank !== 1 || labels.shape[0] !== batch)
    throw new ShapeError("crossEntropy", [logits, labels], "needs logits [N, classes] and labels [N]");
  return logits
    .logSoftmax()
    .mul(labels.oneHot(classes!))
    .sum()
    .mul(-1 / batch!);
}
