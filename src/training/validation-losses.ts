// The players' losses on examples that nobody learns from: the validation split, batch by batch, in rounds in which
// nobody moves. Each look draws the same noise, so that two of them differ by the networks alone.

import type { Dataset, Split, TargetDataset } from "../data/dataset.ts";
import type { Game } from "../game/game.ts";
import type { Phase } from "../game/model.ts";
import type { Engine, SessionOptions } from "../runtime/engine.ts";
import { RoundProgram, type State } from "../runtime/program.ts";
import { Feeds } from "./feeds.ts";

/** Whether there are validation examples of all that a game sees: of the second domain too, where it has one. */
export const hasLosses = ({ validation, target }: Pick<Dataset, "validation" | "target">): boolean =>
  validation.count > 0 && (target === undefined || target.validation.count > 0);

/** Batches in one call, so that memory does not grow with the split. */
const BATCHES = 64;

export class ValidationLosses {
  private readonly program: RoundProgram;
  private readonly feeds: Feeds;
  private readonly batches: number;

  private constructor(program: RoundProgram, feeds: Feeds, batches: number) {
    this.program = program;
    this.feeds = feeds;
    this.batches = batches;
  }

  /** Of the players of one phase, where `hasLosses` says that there are examples for them. */
  static async create({
    game,
    phase,
    dataset,
    seed,
    engine,
    session,
  }: {
    readonly game: Game;
    readonly phase: Phase;
    readonly dataset: Pick<Dataset, "validation" | "shape" | "target">;
    readonly seed: number;
    readonly engine: Engine;
    readonly session: SessionOptions;
  }): Promise<ValidationLosses> {
    const { validation, shape, target } = dataset;
    const targets = target?.validation;
    const compiled = game.compileLosses(phase, {
      examples: validation.count,
      ...(targets === undefined ? {} : { target: targets.count }),
    });
    const program = await RoundProgram.create(engine, compiled, session);
    const feeds = new Feeds(compiled, {
      seed,
      phase: `validation/${phase.name}`,
      dataset: {
        train: validation,
        shape,
        ...(target === undefined ? {} : { target: trainingOn(target, targets!) }),
      },
      batch: game.batch,
      together: true,
    });
    return new ValidationLosses(program, feeds, Math.ceil(validation.count / game.batch));
  }

  /**
   * The means over batches, "player" and "player/what". Every turn sees every example, some once more than others where
   * the batch does not divide their number.
   */
  async measure(state: State): Promise<Record<string, number>> {
    const sums = new Map<string, number>();
    const place = { start: 0, before: { batches: 0, targetBatches: 0 } };
    for (let first = 0; first < this.batches; first += BATCHES) {
      const batches = Math.min(BATCHES, this.batches - first);
      const { metrics } = await this.program.run(batches, state, this.feeds.for(first, batches, place));
      for (const [name, values] of Object.entries(metrics)) {
        sums.set(
          name,
          values.reduce((sum, value) => sum + value, sums.get(name) ?? 0),
        );
      }
    }
    return Object.fromEntries(Array.from(sums, ([name, sum]) => [name, sum / this.batches]));
  }

  release(): Promise<void> {
    return this.program.release();
  }
}

const trainingOn = (target: TargetDataset, train: Split): TargetDataset => ({ ...target, train });
