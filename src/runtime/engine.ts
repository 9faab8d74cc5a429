// What the rest of the library knows of ONNX Runtime: sessions that take typed arrays by name and give typed
// arrays by name. node.ts has the native one, web.ts that of browsers.

import type { DataType, Shape } from "../tensor/index.ts";

/** Where a program runs. */
export type Device = "cpu" | "webgpu" | "cuda";
export const DEVICES: readonly Device[] = ["cpu", "webgpu", "cuda"];

export type TypedArray = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** Numbers with their type: what goes into a program and comes out of it. A bool is a Uint8Array of 0 and 1. */
export interface Value {
  readonly dtype: DataType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

export interface Session {
  /** Runs the graph. On a CPU the inputs are read where they lie, and must not change meanwhile. */
  run(feeds: Readonly<Record<string, Value>>): Promise<Record<string, Value>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  readonly device: Device;
  /** Threads for one operator; the runtime's own choice unless told. */
  readonly threads?: number;
  /** Begins the path of a profile that the runtime writes when the session is released. */
  readonly profile?: string;
}

export interface Engine {
  /** Loads an .onnx file's bytes. */
  create(model: Uint8Array, options: SessionOptions): Promise<Session>;
}

/** A float32 value. */
export function float32(data: Float32Array, shape: Shape = [data.length]): Value {
  return { dtype: "float32", shape, data };
}

/** Zeros of a type. */
export function allocate(dtype: DataType, size: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "int32":
      return new Int32Array(size);
    case "int64":
      return new BigInt64Array(size);
    default:
      return new Uint8Array(size);
  }
}
