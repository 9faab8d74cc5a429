// The networks, in a thread of their own, so that the page never waits for them. One request at a time is played;
// networks.ts decides which.

import { loadRuntime, type Ort } from "../onnx/runtime.ts";
import type { Answer, Request } from "./messages.ts";

const sessions = new Map<string, Promise<Ort.InferenceSession>>();

const answer = (message: Answer, transfer: Transferable[] = []): void => postMessage(message, { transfer });

addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  void play(request).catch((error: unknown) => {
    const problem = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ").trim();
    answer({ id: request.id, problem });
  });
});

async function play({ id, role, address, inputs }: Request): Promise<void> {
  const { ort, device } = await loadRuntime();
  const known = sessions.get(address) ?? open(address, role, device, ort);
  sessions.set(address, known);
  known.catch(() => sessions.delete(address));
  const session = await known;
  const feeds = Object.fromEntries(
    inputs.map(({ name, shape, data }) => [
      name,
      data instanceof Int32Array
        ? new ort.Tensor("int32", data, shape)
        : new ort.Tensor("float32", data, shape),
    ]),
  );
  const began = performance.now();
  const outputs = await session.run(feeds);
  const tensor = outputs[session.outputNames[0]!]!;
  const data = (await tensor.getData()) as Float32Array;
  const milliseconds = performance.now() - began;
  // The tensor may be a view of the runtime's own memory.
  const values = data.slice();
  tensor.dispose();
  answer({ id, data: values, shape: tensor.dims, milliseconds, device }, [values.buffer]);
}

async function open(
  address: string,
  role: string,
  device: string,
  ort: typeof Ort,
): Promise<Ort.InferenceSession> {
  const response = await fetch(address).catch(() => undefined);
  if (response === undefined) throw new Error(`${role}.onnx cannot be fetched; is the server still there?`);
  if (!response.ok) throw new Error(`${role}.onnx cannot be fetched: the server answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  try {
    return await ort.InferenceSession.create(bytes, {
      executionProviders: device === "webgpu" ? ["webgpu", "wasm"] : ["wasm"],
      logSeverityLevel: 3,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${role}.onnx is no network that runs here: ${why}`, { cause: error });
  }
}
