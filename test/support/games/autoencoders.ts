// Autoencoders.

import { CONV, convolutional, DENSE, type Setting, small, VECTORS } from "./setting.ts";

const roles = ["encode", "reconstruct", "decode"] as const;
const generative = [...roles, "generate"] as const;

export const AUTOENCODERS: readonly Setting[] = [
  ...(["mse", "mae", "bce"] as const).map((loss) => ({
    model: "autoencoder",
    label: `dense, ${loss}`,
    options: { ...small, widths: [8, 6], loss },
    data: DENSE,
    roles,
  })),
  {
    model: "autoencoder",
    label: "conv",
    options: { ...convolutional, architecture: "conv" },
    data: CONV,
    roles,
  },
  { model: "autoencoder", label: "vectors", options: { ...small, widths: [6] }, data: VECTORS, roles },
  ...(["estimate", "exact"] as const).map((jacobian) => ({
    model: "contractive-autoencoder",
    label: jacobian,
    options: { ...small, widths: [6], jacobian, projections: 2, lambda: 0.1 },
    data: DENSE,
    roles,
  })),
  { model: "vae", label: "conv, bernoulli", options: convolutional, data: CONV, roles: generative },
  {
    model: "vae",
    label: "dense, gaussian, free bits",
    options: {
      ...small,
      architecture: "dense",
      widths: [6],
      likelihood: "gaussian",
      freeBits: 0.01,
      beta: 4,
    },
    data: DENSE,
    roles: generative,
  },
  { model: "vae", label: "vectors", options: { ...small, widths: [6] }, data: VECTORS, roles: generative },
];
