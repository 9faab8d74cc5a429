// The roles of a game as programs, made when they are first asked for.

import type { Game } from "../game/game.ts";
import { type RoleName, roleFunctions } from "../game/roles.ts";
import type { Engine, SessionOptions } from "../runtime/engine.ts";
import { InferenceProgram } from "../runtime/inference.ts";
import type { State } from "../runtime/program.ts";

export class RolePrograms {
  /** What the networks can be used for. */
  readonly names: readonly RoleName[];
  /** The roles as functions, of which programs are made. */
  readonly functions: ReturnType<typeof roleFunctions>;
  private readonly engine: Engine;
  private readonly session: SessionOptions;
  private readonly programs = new Map<RoleName, InferenceProgram>();

  constructor(game: Game, engine: Engine, session: SessionOptions) {
    this.functions = roleFunctions(game);
    this.names = Object.keys(this.functions) as RoleName[];
    this.engine = engine;
    this.session = session;
  }

  /**
   * Computes a role with the weights of a state, or undefined where the model has no such role.
   *
   * @param inputs an array for each of the role's inputs
   */
  async compute(
    name: RoleName,
    inputs: readonly (Float32Array | Int32Array)[],
    state: State,
  ): Promise<{ shape: number[]; data: Float32Array } | undefined> {
    const inference = this.functions[name];
    if (inference === undefined) return undefined;
    let program = this.programs.get(name);
    if (program === undefined) {
      program = await InferenceProgram.create(this.engine, inference, this.session);
      this.programs.set(name, program);
    }
    return program.run(inputs, state);
  }

  async release(): Promise<void> {
    for (const program of this.programs.values()) await program.release();
    this.programs.clear();
  }
}
