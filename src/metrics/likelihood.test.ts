import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { importanceLogLikelihood } from "./likelihood.ts";

const { likelihood } = reference<{ likelihood: { logWeights: Numbers; logLikelihood: Numbers }[] }>(
  "metrics",
);
const logNormal = (x: number, mean: number, variance: number): number =>
  -((x - mean) ** 2 / variance + Math.log(2 * Math.PI * variance)) / 2;

test("agrees with PyTorch, far outside of where exp overflows", () => {
  for (const { logWeights, logLikelihood } of likelihood) {
    const found = importanceLogLikelihood(Float64Array.from(logWeights.data), {
      samples: logWeights.shape[1]!,
    });
    expectAgreement({ shape: logLikelihood.shape, data: found }, logLikelihood, 1e-9);
  }
});

test("draws from the exact posterior give the likelihood exactly, others nearly", () => {
  // z ~ N(0, 1), x ~ N(z, 1): p(x) = N(0, 2), p(z | x) = N(x / 2, 1 / 2).
  const samples = 5000;
  const noise = randomStream(1, "codes").normal(0, new Float32Array(samples));
  for (const x of [0, -1.5, 4]) {
    const weights = (mean: number, variance: number): Float64Array =>
      Float64Array.from(noise, (value) => {
        const z = mean + Math.sqrt(variance) * value;
        return logNormal(x, z, 1) + logNormal(z, 0, 1) - logNormal(z, mean, variance);
      });
    const [exact] = importanceLogLikelihood(weights(x / 2, 1 / 2), { samples });
    expect(exact).toBeCloseTo(logNormal(x, 0, 2), 10);
    const [wide] = importanceLogLikelihood(weights(x / 2 + 0.2, 1), { samples });
    expect(Math.abs(wide! - logNormal(x, 0, 2))).toBeLessThan(0.02);
  }
});

test("weights of 0", () => {
  const none = Number.NEGATIVE_INFINITY;
  expect([...importanceLogLikelihood(Float64Array.of(none, none, none, 0), { samples: 2 })]).toEqual([
    none,
    -Math.LN2,
  ]);
});

test("weights that are none, and rows that are not whole, are refused", () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => importanceLogLikelihood(Float64Array.of(0, 0, 0, wrong), { samples: 2 })).toThrow(
      `a log weight must be a number below infinity, and example 1 has ${wrong}`,
    );
  expect(() => importanceLogLikelihood(Float64Array.of(0, 0, 0), { samples: 2 })).toThrow(
    "log weights of 2 numbers a row must be whole, and 3 numbers are not",
  );
});
