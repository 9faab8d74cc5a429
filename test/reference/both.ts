// Tensors computed twice, by the interpreter and by ONNX Runtime, which must agree.

import { evaluate } from "../../src/runtime/evaluate.ts";
import type { Tensor } from "../../src/tensor/index.ts";
import { expectAgreement } from "./agreement.ts";
import type { Value } from "./arrays.ts";
import { interpret } from "./interpreter.ts";
import { typedFeeds } from "./typed-feeds.ts";

/**
 * The interpreter's values of `outputs`, ONNX Runtime's having been found the same.
 *
 * @param tolerance relative to each output's largest element
 */
export async function computeBoth(
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<string, Value>,
  tolerance = 1e-5,
): Promise<Value[]> {
  const expected = interpret(outputs, feeds);
  const actual = await evaluate(outputs, typedFeeds(outputs, feeds));
  expected.forEach((value, index) => {
    expectAgreement(actual[index]!, value, tolerance, `output ${index} on ONNX Runtime`);
  });
  return expected;
}
