// The browser's engine, which runs under Node too, beside the native one.

import * as ort from "onnxruntime-web/wasm";
import { beforeAll, describe, expect, test } from "vitest";
import { initialState, someData, someFeeds } from "../../test/support/rounds.ts";
import { Game } from "../game/game.ts";
import { roleFunctions } from "../game/roles.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import type { Engine } from "./engine.ts";
import { InferenceProgram } from "./inference.ts";
import { nodeEngine } from "./node.ts";
import { RoundProgram, type RoundResult } from "./program.ts";
import { webEngine } from "./web.ts";

const device = { device: "cpu", threads: 1 } as const;
const ROUNDS = 3;

function onPoints(model: string): Game {
  const found = findModel(model);
  const options = checkOptions(found, { batch: 8, latent: 2, widths: [16] });
  return new Game(found, options, {
    specification: { kind: "vector", shape: [2] },
    count: 20,
    dtype: "float32",
    labelled: false,
  });
}

async function played(engine: Engine, game: Game): Promise<RoundResult> {
  const compiled = game.compileRound(game.phases[0]!);
  const program = await RoundProgram.create(engine, compiled, device);
  const result = await program.run(ROUNDS, initialState(game), {
    ...someData(game),
    ...someFeeds(game, compiled, ROUNDS),
  });
  await program.release();
  return result;
}

describe("onnxruntime-web trains as onnxruntime-node does", () => {
  beforeAll(() => {
    ort.env.wasm.numThreads = 1;
  });

  test.each(["wgan", "bigan", "vae"])("%s", async (model) => {
    const game = onPoints(model);
    const [here, native] = [await played(webEngine(ort), game), await played(nodeEngine, game)];
    expect(Object.keys(here.metrics)).toEqual(Object.keys(native.metrics));
    for (const [name, values] of Object.entries(native.metrics)) {
      expect(here.metrics[name]).toHaveLength(ROUNDS);
      values.forEach((value, round) => {
        expect(here.metrics[name]![round], `${name} in round ${round}`).toBeCloseTo(value, 4);
      });
    }
    for (const { name } of game.variables.weightsOf(game.model.name === "vae" ? "decoder" : "generator"))
      native.state[name]!.data.forEach((value, at) => {
        expect(here.state[name]!.data[at]).toBeCloseTo(Number(value), 3);
      });
  });

  test("roles, with whole numbers among their inputs and a free batch", async () => {
    const found = findModel("conditional-gan");
    const game = new Game(found, checkOptions(found, { latent: 2, widths: [16] }), {
      specification: { kind: "vector", shape: [2], classes: 3 },
      count: 20,
      dtype: "float32",
      labelled: true,
    });
    const state = initialState(game);
    const made = await Promise.all(
      [webEngine(ort), nodeEngine].map(async (engine) => {
        const program = await InferenceProgram.create(engine, roleFunctions(game).generate!, device);
        const result = await program.run([Float32Array.of(1, 2, 3, 4), Int32Array.of(0, 2)], state);
        await program.release();
        return result;
      }),
    );
    expect(made[0]!.shape).toEqual([2, 2]);
    made[1]!.data.forEach((value, at) => {
      expect(made[0]!.data[at]).toBeCloseTo(value, 5);
    });
  });
});
