// ONNX Runtime in the browser, loaded by the views that compute and by nobody else: it is the largest part of the
// page by far. Works in the page and in its workers.
//
// There are two builds of it, and one is loaded: with WebGPU where the browser has a graphics card to offer, and
// otherwise on the CPU, with several threads where the page is isolated from others (the server's headers see to
// that). Each is a WebAssembly file and its glue, which lie beside the page and are named here, so that nothing is
// looked for elsewhere.

import gpuGlue from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import gpuWasm from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import cpuGlue from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import cpuWasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import type * as Ort from "onnxruntime-web/webgpu";

export type { Ort };

/** What computes. */
export type WebDevice = "webgpu" | "wasm";

export interface WebRuntime {
  readonly ort: typeof Ort;
  readonly device: WebDevice;
}

let loaded: Promise<WebRuntime> | undefined;

/**
 * ONNX Runtime, loaded once.
 *
 * @param device the first that is asked for is the one that is loaded; the best there is unless told
 * @example
 * const { ort, device } = await loadRuntime();
 * const session = await ort.InferenceSession.create(bytes, { executionProviders: [device] });
 */
export function loadRuntime(device?: WebDevice): Promise<WebRuntime> {
  loaded ??= load(device);
  return loaded;
}

async function load(wanted: WebDevice | undefined): Promise<WebRuntime> {
  const device = wanted ?? ((await hasWebGpu()) ? "webgpu" : "wasm");
  const ort = (
    device === "webgpu" ? await import("onnxruntime-web/webgpu") : await import("onnxruntime-web/wasm")
  ) as typeof Ort;
  const place = (path: string): string => new URL(path, import.meta.url).href;
  ort.env.wasm.wasmPaths =
    device === "webgpu"
      ? { mjs: place(gpuGlue), wasm: place(gpuWasm) }
      : { mjs: place(cpuGlue), wasm: place(cpuWasm) };
  // A thread for every second core; more wait for each other on networks of this size.
  ort.env.wasm.numThreads = crossOriginIsolated
    ? Math.max(1, Math.min(4, Math.floor(navigator.hardwareConcurrency / 2)))
    : 1;
  return { ort, device };
}

/** Whether there is a graphics card; what only plays one on the CPU is far slower than WebAssembly. */
async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter != null && adapter.info?.isFallbackAdapter !== true;
}

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean };
}
