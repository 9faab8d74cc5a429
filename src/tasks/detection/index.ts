export {
  type AnomalyDetector,
  anomalyDetector,
  type Detection,
  type DetectorOptions,
} from "./detector.ts";
export { anomalousRows, type DetectionQuality, detectionQuality, type Estimate } from "./quality.ts";
export type { DetectionScore } from "./scores.ts";
