export {
  type AdversarialLoss,
  type AdversarialLossName,
  adversarialLosses,
  adversarialLossSchema,
} from "./adversarial.ts";
export { betaBinomialLogLikelihood } from "./beta-binomial.ts";
export { crossEntropy } from "./classification.ts";
export { type Kernel, kernelNames, maximumMeanDiscrepancy, squaredDistances } from "./discrepancy.ts";
export { type Gaussian, logPriorRatio, reparameterise, standardNormalDivergence } from "./divergences.ts";
export { nearestNeighbourEntropy, pullingAway } from "./entropy.ts";
export { categoricalInformation, uniformInformation } from "./information.ts";
export {
  bernoulliLogLikelihood,
  discretisedLogisticLogLikelihood,
  gaussianLogLikelihood,
} from "./likelihoods.ts";
export {
  around,
  between,
  estimatedJacobianNorm,
  gradientPenalty,
  jacobianNorm,
  squaredNorms,
  unitSlopePenalty,
  zeroSlopePenalty,
} from "./penalties.ts";
export { type LogisticMixtures, roundingRate } from "./rate.ts";
export {
  binaryCrossEntropy,
  meanAbsoluteError,
  meanSquaredError,
  type ReconstructionLoss,
} from "./reconstruction.ts";
export { absoluteSum, activationDivergence } from "./sparsity.ts";
