// Inputs together with their elements, for tests that name a graph by hand.

import { type AttributesOf, input, type Shape, type Tensor } from "../../src/tensor/index.ts";
import type { Value } from "./arrays.ts";
import { elementsOf, real } from "./operands.ts";

/** Collects what is to be fed. */
export class Feeding {
  readonly feeds = new Map<string, Value>();

  /** A float32 input of these elements. */
  given(shape: Shape, elements: readonly number[]): Tensor {
    return this.add(input(`given${this.feeds.size}`, shape), elements);
  }

  /** An int32 input of these elements. */
  indices(shape: Shape, elements: readonly number[]): Tensor {
    return this.add(input(`indices${this.feeds.size}`, shape, "int32"), elements);
  }

  /** A float32 input of elements from −scale to scale, no two alike and none zero. */
  drawn(shape: Shape, scale = 1): Tensor {
    const [elements] = elementsOf([real(shape)], this.feeds.size);
    const scaled = Array.from(elements!, (element) => Math.fround((element * scale) / 2));
    return this.add(input(`drawn${this.feeds.size}`, shape), scaled);
  }

  private add(tensor: Tensor, elements: readonly number[]): Tensor {
    const { name, shape } = tensor.attributes as AttributesOf<"input">;
    this.feeds.set(name, { shape, data: Float64Array.from(elements) });
    return tensor;
  }
}
