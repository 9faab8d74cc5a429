// A model built for its data: its networks, its variables, and the graph of a round.

import { UserError } from "../errors.ts";
import type { RoundGraph } from "../runtime/program.ts";
import { type DataType, input, type Shape, type Tensor, topologicalOrder, within } from "../tensor/index.ts";
import type {
  DataSpecification,
  GameDefinition,
  Model,
  Network,
  Phase,
  Player,
  Roles,
  RoundInputs,
} from "./model.ts";
import { playerUpdates } from "./player-updates.ts";
import { stepSizes } from "./step-sizes.ts";
import { currentTrace, type Draw, type ScopeOptions, Trace } from "./trace.ts";
import { constantVariable, type Variable, Variables } from "./variables.ts";

/** The training set as a program sees it. */
export interface TrainingData {
  readonly specification: DataSpecification;
  readonly count: number;
  /** uint8 stands for [0, 1] in steps of 1/255. */
  readonly dtype: "uint8" | "float32";
  readonly labelled: boolean;
  /** The second domain's examples, where the specification has one. */
  readonly target?: { readonly count: number; readonly dtype: "uint8" | "float32" };
}

/** Names of the inputs that hold the training set. */
export const DATA = { values: "data/values", labels: "data/labels", target: "data/target" } as const;

/** The graph of a round with what has to be fed for it. */
export interface CompiledRound extends RoundGraph {
  /** Random numbers wanted in each round. */
  readonly draws: readonly Draw[];
  /** Inputs of int32 indices into the training set, one batch each. */
  readonly batches: readonly string[];
  /** Inputs of int32 indices into the second domain, one batch each. */
  readonly targetBatches: readonly string[];
  /** Names of the variables that the round reads or changes. */
  readonly variables: readonly Variable[];
}

/** A game ready to be compiled. */
export class Game {
  readonly model: Model;
  readonly data: TrainingData;
  readonly batch: number;
  readonly variables = new Variables();
  readonly phases: readonly Phase[];
  private readonly sizes: boolean;
  private readonly definition: GameDefinition;
  private readonly compiled = new Map<Phase, CompiledRound>();

  /** @param sizes report `PLAYER/gradientNorm` and `PLAYER/stepSize` too (step-sizes.ts) */
  constructor(
    model: Model,
    options: Readonly<Record<string, unknown>>,
    data: TrainingData,
    { sizes = false }: { readonly sizes?: boolean } = {},
  ) {
    this.model = model;
    this.sizes = sizes;
    this.data = data;
    const batch = options.batch;
    if (typeof batch !== "number") throw new Error(`model ${model.name} has no option "batch"`);
    this.batch = batch;
    const names = new Set<string>();
    this.definition = model.build({
      data: data.specification,
      options,
      network: <Inputs extends readonly Tensor[], Output>(
        name: string,
        body: { apply(x: Tensor, scope: unknown): Output } | ((scope: never, ...inputs: Inputs) => Output),
      ) => {
        if (names.has(name)) throw new Error(`two networks are called "${name}"`);
        names.add(name);
        const call =
          (how: ScopeOptions = {}) =>
          (...inputs: Inputs): Output => {
            const scope = currentTrace().scope(name, how);
            const output = within({ layer: name }, () =>
              typeof body === "function" ? body(scope as never, ...inputs) : body.apply(inputs[0]!, scope),
            );
            currentTrace().noteOutput(name, output);
            return output;
          };
        return Object.assign(call(), {
          networkName: name,
          frozen: call({ training: false }),
          untracked: call({ tracked: false }),
        }) as Network<Inputs, Output>;
      },
      state: (name, initialValue, shape = []) => {
        const variable = this.variables.declare(
          constantVariable({ name: `state/${name}`, kind: "state", shape }, initialValue),
        );
        return { stateName: name, read: () => currentTrace().read(variable) };
      },
    });
    this.checkRouting();
    const players = Object.keys(this.definition.players);
    this.phases = this.definition.phases ?? [{ name: "train", turns: [players] }];
    for (const phase of this.phases) {
      for (const player of phase.turns.flat()) {
        if (!players.includes(player)) throw new Error(`phase ${phase.name} has no player "${player}"`);
      }
      for (const turn of phase.turns) this.refuseSharedMoves(phase.name, [turn].flat());
    }
    // Variables come to be as networks are first called.
    for (const phase of this.phases) this.traceRound(phase);
  }

  /** No player moves what the model's routing keeps from it. */
  private checkRouting(): void {
    const { name: model, routing } = this.model;
    if (routing === undefined) return;
    for (const [player, { moves }] of Object.entries(this.definition.players)) {
      const wrong = moves.find(({ networkName }) => !routing[player]?.includes(networkName));
      if (wrong !== undefined)
        throw new Error(`${model}: its routing does not let player ${player} move ${wrong.networkName}`);
    }
  }

  /** Of two players who moved one network at once, the second would undo the first. */
  private refuseSharedMoves(phase: string, players: readonly string[]): void {
    const moved = players.flatMap((name) => this.definition.players[name]!.moves);
    const names = moved.map(({ networkName }) => networkName);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return;
    throw new Error(
      `phase ${phase} moves network "${twice}" twice in one turn; give each mover its own turn`,
    );
  }

  get roles(): Roles {
    return this.definition.roles;
  }

  get players(): Readonly<Record<string, Player<unknown>>> {
    return this.definition.players;
  }

  /** Whether a round of some phase is fed some of the data: examples, labels or the second domain. */
  reads(what: keyof typeof DATA): boolean {
    return this.phases.some((phase) =>
      this.compileRound(phase).shared.some(({ name }) => name === DATA[what]),
    );
  }

  /** The graph of one round of a phase, traced when it is first asked for. */
  compileRound(phase: Phase): CompiledRound {
    const known = this.compiled.get(phase) ?? this.traceRound(phase);
    this.compiled.set(phase, known);
    return known;
  }

  /**
   * The graph of one turn of a round. Its inputs are named as the round's are: a round's turns played one after the
   * other, each fed what the whole round would be fed, come to the round.
   *
   * @param turn its place among the phase's turns, from 0
   * @example
   * const steps = phase.turns.map((_, turn) => game.compileTurn(phase, turn));
   */
  compileTurn(phase: Phase, turn: number): CompiledRound {
    if (phase.turns[turn] === undefined)
      throw new RangeError(`phase ${phase.name} has ${phase.turns.length} turns, and none of place ${turn}`);
    return this.traceRound(phase, turn);
  }

  /** What the players of one turn minimise; nobody moves. */
  traceLosses(phase: Phase, turn: number): { readonly trace: Trace; readonly moves: readonly Move[] } {
    const trace = new Trace(this.variables, { training: true });
    const feeds = new DataFeeds(this.data, this.batch);
    return { trace, moves: this.meetTurns(trace, feeds, phase, turn + 1).at(-1)! };
  }

  /**
   * The losses of a phase's players, and what they report, on batches of other examples than the training set's, as
   * the rounds of a program in which nobody moves: with the weights that generate (averages where there are some) and
   * with the statistics of normalisations that training has gathered.
   *
   * @param count how many examples there are, and of the second domain where the game has one
   */
  compileLosses(phase: Phase, count: { readonly examples: number; readonly target?: number }): CompiledRound {
    const trace = new Trace(this.variables, { training: false, averaged: true });
    const { target } = this.data;
    const feeds = new DataFeeds(
      {
        ...this.data,
        count: count.examples,
        ...(target === undefined ? {} : { target: { ...target, count: count.target ?? target.count } }),
      },
      this.batch,
    );
    const metrics = new Map<string, Tensor[]>();
    phase.turns.forEach((turn, index) => {
      // A critic that moves five times a round has one loss.
      const players = [turn].flat().filter((name) => !metrics.has(name));
      if (players.length === 0) return;
      const moves = this.meetTurn(trace, feeds.forTurn(trace, `turn${index}`), players);
      for (const { name, value } of moves.flatMap(reported)) metrics.set(name, [value]);
    });
    return compiledRound(trace, feeds, metrics);
  }

  /** @param only the one turn that is played; all unless told */
  private traceRound(phase: Phase, only?: number): CompiledRound {
    const trace = new Trace(this.variables, { training: true });
    const feeds = new DataFeeds(this.data, this.batch);
    const metrics = new Map<string, Tensor[]>();
    // What earlier turns draw is drawn, so that the numbers of this one have the names they have in the round.
    if (only !== undefined) this.meetTurns(trace, feeds, phase, only);
    phase.turns.forEach((turn, index) => {
      if (only !== undefined && index !== only) return;
      const players = [turn].flat();
      within({ player: players.join(" + ") }, () =>
        this.playTurn(trace, feeds.forTurn(trace, `turn${index}`), players, metrics),
      );
    });
    if (only === undefined || only === phase.turns.length - 1)
      within({ pass: "averages" }, () => this.updateAverages(trace, phase));

    return compiledRound(trace, feeds, metrics);
  }

  /** The losses of a round's first turns, all with the weights that the round begins with. */
  private meetTurns(trace: Trace, feeds: DataFeeds, phase: Phase, turns: number): Move[][] {
    return phase.turns
      .slice(0, turns)
      .map((turn, index) => this.meetTurn(trace, feeds.forTurn(trace, `turn${index}`), [turn].flat()));
  }

  /** One forward pass, and what the players make of it. */
  private meetTurn(trace: Trace, inputs: TurnInputs, names: readonly string[]): Move[] {
    trace.beginTurn(inputs.turn);
    return trace.run(() => {
      const round = this.definition.round(inputs);
      return names.map((name) => {
        const player = this.definition.players[name]!;
        const updates = (player.updates?.(round) ?? []).map(({ state, value }) => ({
          variable: this.variables.get(`state/${state.stateName}`)!,
          value,
        }));
        return within({ player: name }, () => {
          const report = player.report?.(round) ?? {};
          return { name, player, loss: player.loss(round), report, updates };
        });
      });
    });
  }

  /** Players move together from one forward pass. */
  private playTurn(
    trace: Trace,
    inputs: TurnInputs,
    names: readonly string[],
    metrics: Map<string, Tensor[]>,
  ): void {
    const moves = this.meetTurn(trace, inputs, names);
    const steps = moves.map(({ name, player, loss, report, updates }) => {
      const step = within({ player: name }, () => playerUpdates(trace, name, player, loss));
      const sizes: Readonly<Record<string, Tensor>> = this.sizes ? stepSizes(trace, step) : {};
      return { name, loss, report: { ...report, ...sizes }, updates: [...step.updates, ...updates] };
    });
    const updates = steps.flatMap(({ updates }) => updates);
    trace.settleStatistics(new Set(topologicalOrder(moves.map(({ loss }) => loss))));
    for (const { variable, value } of updates) trace.write(variable, value);
    for (const { name, value } of steps.flatMap(reported))
      metrics.set(name, [...(metrics.get(name) ?? []), value]);
  }

  /**
   * a ← d·a + (1 − d)·w once a round, with d = min(decay, (1 + t)/(10 + t)) so that early rounds are forgotten. A
   * network's rounds count from the first phase that moves it: earlier ones would leave first weights in the average.
   * Later ones count, also where it is at rest: others learn from what it is then.
   */
  private updateAverages(trace: Trace, phase: Phase): void {
    const { averages, players } = this.definition;
    if (averages === undefined || averages.decay === 0) return;
    const earlier = this.phases.slice(0, Math.max(0, this.phases.indexOf(phase)));
    const moved = new Set([
      ...[...earlier, phase]
        .flatMap(({ turns }) => turns.flat())
        .flatMap((player) => players[player]!.moves.map(({ networkName }) => networkName)),
      // Networks without weights, which nobody moves, have statistics all the same.
      ...trace.touched().flatMap(({ variable, before, after }) => (before === after ? [] : variable.network)),
    ]);
    for (const { networkName } of averages.networks) {
      if (!moved.has(networkName)) continue;
      const counter = this.variables.declare(
        constantVariable({ name: `average/rounds/${networkName}`, kind: "counter", shape: [] }, 0),
      );
      const rounds = trace.read(counter).add(1);
      trace.write(counter, rounds);
      const decay = rounds.div(rounds.add(9)).minimum(averages.decay);
      for (const variable of this.variables.list()) {
        if (variable.kind !== "weight" && variable.kind !== "statistic") continue;
        if (variable.network !== networkName) continue;
        const average = this.variables.declare({
          ...variable,
          name: `average/${variable.name}`,
          kind: "average",
        });
        const value = trace.read(variable);
        trace.write(average, trace.read(average).sub(value).mul(decay).add(value));
      }
    }
  }
}

/** What a player makes of a forward pass. */
export interface Move {
  readonly name: string;
  readonly player: Player<unknown>;
  readonly loss: Tensor;
  readonly report: Readonly<Record<string, Tensor>>;
  readonly updates: readonly { readonly variable: Variable; readonly value: Tensor }[];
}

/** A player's loss and what it reports, as "player" and "player/what". */
function reported({
  name,
  loss,
  report,
}: Pick<Move, "name" | "loss" | "report">): { readonly name: string; readonly value: Tensor }[] {
  return [
    { name, value: loss.reshape([]) },
    ...Object.entries(report).map(([key, value]) => ({ name: `${name}/${key}`, value: value.reshape([]) })),
  ];
}

/** What was traced, with what it needs: metrics are means over the turns that report them. */
function compiledRound(
  trace: Trace,
  feeds: DataFeeds,
  metrics: ReadonlyMap<string, readonly Tensor[]>,
): CompiledRound {
  const results = Array.from(metrics, ([name, values]) => ({
    name,
    tensor: values.reduce((sum, value) => sum.add(value)).mul(1 / values.length),
  }));
  const touched = trace.touched();
  const seen = new Set(
    topologicalOrder([
      ...results.map(({ tensor }) => tensor),
      ...touched.filter(({ before, after }) => before !== after).map(({ after }) => after),
    ]),
  );
  const draws = trace.draws.filter(({ tensor }) => seen.has(tensor));
  const batches = feeds.indices.filter(({ tensor }) => seen.has(tensor));
  const targetBatches = feeds.targetIndices.filter(({ tensor }) => seen.has(tensor));
  const state = touched.filter(({ before, after }) => before !== after || seen.has(before));
  return {
    state: state.map(({ variable, before, after }) => ({ name: variable.name, before, after })),
    shared: feeds.shared.filter(({ tensor }) => seen.has(tensor)),
    perRound: [...batches, ...targetBatches, ...draws.map(({ name, tensor }) => ({ name, tensor }))],
    metrics: results,
    draws,
    batches: batches.map(({ name }) => name),
    targetBatches: targetBatches.map(({ name }) => name),
    variables: state.map(({ variable }) => variable),
  };
}

interface TurnInputs extends RoundInputs {
  readonly turn: string;
}

interface NamedInput {
  readonly name: string;
  readonly tensor: Tensor;
}

/** The inputs through which batches reach a round; made when a round first asks for them. */
class DataFeeds {
  readonly indices: NamedInput[] = [];
  readonly targetIndices: NamedInput[] = [];
  readonly shared: NamedInput[] = [];
  private readonly data: TrainingData;
  private readonly batch: number;

  constructor(data: TrainingData, batch: number) {
    this.data = data;
    this.batch = batch;
  }

  forTurn(trace: Trace, turn: string): TurnInputs {
    const { specification, count, dtype, labelled } = this.data;
    const indices = once(() => this.index(this.indices, `${turn}/batch`));
    const targetIndices = once(() => this.index(this.targetIndices, `${turn}/target`));
    const x = once(() => this.rows(DATA.values, [count, ...specification.shape], dtype, indices()));
    const target = once(() => this.targetRows(targetIndices()));
    const partner = once(() => this.targetRows(indices()));
    const labels = once(() => this.sharedInput(DATA.labels, [count], "int32").gather(indices()));
    const needsTarget = () => {
      if (specification.target === undefined)
        throw new UserError("this model needs a second set of data; name it with --to");
      return specification.target;
    };
    return {
      turn,
      batch: this.batch,
      get x() {
        return x();
      },
      get labels() {
        if (!labelled) throw new UserError("this model needs labels, and the data has none");
        return labels();
      },
      get target() {
        needsTarget();
        return target();
      },
      get partner() {
        if (!needsTarget().paired)
          throw new UserError("this model needs pairs: as many examples in both sets, in the same order");
        return partner();
      },
      normal: (...shape) => trace.random("normal", shape),
      uniform: (...shape) => trace.random("uniform", shape),
    };
  }

  private index(list: NamedInput[], name: string): Tensor {
    const tensor = input(name, [this.batch], "int32");
    list.push({ name, tensor });
    return tensor;
  }

  /** Examples of a batch as floats. */
  private rows(name: string, shape: Shape, dtype: DataType, indices: Tensor): Tensor {
    return within({ layer: undefined, pass: "data" }, () => {
      const rows = this.sharedInput(name, shape, dtype).gather(indices);
      return dtype === "uint8" ? rows.cast("float32").mul(1 / 255) : rows;
    });
  }

  private targetRows(indices: Tensor): Tensor {
    const { specification, target } = this.data;
    const shape = [target!.count, ...specification.target!.shape];
    return this.rows(DATA.target, shape, target!.dtype, indices);
  }

  private sharedInput(name: string, shape: Shape, dtype: DataType): Tensor {
    const known = this.shared.find((other) => other.name === name);
    if (known !== undefined) return known.tensor;
    const tensor = input(name, shape, dtype);
    this.shared.push({ name, tensor });
    return tensor;
  }
}

/** A value made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
