// Programs: graphs of tensors that have become sessions.
//
// A round program runs K rounds of training in one call. Its graph is one ONNX Loop; weights, optimiser slots
// and other state are carried from round to round without a copy, what every round shares (the data set) is seen
// from outside, what differs from round to round (indices, noise) is given for all K at once and sliced inside,
// and the metrics of the rounds are stacked. K is chosen at each call.
//
// An inference program computes outputs from inputs whose first axis, the batch, is free.

import { GraphBuilder, type OnnxGraph, type ValueInfo } from "../onnx/graph.ts";
import { type ImageLayout, lower, MOST_PARTS } from "../onnx/lower.ts";
import { serialise } from "../onnx/serialise.ts";
import { simplify } from "../onnx/simplify.ts";
import { sizeOf, type Tensor } from "../tensor/index.ts";
import type { Device, Engine, Session, SessionOptions, Value } from "./engine.ts";
import { imageLayout } from "./image-layout.ts";
import { type Joined, joinState } from "./joined-state.ts";

export interface Named<T> {
  readonly name: string;
  readonly tensor: T;
}

/** One round of training: what it reads, what it changes and what it reports. */
export interface RoundGraph {
  /** Carried from round to round: `before` is an input of the graph, `after` its value when the round is done. */
  readonly state: readonly { readonly name: string; readonly before: Tensor; readonly after: Tensor }[];
  /** Inputs that are the same in all rounds. */
  readonly shared: readonly Named<Tensor>[];
  /** Inputs of which each round has its own. */
  readonly perRound: readonly Named<Tensor>[];
  /** Scalars. */
  readonly metrics: readonly Named<Tensor>[];
}

const infoOf = (name: string, tensor: Tensor): ValueInfo => ({
  name,
  dtype: tensor.dtype,
  shape: tensor.shape,
});

/** The Loop of a round, as an ONNX graph for a device. */
export function roundLoop(
  round: RoundGraph,
  { layout = "channel-major", device = "cpu" }: { layout?: ImageLayout; device?: Device } = {},
): OnnxGraph {
  const outer = new GraphBuilder();
  const body = new GraphBuilder("round/");
  // ONNX Runtime's Loop itself runs on the CPU and takes the graph's inputs to a device anew in each round. The
  // output of a node stays on its device: behind a Reshape that changes nothing they are taken there once.
  const once = (name: string, shape: readonly number[]) =>
    device === "cpu" ? name : outer.node("Reshape", [name, outer.integers(shape)]);
  const carried = round.state.filter(({ before, after }) => before !== after);
  const still = round.state.filter(({ before, after }) => before === after);
  const bindings = new Map<Tensor, string>();
  for (const { name, before } of still) bindings.set(before, once(name, before.shape));
  for (const { name, tensor } of round.shared) bindings.set(tensor, once(name, tensor.shape));
  const index = "round/index";
  body.origin = { layer: undefined, player: undefined, pass: "data" };
  for (const { name, tensor } of round.perRound) {
    const all = once(name, [0, ...tensor.shape]); // 0: as long as it is
    bindings.set(tensor, body.node("Gather", [all, index], { axis: { int: 0 } }));
  }

  const outputs = simplify([
    ...carried.map(({ after }) => after),
    ...round.metrics.map(({ tensor }) => tensor),
  ]);
  const { single, joined, metrics } = joinState(
    carried.map((state, position) => ({ ...state, after: outputs[position]! })),
    outputs.slice(carried.length),
  );
  const looped = [...single, ...joined];
  for (const { name, before } of looped) bindings.set(before, `before/${name}`);
  const values = lower(body, [...looped.map(({ after }) => after), ...metrics], bindings, { layout });
  const names = [
    ...looped.map(({ name }) => `after/${name}`),
    ...round.metrics.map(({ name }) => `metric/${name}`),
  ];
  names.forEach((name, position) => {
    body.rename(values[position]!, name);
  });
  body.rename("round/go", "round/continue");

  const scalar = (name: string, dtype: "int64" | "bool"): ValueInfo => ({ name, dtype, shape: [] });
  const bodyGraph = body.finish(
    "round",
    [
      scalar(index, "int64"),
      scalar("round/go", "bool"),
      ...looped.map(({ name, before }) => infoOf(`before/${name}`, before)),
    ],
    [
      scalar("round/continue", "bool"),
      ...looped.map(({ name, after }) => infoOf(`after/${name}`, after)),
      ...round.metrics.map(({ name, tensor }) => infoOf(`metric/${name}`, tensor)),
    ],
  );
  const go = outer.constant({ shape: [], dtype: "bool" }, [1]);
  const results = outer.outputsOf(
    "Loop",
    ["rounds", go, ...single.map(({ name }) => name), ...joined.map((whole) => join(outer, whole))],
    {},
    looped.length + round.metrics.length,
    bodyGraph,
  );
  single.forEach(({ name }, position) => {
    outer.rename(results[position]!, `next/${name}`);
  });
  joined.forEach((whole, position) => {
    takeApart(outer, whole, results[single.length + position]!, device);
  });
  round.metrics.forEach(({ name }, position) => {
    outer.rename(results[looped.length + position]!, `metrics/${name}`);
  });
  return outer.finish(
    "rounds",
    [
      scalar("rounds", "int64"),
      ...round.state.map(({ name, before }) => infoOf(name, before)),
      ...round.shared.map(({ name, tensor }) => infoOf(name, tensor)),
      ...round.perRound.map(({ name, tensor }) => ({
        name,
        dtype: tensor.dtype,
        shape: ["rounds", ...tensor.shape],
      })),
    ],
    [
      ...carried.map(({ name, after }) => infoOf(`next/${name}`, after)),
      ...round.metrics.map(
        ({ name }): ValueInfo => ({
          name: `metrics/${name}`,
          dtype: "float32",
          shape: ["rounds"],
        }),
      ),
    ],
  );
}

/** Name of the values end to end. */
function join(outer: GraphBuilder, { parts }: Joined): string {
  const flat = parts.map(({ name, shape }) =>
    shape.length === 1 ? name : outer.node("Reshape", [name, outer.integers([-1])]),
  );
  return outer.node("Concat", flat, { axis: { int: 0 } });
}

function takeApart(outer: GraphBuilder, { parts }: Joined, whole: string, device: Device): void {
  const lengths = parts.map(({ shape }) => sizeOf(shape));
  const pieces =
    device === "cpu" || parts.length <= MOST_PARTS
      ? outer.outputsOf("Split", [whole, outer.integers(lengths)], { axis: { int: 0 } }, parts.length)
      : undefined;
  let end = 0;
  parts.forEach(({ name, shape }, index) => {
    const start = end;
    end += lengths[index]!;
    const piece =
      pieces?.[index] ?? outer.node("Slice", [whole, outer.integers([start]), outer.integers([end])]);
    const shaped = shape.length === 1 ? piece : outer.node("Reshape", [piece, outer.integers(shape)]);
    outer.rename(shaped, `next/${name}`);
  });
}

export type State = Readonly<Record<string, Value>>;

export interface RoundResult {
  readonly state: State;
  /** For each metric its value in each round. */
  readonly metrics: Readonly<Record<string, Float32Array>>;
}

/** K rounds of training in one call. */
export class RoundProgram {
  readonly graph: OnnxGraph;
  private readonly session: Session;
  private readonly inputs: readonly string[];

  private constructor(session: Session, graph: OnnxGraph) {
    this.session = session;
    this.graph = graph;
    this.inputs = graph.inputs.map(({ name }) => name).filter((name) => name !== "rounds");
  }

  static async create(
    engine: Engine,
    round: RoundGraph,
    options: SessionOptions & { readonly layout?: ImageLayout },
  ): Promise<RoundProgram> {
    const layout = options.layout ?? (await imageLayout(engine, options.device));
    const graph = roundLoop(round, { layout, device: options.device });
    const session = await engine.create(serialise(graph), options);
    return new RoundProgram(session, graph);
  }

  /**
   * Runs `rounds` rounds.
   *
   * @param state every state value by name; it is read and not changed
   * @param feeds shared inputs, and per-round inputs with a leading axis of `rounds`
   * @returns the state after the last round, the values that did not change among them
   */
  async run(rounds: number, state: State, feeds: Readonly<Record<string, Value>>): Promise<RoundResult> {
    const given: Record<string, Value> = {
      rounds: { dtype: "int64", shape: [], data: BigInt64Array.of(BigInt(rounds)) },
    };
    for (const name of this.inputs) {
      const value = state[name] ?? feeds[name];
      if (value === undefined) throw new Error(`the program needs "${name}"`);
      given[name] = value;
    }
    const outputs = await this.session.run(given);
    const next: Record<string, Value> = { ...state };
    const metrics: Record<string, Float32Array> = {};
    for (const [name, value] of Object.entries(outputs)) {
      if (name.startsWith("next/")) next[name.slice("next/".length)] = value;
      else metrics[name.slice("metrics/".length)] = value.data as Float32Array;
    }
    return { state: next, metrics };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
