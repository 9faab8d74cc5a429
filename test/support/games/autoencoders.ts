// Autoencoders.

import { CONV, convolutional, DENSE, labelled, type Setting, small, VECTORS } from "./setting.ts";

const roles = ["encode", "reconstruct", "decode"] as const;
const generative = [...roles, "generate"] as const;
const variational = [...generative, "evidence", "posterior"] as const;
/** Of pixels of a known number of levels. */
const probable = [...variational, "likelihood"] as const;
const dense = { ...small, architecture: "dense", widths: [6] };

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
  { model: "vae", label: "conv, bernoulli", options: convolutional, data: CONV, roles: probable },
  {
    model: "vae",
    label: "dense, gaussian, free bits",
    options: { ...dense, likelihood: "gaussian", freeBits: 0.01, beta: 4 },
    data: DENSE,
    roles: variational,
  },
  ...([DENSE, CONV] as const).map((data) => ({
    model: "vae",
    label: `discretised logistic, ${data === DENSE ? "dense" : "conv"}`,
    options: {
      ...(data === DENSE ? dense : convolutional),
      likelihood: "discretised-logistic",
    },
    data,
    roles: probable,
  })),
  {
    model: "vae",
    label: "beta-binomial, conv",
    options: { ...convolutional, likelihood: "beta-binomial" },
    data: CONV,
    roles: probable,
  },
  { model: "vae", label: "vectors", options: { ...small, widths: [6] }, data: VECTORS, roles: variational },
  ...(["gaussian", "masking", "salt-and-pepper"] as const).map((noise) => ({
    model: "denoising-autoencoder",
    label: noise,
    options: { ...dense, noise },
    data: DENSE,
    roles,
  })),
  { model: "denoising-autoencoder", label: "conv", options: convolutional, data: CONV, roles },
  ...(["l1", "kl"] as const).map((sparsity) => ({
    model: "sparse-autoencoder",
    label: sparsity,
    options: { ...dense, latent: 6, sparsity, lambda: 0.1 },
    data: DENSE,
    roles,
  })),
  { model: "sparse-autoencoder", label: "conv", options: convolutional, data: CONV, roles },
  {
    model: "supervised-autoencoder",
    label: "classification, conv",
    options: convolutional,
    data: labelled(CONV),
    roles: [...roles, "classify"],
  },
  {
    model: "supervised-autoencoder",
    label: "regression, vectors",
    options: { ...dense, task: "regression" },
    data: labelled(VECTORS),
    roles,
  },
  ...(["inverse-multiquadratic", "gaussian"] as const).map((kernel) => ({
    model: "wae",
    label: kernel,
    options: { ...dense, kernel },
    data: DENSE,
    roles: generative,
  })),
  { model: "wae", label: "conv", options: convolutional, data: CONV, roles: generative },
  { model: "compressive-autoencoder", label: "dense", options: dense, data: DENSE, roles },
  { model: "compressive-autoencoder", label: "conv", options: convolutional, data: CONV, roles },
  ...(["none", "l2", "gradient", "spectral"] as const).map((penalty) => ({
    model: "rae",
    label: `dense, ${penalty}`,
    options: { ...dense, penalty, projections: 2 },
    data: DENSE,
    roles,
    ...(penalty === "spectral" ? { estimated: ["decoder"] } : {}),
  })),
  ...(["gradient", "spectral"] as const).map((penalty) => ({
    model: "rae",
    label: `conv, ${penalty}`,
    options: { ...convolutional, penalty },
    data: CONV,
    roles,
    ...(penalty === "spectral" ? { estimated: ["decoder"] } : {}),
  })),
  ...(["ema", "loss"] as const).flatMap((codebook) => [
    {
      model: "vq-vae",
      label: `conv, ${codebook}`,
      options: { batch: 4, filters: 2, codes: 5, dimension: 3, codebook },
      data: CONV,
      roles,
      code: 3 * 4 * 4,
      estimated: ["encoder", "codebook"],
    },
    {
      model: "vq-vae",
      label: `vectors, ${codebook}`,
      options: { batch: 4, widths: [6], codes: 5, dimension: 3, positions: 2, codebook },
      data: VECTORS,
      roles,
      code: 3 * 2,
      estimated: ["encoder", "codebook"],
    },
  ]),
];
