// Is a device there, and does it compute what the CPU computes? A tiny training (a convolution and a matrix
// product with their gradients, two rounds in a Loop) is run on both.
//
// On the device it runs in a process of its own: a broken driver can end the process that loads it, and what the
// native code says about a missing one goes to standard error past Node, where one clear line should stand.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import { serialise } from "../onnx/serialise.ts";
import { gradients, input } from "../tensor/index.ts";
import { DEVICES, type Device, type TypedArray, type Value } from "./engine.ts";
import { builtDevices, nodeEngine, providersOf } from "./node.ts";
import { type RoundGraph, roundLoop } from "./program.ts";

/** A driver that compiles its first programs in software takes some seconds. */
const PATIENCE = 120_000;

/** Largest difference from the CPU, relative to the largest number: CUDA's products keep 10 bits, 1e-3. */
const TOLERANCE = 1e-2;

const CHILD = fileURLToPath(new URL("../../bin/probe-device.js", import.meta.url));

/** What the process of its own says. */
type Reply = { readonly outputs: Readonly<Record<string, TypedArray>> } | { readonly error: string };

/**
 * Makes sure that a device can be trained on. The CPU is not looked at.
 *
 * @throws UserError where the device is not there, or fails, or computes something else than the CPU
 *
 * @example
 * await probeDevice("webgpu");   // UserError: webgpu: no adapter was found …; use --device cpu
 */
export async function probeDevice(device: Device): Promise<void> {
  if (!DEVICES.includes(device)) {
    throw new UserError(`no such device "${device}"; use ${DEVICES.join(", ")}`);
  }
  if (device === "cpu") return;
  const refuse = (reason: string, exitCode: 1 | 2 = 2): never => {
    throw new UserError(`${device}: ${reason}; use --device cpu`, { exitCode });
  };
  const built = await builtDevices();
  if (!built.includes(device)) {
    refuse(`ONNX Runtime for ${process.platform} ${process.arch} was built without it`);
  }
  const model = serialise(roundLoop(probeRound(), { layout: "natural", device }));
  const reply = await runApart({ model, executionProviders: providersOf(device), feeds: probeFeeds() });
  if (typeof reply === "string") return refuse(reply, 1);
  if ("error" in reply) {
    const reason = absence(device, reply.error);
    return refuse(reason ?? `failed (${oneLine(reply.error)})`, reason === undefined ? 1 : 2);
  }

  const session = await nodeEngine.create(model, { device: "cpu", threads: 1 });
  const expected = await session.run(probeFeeds());
  await session.release();
  for (const [name, { data }] of Object.entries(expected)) {
    const difference = relativeDifference(data, reply.outputs[name]);
    if (!(difference <= TOLERANCE)) {
      const amount = Number.isFinite(difference)
        ? `by ${Number((difference * 100).toPrecision(2))} %`
        : "altogether";
      refuse(`its results differ from the CPU's (${name} ${amount}), as with a faulty driver`, 1);
    }
  }
}

/** One round of a critic of nine pixels. */
function probeRound(): RoundGraph {
  const examples = input("examples", [4, 1, 6, 6], "uint8");
  const indices = input("indices", [3], "int32");
  const filter = input("filter", [2, 1, 4, 4]);
  const weights = input("weights", [18, 1]);
  const images = examples
    .gather(indices)
    .cast("float32")
    .mul(1 / 255);
  const features = images.convolve(filter, {
    strides: [2, 2],
    pads: [1, 1, 1, 1],
    dilations: [1, 1],
    size: [4, 4],
  });
  const loss = features.leakyRelu(0.2).reshape([3, 18]).matmul(weights).sub(1).square().mean();
  const [byFilter, byWeights] = gradients(loss, [filter, weights]);
  return {
    state: [
      { name: "filter", before: filter, after: filter.sub(byFilter!.mul(0.1)) },
      { name: "weights", before: weights, after: weights.sub(byWeights!.mul(0.1)) },
    ],
    shared: [{ name: "examples", tensor: examples }],
    perRound: [{ name: "indices", tensor: indices }],
    metrics: [{ name: "loss", tensor: loss }],
  };
}

function probeFeeds(): Record<string, Value> {
  const wave = (size: number) =>
    Float32Array.from({ length: size }, (_, index) => Math.sin(index + size) / 2);
  return {
    rounds: { dtype: "int64", shape: [], data: BigInt64Array.of(2n) },
    examples: {
      dtype: "uint8",
      shape: [4, 1, 6, 6],
      data: Uint8Array.from({ length: 144 }, (_, i) => (i * 83) % 256),
    },
    indices: { dtype: "int32", shape: [2, 3], data: Int32Array.of(3, 0, 2, 1, 1, 3) },
    filter: { dtype: "float32", shape: [2, 1, 4, 4], data: wave(32) },
    weights: { dtype: "float32", shape: [18, 1], data: wave(18) },
  };
}

/** Runs the graph in a process of its own; a string says why that process gave no answer. */
function runApart(message: Record<string, unknown>): Promise<Reply | string> {
  return new Promise((resolve) => {
    const child = fork(CHILD, { stdio: "ignore", execArgv: [], serialization: "advanced" });
    const timer = setTimeout(() => {
      resolve(`did not answer within ${PATIENCE / 1000} seconds`);
      child.kill("SIGKILL");
    }, PATIENCE);
    child.once("message", (reply) => {
      resolve(reply as Reply);
      child.kill();
    });
    child.once("error", (error) => resolve(`could not be tried (${error.message})`));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve(`crashed when it was tried (${signal ?? `exit status ${code}`})`);
    });
    child.send(message, () => {}); // where it fails, the process has ended, and "close" tells
  });
}

/** Why a device is not there, where that is what ONNX Runtime's message means. */
function absence(device: Device, message: string): string | undefined {
  if (device === "webgpu" && /adapter/i.test(message)) {
    return "no adapter was found (a GPU with a driver for Vulkan, Metal or Direct3D 12)";
  }
  if (device === "cuda" && /load|no CUDA-capable|driver/i.test(message)) {
    return "ONNX Runtime's CUDA provider, a library of CUDA 12 or a GPU is missing";
  }
  return undefined;
}

/** The end of a native message: it begins with where in the source it was raised. */
function oneLine(message: string): string {
  const line = message.trim().split("\n").at(-1)!;
  return line.length > 160 ? `…${line.slice(-160)}` : line;
}

function relativeDifference(expected: TypedArray, actual: TypedArray | undefined): number {
  if (actual?.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  let difference = 0;
  expected.forEach((value, index) => {
    largest = Math.max(largest, Math.abs(Number(value)));
    difference = Math.max(difference, Math.abs(Number(actual[index]) - Number(value)));
  });
  return difference / largest;
}
