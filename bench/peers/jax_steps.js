/**
 * jax-js on the dense workloads: its wasm device, the whole step (loss, gradients, Adam) in one `jit`.
 *
 *   node bench/peers/jax_steps.js [--steps 20] [NAME ...]
 *
 * jax-js spreads its wasm kernels over Web Workers where a page has them; Node has no `Worker` of that kind, so it
 * runs on one thread. (Given an adapter onto worker_threads it was slower on this small network, not faster.)
 * The convolutional workloads are absent: one forward convolution of 0.8 GFLOP takes it about two seconds.
 *
 * Reading the code: an array handed to a function is used up; `.ref` keeps it for another use.
 */
import { readFileSync } from "node:fs";
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
  vjp,
} from "@jax-js/jax";
import { measure, options, uniformArray, widths } from "./steps.js";

/** @typedef {import("@jax-js/jax").Array} NdArray */

const uniform = uniformArray(1);
const matrix = (/** @type {Float32Array} */ values, /** @type {number[]} */ shape) =>
  np.array(/** @type {Float32Array<ArrayBuffer>} */ (values)).reshape(shape);

/** Weights and biases with PyTorch's initial scale, 1/√(inputs). */
const weightsOf = (/** @type {number[]} */ sizes) =>
  sizes.slice(1).flatMap((outputs, i) => {
    const inputs = sizes[i] ?? 0;
    const bound = 1 / Math.sqrt(inputs);
    return [
      matrix(uniform(inputs * outputs, -bound, bound), [inputs, outputs]),
      matrix(uniform(outputs, -bound, bound), [outputs]),
    ];
  });

/**
 * @param {NdArray[]} weights used up
 * @param {NdArray} x used up
 * @param {(x: NdArray) => NdArray} hidden
 * @param {(x: NdArray) => NdArray} last
 */
function dense(weights, x, hidden, last) {
  for (let i = 0; i < weights.length; i += 2) {
    const [w, b] = /** @type {[NdArray, NdArray]} */ (weights.slice(i, i + 2));
    x = np.matmul(x, w).add(b);
    x = i + 2 < weights.length ? hidden(x) : last(x);
  }
  return x;
}

/** @typedef {{ weights: NdArray[], first: NdArray[], second: NdArray[], count: number }} AdamState */

const adamState = (/** @type {NdArray[]} */ weights) => ({
  weights,
  first: weights.map((w) => np.zeros(w.shape)),
  second: weights.map((w) => np.zeros(w.shape)),
  count: 0,
});

/**
 * One compiled step: value and gradient of `loss(weights, ...rest)` and Adam's update of the weights.
 *
 * @param {(weights: NdArray[], ...rest: NdArray[]) => NdArray} loss
 * @param {number} rate
 * @param {number} beta1
 */
function trainer(loss, rate, beta1) {
  const update = jit(
    (
      /** @type {NdArray[]} */ weights,
      /** @type {NdArray[]} */ first,
      /** @type {NdArray[]} */ second,
      /** @type {NdArray} */ firstScale,
      /** @type {NdArray} */ secondScale,
      /** @type {NdArray[]} */ ...rest
    ) => {
      const [value, gradients] = valueAndGrad(loss)(tree.ref(weights), ...rest);
      const next = {
        value,
        weights: /** @type {NdArray[]} */ ([]),
        first: /** @type {NdArray[]} */ ([]),
        second: /** @type {NdArray[]} */ ([]),
      };
      for (const [i, gradient] of gradients.entries()) {
        const [w, m, v] = /** @type {[NdArray, NdArray, NdArray]} */ ([weights[i], first[i], second[i]]);
        const newFirst = m.mul(beta1).add(gradient.ref.mul(1 - beta1));
        const newSecond = v.mul(0.999).add(np.square(gradient).mul(0.001));
        const denominator = np.sqrt(newSecond.ref.mul(secondScale.ref)).add(1e-8);
        next.weights.push(w.sub(newFirst.ref.mul(firstScale.ref).div(denominator).mul(rate)));
        next.first.push(newFirst);
        next.second.push(newSecond);
      }
      firstScale.dispose();
      secondScale.dispose();
      return next;
    },
  );
  return async (/** @type {AdamState} */ state, /** @type {NdArray[]} */ ...rest) => {
    state.count++;
    const next = update(
      state.weights,
      state.first,
      state.second,
      np.array(1 / (1 - beta1 ** state.count)),
      np.array(1 / (1 - 0.999 ** state.count)),
      ...rest,
    );
    await blockUntilReady(next);
    Object.assign(state, { weights: next.weights, first: next.first, second: next.second });
    return async () => (await next.value.data())[0] ?? Number.NaN;
  };
}

const workloads = {
  "dense-autoencoder": () => {
    const state = adamState(weightsOf(widths.autoencoder));
    const x = matrix(uniform(256 * 784, 0, 1), [256, 784]);
    const step = trainer(
      (weights, x) => np.square(dense(weights, x.ref, nn.relu, nn.sigmoid).sub(x)).mean(),
      1e-3,
      0.9,
    );
    return () => step(state, x.ref);
  },

  "contractive-autoencoder": () => {
    const encoder = weightsOf(widths.contractiveEncoder);
    const state = adamState([...encoder, ...weightsOf(widths.contractiveDecoder)]);
    const x = matrix(uniform(256 * 784, 0, 1), [256, 784]);
    let seed = 1;
    const step = trainer(
      (weights, x, key) => {
        const [first, second] = [weights.slice(0, encoder.length), weights.slice(encoder.length)];
        const [z, pullBack] = vjp((x) => dense(tree.ref(first), x, nn.sigmoid, nn.sigmoid), [x.ref]);
        const [gradient] = pullBack(random.normal(key, [256, 32]));
        pullBack.dispose();
        tree.dispose(first);
        const penalty = np.square(gradient).sum(1).mean().mul(1e-4);
        return np
          .square(dense(second, z, nn.relu, nn.sigmoid).sub(x))
          .mean()
          .add(penalty);
      },
      1e-3,
      0.9,
    );
    return () => step(state, x.ref, random.key(seed++));
  },
};

const { names, steps, warmup } = options(Object.keys(workloads));
const manifest = new URL("./node_modules/@jax-js/jax/package.json", import.meta.url);
/** @type {{ version: string }} */
const { version } = JSON.parse(readFileSync(manifest, "utf8"));
await init("wasm");
defaultDevice("wasm");
await measure({ engine: `jax-js ${version} wasm`, workloads, names, steps, warmup });
