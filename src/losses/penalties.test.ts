// Penalties on derivatives against Jacobians written out by hand.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { Feeding } from "../../test/reference/feeding.ts";
import { numericalGradients } from "../../test/reference/finite-differences.ts";
import { interpret, type Value } from "../../test/reference/interpreter.ts";
import { typedFeeds } from "../../test/reference/typed-feeds.ts";
import { randomStream } from "../random/index.ts";
import { evaluate } from "../runtime/evaluate.ts";
import { gradients, input, type Tensor } from "../tensor/index.ts";
import { estimatedJacobianNorm, gradientPenalty, jacobianNorm, squaredNorms } from "./penalties.ts";

const [BATCH, FEATURES, HIDDEN, CODE] = [3, 4, 5, 2];

/** tanh(x·V)·W, whose Jacobian is known: J[k][i] = Σ_h W[h][k]·(1 − tanh²)[h]·V[i][h]. */
function network(feeding: Feeding, outputs: number) {
  const [first, second] = [feeding.drawn([FEATURES, HIDDEN], 2), feeding.drawn([HIDDEN, outputs], 2)];
  return {
    weights: [first, second],
    forward: (x: Tensor) => x.matmul(first).tanh().matmul(second),
  };
}

const dataOf = (feeding: Feeding, tensor: Tensor): Value =>
  feeding.feeds.get((tensor.attributes as { name: string }).name)!;

function jacobian(feeding: Feeding, weights: readonly Tensor[], example: ArrayLike<number>): number[][] {
  const [v, w] = weights.map((weight) => dataOf(feeding, weight)) as [Value, Value];
  const outputs = w.shape[1]!;
  const slopes = Array.from({ length: HIDDEN }, (_, h) => {
    let sum = 0;
    for (let i = 0; i < FEATURES; i++) sum += example[i]! * v.data[i * HIDDEN + h]!;
    return 1 - Math.tanh(sum) ** 2;
  });
  return Array.from({ length: outputs }, (_, k) =>
    Array.from({ length: FEATURES }, (_, i) =>
      slopes.reduce((sum, slope, h) => sum + w.data[h * outputs + k]! * slope * v.data[i * HIDDEN + h]!, 0),
    ),
  );
}

const rowsOf = ({ shape, data }: Value) =>
  Array.from({ length: shape[0]! }, (_, row) => data.subarray(row * shape[1]!, (row + 1) * shape[1]!));

const squares = (matrix: readonly (readonly number[])[]) =>
  matrix.flat().reduce((sum, value) => sum + value * value, 0);

/** A scalar's value, the interpreter's and ONNX Runtime's having been found the same. */
async function computed(tensor: Tensor, { feeds }: Feeding): Promise<number> {
  const [exact] = interpret([tensor], feeds);
  const [value] = await evaluate([tensor], typedFeeds([tensor], feeds));
  expectAgreement(value!, exact!, 1e-5);
  return exact!.data[0]!;
}

/** Expects the gradients of a penalty to be those that finite differences measure. */
function expectSlopes(penalty: Tensor, weights: readonly Tensor[], { feeds }: Feeding): void {
  const measured = numericalGradients(penalty, weights, feeds);
  interpret(gradients(penalty, weights), feeds).forEach((slope, index) => {
    expect(Math.max(...slope.data.map(Math.abs))).toBeGreaterThan(1e-3);
    expectAgreement(slope, measured[index]!, 1e-7, `slope ${index}`);
  });
}

test("squaredNorms sums each example over all its axes", async () => {
  const [value] = await evaluate([squaredNorms(input("x", [2, 1, 2, 2]))], {
    x: Float32Array.of(1, 2, 3, 4, 0, -1, 0, 2),
  });
  expect(value).toMatchObject({ shape: [2] });
  expect(Array.from(value!.data, Number)).toEqual([30, 5]);
});

describe("gradientPenalty", () => {
  const build = (shape: (critic: (x: Tensor) => Tensor) => (x: Tensor) => Tensor = (critic) => critic) => {
    const feeding = new Feeding();
    const critic = network(feeding, 1);
    const real = feeding.drawn([BATCH, FEATURES]);
    const generated = feeding.drawn([BATCH, FEATURES]);
    const mix = feeding.given([BATCH], [0, 0.25, 1]);
    const penalty = gradientPenalty(shape(critic.forward), real, generated, mix);
    return { feeding, critic, real, generated, mix, penalty };
  };

  test("is (‖∇D‖ − 1)² at the mixtures, mean over the batch", async () => {
    const { feeding, critic, real, generated, mix, penalty } = build();
    const [reals, fakes] = [real, generated].map((tensor) => rowsOf(dataOf(feeding, tensor)));
    const shares = dataOf(feeding, mix).data;
    const each = reals!.map((row, index) => {
      const between = row.map((x, i) => shares[index]! * x + (1 - shares[index]!) * fakes![index]![i]!);
      return (Math.sqrt(squares(jacobian(feeding, critic.weights, between))) - 1) ** 2;
    });
    expect(await computed(penalty, feeding)).toBeCloseTo(each.reduce((a, b) => a + b) / BATCH, 9);
  });

  test("its own gradient moves the critic as finite differences say, and nothing behind the samples", () => {
    const { feeding, critic, real, generated, penalty } = build();
    expectSlopes(penalty, critic.weights, feeding);
    const behind = interpret(gradients(penalty, [real, generated]), feeding.feeds);
    expect(behind.every(({ data }) => data.every((value) => value === 0))).toBe(true);
  });

  test("takes scores [N] and images as well", async () => {
    const flat = build((critic) => (x) => critic(x).reshape([BATCH]));
    const plain = build();
    expect(await computed(flat.penalty, flat.feeding)).toBeCloseTo(
      await computed(plain.penalty, plain.feeding),
      9,
    );
    const feeding = new Feeding();
    const { forward } = network(feeding, 1);
    const [real, generated] = [feeding.drawn([BATCH, 1, 2, 2]), feeding.drawn([BATCH, 1, 2, 2])];
    const mix = feeding.given([BATCH], [0.5, 0.25, 1]);
    const images = gradientPenalty((x) => forward(x.flatten()), real, generated, mix);
    const vectors = gradientPenalty(forward, real.flatten(), generated.flatten(), mix);
    expect(await computed(images, feeding)).toBeCloseTo(await computed(vectors, feeding), 9);
  });

  test("a critic without any slope costs 1 and gets finite gradients", async () => {
    const weight = input("w", [FEATURES, 1]);
    const [real, generated] = [input("real", [BATCH, FEATURES]), input("generated", [BATCH, FEATURES])];
    const penalty = gradientPenalty((x) => x.matmul(weight), real, generated, input("mix", [BATCH]));
    const [value, slope] = await evaluate([penalty, ...gradients(penalty, [weight])], {
      w: new Float32Array(FEATURES),
      real: new Float32Array(BATCH * FEATURES).fill(1),
      generated: new Float32Array(BATCH * FEATURES),
      mix: new Float32Array(BATCH).fill(0.5),
    });
    expect(Number(value!.data[0])).toBeCloseTo(1, 5);
    expect(Array.from(slope!.data, Number).every(Number.isFinite)).toBe(true);
  });
});

describe("norms of the code's Jacobian", () => {
  const build = () => {
    const feeding = new Feeding();
    const encoder = network(feeding, CODE);
    const x = feeding.drawn([BATCH, FEATURES]);
    const code = encoder.forward(x);
    const examples = rowsOf(dataOf(feeding, x));
    const jacobians = examples.map((row) => jacobian(feeding, encoder.weights, row));
    const exact = jacobians.reduce((sum, matrix) => sum + squares(matrix), 0) / BATCH;
    return { feeding, encoder, x, code, jacobians, exact };
  };

  test("exact: the squares of the written-out Jacobian, and a slope to match", async () => {
    const { feeding, encoder, x, code, exact } = build();
    const norm = jacobianNorm(code, x);
    expect(await computed(norm, feeding)).toBeCloseTo(exact, 9);
    expectSlopes(norm, encoder.weights, feeding);
  });

  test("a linear code's norm is that of its matrix, whatever the batch", async () => {
    const feeding = new Feeding();
    const weights = feeding.given([2, 2], [1, 2, 3, -4]);
    const x = feeding.drawn([5, 2]);
    expect(await computed(jacobianNorm(x.matmul(weights), x), feeding)).toBeCloseTo(30, 9);
  });

  test("estimate: ‖vᵀJ‖² of each projection, and a slope to match", async () => {
    const { feeding, encoder, x, code, jacobians } = build();
    const projections = feeding.drawn([2, BATCH, CODE]);
    const estimate = estimatedJacobianNorm(code, x, projections);
    const v = dataOf(feeding, projections).data;
    let expected = 0;
    for (const count of [0, 1]) {
      for (const [n, matrix] of jacobians.entries()) {
        for (let i = 0; i < FEATURES; i++) {
          const along = matrix.reduce((sum, row, k) => sum + v[(count * BATCH + n) * CODE + k]! * row[i]!, 0);
          expected += along ** 2 / (2 * BATCH);
        }
      }
    }
    expect(await computed(estimate, feeding)).toBeCloseTo(expected, 9);
    expectSlopes(estimate, encoder.weights, feeding);
  });

  test("estimates from the axes of the code, √d long, average to the exact norm", async () => {
    const { feeding, x, code, exact } = build();
    const axes = Array.from({ length: CODE }, (_, axis) =>
      Array.from({ length: BATCH }, () =>
        Array.from({ length: CODE }, (_, k) => (k === axis ? Math.sqrt(CODE) : 0)),
      ),
    ).flat(2);
    const projections = feeding.given([CODE, BATCH, CODE], axes);
    expect(await computed(estimatedJacobianNorm(code, x, projections), feeding)).toBeCloseTo(exact, 9);
  });

  test("estimates from normal projections average to the exact norm", () => {
    const { feeding, x, code, exact } = build();
    const count = 16;
    const stream = randomStream(3, "projections");
    const projections = input("projections", [count, BATCH, CODE]);
    const estimate = estimatedJacobianNorm(code, x, projections);
    const draws = Array.from({ length: 25 }, (_, position) => {
      const data = Float64Array.from(stream.normal(position, new Float32Array(projections.size)));
      const feeds = new Map([...feeding.feeds, ["projections", { shape: projections.shape, data }]]);
      return interpret([estimate], feeds)[0]!.data[0]!;
    });
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const spread = Math.sqrt(
      draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws.length - 1) / draws.length,
    );
    expect(Math.abs(mean - exact)).toBeLessThan(4 * spread);
    expect(spread).toBeLessThan(0.05 * exact);
  });
});
