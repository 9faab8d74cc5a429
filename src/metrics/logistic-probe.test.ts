import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { fitLogisticRegression, logisticProbe } from "./logistic-probe.ts";

const { probes } = reference<{
  probes: {
    penalty: number;
    codes: Numbers;
    labels: Numbers;
    weights: Numbers;
    biases: Numbers;
    accuracy: number;
    crossEntropy: number;
  }[];
}>("quality");

test.each(probes)("agrees with scikit-learn: case %#", (row) => {
  const codes = Float64Array.from(row.codes.data);
  const { penalty } = row;
  const { accuracy, crossEntropy, regression } = logisticProbe(
    { codes: codes.subarray(0, 60 * 4), labels: row.labels.data.slice(0, 60) },
    { codes: codes.subarray(60 * 4), labels: row.labels.data.slice(60) },
    { latent: 4, penalty },
  );
  const { weights, biases, classes } = regression;
  expectAgreement({ shape: [classes.length, 4], data: weights }, row.weights, 1e-6, "weights");
  // The biases' common offset changes nothing, and is settled by no penalty.
  const centred = (values: ArrayLike<number>) => {
    const mean = Array.from(values).reduce((left, right) => left + right) / values.length;
    return { shape: [values.length], data: Array.from(values, (value) => value - mean) };
  };
  expectAgreement(centred(biases), centred(row.biases.data), 1e-6, "biases");
  expect(accuracy).toBeCloseTo(row.accuracy, 8);
  expect(crossEntropy).toBeCloseTo(row.crossEntropy, 6);
});

test("two classes that mirror each other are divided in the middle", () => {
  const train = { codes: Float32Array.of(0, 1, 4, 5), labels: [3, 3, 7, 7] };
  const { weights, biases, classes } = fitLogisticRegression(train, { latent: 1 });
  expect(classes).toEqual([3, 7]);
  expect((biases[0]! - biases[1]!) / (weights[1]! - weights[0]!)).toBeCloseTo(2.5, 6);
  const heldOut = { codes: Float32Array.of(0.5, 2, 4.5, 6), labels: [3, 3, 7, 3] };
  expect(logisticProbe(train, heldOut, { latent: 1 }).accuracy).toBe(0.75);
});

test("the scale of codes does not count, nor do numbers that never change", () => {
  const row = probes[0]!;
  const train = { codes: Float64Array.from(row.codes.data), labels: row.labels.data };
  const { accuracy, crossEntropy } = logisticProbe(train, train, { latent: 4 });
  const scaled = new Float64Array(90 * 5).map((_, index) =>
    index % 5 === 4 ? 3 : train.codes[Math.floor(index / 5) * 4 + (index % 5)]! * 1000,
  );
  const other = { codes: scaled, labels: row.labels.data };
  const found = logisticProbe(other, other, { latent: 5 });
  expect(found.accuracy).toBe(accuracy);
  expect(found.crossEntropy).toBeCloseTo(crossEntropy, 9);
});

test("codes that say nothing are given the classes' shares, and unknown labels cannot be told", () => {
  const train = { codes: new Float32Array(4), labels: [0, 0, 0, 1] };
  expect(logisticProbe(train, train, { latent: 1 })).toMatchObject({ accuracy: 0.75 });
  expect(logisticProbe(train, train, { latent: 1 }).crossEntropy).toBeCloseTo(
    -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25),
    9,
  );
  const strange = { codes: new Float32Array(2), labels: [0, 5] };
  expect(logisticProbe(train, strange, { latent: 1 })).toMatchObject({
    accuracy: 0.5,
    crossEntropy: Number.POSITIVE_INFINITY,
  });
});

test("what cannot be fitted is refused", () => {
  const one = { codes: Float32Array.of(1, 2), labels: [1, 1] };
  expect(() => fitLogisticRegression(one, { latent: 1 })).toThrow("needs at least 2 classes, and there is 1");
  const two = { ...one, labels: [1, 2] };
  expect(() => fitLogisticRegression(two, { latent: 1, penalty: 0 })).toThrow(
    "must be a number above 0, not 0",
  );
  expect(() => logisticProbe(two, { ...one, labels: [1] }, { latent: 1 })).toThrow(
    "2 held-out codes need as many labels, not 1",
  );
});
