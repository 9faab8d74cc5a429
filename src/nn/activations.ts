// Activations by name.

import { z } from "zod";
import type { Tensor } from "../tensor/index.ts";

const functions = {
  linear: (x: Tensor) => x,
  relu: (x: Tensor) => x.relu(),
  leakyRelu: (x: Tensor) => x.leakyRelu(0.2),
  elu: (x: Tensor) => x.elu(),
  selu: (x: Tensor) => x.selu(),
  gelu: (x: Tensor) => x.gelu(),
  silu: (x: Tensor) => x.silu(),
  tanh: (x: Tensor) => x.tanh(),
  sigmoid: (x: Tensor) => x.sigmoid(),
  softplus: (x: Tensor) => x.softplus(),
  softmax: (x: Tensor) => x.softmax(),
} as const;

/** Name of an activation; leakyRelu has the slope 0.2 of Radford et al. 2016. */
export type Activation = keyof typeof functions;

export const activationSchema = z.enum(Object.keys(functions) as [Activation, ...Activation[]]);

export function activate(x: Tensor, activation: Activation): Tensor {
  return functions[activation](x);
}
