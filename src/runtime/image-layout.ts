// How images lie in memory while a program trains. On a CPU whose vectors ONNX Runtime has blocked convolutions for,
// in blocks as long as those are, which is found out by turning a pixel into a block; on another channel-major; and
// on other devices as they are written.

import { REORDER_INPUT } from "../onnx/blocked-kernels.ts";
import { GraphBuilder } from "../onnx/graph.ts";
import type { ImageLayout } from "../onnx/lower.ts";
import { serialise } from "../onnx/serialise.ts";
import { type Device, type Engine, float32 } from "./engine.ts";

const known = new WeakMap<Engine, Promise<number>>();

/** The layout in which an engine's convolutions are fastest on a device. */
export async function imageLayout(engine: Engine, device: Device): Promise<ImageLayout> {
  if (device !== "cpu") return "natural";
  const asked = known.get(engine) ?? blockLength(engine).catch(() => 1);
  known.set(engine, asked);
  const block = await asked;
  return block > 1 ? { block } : "channel-major";
}

/** Channels in a block; 1 where the engine has no blocked convolutions for the processor. */
async function blockLength(engine: Engine): Promise<number> {
  const builder = new GraphBuilder();
  builder.rename(builder.node(REORDER_INPUT, ["pixel"]), "block");
  const pixel = { name: "pixel", dtype: "float32", shape: [1, 4, 1, 1] } as const;
  const block = { name: "block", dtype: "float32", shape: [1, "channels", 1, 1] } as const;
  const session = await engine.create(serialise(builder.finish("block", [pixel], [block])), {
    device: "cpu",
    threads: 1,
  });
  try {
    const made = await session.run({ pixel: float32(new Float32Array(4), pixel.shape) });
    return made.block!.shape[1]!;
  } finally {
    await session.release();
  }
}
