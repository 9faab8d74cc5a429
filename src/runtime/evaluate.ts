// Values of tensors, computed once: for tests, and for looking into a graph.

import { GraphBuilder } from "../onnx/graph.ts";
import type { Layout } from "../onnx/layout.ts";
import { lower } from "../onnx/lower.ts";
import { serialise } from "../onnx/serialise.ts";
import { simplify } from "../onnx/simplify.ts";
import { type AttributesOf, type Tensor, topologicalOrder } from "../tensor/index.ts";
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
  options: Partial<SessionOptions> & { layout?: Layout; engine?: Engine } = {},
): Promise<Value[]> {
  const builder = new GraphBuilder();
  const simplified = simplify(outputs);
  const inputs = topologicalOrder(simplified).filter(({ primitive }) => primitive === "input");
  const nameOf = (tensor: Tensor) => (tensor.attributes as AttributesOf<"input">).name;
  const bindings = new Map(inputs.map((tensor) => [tensor, nameOf(tensor)]));
  const values = lower(builder, simplified, bindings, { layout: options.layout ?? "channel-major" });
  values.forEach((value, index) => {
    builder.rename(value, `output/${index}`);
  });
  const graph = builder.finish(
    "evaluate",
    inputs.map((tensor) => ({ name: nameOf(tensor), dtype: tensor.dtype, shape: tensor.shape })),
    outputs.map(({ dtype, shape }, index) => ({ name: `output/${index}`, dtype, shape })),
  );
  const session = await (options.engine ?? nodeEngine).create(serialise(graph), {
    device: "cpu",
    ...options,
  });
  try {
    const given = Object.fromEntries(
      inputs.map((tensor): [string, Value] => {
        const data = feeds[nameOf(tensor)];
        if (data === undefined) throw new Error(`no value for input "${nameOf(tensor)}"`);
        return [nameOf(tensor), { dtype: tensor.dtype, shape: tensor.shape, data }];
      }),
    );
    const results = await session.run(given);
    return outputs.map((_, index) => results[`output/${index}`]!);
  } finally {
    await session.release();
  }
}
