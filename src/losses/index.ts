export {
  type AdversarialLoss,
  type AdversarialLossName,
  adversarialLosses,
  adversarialLossSchema,
} from "./adversarial.ts";
export { crossEntropy } from "./classification.ts";
export { type Gaussian, reparameterise, standardNormalDivergence } from "./divergences.ts";
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
export {
  bernoulliNegativeLogLikelihood,
  binaryCrossEntropy,
  gaussianNegativeLogLikelihood,
  meanAbsoluteError,
  meanSquaredError,
  type ReconstructionLoss,
} from "./reconstruction.ts";
