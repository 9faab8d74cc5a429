// A few rounds played beside a training, only to see where their time goes. They begin from the state that the
// training has reached, and what comes of them is thrown away, so that a run is the same with and without.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CompiledRound } from "../game/game.ts";
import type { Engine, SessionOptions, Value } from "../runtime/engine.ts";
import { type RoundProfile, readProfile } from "../runtime/profile.ts";
import { RoundProgram, type State } from "../runtime/program.ts";

/** Milliseconds that the rounds profiled should take. */
const LENGTH = 1000;
/** Few rounds tell little: anything may come between on a busy machine. */
const LEAST_ROUNDS = 3;
const MOST_ROUNDS = 64;
/** The runtime's profile has about 700 bytes for each node that it ran. */
const MOST_NODES = 15_000;

export interface ProfiledRounds {
  readonly phase: string;
  readonly compiled: CompiledRound;
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** The program that trains, for the time that a round takes unprofiled. */
  readonly program: RoundProgram;
  readonly state: State;
  /** Rounds played. */
  readonly round: number;
  /** What so many rounds are fed. */
  readonly feeds: (rounds: number) => Record<string, Value>;
}

/** Plays some rounds with times taken, and the same without. */
export async function profileRounds(asked: ProfiledRounds): Promise<RoundProfile> {
  const { phase, compiled, engine, session, program, state, round, feeds } = asked;
  const folder = await mkdtemp(join(tmpdir(), "gamelan-profile-"));
  try {
    const profiled = await RoundProgram.create(engine, compiled, {
      ...session,
      profile: join(folder, "profile"),
    });
    let rounds = 1;
    try {
      // The first call prepares much that later ones find.
      await profiled.run(1, state, feeds(1));
      const pace = await timed(() => profiled.run(1, state, feeds(1)));
      const nodes = profiled.graph.nodes.find(({ body }) => body !== undefined)!.body!.nodes.length;
      const fitting = Math.floor(Math.min(LENGTH / pace, MOST_NODES / nodes));
      rounds = Math.max(LEAST_ROUNDS, Math.min(MOST_ROUNDS, fitting));
      await profiled.run(rounds, state, feeds(rounds));
    } finally {
      await profiled.release();
    }
    const given = feeds(rounds);
    await program.run(rounds, state, given);
    const milliseconds = (await timed(() => program.run(rounds, state, given))) / rounds;
    const [file] = await readdir(folder);
    const text = await readFile(join(folder, file!), "utf8");
    const { device, threads = 0 } = session;
    return {
      ...{ phase, device, threads, round, rounds, milliseconds },
      ...readProfile(text, profiled.graph, rounds),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await body();
  return performance.now() - began;
}
