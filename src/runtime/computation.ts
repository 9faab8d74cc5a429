// Values of tensors, computed as often as they are wanted, with what feeds them given each time.

import { GraphBuilder } from "../onnx/graph.ts";
import { type ImageLayout, lower } from "../onnx/lower.ts";
import { serialise } from "../onnx/serialise.ts";
import { simplify } from "../onnx/simplify.ts";
import { type AttributesOf, type Tensor, topologicalOrder } from "../tensor/index.ts";
import type { Engine, Session, SessionOptions, Value } from "./engine.ts";
import { imageLayout } from "./image-layout.ts";

const nameOf = (tensor: Tensor) => (tensor.attributes as AttributesOf<"input">).name;

/**
 * Tensors that are computed together.
 *
 * @example
 * const x = input("x", [3]);
 * const squares = await Computation.create(engine, [x.square()], { device: "cpu" });
 * const [y] = await squares.run({ x: float32(Float32Array.of(1, 2, 3)) });   // y.data: 1, 4, 9
 */
export class Computation {
  /** What has to be fed. */
  readonly inputs: readonly string[];
  private readonly session: Session;
  private readonly outputs: readonly Tensor[];

  private constructor(session: Session, inputs: readonly string[], outputs: readonly Tensor[]) {
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  static async create(
    engine: Engine,
    outputs: readonly Tensor[],
    options: SessionOptions & { readonly layout?: ImageLayout },
  ): Promise<Computation> {
    const layout = options.layout ?? (await imageLayout(engine, options.device));
    const builder = new GraphBuilder();
    const simplified = simplify(outputs);
    const inputs = topologicalOrder(simplified).filter(({ primitive }) => primitive === "input");
    const bindings = new Map(inputs.map((tensor) => [tensor, nameOf(tensor)]));
    const values = lower(builder, simplified, bindings, { layout });
    values.forEach((value, index) => {
      builder.rename(value, `output/${index}`);
    });
    const graph = builder.finish(
      "evaluate",
      inputs.map((tensor) => ({ name: nameOf(tensor), dtype: tensor.dtype, shape: tensor.shape })),
      outputs.map(({ dtype, shape }, index) => ({ name: `output/${index}`, dtype, shape })),
    );
    const session = await engine.create(serialise(graph), options);
    return new Computation(session, inputs.map(nameOf), outputs);
  }

  /** @param feeds a value for each input, by name; others are not looked at */
  async run(feeds: Readonly<Record<string, Value>>): Promise<Value[]> {
    const given = Object.fromEntries(
      this.inputs.map((name): [string, Value] => {
        const value = feeds[name];
        if (value === undefined) throw new Error(`no value for input "${name}"`);
        return [name, value];
      }),
    );
    const results = await this.session.run(given);
    return this.outputs.map((_, index) => results[`output/${index}`]!);
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
