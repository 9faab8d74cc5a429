// Values of tensors, computed once: for tests, and for looking into a graph.

import type { ImageLayout } from "../onnx/lower.ts";
import { type AttributesOf, type Tensor, topologicalOrder } from "../tensor/index.ts";
import { Computation } from "./computation.ts";
import type { Engine, SessionOptions, TypedArray, Value } from "./engine.ts";
import { nodeEngine } from "./node.ts";

/**
 * Computes tensors with ONNX Runtime.
 *
 * @param feeds the numbers of each input, by name
 *
 * @example
 * const x = input("x", [3]);
 * const [y] = await evaluate([x.square()], { x: Float32Array.of(1, 2, 3) });   // y.data: 1, 4, 9
 */
export async function evaluate(
  outputs: readonly Tensor[],
  feeds: Readonly<Record<string, TypedArray>>,
  options: Partial<SessionOptions> & { layout?: ImageLayout; engine?: Engine } = {},
): Promise<Value[]> {
  const { engine = nodeEngine, ...rest } = options;
  const computation = await Computation.create(engine, outputs, { device: "cpu", ...rest });
  try {
    const values: Record<string, Value> = {};
    for (const { primitive, attributes, dtype, shape } of topologicalOrder(outputs)) {
      if (primitive !== "input") continue;
      const { name } = attributes as AttributesOf<"input">;
      const data = feeds[name];
      if (data !== undefined) values[name] = { dtype, shape, data };
    }
    return await computation.run(values);
  } finally {
    await computation.release();
  }
}
