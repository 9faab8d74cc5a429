// A player's step: the gradient of its loss for the weights it moves, clipped, and what the optimiser makes of it.
//
// An optimiser is a dozen passes over each weight. For a bias of a few numbers a pass costs what it costs to begin one,
// so weights of one axis (biases, factors of normalisations) and small ones of more are joined end to end, updated as
// one, and taken apart again. The arithmetic is the same, number by number.

import { clipByNorm, type UpdateRule, updateRule } from "../nn/index.ts";
import { concat, gradientsOrNull, sizeOf, type Tensor, within } from "../tensor/index.ts";
import type { Player } from "./model.ts";
import type { Trace } from "./trace.ts";
import { constantVariable, layerOf, type Variable } from "./variables.ts";

export interface Update {
  readonly variable: Variable;
  readonly value: Tensor;
}

/** A weight that a player moves, and its loss's gradient for it. */
export interface Reached {
  readonly variable: Variable;
  readonly gradient: Tensor;
}

interface Moved extends Reached {
  /** The optimiser's memory of it, by the slots' names. */
  readonly slots: Readonly<Record<string, Variable>>;
}

export interface PlayerStep {
  /** Next values of the weights that a player moves, of its optimiser's slots and of its step counter. */
  readonly updates: readonly Update[];
  /** The weights that its loss depends on. */
  readonly reached: readonly Reached[];
}

/** One step of a player. */
export function playerUpdates(trace: Trace, name: string, player: Player<unknown>, loss: Tensor): PlayerStep {
  const { variables } = trace;
  const weights = player.moves.flatMap(({ networkName }) => variables.weightsOf(networkName));
  const derived = gradientsOrNull(
    loss,
    weights.map((weight) => trace.read(weight)),
  );
  const reached = weights.flatMap((variable, index) => {
    const gradient = derived[index];
    return gradient ? [{ variable, gradient }] : [];
  });
  if (reached.length === 0)
    throw new Error(`the loss of player "${name}" does not depend on any network it moves`);
  const updates = within({ layer: undefined, pass: "optimiser" }, () =>
    optimiserSteps(trace, name, player, reached),
  );
  return { updates, reached };
}

function optimiserSteps(
  trace: Trace,
  name: string,
  { optimiser, clipWeights }: Player<unknown>,
  reached: readonly Reached[],
): Update[] {
  const { variables } = trace;
  const gradients = reached.map(({ gradient }) => gradient);
  const clipped = optimiser.clipNorm === undefined ? gradients : clipByNorm(gradients, optimiser.clipNorm);
  const rule = updateRule(optimiser);
  const moved = reached.map(({ variable }, index): Moved => {
    const slots = rule.slots.map((slot) => {
      const kept = { name: `${name}/${slot}/${variable.name}`, kind: "slot", shape: variable.shape } as const;
      return [slot, variables.declare(constantVariable(kept, 0))];
    });
    return { variable, gradient: clipped[index]!, slots: Object.fromEntries(slots) };
  });
  const counter = variables.declare(
    constantVariable({ name: `${name}/step`, kind: "counter", shape: [] }, 0),
  );
  const step = trace.read(counter).add(1);
  const small = moved.filter(({ variable }) => isSmall(variable));
  const others = moved.filter(({ variable }) => !isSmall(variable));
  return [
    { variable: counter, value: step },
    ...[...others.map((single) => [single]), ...(small.length > 0 ? [small] : [])].flatMap((group) =>
      within({ layer: group.length === 1 ? layerOf(group[0]!.variable) : undefined }, () =>
        updatesOf(trace, group, { rule, step, clipWeights }),
      ),
    ),
  ];
}

/** To begin a dozen passes costs more than to copy so many numbers twice. */
const SMALL = 2 ** 14;

const isSmall = ({ shape }: Variable) => shape.length === 1 || sizeOf(shape) <= SMALL;

/** One step for some weights as one: a single weight as it is, or small ones end to end. */
function updatesOf(
  trace: Trace,
  group: readonly Moved[],
  {
    rule,
    step,
    clipWeights,
  }: { readonly rule: UpdateRule; readonly step: Tensor; readonly clipWeights: number | undefined },
): Update[] {
  const joined = (part: (moved: Moved) => Tensor) =>
    group.length === 1
      ? part(group[0]!)
      : concat(
          group.map((moved) => part(moved).reshape([-1])),
          0,
        );
  const before = Object.fromEntries(
    rule.slots.map((slot) => [slot, joined(({ slots }) => trace.read(slots[slot]!))]),
  );
  const weight = joined(({ variable }) => trace.read(variable));
  const after = rule.update(
    weight,
    joined(({ gradient }) => gradient),
    before,
    step,
  );
  const kept = clipWeights === undefined ? after.weight : after.weight.clip(-clipWeights, clipWeights);
  const apart = (tensor: Tensor, variable: (moved: Moved) => Variable): Update[] => {
    if (group.length === 1) return [{ variable: variable(group[0]!), value: tensor }];
    let start = 0;
    return group.map((moved) => {
      const { shape } = moved.variable;
      start += sizeOf(shape);
      return {
        variable: variable(moved),
        value: tensor.slice([start - sizeOf(shape)], [start]).reshape(shape),
      };
    });
  };
  return [
    ...apart(kept, ({ variable }) => variable),
    ...rule.slots.flatMap((slot) => apart(after.slots[slot]!, ({ slots }) => slots[slot]!)),
  ];
}
