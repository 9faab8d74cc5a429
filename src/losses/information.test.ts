// Bounds of mutual information on guesses whose likelihood is known.

import { expect, test } from "vitest";
import { evaluate } from "../runtime/evaluate.ts";
import { gradients, input } from "../tensor/index.ts";
import { categoricalInformation, uniformInformation } from "./information.ts";

test("of categories: nothing from an even guess, log k from a sure and right one", async () => {
  const logits = input("logits", [2, 3]);
  const bound = categoricalInformation(logits, input("categories", [2], "int32"));
  const of = async (values: number[]) => {
    const [value] = await evaluate([bound], {
      logits: Float32Array.from(values),
      categories: Int32Array.of(1, 2),
    });
    return Number(value!.data[0]);
  };
  expect(await of([4, 4, 4, 0, 0, 0])).toBeCloseTo(0, 6);
  expect(await of([0, 50, 0, 0, 0, 50])).toBeCloseTo(Math.log(3), 6);
  // p = (1/2, 1/4, 1/4) for category 1, and 1/3 for category 2.
  expect(await of([Math.log(2), 0, 0, 0, 0, 0])).toBeCloseTo(
    Math.log(3) + (Math.log(1 / 4) + Math.log(1 / 3)) / 2,
    6,
  );
});

test("of numbers: the Gaussian's log density and log 2 for each", async () => {
  const [mean, logDeviation, codes] = [input("mean", [2, 2]), input("log", [2, 2]), input("codes", [2, 2])];
  const bound = uniformInformation({ mean, logDeviation }, codes);
  const [value, slope] = await evaluate([bound, ...gradients(bound, [mean])], {
    mean: Float32Array.of(0.5, -0.5, 0, 1),
    log: Float32Array.of(0, Math.log(0.5), -1, -100),
    codes: Float32Array.of(0.25, 0.5, 0, 1),
  });
  const density = (distance: number, deviation: number) =>
    -0.5 * (distance / deviation) ** 2 - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
  // No deviation is taken to be below e⁻⁴.
  const rows = [density(0.25, 1) + density(1, 0.5), density(0, Math.exp(-1)) + density(0, Math.exp(-4))];
  expect(Number(value!.data[0])).toBeCloseTo((rows[0]! + rows[1]!) / 2 + 2 * Math.log(2), 5);
  // d/dμ of −½((c − μ)/σ)², mean over two examples.
  expect(Array.from(slope!.data, Number)).toEqual([-0.125, 2, 0, 0].map((value) => expect.closeTo(value, 6)));
});
