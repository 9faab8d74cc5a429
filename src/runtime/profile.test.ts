import { expect, test } from "vitest";
import { Game } from "../game/game.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import type { Origin } from "../tensor/index.ts";
import { type ProfiledPart, readProfile, strays, tally } from "./profile.ts";
import { roundLoop } from "./program.ts";

function bodyOf(model: string, options: Readonly<Record<string, unknown>>) {
  const game = new Game(findModel(model), checkOptions(findModel(model), options), {
    specification: { kind: "image", shape: [1, 28, 28] },
    count: 64,
    dtype: "uint8",
    labelled: false,
  });
  return roundLoop(game.compileRound(game.phases[0]!)).nodes.find(({ body }) => body !== undefined)!.body!;
}

const at = ({ layer, player, pass }: Origin) => `${player} ${layer} ${pass}`;

test("products carry the layer, the player and the pass that they were written down for", () => {
  const { nodes } = bodyOf("autoencoder", { batch: 8, widths: [24], latent: 8 });
  const products = nodes.filter(({ operator }) => operator === "Gemm");
  const layers = ["encoder/dense1", "encoder/dense2", "decoder/dense1", "decoder/dense2", "decoder/dense3"];
  const forward = layers.map((layer) => `autoencoder ${layer} forward`);
  // One for the kernel, and one for the input where a layer stands before it.
  const backward = layers.flatMap((layer, index) =>
    new Array<string>(index === 0 ? 1 : 2).fill(`autoencoder ${layer} backward`),
  );
  expect(products.map(({ origin }) => at(origin!)).sort()).toEqual([...forward, ...backward].sort());
});

test("a critic that judges for two players is told apart by player", () => {
  const { nodes } = bodyOf("dcgan", { batch: 4, filters: 8, latent: 32 });
  const convolutions = nodes.filter(({ origin }) => origin?.layer === "critic/conv2d1");
  const players = new Set(convolutions.map(({ origin }) => origin!.player));
  expect(players).toEqual(new Set(["critic", "generator"]));
  const roots = nodes.filter(({ operator, origin }) => operator === "Sqrt" && origin?.pass === "optimiser");
  expect(new Set(roots.map(({ origin }) => origin!.layer))).toContain("generator/dense1");
});

test("every node has an origin but the Loop's own", () => {
  for (const [model, options] of [
    ["autoencoder", { batch: 8, widths: [24], latent: 8 }],
    ["dcgan", { batch: 4, filters: 2, latent: 4 }],
  ] as const) {
    const without = bodyOf(model, options).nodes.filter(({ origin }) => origin === undefined);
    expect(without.map(({ outputs }) => outputs)).toEqual([["round/continue"]]);
  }
});

test("a profile is read: the last call alone, fused and added nodes, times of one round", () => {
  const origin = (layer: string): Origin => ({ layer, player: "critic", pass: "forward" });
  const node = (name: string, layer: string) => ({
    ...{ operator: "Gemm", inputs: [], outputs: [name], attributes: {}, origin: origin(layer) },
  });
  const plain = { name: "", inputs: [], outputs: [], initializers: new Map() };
  const body = { ...plain, nodes: [node("round/Gemm_1", "a"), node("round/Gemm_12", "b")] };
  const loop = { operator: "Loop", inputs: [], outputs: ["next/w"], attributes: {}, body };
  const event = (name: string, op_name: string, ts: number, dur: number, more: object = {}) => ({
    ...{ cat: "Node", name: `${name}_kernel_time`, ts, dur },
    args: { op_name, provider: "WebGpuExecutionProvider", mem_in_use_peak: "100", ...more },
  });
  const text = JSON.stringify([
    { cat: "Session", name: "model_run", ts: 0, dur: 100, args: {} },
    event("round/Gemm_1", "Gemm", 5, 50),
    event("next/w", "Loop", 1, 90),
    event("round/Gemm_1", "Gemm", 201, 1000),
    event("fused round/Gemm_12", "FusedGemm", 1301, 500),
    event("MemcpyToHost_3", "MemcpyToHost", 1901, 20, { provider: "CPUExecutionProvider" }),
    event("round/Gemm_1", "Gemm", 2001, 3000, { mem_in_use_peak: "300" }),
    event("fused round/Gemm_12", "FusedGemm", 5001, 700, { provider: "CPUExecutionProvider" }),
    event("next/w", "Loop", 200, 6000),
    event("outside", "Reshape", 7000, 10),
  ]);
  const profile = readProfile(text, { ...plain, nodes: [loop] }, 2);
  const part = (layer: string | null, operator: string, device: string, rest: object): object => ({
    ...{ layer, player: layer && "critic", pass: layer && "forward", operator, device, ...rest },
  });
  expect(profile).toEqual({
    profiledMilliseconds: 3,
    memory: 300,
    parts: [
      part("a", "Gemm", "webgpu", { nodes: 1, milliseconds: 2 }),
      part("b", "FusedGemm", "cpu", { nodes: 1, milliseconds: 0.35 }),
      part("b", "FusedGemm", "webgpu", { nodes: 1, milliseconds: 0.25 }),
      part(null, "MemcpyToHost", "cpu", { nodes: 1, milliseconds: 0.01 }),
    ],
  });
  expect(strays({ device: "webgpu", ...profile })).toEqual([profile.parts[1]]);
  expect(strays({ device: "cpu", ...profile })).toEqual([]);
});

test("on a device the time is that of its work, by its own clock, and what runs on the CPU keeps its own", () => {
  const plain = { name: "", inputs: [], outputs: [], initializers: new Map() };
  const node = (name: string) => ({ operator: "Sum", inputs: [], outputs: [name], attributes: {} });
  const body = { ...plain, nodes: [node("round/a"), node("round/b"), node("round/c")] };
  const loop = { operator: "Loop", inputs: [], outputs: ["next/w"], attributes: {}, body };
  const event = (name: string, op_name: string, ts: number, dur: number, provider = "WebGpu") => ({
    ...{ cat: "Node", name: `${name}_kernel_time`, ts, dur },
    args: { op_name, provider: `${provider}ExecutionProvider` },
  });
  const work = (name: string, ts: number, dur: number) => ({
    ...{ cat: "Api", name: `${name}&Sum&Program`, ts, dur, args: { shapes: "" } },
  });
  const text = JSON.stringify([
    event("round/a", "A", 5, 1),
    event("next/w", "Loop", 1, 90, "CPU"),
    ...[201, 301].map((ts) => event("round/a", "A", ts, 1)),
    ...[202, 302].map((ts) => event("round/b", "B", ts, 1)),
    ...[203, 303].map((ts) => event("round/c", "C", ts, 70, "CPU")),
    event("next/w", "Loop", 200, 600, "CPU"),
    // Two programs a run of a, the device's clock not that of the CPU; b needs none.
    ...[1000, 2000, 1500, 1200, 2100, 900].map((ts) => work("round/a", ts, ts)),
  ]);
  const { parts } = readProfile(text, { ...plain, nodes: [loop] }, 2);
  expect(parts.map(({ operator, device, milliseconds }) => [operator, device, milliseconds])).toEqual([
    ["A", "webgpu", (1200 + 1500 + 2000 + 2100) / 1000 / 2],
    ["C", "cpu", 0.07],
    ["B", "webgpu", 0],
  ]);
});

test("parts are added up by name, the longest first", () => {
  const part = (operator: string, nodes: number, milliseconds: number): ProfiledPart => ({
    ...{ layer: null, player: null, pass: null, device: "cpu", operator, nodes, milliseconds },
  });
  const parts = [part("Add", 1, 1), part("Gemm", 2, 3), part("Add", 4, 2.5)];
  expect(tally(parts, ({ operator }) => operator)).toEqual([
    { name: "Add", nodes: 5, milliseconds: 3.5 },
    { name: "Gemm", nodes: 2, milliseconds: 3 },
  ]);
});
