/**
 * The training steps that are timed, the same arithmetic in every engine (bench/README.md has the table), and how
 * many of them one child process measures: enough for a steady median, few enough for a round of seconds.
 */

/** @typedef {{ name: string, steps: number }} Workload */

/** @type {readonly Workload[]} */
export const workloads = [
  { name: "dense-autoencoder", steps: 192 },
  { name: "contractive-autoencoder", steps: 96 },
  { name: "dense-gan", steps: 12 },
  { name: "conv-vae-28", steps: 64 },
  { name: "dcgan-28", steps: 40 },
  { name: "wgan-gp-28", steps: 16 },
  { name: "dcgan-64", steps: 16 },
];
