// Inference programs: outputs from inputs whose first axis, the batch, is free. Weights are inputs too while a
// model still learns; in a file they are constants.

import { freeBatch } from "../onnx/free-batch.ts";
import { GraphBuilder, type OnnxGraph } from "../onnx/graph.ts";
import { lower } from "../onnx/lower.ts";
import { serialise } from "../onnx/serialise.ts";
import { simplify } from "../onnx/simplify.ts";
import { type Shape, sizeOf, type Tensor, topologicalOrder } from "../tensor/index.ts";
import { allocate, type Engine, type Session, type SessionOptions, type Value } from "./engine.ts";

/** One example that goes in or comes out. */
export interface Port {
  readonly name: string;
  /** Without the batch. */
  readonly shape: Shape;
  /** float32 unless told. */
  readonly dtype?: "float32" | "int32";
}

/** A function written as a graph for a batch of a given size. */
export interface InferenceFunction {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly output: string;
  /** Traces the function; `weights` are the inputs that stand for variables, by name. */
  readonly trace: (batch: number) => {
    readonly inputs: readonly Tensor[];
    readonly output: Tensor;
    readonly weights: ReadonlyMap<string, Tensor>;
  };
}

/**
 * Writes the function as a graph with a free batch.
 *
 * @param weights values of the variables, to be kept in the graph; without them they become inputs
 */
export function inferenceGraph(
  { name, trace, inputs, output }: InferenceFunction,
  weights?: Readonly<Record<string, Value>>,
): OnnxGraph {
  return freeBatch((batch) => {
    const builder = new GraphBuilder();
    const traced = trace(batch);
    const [result] = simplify([traced.output]);
    const order = new Set(topologicalOrder([result!]));
    const used = [...traced.weights].filter(([, tensor]) => order.has(tensor));
    const bindings = new Map<Tensor, string>(
      traced.inputs.map((tensor, index) => [tensor, inputs[index]!.name]),
    );
    for (const [variable, tensor] of used) {
      bindings.set(tensor, variable);
      const value = weights?.[variable];
      if (value !== undefined) {
        builder.initializers.set(variable, { ...tensor, data: value.data as Float32Array });
      }
    }
    const [last] = lower(builder, [result!], bindings, { layout: "natural" });
    builder.rename(last!, output);
    const given = weights === undefined ? used : [];
    return builder.finish(
      name,
      [
        ...traced.inputs.map(({ dtype, shape }, index) => ({ name: inputs[index]!.name, dtype, shape })),
        ...given.map(([variable, { dtype, shape }]) => ({ name: variable, dtype, shape })),
      ],
      [{ name: output, dtype: result!.dtype, shape: result!.shape }],
    );
  });
}

/** Bytes of an .onnx file that holds the function with its weights. */
export function inferenceFile(
  inference: InferenceFunction,
  weights: Readonly<Record<string, Value>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  return serialise(inferenceGraph(inference, weights), metadata);
}

/** Examples computed at a time, so that memory does not grow with what is asked for. */
const CHUNK = 256;

export class InferenceProgram {
  private readonly session: Session;
  private readonly inference: InferenceFunction;
  private readonly weights: readonly string[];

  private constructor(session: Session, inference: InferenceFunction, weights: readonly string[]) {
    this.session = session;
    this.inference = inference;
    this.weights = weights;
  }

  static async create(
    engine: Engine,
    inference: InferenceFunction,
    options: SessionOptions,
  ): Promise<InferenceProgram> {
    const graph = inferenceGraph(inference);
    const session = await engine.create(serialise(graph), options);
    return new InferenceProgram(
      session,
      inference,
      graph.inputs.slice(inference.inputs.length).map(({ name }) => name),
    );
  }

  /**
   * Computes the function, a few hundred examples at a time.
   *
   * @param inputs an array for each input, row-major [count, …shape of the input]
   * @param weights values of the variables, by name
   */
  async run(
    inputs: readonly (Float32Array | Int32Array)[],
    weights: Readonly<Record<string, Value>>,
  ): Promise<{ shape: number[]; data: Float32Array }> {
    const { inputs: ports, output } = this.inference;
    const sizes = ports.map(({ shape }) => sizeOf(shape));
    const count = inputs[0]!.length / sizes[0]!;
    const feeds: Record<string, Value> = {};
    for (const name of this.weights) {
      const value = weights[name];
      if (value === undefined) throw new Error(`no value for variable "${name}"`);
      feeds[name] = value;
    }
    let result: Float32Array | undefined;
    let shape: readonly number[] = [];
    for (let start = 0; start < count; start += CHUNK) {
      const end = Math.min(start + CHUNK, count);
      ports.forEach(({ name, shape, dtype = "float32" }, index) => {
        const size = sizes[index]!;
        const data = inputs[index]!.subarray(start * size, end * size);
        feeds[name] = { dtype, shape: [end - start, ...shape], data };
      });
      const value = (await this.session.run(feeds))[output]!;
      const each = value.data.length / (end - start);
      result ??= allocate("float32", count * each) as Float32Array;
      result.set(value.data as Float32Array, start * each);
      shape = value.shape.slice(1);
    }
    return { shape: [count, ...shape], data: result ?? new Float32Array(0) };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
