// What a game remembers from round to round: weights, running statistics, optimiser slots, counters, averages.
// Every one is a named variable with a shape and a first value that is a function of the seed and its own name,
// so that adding a network never changes how another one begins.

import { type Initialiser, initialise } from "../nn/index.ts";
import type { Fans } from "../nn/initialisers.ts";
import { randomStream } from "../random/index.ts";
import { type Shape, sizeOf } from "../tensor/index.ts";

export type VariableKind = "weight" | "statistic" | "state" | "slot" | "counter" | "average";

export interface Variable {
  readonly name: string;
  readonly kind: VariableKind;
  readonly shape: Shape;
  /** The network it belongs to, for weights and statistics. */
  readonly network?: string;
  readonly first: (seed: number) => Float32Array;
}

/** Path of the layer that a variable belongs to. */
export function layerOf({ name }: Variable): string | undefined {
  const end = name.lastIndexOf("/");
  return end < 0 ? undefined : name.slice(0, end);
}

/** The variables of one game, in order of first use. */
export class Variables {
  private readonly all = new Map<string, Variable>();

  get(name: string): Variable | undefined {
    return this.all.get(name);
  }

  /** The variable of that name, made if it is new; its shape may not change. */
  declare(variable: Variable): Variable {
    const known = this.all.get(variable.name);
    if (known === undefined) {
      this.all.set(variable.name, variable);
      return variable;
    }
    if (known.shape.join() !== variable.shape.join()) {
      throw new Error(
        `${variable.name} has shape [${known.shape.join(", ")}] and is used as [${variable.shape.join(", ")}]: ` +
          "a network must see inputs of one shape",
      );
    }
    return known;
  }

  list(): readonly Variable[] {
    return [...this.all.values()];
  }

  weightsOf(network: string): readonly Variable[] {
    return this.list().filter((variable) => variable.kind === "weight" && variable.network === network);
  }

  /** First values of all variables. */
  initialise(seed: number): Map<string, Float32Array> {
    return new Map(this.list().map((variable) => [variable.name, variable.first(seed)]));
  }
}

export function weightVariable(
  { name, network, shape }: { name: string; network: string; shape: Shape },
  initialiser: Initialiser,
  fans: Fans,
): Variable {
  const fill = initialise(initialiser);
  return {
    name,
    kind: "weight",
    network,
    shape,
    first: (seed) => fill(shape, fans, randomStream(seed, `initial/${name}`)),
  };
}

export function constantVariable(variable: Omit<Variable, "first">, value: number): Variable {
  return { ...variable, first: () => new Float32Array(sizeOf(variable.shape)).fill(value) };
}
