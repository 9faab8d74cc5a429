/**
 * The engines that are compared: how each is found, what it can train, and the child process that measures it.
 * All print the same JSON lines. An engine that is not installed is no error: it is named, with how to install it.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { runChild } from "./child.js";

/**
 * @typedef {object} Engine
 * @property {string} name as on the command line
 * @property {string} title as in the table
 * @property {() => Promise<string | undefined>} missing why it cannot run here and what to do, or undefined
 * @property {(workload: string) => string | undefined} unable why it does not train a workload, or undefined
 * @property {(job: Job) => { file: string, args: string[] }} command
 */
/** @typedef {{ workload: string, steps: number, threads: number }} Job */

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));

/** The Python that has PyTorch: GAMELAN_PYTHON, or the one on the path. */
export const python = () =>
  process.env.GAMELAN_PYTHON || (process.platform === "win32" ? "python" : "python3");

/** The product's command, from the checkout. */
export const gamelanCommand = path("../bin/gamelan.js");

/** Why the checkout's own command cannot run, or undefined. */
export async function gamelanMissing() {
  if (!existsSync(gamelanCommand)) return "bin/gamelan.js does not exist in this checkout";
  if (!existsSync(path("../dist"))) return "not built; run: npm run build";
  return undefined;
}

/** Why PyTorch cannot run, or undefined. */
export async function torchMissing() {
  const { failure } = await runChild(python(), ["-c", "import torch"], { minutes: 5 });
  if (failure === undefined) return undefined;
  const advice = "set GAMELAN_PYTHON to a Python that has torch and numpy";
  return `${python()} cannot import torch (${failure}); ${advice}`;
}

const dense = ["dense-autoencoder", "contractive-autoencoder", "dense-gan"];

/**
 * An npm package of bench/peers.
 *
 * @param {string[]} packages
 */
function packagesMissing(packages) {
  const require = createRequire(new URL("./peers/package.json", import.meta.url));
  const absent = packages.filter((name) => {
    try {
      require.resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  return absent.length === 0
    ? undefined
    : `${absent.join(", ")} not installed; run: npm ci --prefix bench/peers`;
}

/**
 * A JavaScript peer: slow enough that a few steps say everything.
 *
 * @param {object} peer
 * @param {string} peer.name
 * @param {string} peer.title
 * @param {string[]} peer.packages
 * @param {string} peer.script
 * @param {string[]} [peer.extra] further arguments
 * @param {Record<string, number>} peer.most the most steps it is given, for each workload it trains
 * @param {string} peer.convolution why it trains no convolutional workload
 * @param {string} peer.otherwise why it does not train the dense ones absent from `most`
 * @returns {Engine}
 */
function javascriptPeer({ name, title, packages, script, extra = [], most, convolution, otherwise }) {
  return {
    name,
    title,
    missing: async () => packagesMissing(packages),
    unable: (workload) => (workload in most ? undefined : dense.includes(workload) ? otherwise : convolution),
    command: ({ workload, steps, threads }) => {
      const measured = Math.min(steps, most[workload] ?? steps);
      const count = ["--steps", `${measured}`, "--warmup", measured < 10 ? "1" : "3"];
      return {
        file: process.execPath,
        args: [path(script), workload, ...count, "--threads", `${threads}`, ...extra],
      };
    },
  };
}

/** @type {readonly Engine[]} */
export const engines = [
  {
    name: "gamelan",
    title: "Gamelan",
    missing: gamelanMissing,
    unable: () => undefined,
    command: ({ workload, steps, threads }) => ({
      file: process.execPath,
      args: [gamelanCommand, "bench", workload, "--steps", `${steps}`, "--threads", `${threads}`, "--json"],
    }),
  },
  {
    name: "torch",
    title: "PyTorch",
    missing: torchMissing,
    unable: () => undefined,
    command: ({ workload, steps, threads }) => ({
      file: python(),
      args: [path("./peers/torch_steps.py"), workload, "--steps", `${steps}`, "--threads", `${threads}`],
    }),
  },
  javascriptPeer({
    name: "tfjs-wasm",
    title: "TensorFlow.js wasm",
    packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"],
    script: "./peers/tfjs_steps.js",
    extra: ["--backend", "wasm"],
    most: { "dense-autoencoder": 20, "contractive-autoencoder": 10 },
    convolution: "its wasm backend has no kernel for a convolution's filter gradient",
    otherwise: "over a minute a step (node bench/peers/tfjs_steps.js dense-gan runs it)",
  }),
  javascriptPeer({
    name: "tfjs-cpu",
    title: "TensorFlow.js cpu",
    packages: ["@tensorflow/tfjs"],
    script: "./peers/tfjs_steps.js",
    extra: ["--backend", "cpu"],
    most: { "dense-autoencoder": 5, "contractive-autoencoder": 3 },
    convolution: "minutes a step",
    otherwise: "minutes a step",
  }),
  javascriptPeer({
    name: "jax-js",
    title: "jax-js wasm",
    packages: ["@jax-js/jax"],
    script: "./peers/jax_steps.js",
    most: { "dense-autoencoder": 20, "contractive-autoencoder": 10 },
    convolution: "seconds for one forward convolution",
    otherwise: "not written for it",
  }),
];

/**
 * Parts the engines into those that can run and those that cannot, with the reason.
 *
 * @param {readonly Engine[]} wanted
 * @returns {Promise<{ present: Engine[], absent: { engine: Engine, reason: string }[] }>}
 */
export async function findEngines(wanted) {
  const present = [];
  const absent = [];
  for (const engine of wanted) {
    const reason = await engine.missing();
    if (reason === undefined) present.push(engine);
    else absent.push({ engine, reason });
  }
  return { present, absent };
}
