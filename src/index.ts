// The library: train a model, open a run, define a model of your own.

export {
  type Cell,
  type Dataset,
  decodeRows,
  encodeRows,
  type LoadOptions,
  loadDataset,
  type Row,
  type Split,
  type TableColumn,
  type TableSchema,
} from "./data/index.ts";
export { UserError } from "./errors.ts";
export {
  type DomainClassifier,
  type DomainClassifierOptions,
  domainClassifier,
  domainDistance,
} from "./evaluation/index.ts";
export {
  type BuildContext,
  type DataSpecification,
  defineModel,
  type GameDefinition,
  game,
  type Model,
  type Network,
  type Phase,
  type Player,
  type Roles,
  type RoundInputs,
} from "./game/model.ts";
export * as losses from "./losses/index.ts";
export { modeCoverage } from "./metrics/modes.ts";
export { catalogue, registerModel } from "./models/catalogue.ts";
export * as nn from "./nn/index.ts";
export { type RandomStream, randomStream } from "./random/index.ts";
export type { Device } from "./runtime/engine.ts";
export { evaluate } from "./runtime/evaluate.ts";
export type { ProfiledPart, RoundProfile } from "./runtime/profile.ts";
export {
  resumeSweep,
  type SweepEvent,
  type SweepOptions,
  type SweepResult,
  type SweepSpec,
  sweep,
  type TrialResult,
} from "./sweep/sweep.ts";
export { addDirection, attributeDirection } from "./tasks/attribute-direction.ts";
export { type Augmented, type AugmentOptions, augment } from "./tasks/augmentation/augment.ts";
export type { AugmentationWay } from "./tasks/augmentation/class-samples.ts";
export {
  type AugmentationEffect,
  type MeasureOptions,
  measureAugmentation,
} from "./tasks/augmentation/measure-augmentation.ts";
export {
  type Compressed,
  type CompressionMode,
  type CompressOptions,
  compress,
  type Decompressed,
  decompress,
} from "./tasks/compression/index.ts";
export {
  type AnomalyDetector,
  anomalousRows,
  anomalyDetector,
  type Detection,
  type DetectionQuality,
  type DetectionScore,
  type DetectorOptions,
  detectionQuality,
} from "./tasks/detection/index.ts";
export { type EvaluateOptions, type Evaluation, evaluateRun } from "./tasks/evaluation/evaluate.ts";
export { type FeatureNetworkOptions, featureNetwork } from "./tasks/evaluation/feature-network.ts";
export type { FeatureSpace } from "./tasks/evaluation/features.ts";
export type { Measured, Measurements, MeasureName } from "./tasks/evaluation/measures.ts";
export { writeEvaluation } from "./tasks/evaluation/write-evaluation.ts";
export { interpolate, type Path } from "./tasks/interpolate.ts";
export { keptNeighbourhoods, type Neighbourhoods } from "./tasks/neighbourhoods.ts";
export { type Probe, probeCodes } from "./tasks/probe.ts";
export { mostActive, traverse } from "./tasks/traverse.ts";
export { concat, constant, gradients, input, ShapeError, type Tensor } from "./tensor/index.ts";
export type { AnomalyScore } from "./training/anomaly.ts";
export { type Anomalies, type Batch, type OpenRun, open } from "./training/open.ts";
export {
  type ResumeRequest,
  resume,
  type Training,
  type TrainingEvent,
  type TrainRequest,
  train,
} from "./training/train.ts";
