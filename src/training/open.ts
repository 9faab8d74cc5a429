// A trained model, opened to be used.

import { type Dataset, loadDataset } from "../data/index.ts";
import { UserError } from "../errors.ts";
import { Game, type TrainingData } from "../game/game.ts";
import type { RoleName } from "../game/roles.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { probeDevice } from "../runtime/devices.ts";
import type { Device } from "../runtime/engine.ts";
import { nodeEngine } from "../runtime/node.ts";
import { loadLatestCheckpoint } from "./checkpoint.ts";
import { exportModels } from "./finish.ts";
import { generationInputs } from "./generation.ts";
import { RolePrograms } from "./role-programs.ts";
import { openRun, type RunDescription } from "./run-directory.ts";
import { restoredState } from "./trainer.ts";

/** Examples, codes or scores: row-major, the first axis counts them. */
export interface Batch {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface OpenRun {
  readonly path: string;
  readonly description: RunDescription;
  /** Rounds that the networks were trained for. */
  readonly round: number;
  /** Shape of one example, [channels, height, width] or [features]. */
  readonly shape: readonly number[];
  readonly roles: readonly RoleName[];
  /** The data it was trained on, all splits. */
  data(): Promise<Dataset>;
  /** New examples from standard normal noise that the seed gives. */
  generate(count: number, options?: { readonly seed?: number }): Promise<Batch>;
  /** Codes of examples, [count, latent]. */
  encode(examples: Float32Array): Promise<Batch>;
  /** Examples of codes. */
  decode(codes: Float32Array): Promise<Batch>;
  /** Examples encoded and decoded again. */
  reconstruct(examples: Float32Array): Promise<Batch>;
  /** Scores, higher for what looks real to the critic, [count]. */
  realness(examples: Float32Array): Promise<Batch>;
  /** Writes an .onnx file for each role. */
  exportModels(directory: string): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Opens a run's networks as its last checkpoint has them.
 *
 * @throws UserError where it is no run or has no checkpoint yet
 * @example
 * const model = await open("runs/vae-mnist-1");
 * const { shape, data } = await model.generate(16, { seed: 7 });   // [16, 1, 28, 28], values in [0, 1]
 * await model.close();
 */
export async function open(
  path: string,
  { device = "cpu", threads }: { readonly device?: Device; readonly threads?: number } = {},
): Promise<OpenRun> {
  const run = await openRun(path, { mode: "read" });
  const { description } = run;
  if (device !== "cpu") await probeDevice(device);
  const { checkpoint } = await loadLatestCheckpoint(path);
  if (checkpoint === undefined)
    throw new UserError(`${path} has no checkpoint yet; let it train on: gamelan resume ${path}`);
  const { source, options: how, examples } = description.data;
  const model = findModel(description.model);
  const game = new Game(model, checkOptions(model, description.options), examples as TrainingData);
  const state = restoredState(game, checkpoint.tensors);
  const roles = new RolePrograms(game, nodeEngine, { device, ...(threads === undefined ? {} : { threads }) });
  const apply = async (role: RoleName, ...inputs: (Float32Array | Int32Array)[]): Promise<Batch> => {
    const result = await roles.compute(role, inputs, state);
    if (result === undefined) {
      throw new UserError(`${description.model} has no role "${role}"; it has ${roles.names.join(", ")}`);
    }
    return result;
  };
  return {
    path,
    description,
    round: checkpoint.round,
    shape: examples.specification.shape,
    roles: roles.names,
    data: () => loadDataset(source, { seed: description.seed, ...how }),
    generate(count, { seed = 0 } = {}) {
      const { generate } = game.roles;
      const inputs =
        generate === undefined ? [] : generationInputs(generate, { count, seed, stream: "generate" });
      return apply("generate", ...inputs);
    },
    encode: (examples) => apply("encode", examples),
    decode: (codes) => apply("decode", codes),
    reconstruct: (examples) => apply("reconstruct", examples),
    realness: (examples) => apply("realness", examples),
    exportModels: (directory) =>
      exportModels(directory, { game, state, round: checkpoint.round }, description),
    async close() {
      await roles.release();
      await run.close();
    },
  };
}
