// A trace is one writing-down of a game as a graph: the current tensor of every variable, and what was drawn at
// random on the way. While a round is traced, networks find the trace by themselves, so that a model can say
// `encoder(x)` as its paper does. Tracing is synchronous and not nested.

import type { Scope } from "../nn/index.ts";
import { input, type Shape, Tensor, within } from "../tensor/index.ts";
import { constantVariable, layerOf, type Variable, type Variables, weightVariable } from "./variables.ts";

/** Random numbers that a round asks for: one array a round, by the name of their stream. */
export interface Draw {
  readonly name: string;
  readonly kind: "normal" | "uniform";
  readonly tensor: Tensor;
}

interface StatisticUpdate {
  readonly variable: Variable;
  readonly next: (current: Tensor) => Tensor;
  readonly witness: Tensor;
}

export interface ScopeOptions {
  /** Whether batch statistics are used. */
  readonly training?: boolean;
  /** Whether running statistics follow those of the batch. */
  readonly tracked?: boolean;
  readonly path?: string;
}

let active: Trace | undefined;

/** The trace that networks write to now. */
export function currentTrace(): Trace {
  if (active === undefined) {
    throw new Error("a network was called outside of a model's round, losses or roles");
  }
  return active;
}

export class Trace {
  readonly variables: Variables;
  readonly training: boolean;
  readonly draws: Draw[] = [];
  /** What networks gave out, in the order in which they were called. */
  readonly outputs: { readonly network: string; readonly output: Tensor }[] = [];
  private readonly currents = new Map<Variable, Tensor>();
  private readonly inputs = new Map<Variable, Tensor>();
  private readonly substitutes: ReadonlyMap<string, Variable>;
  private statistics: StatisticUpdate[] = [];
  private turn = "";

  /** @param averaged read weights by their averages where there are some */
  constructor(
    variables: Variables,
    { training, averaged = false }: { training: boolean; averaged?: boolean },
  ) {
    this.variables = variables;
    this.training = training;
    this.substitutes = new Map(
      averaged
        ? variables
            .list()
            .filter(({ kind }) => kind === "average")
            .map((variable) => [variable.name.replace(/^average\//, ""), variable])
        : [],
    );
  }

  /** Runs a function during which networks write to this trace. */
  run<T>(body: () => T): T {
    const before = active;
    active = this;
    try {
      return body();
    } finally {
      active = before;
    }
  }

  /** Notes what a network has given out: a tensor, or an object of tensors and other things. */
  noteOutput(network: string, given: unknown): void {
    const parts = given instanceof Tensor ? [given] : Object.values(given ?? {});
    for (const output of parts) if (output instanceof Tensor) this.outputs.push({ network, output });
  }

  /** Begins a turn: what is drawn from here on is named after it. */
  beginTurn(name: string): void {
    this.turn = name;
    this.statistics = [];
  }

  /** A variable's current value. */
  read(variable: Variable): Tensor {
    const source = this.substitutes.get(variable.name) ?? variable;
    const current = this.currents.get(source);
    if (current !== undefined) return current;
    const first = input(source.name, source.shape);
    this.inputs.set(source, first);
    this.currents.set(source, first);
    return first;
  }

  /**
   * Gives a variable its next value. Later turns meet it as a given number: without that a player's gradient would
   * flow back through the steps of the players before it, and its game would be another one (Metz et al. 2017's
   * unrolled GAN), with an infinite slope wherever an optimiser takes the root of 0.
   */
  write(variable: Variable, value: Tensor): void {
    this.read(variable);
    this.currents.set(variable, value.stopGradient());
  }

  /** Every variable read or written, with its value before and after. */
  touched(): { variable: Variable; before: Tensor; after: Tensor }[] {
    return Array.from(this.inputs, ([variable, before]) => ({
      variable,
      before,
      after: this.currents.get(variable)!,
    }));
  }

  random(kind: "normal" | "uniform", shape: Shape): Tensor {
    const name = `${this.turn}/${kind}${this.draws.length}`;
    const tensor = input(name, shape);
    this.draws.push({ name, kind, tensor });
    return tensor;
  }

  /** Applies the turn's statistics updates whose batch some loss has seen. */
  settleStatistics(seen: ReadonlySet<Tensor>): void {
    for (const { variable, next, witness } of this.statistics) {
      if (!seen.has(witness)) continue;
      within({ layer: layerOf(variable) }, () => this.write(variable, next(this.read(variable))));
    }
    this.statistics = [];
  }

  scope(
    network: string,
    { training = this.training, tracked = true, path = network }: ScopeOptions = {},
  ): Scope {
    return {
      path,
      training,
      weight: (name, shape, initialiser, fans) =>
        this.read(
          this.variables.declare(
            weightVariable({ name: `${path}/${name}`, network, shape }, initialiser, fans),
          ),
        ),
      statistic: (name, shape, initialValue) =>
        this.read(this.statistic(network, `${path}/${name}`, shape, initialValue)),
      updateStatistic: (name, next, witness) => {
        if (!tracked) return;
        const variable = this.variables.get(`${path}/${name}`);
        if (variable === undefined) throw new Error(`${path} has no statistic "${name}"`);
        this.statistics.push({ variable, next, witness });
      },
      random: (kind, shape) => this.random(kind, shape),
      child: (name) => this.scope(network, { training, tracked, path: `${path}/${name}` }),
    };
  }

  private statistic(network: string, name: string, shape: Shape, value: number): Variable {
    return this.variables.declare(constantVariable({ name, kind: "statistic", network, shape }, value));
  }
}
