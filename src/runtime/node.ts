// ONNX Runtime's native kernels, through onnxruntime-node. Loading the native library takes a while, so it is
// loaded when the first session is created.

import type { InferenceSession } from "onnxruntime-node";
import { UserError } from "../errors.ts";
import type { DataType } from "../tensor/index.ts";
import type { Device, Engine, Session, SessionOptions, TypedArray, Value } from "./engine.ts";

type OnnxRuntime = typeof import("onnxruntime-node");

let runtime: Promise<OnnxRuntime> | undefined;

function load(): Promise<OnnxRuntime> {
  // Nothing is told to anybody, and no files of it are left in the user's folders, unless the user has set this.
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  runtime ??= import("onnxruntime-node").catch((cause: unknown) => {
    throw new UserError(
      `ONNX Runtime has no native library for ${process.platform} ${process.arch} with Node ${process.version}`,
      { cause, exitCode: 1 },
    );
  });
  return runtime;
}

/** Devices that the installed runtime was built for; whether one is there is found out by using it. */
export async function builtDevices(): Promise<Device[]> {
  const { listSupportedBackends } = await load();
  const names = listSupportedBackends().map(({ name }) => name);
  return (["cpu", "webgpu", "cuda"] as const).filter((device) => names.includes(device));
}

/** A device's provider, and the CPU's for the few operators that the device has not. */
export function providersOf(device: Device): InferenceSession.ExecutionProviderConfig[] {
  if (device === "cpu") return ["cpu"];
  // Otherwise the runtime turns images to NHWC around each convolution; their masks, of bools, on the CPU.
  if (device === "webgpu") return [{ name: "webgpu", preferredLayout: "NCHW" }, "cpu"];
  return [device, "cpu"];
}

export const nodeEngine: Engine = {
  async create(model: Uint8Array, options: SessionOptions): Promise<Session> {
    const { InferenceSession, Tensor } = await load();
    const session = await InferenceSession.create(model, {
      executionProviders: providersOf(options.device),
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
      graphOptimizationLevel: "all",
      executionMode: "sequential",
      logSeverityLevel: 3,
      // Moments of weights that have stopped moving decay into denormal numbers, which are slow; they count as 0.
      extra: { session: { set_denormal_as_zero: "1" } },
    });
    return {
      async run(feeds) {
        const inputs = Object.fromEntries(
          Object.entries(feeds).map(([name, value]) => [
            name,
            new Tensor(value.dtype, value.data, value.shape),
          ]),
        );
        const outputs = await session.run(inputs);
        return Object.fromEntries(
          Object.entries(outputs).map(([name, tensor]): [string, Value] => [
            name,
            { dtype: tensor.type as DataType, shape: tensor.dims, data: tensor.data as TypedArray },
          ]),
        );
      },
      async release() {
        if (options.profile !== undefined) session.endProfiling();
        await session.release();
      },
    };
  },
};
