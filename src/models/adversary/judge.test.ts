// Both players' losses, on critics so plain that every number can be worked out by hand.

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { expectAgreement } from "../../../test/reference/agreement.ts";
import { Feeding } from "../../../test/reference/feeding.ts";
import { numericalGradients } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpreter.ts";
import { UserError } from "../../errors.ts";
import { gradients, type Tensor } from "../../tensor/index.ts";
import { type Exhibits, judge, realnessBy, type Verdict } from "./judge.ts";
import { adversarialOptions, optimiserOf } from "./options.ts";

const defaults = { loss: "wasserstein", latent: 2, batch: 4, learningRate: 1e-3, beta1: 0.5 } as const;
const schema = z.strictObject(adversarialOptions(defaults));
type Options = z.input<typeof schema>;

/** s(x) = x·w, with x itself for features. */
const linear = (weights: Tensor) => (x: Tensor) => ({
  score: x.flatten().matmul(weights),
  features: x.flatten(),
});

/** s(x) = ½‖x‖², whose slope is x. */
const quadratic = (x: Tensor) => ({
  score: x.flatten().square().sum(1, { keepDimensions: true }).mul(0.5),
  features: x.flatten(),
});

class Court extends Feeding {
  /** How many examples each draw was for, and the draws' shapes. */
  readonly draws: (readonly number[])[] = [];
  readonly uniform = (...shape: number[]): Tensor => {
    this.draws.push(shape);
    const size = shape.reduce((product, length) => product * length, 1);
    return this.given(
      shape,
      Array.from({ length: size }, (_, at) => ((at + this.draws.length) * 0.37) % 1),
    );
  };

  judge(options: Options, exhibits: Omit<Exhibits, "apart"> & { apart?: boolean }): Verdict {
    return judge(schema.parse(options), { uniform: this.uniform }, { apart: false, ...exhibits });
  }

  values(...tensors: Tensor[]): number[] {
    return interpret(tensors, this.feeds).map(({ data }) => data[0]!);
  }
}

const REAL = [1, 2, 3, 4, 5, 6, 7, 8];
const FAKE = [0, 1, 0, 1, 1, 0, 1, 0];

function session() {
  const court = new Court();
  return {
    court,
    weights: court.given([2, 1], [3, 4]),
    real: court.given([4, 2], REAL),
    fake: court.given([4, 2], FAKE),
  };
}

describe("what the critic is shown", () => {
  test("real and generated samples, one pass or two", () => {
    const { court, weights, real, fake } = session();
    const calls: number[] = [];
    const critic = (x: Tensor) => {
      calls.push(x.shape[0]!);
      return linear(weights)(x);
    };
    const exhibits = { critic, real: [real], generated: [[fake]] } as const;
    // 3·mean(0, 0, 1, 1) + 4·mean(1, 1, 0, 0) − 3·mean(1, 3, 5, 7) − 4·mean(2, 4, 6, 8)
    const expected = 3.5 - 32;
    for (const [options, apart, passes] of [
      [{}, false, [8]],
      [{}, true, [4, 4]],
      [{ minibatchDeviation: true }, false, [4, 4]],
    ] as const) {
      calls.length = 0;
      const { criticLoss, generatorLoss, report } = court.judge(options, { ...exhibits, apart });
      expect(court.values(criticLoss, generatorLoss, report.gap!)).toEqual([expected, -3.5, -expected]);
      // The generator's own pass follows.
      expect(calls.slice(0, passes.length)).toEqual(passes);
    }
  });

  test("a constant added to all scores changes no loss of Wasserstein's, however many batches there are", () => {
    const { court, weights, real, fake } = session();
    const shifted =
      (by: number): Exhibits["critic"] =>
      (sample) => {
        const judgement = linear(weights)(sample);
        return { ...judgement, score: judgement.score.add(by) };
      };
    const lossWith = (by: number) =>
      court.judge(
        { loss: "wasserstein" },
        { critic: shifted(by), real: [real], generated: [[fake], [fake.mul(2)]] },
      ).criticLoss;
    const [none, some] = court.values(lossWith(0), lossWith(1000));
    expect(some).toBeCloseTo(none!, 2);
  });

  test("augmentation is refused where the critic sees no images", () => {
    const { court, weights, real, fake } = session();
    const asked = () =>
      court.judge(
        { augmentation: ["colour"] },
        { critic: linear(weights), real: [real], generated: [[fake]] },
      );
    expect(asked).toThrow("augmentation changes images, and this model's critic sees none; leave it out");
  });

  test("several batches of generated samples: their terms are added, their gaps averaged", () => {
    const { court, weights, real, fake } = session();
    const other = fake.mul(2);
    const { criticLoss, generatorLoss, report } = court.judge(
      {},
      { critic: linear(weights), real: [real], generated: [[fake], [other]] },
    );
    expect(court.values(criticLoss, generatorLoss, report.gap!)).toEqual([
      3.5 + 7 - 2 * 32,
      -3.5 - 7,
      32 - (3.5 + 7) / 2,
    ]);
  });

  test("a condition, last and the same for real and generated, whose slope is no penalty's", () => {
    const { court, real, fake } = session();
    const given = court.given([4, 1], [10, 20, 30, 40]);
    const critic = (x: Tensor, condition: Tensor) => ({
      score: x.sum(1, { keepDimensions: true }).mul(condition),
      features: x,
    });
    const { criticLoss, report } = court.judge(
      { penalty: "r1", penaltyWeight: 2 },
      { critic, real: [real], generated: [[fake]], condition: given },
    );
    // Fakes sum to 1; reals to 3, 7, 11, 15. The slope in x is the condition, twice.
    const [scoreFake, scoreReal] = [25, (30 + 140 + 330 + 600) / 4];
    const penalty = (0.5 * 2 * (100 + 400 + 900 + 1600)) / 4;
    expect(court.values(report.penalty!, criticLoss)).toEqual([penalty, scoreFake - scoreReal + 2 * penalty]);
  });

  test("packs: m examples in a row are one, and so are their conditions", () => {
    const { court, real, fake } = session();
    const weights = court.given([4, 1], [1, 10, 100, 1000]);
    const critic = (x: Tensor, condition: Tensor) => ({ score: x.matmul(weights), features: condition });
    const { judged } = court.judge(
      { packing: 2 },
      { critic, real: [real], generated: [[fake]], condition: court.given([4, 1], [1, 2, 3, 4]) },
    );
    const [scores, conditions] = interpret([judged.real.score, judged.generated[0]!.features], court.feeds);
    expect([scores!.shape, [...scores!.data]]).toEqual([
      [2, 1],
      [4321, 8765],
    ]);
    expect([conditions!.shape, [...conditions!.data]]).toEqual([
      [2, 2],
      [1, 2, 3, 4],
    ]);
  });

  test("packs of images: their channels side by side", () => {
    const court = new Court();
    const [real, fake] = [court.drawn([4, 3, 2, 2]), court.drawn([4, 3, 2, 2])];
    const critic = (x: Tensor) => ({ score: x.mean([1, 2, 3]).reshape([-1, 1]), features: x });
    const { judged } = court.judge(
      { packing: 4 },
      { critic, real: [real], generated: [[fake]], apart: true },
    );
    expect(judged.real.features.shape).toEqual([1, 12, 2, 2]);
    const [packed, whole] = interpret([judged.real.features, real], court.feeds);
    expect([...packed!.data]).toEqual([...whole!.data]);
  });

  test("a pack that does not divide the batch is refused in one line", () => {
    const { court, weights, real, fake } = session();
    const attempt = () =>
      court.judge({ packing: 3 }, { critic: linear(weights), real: [real], generated: [[fake]] });
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow("packing 3 does not divide the batch of 4; take a batch that it does");
  });

  test("images in random changes, others for real than for generated ones; codes as they are", () => {
    const court = new Court();
    const [real, fake, code] = [court.drawn([4, 1, 8, 8]), court.drawn([4, 1, 8, 8]), court.drawn([4, 2])];
    const shown: Tensor[][] = [];
    const critic = (image: Tensor, beside: Tensor) => {
      shown.push([image, beside]);
      return quadratic(image);
    };
    court.judge(
      { augmentation: ["translation"] },
      { critic, real: [real, code], generated: [[fake, code]], apart: true },
    );
    expect(court.draws).toEqual([[4], [4], [4], [4]]);
    expect(shown.every(([, beside]) => beside === code)).toBe(true);
    const [[first], [second]] = shown as [[Tensor], [Tensor]];
    const images = interpret([first, real, second, fake], court.feeds).map(({ data }) => [...data]);
    expect(images[0]).not.toEqual(images[1]);
    expect(images[2]).not.toEqual(images[3]);
  });
});

describe("penalties", () => {
  const penaltyOf = (penalty: NonNullable<Options["penalty"]>, critic: Exhibits["critic"]) => {
    const { court, real, fake } = session();
    const verdict = court.judge(
      { penalty, penaltyWeight: 10 },
      { critic, real: [real], generated: [[fake], [fake.mul(2)]] },
    );
    const plain = court.judge({}, { critic, real: [real], generated: [[fake], [fake.mul(2)]] });
    const [value, loss, without] = court.values(
      verdict.report.penalty!,
      verdict.criticLoss,
      plain.criticLoss,
    );
    expect(loss).toBeCloseTo(without! + 10 * value!, 9);
    return { value: value!, court };
  };
  const squares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0) / 4;

  test.each(["gradient", "dragan"] as const)("%s of a linear critic: (‖w‖ − 1)², wherever", (penalty) => {
    const { weights } = session();
    expect(penaltyOf(penalty, linear(weights)).value).toBeCloseTo(16, 6);
  });

  test.each([
    ["r1", 12.5],
    ["r2", 12.5],
    ["r1r2", 25],
  ] as const)("%s of a linear critic: ½‖w‖² for each place", (penalty, expected) => {
    const { weights } = session();
    expect(penaltyOf(penalty, linear(weights)).value).toBeCloseTo(expected, 9);
  });

  test.each([
    ["r1", 0.5 * squares(REAL)],
    ["r2", 0.5 * (squares(FAKE) + squares(FAKE.map((value) => 2 * value))) * 0.5],
    ["r1r2", 0.5 * squares(REAL) + 0.25 * (squares(FAKE) + squares(FAKE.map((value) => 2 * value)))],
  ] as const)("%s of ½‖x‖²: half the mean squared length there", (penalty, expected) => {
    expect(penaltyOf(penalty, quadratic).value).toBeCloseTo(expected, 9);
  });

  test("gradient of ½‖x‖²: at mixtures, each example by its own number, batch by batch", () => {
    const { value, court } = penaltyOf("gradient", quadratic);
    expect(court.draws.slice(0, 2)).toEqual([[4], [4]]);
    const mixes = [1, 2].map((draw) => Array.from({ length: 4 }, (_, at) => ((at + draw) * 0.37) % 1));
    const each = mixes.flatMap((mix, batch) =>
      mix.map((a, row) => {
        const at = [0, 1].map(
          (axis) => a * REAL[2 * row + axis]! + (1 - a) * (batch + 1) * FAKE[2 * row + axis]!,
        );
        return (Math.hypot(...at) - 1) ** 2;
      }),
    );
    expect(value).toBeCloseTo(each.reduce((sum, part) => sum + part) / 8, 5);
  });

  test("dragan of ½‖x‖²: around real samples, by half the batch's deviation", () => {
    const { value, court } = penaltyOf("dragan", quadratic);
    expect(court.draws).toEqual([[4, 2]]);
    const deviation = Math.sqrt(REAL.reduce((sum, x) => sum + (x - 4.5) ** 2, 0) / 8);
    const moved = REAL.map((x, at) => x + 0.5 * deviation * (((at + 1) * 0.37) % 1));
    const each = [0, 2, 4, 6].map((at) => (Math.hypot(moved[at]!, moved[at + 1]!) - 1) ** 2);
    expect(value).toBeCloseTo(each.reduce((sum, part) => sum + part) / 4, 5);
  });

  test("of samples in parts: the slope over all of them together", () => {
    const { court, real, fake } = session();
    const critic = (x: Tensor, code: Tensor) => ({
      score: x.sum(1, { keepDimensions: true }).add(code.sum(1, { keepDimensions: true }).mul(3)),
      features: x,
    });
    const code = court.drawn([4, 1]);
    const { report } = court.judge(
      { penalty: "r1" },
      { critic, real: [real, code], generated: [[fake, code]] },
    );
    expect(court.values(report.penalty!)[0]).toBeCloseTo(0.5 * (1 + 1 + 9), 9);
  });

  test.each(["gradient", "r1", "r2", "r1r2", "dragan"] as const)(
    "%s moves the critic's weights as finite differences say",
    (penalty) => {
      const court = new Court();
      const [hidden, out] = [court.drawn([2, 3], 2), court.drawn([3, 1], 2)];
      const critic = (x: Tensor) => {
        const features = x.matmul(hidden).tanh();
        return { score: features.matmul(out), features };
      };
      const exhibits = { critic, real: [court.drawn([4, 2])], generated: [[court.drawn([4, 2])]] } as const;
      const { criticLoss } = court.judge({ penalty, loss: "relativistic", packing: 1 }, exhibits);
      const measured = numericalGradients(criticLoss, [hidden, out], court.feeds);
      interpret(gradients(criticLoss, [hidden, out]), court.feeds).forEach((slope, index) => {
        expectAgreement(slope, measured[index]!, 1e-6, penalty);
      });
    },
  );
});

describe("the generator", () => {
  test("is told the distance of mean features, and the critic is not", () => {
    const { court, weights, real, fake } = session();
    const exhibits = { critic: linear(weights), real: [real], generated: [[fake]] } as const;
    const plain = court.judge({}, exhibits);
    const matching = court.judge({ featureMatching: 2 }, exhibits);
    // Means (4, 5) and (1/2, 1/2).
    const distance = 3.5 ** 2 + 4.5 ** 2;
    expect(court.values(matching.generatorLoss)[0]).toBeCloseTo(-3.5 + 2 * distance, 9);
    expect(court.values(matching.criticLoss)).toEqual(court.values(plain.criticLoss));
  });

  test("of a relativistic loss is compared with the real samples of its own turn", () => {
    const { court, weights, real, fake } = session();
    const { generatorLoss } = court.judge(
      { loss: "relativistic" },
      { critic: linear(weights), real: [real], generated: [[fake]] },
    );
    const gaps = [0, 1, 2, 3].map(
      (row) => 3 * (REAL[2 * row]! - FAKE[2 * row]!) + 4 * (REAL[2 * row + 1]! - FAKE[2 * row + 1]!),
    );
    const expected = gaps.reduce((sum, gap) => sum + Math.log1p(Math.exp(gap)), 0) / 4;
    expect(court.values(generatorLoss)[0]).toBeCloseTo(expected, 9);
  });

  test("of who makes both kinds of samples is the sum of two losses, of a relativistic one the one loss", () => {
    const { court, weights, real, fake } = session();
    const exhibits = { critic: linear(weights), real: [real], generated: [[fake]] } as const;
    const relativistic = court.judge({ loss: "relativistic" }, exhibits);
    expect(court.values(relativistic.jointLoss)).toEqual(court.values(relativistic.generatorLoss));
    const scores = [0, 1, 2, 3].map((row) => 3 * REAL[2 * row]! + 4 * REAL[2 * row + 1]!);
    const encoder = scores.reduce((sum, score) => sum + Math.log1p(Math.exp(score)), 0) / 4;
    const { jointLoss, generatorLoss } = court.judge({ loss: "non-saturating" }, exhibits);
    expect(court.values(jointLoss)[0]).toBeCloseTo(court.values(generatorLoss)[0]! + encoder, 9);
  });

  test("who moves in the critic's own turn meets the critic's own opinions", () => {
    const { court, weights, real, fake } = session();
    const exhibits = { critic: linear(weights), real: [real], generated: [[fake]] } as const;
    const together = court.judge({}, { ...exhibits, atOnce: true });
    expect(together.seen.generated[0]).toBe(together.judged.generated[0]);
    const apart = court.judge({}, exhibits);
    expect(apart.seen.generated[0]).not.toBe(apart.judged.generated[0]);
  });
});

test("opinions beyond score and features come back with them, each batch its own", () => {
  const { court, weights, real, fake } = session();
  const critic = (x: Tensor) => ({ ...linear(weights)(x), doubled: x.mul(2) });
  const { judged } = judge(
    schema.parse({}),
    { uniform: court.uniform },
    { critic, real: [real], generated: [[fake]], apart: false },
  );
  const [ofReal, ofFake] = interpret([judged.real.doubled, judged.generated[0]!.doubled], court.feeds);
  expect([...ofReal!.data]).toEqual(REAL.map((value) => 2 * value));
  expect([...ofFake!.data]).toEqual(FAKE.map((value) => 2 * value));
});

test("the optimiser is the one of the options", () => {
  const options = schema.parse({ beta2: 0.9 });
  expect(optimiserOf(options)).toEqual({
    kind: "adam",
    learningRate: 1e-3,
    beta1: 0.5,
    beta2: 0.9,
    epsilon: 1e-8,
  });
  expect(optimiserOf({ ...options, optimiser: "rmsprop" }, 5e-5)).toEqual({
    kind: "rmsprop",
    learningRate: 5e-5,
    rho: 0.9,
    epsilon: 1e-8,
  });
});

test("a critic of packs has no score of one example", () => {
  expect(realnessBy({ packing: 2 }, (x) => x)).toEqual({});
  expect(realnessBy({ packing: 1 }, (x) => x).realness).toBeDefined();
});
