// Simplification keeps the value of any graph, and makes the graphs that derivatives are full of smaller.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Feeding } from "../../test/reference/feeding.ts";
import { interpret } from "../../test/reference/interpreter.ts";
import {
  concat,
  constant,
  gradients,
  input,
  type PrimitiveName,
  type Shape,
  type Tensor,
  topologicalOrder,
} from "../tensor/index.ts";
import { broadcastShapes } from "../tensor/shape.ts";
import { simplify, uniformValue } from "./simplify.ts";

const isLeaf = ({ primitive }: Tensor) => primitive === "input" || primitive === "constant";

/** Names of what is computed, in order. */
const computed = (outputs: readonly Tensor[]): PrimitiveName[] =>
  topologicalOrder(outputs)
    .filter((tensor) => !isLeaf(tensor))
    .map(({ primitive }) => primitive);

/** What remains of one tensor. */
const remains = (tensor: Tensor): PrimitiveName[] => computed(simplify([tensor]));

interface Step {
  readonly rule: number;
  readonly first: number;
  readonly second: number;
  readonly choice: number;
}

const pick = <T>(choices: readonly T[], choice: number): T => choices[choice % choices.length]!;

/** Constants that rules look for, and others, in all the forms that a graph has them in. */
function someConstant(shape: Shape, choice: number): Tensor {
  const value = pick([0, 1, -1, 2, 0.5, 3, -0.25], choice >> 3);
  const forms = [
    () => constant(value),
    () => constant(value).broadcastTo(shape),
    () => constant([value]).reshape(shape.map(() => 1)),
    () => constant(new Array<number>(shape.at(-1) ?? 1).fill(value)),
    () => constant([value]).broadcastTo(shape.length > 0 ? [...shape.slice(0, -1), 1] : [1]),
    () => constant(Array.from({ length: shape.at(-1) ?? 1 }, (_, index) => (index === 0 ? value : 1))),
  ];
  return pick(forms, choice)();
}

const fits = (a: Tensor, b: Tensor) =>
  a.dtype === b.dtype && broadcastShapes(a.shape, b.shape) !== undefined && a.size * b.size <= 4096;

const arithmetic: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
  (a, b) => a.add(b),
  (a, b) => a.sub(b),
  (a, b) => a.mul(b),
  (a, b) => a.maximum(b),
  (a, b) => a.minimum(b),
  (a, b) => a.greater(b).where(a, b),
  (a, b) => a.less(0).where(b, a),
  (a, b) => a.equal(b).cast("float32").add(a),
  (a, b) => a.greater(b).and(b.less(1)).not().where(1, a),
];

/** All values stay multiples of a power of two, so that float64 computes them exactly in any order. */
const rules: readonly ((a: Tensor, b: Tensor, choice: number) => Tensor)[] = [
  (a, b, choice) => pick(arithmetic, choice)(a, b),
  (a, b, choice) => pick(arithmetic, choice)(b, a),
  (a, _, choice) => pick(arithmetic, choice >> 6)(a, someConstant(a.shape, choice)),
  (a, _, choice) => pick(arithmetic, choice >> 6)(someConstant(a.shape, choice), a),
  (a) => a.add(a),
  (a) => a.neg(),
  (a) => a.stopGradient(),
  (a) => a.relu(),
  (a, _, choice) => a.div(constant(pick([1, 2, -4, 0.5], choice))),
  (a, _, choice) => a.div(constant(pick([1, 2, -1], choice)).broadcastTo(a.shape)),
  (a, _, choice) => a.mul(pick([1, 2, 0.5, -1], choice)).mul(pick([1, 2, 0.5, -1], choice >> 3)),
  (a, _, choice) => a.reshape(pick([[a.size], [1, a.size], [a.size, 1], [...a.shape, 1]], choice)),
  (a, _, choice) => {
    const axes = a.shape.map((_length, axis) => axis);
    return a.transpose(pick([axes.reverse(), [...axes.slice(1), ...axes.slice(0, 1)]], choice));
  },
  (a, _, choice) => {
    const axes = a.shape.map((_length, axis) => axis).filter((axis) => (choice >> axis) & 1);
    return a.sum(axes, { keepDimensions: (choice & 32) !== 0 });
  },
  (a, _, choice) =>
    a.broadcastTo([...pick([[], [2], [1]], choice), ...a.shape.map((length) => (length === 1 ? 2 : length))]),
  (a) =>
    a
      .reshape([1, ...a.shape])
      .broadcastTo([2, ...a.shape])
      .broadcastTo([1, 2, ...a.shape]),
  (a, _, choice) =>
    a.clip(-1, pick([1, Number.POSITIVE_INFINITY], choice)).sub(a.clip(Number.NEGATIVE_INFINITY, 1)),
];

function grown(feeding: Feeding, steps: readonly Step[]): Tensor[] {
  const halves = (size: number, start: number) =>
    Array.from({ length: size }, (_, index) => (((index + start) * 7) % 9) / 2 - 2);
  const pool: Tensor[] = [[2, 3], [3], [2, 1], [], [1], [2, 1, 3]].map((shape, index) =>
    feeding.given(
      shape,
      halves(
        shape.reduce((product, length) => product * length, 1),
        index,
      ),
    ),
  );
  for (const { rule, first, second, choice } of steps) {
    const a = pick(pool, first);
    const b = pick(
      pool.filter((other) => fits(a, other)),
      second,
    );
    const next = pick(rules, rule)(a, b, choice);
    if (next.size <= 512) pool.push(next);
  }
  return pool;
}

const step: fc.Arbitrary<Step> = fc.record({
  rule: fc.nat({ max: rules.length - 1 }),
  first: fc.nat({ max: 20 }),
  second: fc.nat({ max: 20 }),
  choice: fc.nat({ max: 4095 }),
});

describe("any graph", () => {
  test("keeps its values, types and shapes, and never grows", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 9 }), (steps) => {
        const feeding = new Feeding();
        const pool = grown(feeding, steps);
        const simpler = simplify(pool);
        const before = interpret(pool, feeding.feeds);
        const after = interpret(simpler, feeding.feeds);
        pool.forEach((tensor, index) => {
          expect(simpler[index]!.shape).toEqual(tensor.shape);
          expect(simpler[index]!.dtype).toBe(tensor.dtype);
          // toBe would tell −0 from 0.
          const same = before[index]!.data.every((value, at) => value === after[index]!.data[at]);
          if (!same) {
            expect(Array.from(after[index]!.data), `value of ${tensor.primitive}`).toEqual(
              Array.from(before[index]!.data),
            );
          }
        });
        expect(computed(simpler).length).toBeLessThanOrEqual(computed(pool).length);
        // What is simple stays as it is, but for the twin of a constant.
        expect(computed(simplify(simpler))).toEqual(computed(simpler));
      }),
      { numRuns: 600, seed: 20_261_120 },
    );
  });

  test("keeps its gradients", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 6 }), (steps) => {
        const feeding = new Feeding();
        const pool = grown(feeding, steps);
        const targets = pool.slice(0, 6);
        const slopes = gradients(pool.at(-1)!.square().sum(), targets);
        const before = interpret(slopes, feeding.feeds);
        const after = interpret(simplify(slopes), feeding.feeds);
        before.forEach((value, index) => {
          expect(after[index]!.shape).toEqual(value.shape);
          value.data.forEach((element, at) => {
            const other = after[index]!.data[at]!;
            expect(Math.abs(other - element)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(element)));
          });
        });
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  });
});

describe("named cases", () => {
  const x = input("x", [4, 3]);
  const y = input("y", [3]);

  test.each<[string, Tensor]>([
    ["x·1", x.mul(1)],
    ["1·x", constant(1).mul(x)],
    ["x + 0", x.add(0)],
    ["0 + x", constant(0).add(x)],
    ["x − 0", x.sub(0)],
    ["x/1", x.div(1)],
    ["x·ones of its shape", x.mul(constant(1).broadcastTo([4, 3]))],
    ["x + zeros of one row", x.add(constant([0, 0, 0]))],
    ["x·1·1·1", x.mul(1).mul(1).mul(1)],
    ["−(−x)", x.neg().neg()],
    ["stopGradient", x.stopGradient()],
    ["reshape there and back", x.reshape([12]).reshape([4, 3])],
    ["transpose there and back", x.transpose().transpose()],
  ])("%s is x", (_, tensor) => {
    expect(simplify([tensor])[0]).toBe(x);
  });

  test("axes turned three times are where they were", () => {
    const z = input("z", [2, 3, 4]);
    const turn = (tensor: Tensor) => tensor.transpose([1, 2, 0]);
    expect(simplify([turn(turn(turn(z)))])[0]).toBe(z);
    expect(remains(turn(turn(z)))).toEqual(["transpose"]);
  });

  test("a one that broadcasts x is not dropped", () => {
    expect(simplify([y.mul(constant(1).broadcastTo([4, 3]))])[0]!.shape).toEqual([4, 3]);
    expect(simplify([constant(0).broadcastTo([4, 3]).add(y)])[0]!.shape).toEqual([4, 3]);
  });

  test("x + x is 2·x", () => {
    const [sum] = simplify([x.add(x)]);
    expect(sum!.primitive).toBe("multiply");
    expect(sum!.inputs[0]).toBe(x);
    expect(uniformValue(sum!.inputs[1]!)).toBe(2);
  });

  test("factors become one", () => {
    const [product] = simplify([
      x
        .mul(2)
        .mul(3)
        .neg()
        .mul(constant(0.5).broadcastTo([4, 3])),
    ]);
    expect(product!.inputs[0]).toBe(x);
    expect(uniformValue(product!.inputs[1]!)).toBe(-3);
  });

  test("factors that together no float32 holds stay two", () => {
    expect(remains(x.mul(1e-30).mul(1e-30))).toEqual(["multiply", "multiply"]);
    expect(remains(x.mul(1e30).mul(1e30))).toEqual(["multiply", "multiply"]);
    expect(remains(x.div(2 ** -140))).toEqual(["divide"]);
  });

  test("a division by a power of two is a product, by another number it stays", () => {
    expect(remains(x.div(4))).toEqual(["multiply"]);
    expect(simplify([y.broadcastTo([4, 3]).div(constant(4).broadcastTo([4, 3]))])[0]!.shape).toEqual([4, 3]);
    expect(remains(x.div(3))).toEqual(["divide"]);
  });

  test("signs go into sums", () => {
    expect(remains(x.add(y.neg()))).toEqual(["subtract"]);
    expect(remains(x.neg().add(y))).toEqual(["subtract"]);
    expect(remains(x.sub(y.neg()))).toEqual(["add"]);
  });

  test("operands are not spread out for what broadcasts by itself", () => {
    expect(remains(x.mul(y.broadcastTo([4, 3])))).toEqual(["multiply"]);
    expect(remains(y.reshape([1, 3]).broadcastTo([4, 3]).less(x))).toEqual(["reshape", "less"]);
    expect(remains(x.greater(0).where(y.broadcastTo([4, 3]), constant(0).broadcastTo([4, 3])))).toEqual([
      "greater",
      "select",
    ]);
    // Where both are spread out one has to be.
    expect(remains(y.broadcastTo([4, 3]).add(y.tanh().broadcastTo([4, 3])))).toEqual([
      "hyperbolicTangent",
      "broadcast",
      "add",
    ]);
  });

  test("constants are folded through shapes and sums", () => {
    const ones = constant(1).broadcastTo([4, 3]);
    expect(uniformValue(simplify([ones.add(ones).mul(3).sub(1).div(2)])[0]!)).toBe(2.5);
    expect(uniformValue(simplify([ones.sum()])[0]!)).toBe(12);
    expect(simplify([ones.sum(0)])[0]!.shape).toEqual([3]);
    expect(uniformValue(simplify([ones.mul(0.5).sum(0)])[0]!)).toBe(2);
    expect(uniformValue(constant([1, 1, 2]))).toBeUndefined();
    expect(uniformValue(constant([0, -0]))).toBeUndefined();
    expect(uniformValue(constant([1, 1], { dtype: "int32" }))).toBeUndefined();
  });

  test("what is taken apart and joined again was never apart", () => {
    const vector = input("vector", [5]);
    const parts = [vector.slice([0], [2]), vector.slice([2], [3]), vector.slice([3], [5])];
    expect(simplify([concat(parts, 0)])[0]).toBe(vector);
    const shaped = parts.map((part) => part.reshape([part.size, 1]).reshape([-1]));
    expect(simplify([concat(shaped, 0)])[0]).toBe(vector);
    const matrix = input("matrix", [2, 4]);
    const columns = [matrix.slice([0, 0], [2, 1]), matrix.slice([0, 1], [2, 4])];
    expect(simplify([concat(columns, 1)])[0]).toBe(matrix);
    // Not in another order, not in part, not of two.
    expect(remains(concat([...parts].reverse(), 0)).at(-1)).toBe("concatenate");
    expect(remains(concat(parts.slice(0, 2), 0)).at(-1)).toBe("concatenate");
    expect(remains(concat([parts[0]!, vector.neg().slice([2], [5])], 0)).at(-1)).toBe("concatenate");
  });

  test("a sum over axes of length one moves nothing", () => {
    expect(remains(input("z", [4, 1, 3, 1]).sum([1, 3]))).toEqual(["reshape"]);
    expect(simplify([input("z", [4, 1]).sum(1, { keepDimensions: true })])[0]!.primitive).toBe("input");
  });

  test("the same is computed once", () => {
    const twice = x.tanh().mul(y).add(x.tanh().mul(y));
    // Twins are one tensor, and the sum of one with itself a product.
    expect(remains(twice)).toEqual(["hyperbolicTangent", "multiply", "multiply"]);
    const [a, b] = simplify([x.sum(0).exp(), x.sum(0).exp()]);
    expect(a).toBe(b);
    const [c, d] = simplify([x.sum(0), x.sum(1)]);
    expect(c).not.toBe(d);
  });

  test("twins with constants of their own are one, however the constants are written", () => {
    const scale = () => constant(0.3).broadcastTo([4, 3]);
    const [a, b, c] = simplify([x.mul(scale()).exp(), x.mul(scale()).exp(), x.mul(0.3).exp()]);
    expect(a).toBe(b);
    expect(a).toBe(c);
  });

  test("what only looks alike is kept apart", () => {
    const distinct = [
      x.clip(0, 1),
      x.clip(0, 2),
      x.clip(0, Number.POSITIVE_INFINITY),
      x.clip(Number.NEGATIVE_INFINITY, 0),
      x.clip(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
      x.clip(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
      x.leakyRelu(0.1),
      x.leakyRelu(0.2),
      x.sub(y),
      y.sub(x),
      x.cast("int32").cast("float32"),
      x.cast("bool").cast("float32"),
      x.div(constant(0)),
      x.div(constant(-0)),
    ];
    expect(new Set(simplify(distinct)).size).toBe(distinct.length);
  });

  test("integers are left alone", () => {
    const i = input("i", [3], "int32");
    const zero = constant(0, { dtype: "int32" });
    const [sum] = simplify([i.add(zero)]);
    expect(sum!.dtype).toBe("int32");
  });

  test("the gradient of a mean of squares is one product", () => {
    const [slope] = gradients(x.square().mean(), [x]);
    expect(remains(slope!)).toEqual(["multiply"]);
  });

  test("the gradient of a bias is one sum", () => {
    const [slope] = gradients(x.add(y).sum(), [y]);
    expect(uniformValue(simplify([slope!])[0]!)).toBe(4);
    const upstream = input("u", [4, 3]);
    expect(remains(gradients(x.add(y), [y], upstream)[0]!)).toEqual(["sum", "reshape"]);
  });
});
