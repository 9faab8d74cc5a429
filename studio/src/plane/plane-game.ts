// A game on the plane, played in the browser: rounds as one program, and each turn as one of its own, so that it can be
// played turn by turn. It goes by the same code as training on a server does: the model's own file, its rounds as ONNX
// graphs, batches and noise as functions of the seed.

import { UserError } from "../../../src/errors.ts";
import { type CompiledRound, Game } from "../../../src/game/game.ts";
import type { Phase } from "../../../src/game/model.ts";
import { findModel } from "../../../src/models/find-model.ts";
import { checkOptions } from "../../../src/models/settings.ts";
import { type Engine, float32, type Value } from "../../../src/runtime/engine.ts";
import { RoundProgram, type State } from "../../../src/runtime/program.ts";
import { sizeOf } from "../../../src/tensor/index.ts";
import { Feeds } from "../../../src/training/feeds.ts";
import { phaseEnds } from "../../../src/training/plan.ts";
import { distributionOf, type PlaneDistribution } from "./distributions.ts";
import type { LossPoint, PlaneSettings } from "./messages.ts";

/** Rounds after which the last phase has begun by itself, where there are several. */
const ROUNDS_OF_PHASES = 3000;
const DEVICE = { device: "cpu", threads: 1 } as const;

interface PreparedPhase {
  readonly index: number;
  readonly phase: Phase;
  readonly compiled: CompiledRound;
  readonly feeds: Feeds;
  /** Rounds before it, and when it is over by itself. */
  readonly start: number;
  readonly end: number;
  readonly batchesBefore: number;
  first?: Record<string, Value>;
  whole?: RoundProgram;
  readonly turns: (RoundProgram | undefined)[];
}

/** What a model knows of the plane. */
export const planeData = (classes: number, count: number) => ({
  specification: { kind: "vector" as const, shape: [2], ...(classes > 1 ? { classes } : {}) },
  count,
  dtype: "float32" as const,
  labelled: classes > 1,
});

export class PlaneGame {
  readonly game: Game;
  readonly engine: Engine;
  readonly options: Readonly<Record<string, unknown>>;
  readonly distribution: PlaneDistribution;
  readonly seed: number;
  state: State;
  /** Rounds done. */
  round = 0;
  /** Turns done of the round that has begun. */
  turn = 0;
  private readonly lengths: readonly number[];
  private prepared: PreparedPhase;

  private constructor(
    game: Game,
    engine: Engine,
    distribution: PlaneDistribution,
    { options, seed }: Pick<PlaneSettings, "options" | "seed">,
  ) {
    this.game = game;
    this.engine = engine;
    this.options = options;
    this.distribution = distribution;
    this.seed = seed;
    const first = game.variables.initialise(seed);
    this.state = Object.fromEntries(
      game.variables
        .list()
        .map(({ name, shape }): [string, Value] => [name, float32(first.get(name)!, shape)]),
    );
    const ends = phaseEnds(game, { rounds: ROUNDS_OF_PHASES });
    this.lengths = ends.map((end, index) => end - (ends[index - 1] ?? 0));
    this.prepared = this.prepare(0, 0);
  }

  /** @throws UserError for options that are not possible, and for models that do not play on the plane */
  static async begin(settings: PlaneSettings, engine: Engine): Promise<PlaneGame> {
    const model = findModel(settings.model);
    const options = checkOptions(model, settings.options);
    const distribution = await distributionOf(settings.data, settings.seed);
    const game = new Game(model, options, planeData(distribution.classes, distribution.train.count));
    return new PlaneGame(game, engine, distribution, { options, seed: settings.seed });
  }

  get phase(): number {
    return this.prepared.index;
  }

  get turns(): Phase["turns"] {
    return this.prepared.phase.turns;
  }

  /** Number of weights that players move. */
  get weights(): number {
    return this.game.variables
      .list()
      .filter(({ kind }) => kind === "weight")
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  /** Goes to a phase; a round that has begun is given up. */
  async enterPhase(index: number): Promise<void> {
    const { compiled, start, batchesBefore } = this.prepared;
    const batches = batchesBefore + (this.round - start) * compiled.batches.length;
    await this.releasePrograms();
    this.turn = 0;
    this.prepared = this.prepare(index, batches);
  }

  /**
   * Plays whole rounds, at most to the end of the phase; first what is left of one that has begun.
   *
   * @returns each player's mean loss over them
   * @throws UserError where a loss is no longer a number; the state is then that of before
   */
  async playRounds(count: number): Promise<LossPoint[]> {
    if (this.turn > 0) return this.finishRound();
    await this.passPhase();
    const { prepared } = this;
    prepared.whole ??= await RoundProgram.create(this.engine, prepared.compiled, DEVICE);
    const rounds = Math.min(count, prepared.end - this.round);
    const { state, metrics } = await prepared.whole.run(rounds, this.state, this.feeds(rounds));
    const losses = this.lossesOf(metrics, this.round + rounds);
    this.state = state;
    this.round += rounds;
    return losses;
  }

  /** Plays one turn. */
  async playTurn(): Promise<LossPoint[]> {
    if (this.turn === 0) await this.passPhase();
    const { prepared, turn } = this;
    const { phase, turns } = prepared;
    turns[turn] ??= await RoundProgram.create(this.engine, this.game.compileTurn(phase, turn), DEVICE);
    const { state, metrics } = await turns[turn].run(1, this.state, this.feeds(1));
    const losses = this.lossesOf(metrics, this.round + (turn + 1) / phase.turns.length);
    this.state = state;
    this.turn = (turn + 1) % phase.turns.length;
    if (this.turn === 0) this.round++;
    return losses;
  }

  /** What a round is fed: the data, batches and noise. */
  feeds(rounds: number, first = this.round): Record<string, Value> {
    const { feeds, start, batchesBefore } = this.prepared;
    return feeds.for(first, rounds, { start, before: { batches: batchesBefore, targetBatches: 0 } });
  }

  /** The feeds of the phase's first round, always the same. */
  firstFeeds(): Record<string, Value> {
    const { start } = this.prepared;
    this.prepared.first ??= this.feeds(1, start);
    return this.prepared.first;
  }

  get currentPhase(): Phase {
    return this.prepared.phase;
  }

  releasePrograms(): Promise<void> {
    const { whole, turns } = this.prepared;
    return Promise.all([whole, ...turns].map((program) => program?.release())).then(() => {});
  }

  private async finishRound(): Promise<LossPoint[]> {
    const losses: LossPoint[] = [];
    do losses.push(...(await this.playTurn()));
    while (this.turn > 0);
    return losses;
  }

  private async passPhase(): Promise<void> {
    while (this.round >= this.prepared.end) await this.enterPhase(this.prepared.index + 1);
  }

  private prepare(index: number, batchesBefore: number): PreparedPhase {
    const { game, distribution, seed, round } = this;
    const phase = game.phases[index];
    if (phase === undefined) throw new Error(`there is no phase ${index}`);
    const compiled = game.compileRound(phase);
    const { train } = distribution;
    return {
      index,
      phase,
      compiled,
      feeds: new Feeds(compiled, {
        seed,
        phase: phase.name,
        dataset: { train, shape: [2] },
        batch: game.batch,
      }),
      start: round,
      end: index === game.phases.length - 1 ? Number.POSITIVE_INFINITY : round + this.lengths[index]!,
      batchesBefore,
      turns: phase.turns.map(() => undefined),
    };
  }

  /** Means of the losses of some rounds, all of them numbers. */
  private lossesOf(metrics: Readonly<Record<string, Float32Array>>, round: number): LossPoint[] {
    const lost = Object.entries(metrics).find(([, values]) => !values.every(Number.isFinite));
    if (lost !== undefined)
      throw new UserError(
        `training diverged before round ${Math.ceil(round)}: ${lost[0]} is no longer a number; try a lower learningRate`,
      );
    return Object.entries(metrics).flatMap(([player, values]) =>
      player.includes("/")
        ? []
        : [{ player, round, loss: values.reduce((sum, value) => sum + value, 0) / values.length }],
    );
  }
}
