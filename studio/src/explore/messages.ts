// What the page and its worker say to each other.

import type { WebDevice } from "../onnx/runtime.ts";

/** A role to compute, of the network at an address. */
export interface Request {
  readonly id: number;
  readonly role: string;
  readonly address: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: Float32Array | Int32Array;
  }[];
}

export type Answer =
  | { readonly id: number; readonly problem: string }
  | {
      readonly id: number;
      readonly data: Float32Array;
      /** The first axis counts. */
      readonly shape: readonly number[];
      readonly milliseconds: number;
      readonly device: WebDevice;
    };
