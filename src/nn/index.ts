export { type Activation, activate, activationSchema } from "./activations.ts";
export { collectingScope } from "./collecting-scope.ts";
export { type Fans, type Initialiser, initialise, initialiserSchema } from "./initialisers.ts";
export {
  activation,
  type ConvolutionOptions,
  conv2d,
  conv2dTranspose,
  type DenseOptions,
  dense,
  dropout,
  embedding,
  flatten,
  type Layer,
  outputsOf,
  reshape,
  sequential,
  upSampling2d,
} from "./layers.ts";
export { minibatchDeviation } from "./minibatch-deviation.ts";
export { batchNormalisation, instanceNormalisation, layerNormalisation } from "./normalisation.ts";
export { clipByNorm, type Optimiser, optimiserSchema, type UpdateRule, updateRule } from "./optimisers.ts";
export type { Scope } from "./scope.ts";
export { spectrallyNormalised } from "./spectral-norm.ts";
export { perplexity, type Quantised, usedShare, vectorQuantiser } from "./vector-quantiser.ts";
