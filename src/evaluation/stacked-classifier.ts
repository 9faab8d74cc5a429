// The classifier of stacked grey images is that of the grey images, applied to each channel: of K classes, the class
// of a stack is K²a + Kb + c, its probabilities are products, and its features are the three channels' one after the
// other. The channels of a real stack are independent draws, so the mean of its features is three times that of the
// grey images', their covariance has that of the grey images' in three blocks on its diagonal, and a stack is told
// when all three channels are: the accuracy is the third power.

import type { GaussianMoments } from "../metrics/moments.ts";
import type { DomainClassifier } from "./domain-classifier.ts";

/** Of a data set of stacks, given the classifier of what is stacked; closing it closes that too. */
export function stackedClassifier(
  { source, shape, classes }: Pick<DomainClassifier, "source" | "shape" | "classes">,
  base: DomainClassifier,
): DomainClassifier {
  const kinds = base.classes.length;
  const { train, test } = base.moments;
  return {
    source,
    shape,
    classes,
    accuracy: base.accuracy ** 3,
    dimensions: 3 * base.dimensions,
    moments: { train: threefold(train), test: threefold(test) },
    async features(examples) {
      const { data } = await base.features(examples);
      const dimensions = 3 * base.dimensions;
      return { shape: [data.length / dimensions, dimensions], data };
    },
    async probabilities(examples) {
      const { data: each } = await base.probabilities(examples);
      const count = each.length / (3 * kinds);
      const data = new Float32Array(count * kinds ** 3);
      for (let i = 0, to = 0; i < count; i++) {
        const [a, b, c] = [0, 1, 2].map((channel) => (3 * i + channel) * kinds) as [number, number, number];
        for (let x = 0; x < kinds; x++)
          for (let y = 0; y < kinds; y++)
            for (let z = 0; z < kinds; z++) data[to++] = each[a + x]! * each[b + y]! * each[c + z]!;
      }
      return { shape: [count, kinds ** 3], data };
    },
    async classify(examples) {
      const each = await base.classify(examples);
      const labels = new Int32Array(each.length / 3);
      return labels.map((_, i) => (each[3 * i]! * kinds + each[3 * i + 1]!) * kinds + each[3 * i + 2]!);
    },
    close: () => base.close(),
  };
}

/** The moments of three independent draws beside each other. */
function threefold({ mean, covariance }: GaussianMoments): GaussianMoments {
  const size = mean.length;
  const wide = 3 * size;
  const stacked = { mean: new Float64Array(wide), covariance: new Float64Array(wide * wide) };
  for (let start = 0; start < wide; start += size) {
    stacked.mean.set(mean, start);
    for (let row = 0; row < size; row++)
      stacked.covariance.set(covariance.subarray(row * size, (row + 1) * size), (start + row) * wide + start);
  }
  return stacked;
}
