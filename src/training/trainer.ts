// A game being played: its state, and the programs that carry it from round to round. It knows nothing of files.

import type { Dataset } from "../data/dataset.ts";
import { UserError } from "../errors.ts";
import type { CompiledRound, Game } from "../game/game.ts";
import type { RoleName } from "../game/roles.ts";
import type { Engine, SessionOptions, Value } from "../runtime/engine.ts";
import type { RoundProfile } from "../runtime/profile.ts";
import { RoundProgram, type State } from "../runtime/program.ts";
import { sizeOf } from "../tensor/index.ts";
import { Feeds } from "./feeds.ts";
import { type Plan, type Stretch, stretchAt } from "./plan.ts";
import { profileRounds } from "./profile.ts";
import { RolePrograms } from "./role-programs.ts";
import type { StoredTensor } from "./safetensors.ts";
import { hasLosses, ValidationLosses } from "./validation-losses.ts";

/** Metrics of a stretch of rounds, a value a round. */
export type Metrics = Readonly<Record<string, Float32Array>>;

interface PreparedPhase {
  readonly stretch: Stretch;
  readonly compiled: CompiledRound;
  readonly feeds: Feeds;
  readonly program: RoundProgram;
}

/**
 * Milliseconds that one call of a program should take. Each call copies the whole state out of the runtime into fresh
 * memory, at about one and a half bytes a nanosecond, which should be a twentieth of its time at most; but it must
 * stay short enough to be stopped and to show something.
 */
export function callMilliseconds(state: State): number {
  const bytes = Object.values(state).reduce((sum, { data }) => sum + data.byteLength, 0);
  return Math.min(Math.max(20 * (bytes / 1.5e6), 250), 8000);
}

/** The first values of every variable. */
export function initialState(game: Game, seed: number): State {
  const values = game.variables.initialise(seed);
  return Object.fromEntries(
    game.variables
      .list()
      .map(({ name, shape }): [string, Value] => [
        name,
        { dtype: "float32", shape, data: values.get(name)! },
      ]),
  );
}

/** A state from a checkpoint, checked against the game's variables. */
export function restoredState(game: Game, tensors: ReadonlyMap<string, StoredTensor>): State {
  return Object.fromEntries(
    game.variables.list().map(({ name, shape }): [string, Value] => {
      const stored = tensors.get(name);
      if (
        stored === undefined ||
        !(stored.data instanceof Float32Array) ||
        stored.shape.join() !== shape.join()
      ) {
        const found = stored === undefined ? "is missing" : `has shape [${stored.shape.join(", ")}]`;
        throw new UserError(
          `the checkpoint does not fit this model: ${name} ${found}, and [${shape.join(", ")}] is needed; ` +
            "was it made by another version of gamelan?",
        );
      }
      return [name, { dtype: "float32", shape, data: stored.data }];
    }),
  );
}

export class Trainer {
  readonly game: Game;
  /** Rounds done. */
  round: number;
  state: State;
  private readonly dataset: Dataset;
  private readonly seed: number;
  private readonly engine: Engine;
  private readonly session: SessionOptions;
  private readonly plan: Plan;
  private prepared: PreparedPhase | undefined;
  private validation: { readonly phase: string; readonly losses: ValidationLosses } | undefined;
  private readonly roles: RolePrograms;
  private readonly callLength: number;
  /** Milliseconds a round, once known. */
  private pace: number | undefined;

  constructor(options: {
    readonly game: Game;
    readonly dataset: Dataset;
    readonly seed: number;
    readonly engine: Engine;
    readonly session: SessionOptions;
    readonly plan: Plan;
    readonly round: number;
    readonly state: State;
  }) {
    this.game = options.game;
    this.dataset = options.dataset;
    this.seed = options.seed;
    this.engine = options.engine;
    this.session = options.session;
    this.plan = options.plan;
    this.roles = new RolePrograms(options.game, options.engine, options.session);
    this.round = options.round;
    this.state = options.state;
    this.callLength = callMilliseconds(options.state);
  }

  /**
   * Plays on for some rounds, at most to round `limit`, as many as fit a call.
   *
   * @throws UserError naming round, player and tensor where a loss is no longer a number; the state is then that of
   * before the call
   */
  async advance(limit: number): Promise<Metrics> {
    const stretch = stretchAt(this.plan, this.round);
    const prepared = await this.prepare(stretch);
    const fitting = this.pace === undefined ? 1 : Math.max(1, Math.floor(this.callLength / this.pace));
    const rounds = Math.min(limit - this.round, stretch.end - this.round, fitting, 4096);
    const began = performance.now();
    const feeds = prepared.feeds.for(this.round, rounds, stretch);
    const { state, metrics } = await prepared.program.run(rounds, this.state, feeds);
    const bad = Object.entries(metrics).some(([, values]) => !values.every(Number.isFinite));
    if (bad) throw await this.diverged(prepared, rounds);
    const pace = (performance.now() - began) / rounds;
    // The first call includes what the runtime prepares once.
    this.pace = this.pace === undefined ? pace : 0.7 * this.pace + 0.3 * pace;
    this.state = state;
    this.round += rounds;
    return metrics;
  }

  /** The phase that the last rounds were of, or the first to come. */
  get phase(): string {
    return (this.prepared?.stretch ?? stretchAt(this.plan, this.round)).phase.name;
  }

  /** Where the time of rounds of that phase goes. Nothing changes by it. */
  async profile(): Promise<RoundProfile> {
    const stretch = this.prepared?.stretch ?? stretchAt(this.plan, this.round);
    const { compiled, program, feeds } = await this.prepare(stretch);
    return profileRounds({
      ...{ compiled, program, engine: this.engine, session: this.session, state: this.state },
      phase: stretch.phase.name,
      round: this.round,
      feeds: (rounds) => feeds.for(this.round, rounds, stretch),
    });
  }

  /** Computes a role with the present weights, or undefined where the model has no such role. */
  role(
    name: RoleName,
    ...inputs: readonly (Float32Array | Int32Array)[]
  ): Promise<{ shape: number[]; data: Float32Array } | undefined> {
    return this.roles.compute(name, inputs, this.state);
  }

  /**
   * The losses of the phase's players on the validation split, and what they report; nobody learns from it. Nothing
   * where there are no such examples.
   */
  async validate(): Promise<Readonly<Record<string, number>>> {
    if (!hasLosses(this.dataset)) return {};
    // Of the phase that was played last, as `phase` has it; a process that has played nothing yet goes by the round.
    const { phase } = this.prepared?.stretch ?? stretchAt(this.plan, Math.max(0, this.round - 1));
    if (this.validation?.phase !== phase.name) {
      await this.validation?.losses.release();
      const { game, dataset, seed, engine, session } = this;
      const losses = await ValidationLosses.create({ game, phase, dataset, seed, engine, session });
      this.validation = { phase: phase.name, losses };
    }
    return this.validation.losses.measure(this.state);
  }

  async release(): Promise<void> {
    await this.prepared?.program.release();
    await this.validation?.losses.release();
    await this.roles.release();
    this.prepared = undefined;
    this.validation = undefined;
  }

  private async prepare(stretch: Stretch): Promise<PreparedPhase> {
    const { phase } = stretch;
    if (this.prepared?.stretch === stretch) return this.prepared;
    await this.prepared?.program.release();
    const compiled = this.game.compileRound(phase);
    const program = await RoundProgram.create(this.engine, compiled, this.session);
    const feeds = new Feeds(compiled, {
      seed: this.seed,
      phase: phase.name,
      dataset: this.dataset,
      batch: this.game.batch,
    });
    this.pace = undefined;
    this.prepared = { stretch, compiled, feeds, program };
    return this.prepared;
  }

  /** Plays the bad stretch again, round by round, to say where it went wrong. */
  private async diverged({ program, feeds, stretch }: PreparedPhase, rounds: number): Promise<UserError> {
    let state = this.state;
    for (let round = this.round; round < this.round + rounds; round++) {
      const result = await program.run(1, state, feeds.for(round, 1, stretch));
      const lost = Object.entries(result.metrics).find(([, [value]]) => !Number.isFinite(value));
      if (lost !== undefined) {
        const tensor = firstNotFinite(state) ?? firstNotFinite(result.state);
        return new UserError(
          `training diverged: in round ${round + 1} ${lost[0]} is ${lost[1][0]}` +
            (tensor === undefined ? "" : `, and ${tensor} is no longer finite`) +
            "; try a lower learningRate, or clip gradients",
          { exitCode: 1 },
        );
      }
      state = result.state;
    }
    return new UserError(`training diverged between rounds ${this.round} and ${this.round + rounds}`, {
      exitCode: 1,
    });
  }
}

/** Name of the first value that holds a NaN or an infinity, weights before slots. */
export function firstNotFinite(state: State): string | undefined {
  return Object.entries(state).find(
    ([, { data }]) => data instanceof Float32Array && !data.every(Number.isFinite),
  )?.[0];
}

/** Number of weights that players move. */
export function countWeights(game: Game): number {
  return game.variables
    .list()
    .filter(({ kind }) => kind === "weight")
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
