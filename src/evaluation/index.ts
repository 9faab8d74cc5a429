export {
  type DomainClassifier,
  type DomainClassifierOptions,
  domainClassifier,
} from "./domain-classifier.ts";
export { domainDistance } from "./domain-distance.ts";
export { classifierAccuracy } from "./train-classifier.ts";
