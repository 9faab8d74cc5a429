/**
 * What this machine can do at most: a large matrix product in ONNX Runtime, several in one call so that nothing but
 * the product is timed.
 *
 *   node bench/peak.js [--threads N]
 *
 * Prints one JSON line: `threads`, `gflops` (10⁹ operations a second, the fastest call).
 */
import { nodeEngine } from "../dist/runtime/node.js";
import { RoundProgram } from "../dist/runtime/program.js";
import { input } from "../dist/tensor/index.js";
import { count, readArguments, runProgram } from "./usage.js";

const SIZE = 2048;
const PRODUCTS = 4;
const CALLS = 5;

async function main() {
  const { values } = readArguments({ options: { threads: { type: "string", default: "2" } } });
  const threads = count("threads", values.threads);
  const [a, b, matrix] = [input("a", [SIZE, SIZE]), input("b", [SIZE, SIZE]), [SIZE, SIZE]];
  const round = {
    state: [{ name: "a", before: a, after: a.matmul(b) }],
    shared: [{ name: "b", tensor: b }],
    perRound: [],
    metrics: [],
  };
  const program = await RoundProgram.create(nodeEngine, round, { device: "cpu", threads });
  // A rotation of the axes: products of it neither grow nor vanish.
  const rotation = new Float32Array(SIZE * SIZE);
  for (let row = 0; row < SIZE; row++) rotation[row * SIZE + ((row + 1) % SIZE)] = 1;
  const value = (/** @type {Float32Array} */ data) => ({
    dtype: /** @type {const} */ ("float32"),
    shape: matrix,
    data,
  });
  const state = { a: value(Float32Array.from(rotation, (_, index) => Math.sin(index))) };
  const feeds = { b: value(rotation) };
  const time = async (/** @type {number} */ products) => {
    const began = performance.now();
    await program.run(products, state, feeds);
    return performance.now() - began;
  };
  await time(1);
  let fastest = Number.POSITIVE_INFINITY;
  for (let call = 0; call < CALLS; call++) {
    const alone = await time(1);
    fastest = Math.min(fastest, ((await time(1 + PRODUCTS)) - alone) / PRODUCTS);
  }
  await program.release();
  console.log(JSON.stringify({ threads, gflops: Number(((2 * SIZE ** 3) / fastest / 1e6).toPrecision(4)) }));
  return 0;
}

await runProgram(main, "node bench/peak.js [--threads N]");
