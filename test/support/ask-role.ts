// A role of a game, asked once on the CPU.

import type { Game } from "../../src/game/game.ts";
import { type RoleName, roleFunctions } from "../../src/game/roles.ts";
import { InferenceProgram } from "../../src/runtime/inference.ts";
import { nodeEngine } from "../../src/runtime/node.ts";
import type { State } from "../../src/runtime/program.ts";

/** What the game's networks answer in a state. */
export async function askRole(
  game: Game,
  role: RoleName,
  state: State,
  ...inputs: readonly (Float32Array | Int32Array)[]
) {
  const program = await InferenceProgram.create(nodeEngine, roleFunctions(game)[role]!, {
    device: "cpu",
    threads: 1,
  });
  try {
    return await program.run(inputs, state);
  } finally {
    await program.release();
  }
}
