// ONNX Runtime's WebAssembly and WebGPU kernels, through onnxruntime-web, in a browser. The package is large, and a
// page decides when it is loaded and where its .wasm files lie; so it is given here and not imported.

import type { InferenceSessionFactory, TensorConstructor } from "onnxruntime-common";
import type { DataType } from "../tensor/index.ts";
import type { Engine, Session, SessionOptions, TypedArray, Value } from "./engine.ts";

/** What this engine uses of the package onnxruntime-web. */
export interface OnnxRuntimeWeb {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

/**
 * An engine for a browser. The device "cpu" is WebAssembly; how many threads it has is set for the whole package, by
 * `ort.env.wasm.numThreads`, and not for a session.
 *
 * @example
 * import * as ort from "onnxruntime-web/wasm";
 * const program = await RoundProgram.create(webEngine(ort), game.compileRound(phase), { device: "cpu" });
 */
export function webEngine({ InferenceSession, Tensor }: OnnxRuntimeWeb): Engine {
  return {
    async create(model: Uint8Array, { device }: SessionOptions): Promise<Session> {
      const session = await InferenceSession.create(model, {
        executionProviders: [device === "cpu" ? "wasm" : device],
        graphOptimizationLevel: "all",
        executionMode: "sequential",
        logSeverityLevel: 3,
      });
      return {
        async run(feeds) {
          const inputs = Object.fromEntries(
            Object.entries(feeds).map(([name, { dtype, data, shape }]) => [
              name,
              new Tensor(dtype, data, shape),
            ]),
          );
          const outputs = await session.run(inputs);
          return Object.fromEntries(
            Object.entries(outputs).map(([name, { type, dims, data }]): [string, Value] => [
              name,
              { dtype: type as DataType, shape: dims, data: data as TypedArray },
            ]),
          );
        },
        release: () => session.release(),
      };
    },
  };
}
