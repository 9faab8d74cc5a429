// Where the time of a round goes: ONNX Runtime's profile names every node that it ran and how long it took; what the
// node was written down for (tensor/origin.ts) is known from the graph. Nodes that the runtime made of several, or
// put between, have a name that contains that of one of them, or are nobody's.
//
// On WebGPU the time of a node is what it takes to hand its work over; the work itself is among the profile's events
// too, by the device's own clock, where it has one.

import type { OnnxGraph, OnnxNode } from "../onnx/graph.ts";
import type { Origin, Pass } from "../tensor/index.ts";
import type { Device } from "./engine.ts";

/** Nodes of one operator with one purpose. */
export interface ProfiledPart {
  /** Path of the layer; null outside of layers. */
  readonly layer: string | null;
  /** Whose turn; null where it is nobody's. */
  readonly player: string | null;
  /** null for what the runtime added. */
  readonly pass: Pass | null;
  /** As the runtime calls it: "Gemm", "Conv". */
  readonly operator: string;
  /** Where it ran. */
  readonly device: string;
  /** In a round. */
  readonly nodes: number;
  /** Of a round. */
  readonly milliseconds: number;
}

/** Where the time of the rounds of a phase goes. */
export interface RoundProfile {
  readonly phase: string;
  readonly device: Device;
  /** 0 leaves it to the runtime. */
  readonly threads: number;
  /** Rounds played when it was made. */
  readonly round: number;
  /** Rounds that were profiled. */
  readonly rounds: number;
  /** A round as training plays it. */
  readonly milliseconds: number;
  /** A round while it was profiled: taking times takes time. */
  readonly profiledMilliseconds: number;
  /** Most memory that the runtime had in use at once for values, in bytes; null where it does not say. */
  readonly memory: number | null;
  /** The longest first. */
  readonly parts: readonly ProfiledPart[];
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: { readonly op_name?: string; readonly provider?: string; readonly mem_in_use_peak?: string };
}

const DEVICES: Readonly<Record<string, string>> = {
  CPUExecutionProvider: "cpu",
  WebGpuExecutionProvider: "webgpu",
  CUDAExecutionProvider: "cuda",
};

/**
 * What the last call of a round program did.
 *
 * @param text the profile that the runtime wrote
 * @param graph the program's graph, a Loop of rounds
 * @param rounds rounds of the last call
 */
export function readProfile(
  text: string,
  graph: OnnxGraph,
  rounds: number,
): Pick<RoundProfile, "parts" | "memory" | "profiledMilliseconds"> {
  const events = JSON.parse(text) as ProfileEvent[];
  const nodes = events.filter(({ cat, args }) => cat === "Node" && args.op_name !== undefined);
  const loop = nodes.filter(({ args }) => args.op_name === "Loop").at(-1);
  if (loop === undefined) throw new Error("the runtime's profile has no Loop");
  const inside = nodes.filter(
    ({ ts, dur, args }) => args.op_name !== "Loop" && ts >= loop.ts && ts + dur <= loop.ts + loop.dur,
  );
  const body = graph.nodes.find((node) => node.body !== undefined)!.body!;
  const find = originFinder(body.nodes);
  const worked = deviceTimes(events, nodes, inside);
  const parts = new Map<string, ProfiledPart>();
  let memory: number | null = null;
  for (const event of inside) {
    const { args } = event;
    const dur = worked(event);
    const { layer = null, player = null, pass = null } = find(nodeName(event)) ?? {};
    const operator = args.op_name!;
    const device = DEVICES[args.provider ?? ""] ?? args.provider ?? "";
    const key = [layer, player, pass, operator, device].join("\n");
    const part = parts.get(key) ?? { layer, player, pass, operator, device, nodes: 0, milliseconds: 0 };
    parts.set(key, {
      ...part,
      nodes: part.nodes + 1 / rounds,
      milliseconds: part.milliseconds + dur / 1000 / rounds,
    });
    const peak = Number(args.mem_in_use_peak);
    if (peak > 0) memory = Math.max(memory ?? 0, peak);
  }
  return {
    profiledMilliseconds: loop.dur / 1000 / rounds,
    memory,
    parts: [...parts.values()]
      .map((part) => ({ ...part, nodes: Math.round(part.nodes) }))
      .sort((a, b) => b.milliseconds - a.milliseconds),
  };
}

const nodeName = ({ name }: ProfileEvent) => name.replace(/_kernel_time$/, "");

const onCpu = ({ args }: ProfileEvent) => args.provider === "CPUExecutionProvider";

/** Microseconds of an event of the last call: the device's, where they are known. */
function deviceTimes(
  events: readonly ProfileEvent[],
  all: readonly ProfileEvent[],
  last: readonly ProfileEvent[],
): (event: ProfileEvent) => number {
  // "node&operator&program"; a node may take several programs.
  const work = grouped(
    events.filter(({ cat, name }) => cat === "Api" && name.includes("&")).sort((a, b) => a.ts - b.ts),
    ({ name }) => name.slice(0, name.indexOf("&")),
  );
  if (work.size === 0) return ({ dur }) => dur;
  const [ran, counted] = [grouped(all, nodeName), grouped(last, nodeName)];
  const times = new Map(
    Array.from(counted, ([name, { length }]) => {
      const own = work.get(name) ?? [];
      // Its own clock does not tell which call it was: the same part of its work as of its runs was the last.
      const part = Math.round((own.length * length) / ran.get(name)!.length);
      const sum = own.slice(own.length - part).reduce((total, { dur }) => total + dur, 0);
      return [name, sum / length] as const;
    }),
  );
  return (event) => (onCpu(event) ? event.dur : times.get(nodeName(event))!);
}

function grouped(
  events: readonly ProfileEvent[],
  nameOf: (event: ProfileEvent) => string,
): Map<string, ProfileEvent[]> {
  const groups = new Map<string, ProfileEvent[]>();
  for (const event of events) {
    const group = groups.get(nameOf(event));
    if (group === undefined) groups.set(nameOf(event), [event]);
    else group.push(event);
  }
  return groups;
}

function originFinder(nodes: readonly OnnxNode[]): (name: string) => Origin | undefined {
  const origins = new Map(nodes.map(({ outputs, origin }) => [outputs[0]!, origin]));
  const known = new Map<string, Origin | undefined>();
  return (name) => {
    if (origins.has(name)) return origins.get(name);
    if (!known.has(name)) {
      const contained = [...origins.keys()].filter((other) => name.includes(other));
      const longest = contained.sort((a, b) => b.length - a.length)[0];
      known.set(name, longest === undefined ? undefined : origins.get(longest));
    }
    return known.get(name);
  };
}

/** Parts taken together by some name, the longest first. */
export function tally(
  parts: readonly ProfiledPart[],
  nameOf: (part: ProfiledPart) => string,
): { readonly name: string; readonly nodes: number; readonly milliseconds: number }[] {
  const sums = new Map<string, { nodes: number; milliseconds: number }>();
  for (const part of parts) {
    const name = nameOf(part);
    const { nodes, milliseconds } = sums.get(name) ?? { nodes: 0, milliseconds: 0 };
    sums.set(name, { nodes: nodes + part.nodes, milliseconds: milliseconds + part.milliseconds });
  }
  return Array.from(sums, ([name, sum]) => ({ name, ...sum })).sort(
    (a, b) => b.milliseconds - a.milliseconds,
  );
}

/** What ran on the CPU though the round was to run on another device, and is no part of the Loop itself. */
export function strays({ device, parts }: Pick<RoundProfile, "device" | "parts">): ProfiledPart[] {
  return device === "cpu" ? [] : parts.filter((part) => part.device === "cpu" && part.pass !== null);
}
