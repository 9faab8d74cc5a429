// The interpreter's numbers as the typed arrays that ONNX Runtime takes.

import type { TypedArray } from "../../src/runtime/engine.ts";
import { type AttributesOf, type Tensor, topologicalOrder } from "../../src/tensor/index.ts";
import type { Value } from "./arrays.ts";

/** A typed array for every input that `outputs` depend on. */
export function typedFeeds(
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<string, Value>,
): Record<string, TypedArray> {
  const inputs = topologicalOrder(outputs).filter(({ primitive }) => primitive === "input");
  return Object.fromEntries(
    inputs.map(({ attributes, dtype }) => {
      const { name } = attributes as AttributesOf<"input">;
      return [name, typed(feeds.get(name)!.data, dtype)];
    }),
  );
}

function typed(data: Float64Array, dtype: Tensor["dtype"]): TypedArray {
  switch (dtype) {
    case "float32":
      return Float32Array.from(data);
    case "int32":
      return Int32Array.from(data);
    case "int64":
      return BigInt64Array.from(data, BigInt);
    default:
      return Uint8Array.from(data);
  }
}
