/**
 * TensorFlow.js on the dense workloads, backends wasm and cpu.
 *
 *   node bench/peers/tfjs_steps.js [--backend wasm|cpu] [--steps 20] [NAME ...]
 *
 * dense-gan takes over a minute a step on wasm, so bench/run.js leaves it out; by name it runs here.
 * The convolutional workloads are absent: the wasm backend has no kernel for a convolution's filter gradient
 * (Conv2DBackpropFilter), and the cpu backend takes tens of seconds for a single one. tfjs switches the threads of
 * its wasm backend off in Node itself, so both backends run on one thread; SIMD is on.
 */
import { createRequire } from "node:module";
import { measure, options, uniformArray, widths } from "./steps.js";

// The packages' CommonJS builds are the ones meant for Node.
const require = createRequire(import.meta.url);
/** @type {typeof import("@tensorflow/tfjs")} */
const tf = require("@tensorflow/tfjs");

/** @typedef {import("@tensorflow/tfjs").Tensor2D} Tensor2D */
/** @typedef {import("@tensorflow/tfjs").Scalar} Scalar */
/** @typedef {import("@tensorflow/tfjs").Tensor} Tensor */
/** @typedef {import("@tensorflow/tfjs").Variable} Variable */
/** @typedef {{ weights: Variable[], apply: (x: Tensor2D) => Tensor2D }} Network */

const uniform = uniformArray(1);
let noiseSeed = 1;
const normal = (/** @type {[number, number]} */ shape) =>
  /** @type {Tensor2D} */ (tf.randomNormal(shape, 0, 1, "float32", noiseSeed++));

/**
 * A multilayer perceptron with PyTorch's initial scale, 1/√(inputs).
 *
 * @param {number[]} sizes
 * @param {(x: Tensor2D) => Tensor2D} hidden
 * @param {(x: Tensor2D) => Tensor2D} last
 * @returns {Network}
 */
function dense(sizes, hidden, last) {
  const layers = sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i] ?? 0;
    const bound = 1 / Math.sqrt(inputs);
    return {
      weight: tf.variable(tf.tensor2d(uniform(inputs * outputs, -bound, bound), [inputs, outputs])),
      bias: tf.variable(tf.tensor1d(uniform(outputs, -bound, bound))),
    };
  });
  return {
    weights: layers.flatMap(({ weight, bias }) => [weight, bias]),
    apply: (x) =>
      layers.reduce((input, { weight, bias }, i) => {
        /** @type {Tensor2D} */
        const sum = tf.add(tf.matMul(input, weight), bias);
        return i + 1 < layers.length ? hidden(sum) : last(sum);
      }, x),
  };
}

const adam = (/** @type {number} */ rate, /** @type {number} */ beta1) =>
  tf.train.adam(rate, beta1, 0.999, 1e-8);
const meanSquaredError = (/** @type {Tensor2D} */ a, /** @type {Tensor2D} */ b) =>
  tf.mean(tf.squaredDifference(a, b));
const images = (/** @type {number} */ batch) => tf.tensor2d(uniform(batch * 784, 0, 1), [batch, 784]);

/**
 * One optimiser step on the weights; gives the loss.
 *
 * @param {import("@tensorflow/tfjs").Optimizer} optimiser
 * @param {() => Tensor} loss of rank 0
 * @param {Variable[]} weights
 */
const minimise = (optimiser, loss, weights) =>
  /** @type {Scalar} */ (optimiser.minimize(/** @type {() => Scalar} */ (loss), true, weights));

/** Both backends compute as they are called, so a step has done its work when it returns. */
const reader = (/** @type {Scalar[]} */ ...losses) => {
  return () => {
    const sum = losses.reduce((total, loss) => total + (loss.dataSync()[0] ?? Number.NaN), 0);
    tf.dispose(losses);
    return sum;
  };
};

const workloads = {
  "dense-autoencoder": () => {
    const net = dense(widths.autoencoder, tf.relu, tf.sigmoid);
    const optimiser = adam(1e-3, 0.9);
    const x = images(256);
    return () => reader(minimise(optimiser, () => meanSquaredError(net.apply(x), x), net.weights));
  },

  "contractive-autoencoder": () => {
    const encoder = dense(widths.contractiveEncoder, tf.sigmoid, tf.sigmoid);
    const decoder = dense(widths.contractiveDecoder, tf.relu, tf.sigmoid);
    const optimiser = adam(1e-3, 0.9);
    const x = images(256);
    return () => {
      const v = normal([256, 32]);
      const loss = () => {
        const { value: z, grad } = tf.valueAndGrad(encoder.apply)(x, v);
        return tf.add(
          meanSquaredError(decoder.apply(z), x),
          tf.mul(tf.mean(tf.sum(tf.square(grad), 1)), 1e-4),
        );
      };
      const value = minimise(optimiser, loss, [...encoder.weights, ...decoder.weights]);
      v.dispose();
      return reader(value);
    };
  },

  "dense-gan": () => {
    const generator = dense(widths.generator, tf.relu, tf.sigmoid);
    const discriminator = dense(widths.discriminator, tf.relu, (x) => x);
    const generatorAdam = adam(2e-4, 0.5);
    const discriminatorAdam = adam(2e-4, 0.5);
    const real = images(128);
    const judged = (/** @type {Tensor2D} */ x, /** @type {number} */ sign) =>
      tf.mean(tf.softplus(tf.mul(discriminator.apply(x), sign)));
    return () => {
      const fake = tf.tidy(() => generator.apply(normal([128, 100])));
      const discriminatorLoss = minimise(
        discriminatorAdam,
        () => tf.add(judged(real, -1), judged(fake, 1)),
        discriminator.weights,
      );
      fake.dispose();
      const generatorLoss = minimise(
        generatorAdam,
        () => judged(generator.apply(normal([128, 100])), -1),
        generator.weights,
      );
      return reader(discriminatorLoss, generatorLoss);
    };
  },
};

const { names, steps, warmup, backend } = options(Object.keys(workloads));
if (backend === "wasm") require("@tensorflow/tfjs-backend-wasm");
if (!["wasm", "cpu"].includes(backend) || !(await tf.setBackend(backend))) {
  console.error(`tfjs has no backend ${backend} here; there are wasm and cpu`);
  process.exitCode = 2;
} else {
  await tf.ready();
  await measure({ engine: `tfjs ${tf.version.tfjs} ${backend}`, workloads, names, steps, warmup });
}
