import { describe, expect, test } from "vitest";
import { evaluate } from "../runtime/evaluate.ts";
import { gradients, input } from "../tensor/index.ts";
import { betaBinomialLogLikelihood } from "./index.ts";

const LEVELS = Array.from({ length: 256 }, (_, level) => level);
/** Every tenth level, and both ends. */
const SOME = LEVELS.filter((level) => level % 10 === 5 || level === 0);
const LOGS = [-9, -6, -3, -1, 0, 1, 2.5, 4, 6, 9];
const PAIRS = LOGS.flatMap((logAlpha) => LOGS.map((logBeta) => [logAlpha, logBeta] as const));

/** Log probabilities of pixels, a row a pair, and their slopes. */
async function computed(levels: readonly number[], pairs: readonly (readonly [number, number])[]) {
  const shape = [pairs.length, levels.length, 1];
  const [x, logAlpha, logBeta] = ["x", "logAlpha", "logBeta"].map((name) => input(name, shape));
  // Each pixel as an example of its own.
  const single = [pairs.length * levels.length, 1];
  const logs = betaBinomialLogLikelihood(
    x!.reshape(single),
    logAlpha!.reshape(single),
    logBeta!.reshape(single),
  );
  const feed = (value: (pair: readonly [number, number], level: number) => number) =>
    Float32Array.from(pairs.flatMap((pair) => levels.map((level) => value(pair, level))));
  const values = await evaluate([logs, ...gradients(logs.sum(), [logAlpha!, logBeta!])], {
    x: feed((_, level) => level / 255),
    logAlpha: feed(([first]) => first),
    logBeta: feed(([, second]) => second),
  });
  return values.map(({ data }) => Array.from(data, Number));
}

const sumOver = (count: number, term: (index: number) => number) => {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += term(index);
  return sum;
};

/** By products and sums of finitely many terms, which gammas of whole distances are. */
function exactly(level: number, alpha: number, beta: number) {
  const sum = alpha + beta;
  const rest = 255 - level;
  return {
    log:
      sumOver(level, (index) => Math.log(((alpha + index) * (255 - index)) / (index + 1))) +
      sumOver(rest, (index) => Math.log(beta + index)) -
      sumOver(255, (index) => Math.log(sum + index)),
    alpha: alpha * (sumOver(level, (i) => 1 / (alpha + i)) - sumOver(255, (i) => 1 / (sum + i))),
    beta: beta * (sumOver(rest, (i) => 1 / (beta + i)) - sumOver(255, (i) => 1 / (sum + i))),
  };
}

describe("the beta-binomial likelihood", () => {
  test("and its slopes, for all sizes of α and β", async () => {
    const [logs, alphas, betas] = await computed(SOME, PAIRS);
    PAIRS.forEach(([logAlpha, logBeta], pair) => {
      const [alpha, beta] = [Math.exp(logAlpha), Math.exp(logBeta)];
      SOME.forEach((level, place) => {
        const index = pair * SOME.length + place;
        const expected = exactly(level, alpha, beta);
        const where = `level ${level}, logs ${logAlpha} and ${logBeta}`;
        expect(Math.abs(logs![index]! - expected.log), where).toBeLessThan(alpha + beta < 1000 ? 2e-4 : 2e-3);
        for (const [found, slope] of [
          [alphas![index]!, expected.alpha],
          [betas![index]!, expected.beta],
        ] as const)
          expect(Math.abs(found - slope), where).toBeLessThan(1e-3 + 1e-4 * Math.abs(slope));
      });
    });
  });

  test("the 256 levels share one probability", async () => {
    const pairs = [
      [-9, -9],
      [-5, 3],
      [0, 0],
      [2, 5],
      [20, -20],
    ] as const;
    const [logs] = await computed(LEVELS, pairs);
    pairs.forEach((_, pair) => {
      expect(sumOver(256, (level) => Math.exp(logs![pair * 256 + level]!))).toBeCloseTo(1, 3);
    });
    expect(logs![2 * 256 + 77]).toBeCloseTo(-Math.log(256), 5);
  });

  test("logarithms beyond 9 are cut, and have no slope", async () => {
    const [logs, alphas, betas] = await computed(
      [0, 100, 255],
      [
        [9, -9],
        [12, -30],
      ],
    );
    for (const index of [0, 1, 2]) expect(logs![index + 3]! / logs![index]!).toBeCloseTo(1, 0);
    expect([...alphas!.slice(3), ...betas!.slice(3)]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
