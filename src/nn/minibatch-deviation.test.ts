import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { numericalGradients } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpreter.ts";
import { applyLayer } from "../../test/support/apply-layer.ts";
import { evaluate } from "../runtime/evaluate.ts";
import { gradients, input } from "../tensor/index.ts";
import { minibatchDeviation } from "./index.ts";

const DATA = [1, 10, 3, 10, 5, 13];
/** Of 1, 3, 5 and of 10, 10, 13, divided by the count and not by one less. */
const DEVIATION = (Math.sqrt(8 / 3) + Math.sqrt(2)) / 2;

test("adds the mean deviation of the features to every example, and follows it", async () => {
  const { y, after } = applyLayer(minibatchDeviation(), input("x", [3, 2]));
  const [value, running] = await evaluate([y, after.get("deviation")!], {
    x: Float32Array.from(DATA),
    "layer/deviation": Float32Array.of(4),
  });
  const expected = [1, 10, DEVIATION, 3, 10, DEVIATION, 5, 13, DEVIATION];
  expectAgreement(value!, { shape: [3, 3], data: expected }, 1e-6);
  expect(Number(running!.data[0])).toBeCloseTo(0.9 * 4 + 0.1 * DEVIATION, 6);
});

test("in inference examples do not see each other: the number is the running one", async () => {
  const { y, after, before } = applyLayer(minibatchDeviation(), input("x", [2, 2]), { training: false });
  const [value] = await evaluate([y], {
    x: Float32Array.of(1, 2, 3, 4),
    "layer/deviation": Float32Array.of(0.5),
  });
  expect(Array.from(value!.data, Number)).toEqual([1, 2, 0.5, 3, 4, 0.5]);
  expect(after.get("deviation")).toBe(before.get("deviation"));
});

test("examples that are all the same have deviation 0 and finite slopes", async () => {
  const x = input("x", [3, 2]);
  const { y } = applyLayer(minibatchDeviation(), x);
  const [value, slope] = await evaluate([y, ...gradients(y.sum(), [x])], { x: new Float32Array(6).fill(2) });
  expect(Number(value!.data[2])).toBeCloseTo(0, 3);
  expect(Array.from(slope!.data, Number)).toEqual([1, 1, 1, 1, 1, 1]);
});

test("its gradient is what finite differences measure", () => {
  const x = input("x", [3, 2]);
  const { y } = applyLayer(minibatchDeviation(), x);
  const loss = y.square().sum();
  const feeds = { x: { shape: [3, 2], data: Float64Array.from(DATA) } };
  const [slope] = interpret(gradients(loss, [x]), feeds);
  expectAgreement(slope!, numericalGradients(loss, [x], feeds)[0]!, 1e-7);
});

test("refuses images", () => {
  expect(() => applyLayer(minibatchDeviation(), input("x", [2, 1, 3, 3]))).toThrow(/needs features/);
});
