// WebGPU against the CPU: every primitive with its gradients, the first rounds of models, a trained network at
// work. A software adapter will do: SwiftShader, named in VK_ICD_FILENAMES. Where there is no adapter the tests are
// skipped, and with GAMELAN_REQUIRE_WEBGPU=1 fail.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import type { Value as ReferenceValue } from "../../test/reference/arrays.ts";
import { casesOf } from "../../test/reference/cases.ts";
import { derivativesOf } from "../../test/reference/derivatives.ts";
import { typedFeeds } from "../../test/reference/typed-feeds.ts";
import { UserError } from "../errors.ts";
import { type CompiledRound, DATA, Game } from "../game/game.ts";
import { roleFunctions } from "../game/roles.ts";
import { catalogue } from "../models/catalogue.ts";
import { randomStream } from "../random/index.ts";
import { input, type PrimitiveName, primitives } from "../tensor/index.ts";
import { probeDevice } from "./devices.ts";
import type { Device, Value } from "./engine.ts";
import { evaluate } from "./evaluate.ts";
import { InferenceProgram } from "./inference.ts";
import { nodeEngine } from "./node.ts";
import { readProfile, strays, tally } from "./profile.ts";
import { RoundProgram, type RoundResult, roundLoop, type State } from "./program.ts";

const required = process.env.GAMELAN_REQUIRE_WEBGPU === "1";
/** Why WebGPU is not there. One that is there and fails, fails the tests. */
const absence = await probeDevice("webgpu").then(
  () => undefined,
  (error: unknown) => {
    if (error instanceof UserError && error.exitCode === 2) return error.message;
    throw error;
  },
);

test.runIf(required || absence === undefined)("there is a WebGPU adapter", () => {
  expect(absence).toBeUndefined();
});

const ROUNDS = 3;
const EXAMPLES = 32;
const SHAPE = [1, 28, 28];

/** Losses and reports may differ by this much of the largest of their first rounds. */
const TOLERANCE = 1e-4;

/** A model's variables as they begin, and everything its first rounds are fed. */
function firstRounds(name: string, options: Readonly<Record<string, unknown>>) {
  const model = catalogue.find((candidate) => candidate.name === name)!;
  const game = new Game(model, model.options.parse(options), {
    specification: { kind: "image", shape: SHAPE },
    count: EXAMPLES,
    dtype: "uint8",
    labelled: false,
  });
  const round = game.compileRound(game.phases[0]!);
  const state: Record<string, Value> = {};
  const first = game.variables.initialise(1);
  for (const { name, shape } of game.variables.list()) {
    state[name] = { dtype: "float32", shape, data: first.get(name)! };
  }
  return { game, round, state, feeds: feedsOf(round, game.batch) };
}

function feedsOf(round: CompiledRound, batch: number): Record<string, Value> {
  const pixels = randomStream(1, "pixels").integers(0, 256, new Int32Array(EXAMPLES * 784));
  const feeds: Record<string, Value> = {
    [DATA.values]: { dtype: "uint8", shape: [EXAMPLES, ...SHAPE], data: Uint8Array.from(pixels) },
  };
  for (const name of round.batches) {
    const data = randomStream(1, name).integers(0, EXAMPLES, new Int32Array(ROUNDS * batch));
    feeds[name] = { dtype: "int32", shape: [ROUNDS, batch], data };
  }
  for (const { name, kind, tensor } of round.draws) {
    const data = new Float32Array(ROUNDS * tensor.size);
    randomStream(1, name)[kind](0, data);
    feeds[name] = { dtype: "float32", shape: [ROUNDS, ...tensor.shape], data };
  }
  return feeds;
}

async function play(
  device: Device,
  { round, state, feeds }: { round: CompiledRound; state: State; feeds: Record<string, Value> },
  profile?: string,
): Promise<RoundResult> {
  const options = { device, threads: 1, ...(profile === undefined ? {} : { profile }) };
  const program = await RoundProgram.create(nodeEngine, round, options);
  try {
    return await program.run(ROUNDS, state, feeds);
  } finally {
    await program.release();
  }
}

describe.skipIf(absence !== undefined)("on WebGPU", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gamelan-webgpu-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Where the nodes of rounds ran, by a profile. */
  function partsOf(name: string, round: CompiledRound) {
    const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}_`));
    const graph = roundLoop(round, { layout: "natural", device: "webgpu" });
    return readProfile(readFileSync(join(folder, file!), "utf8"), graph, ROUNDS).parts;
  }

  test.each([
    ["autoencoder", { batch: 8, widths: [24, 16], latent: 8 }],
    ["contractive-autoencoder", { batch: 4 }],
    ["dcgan", { batch: 8, filters: 4, latent: 8 }],
    ["wgan-gp", { batch: 4, filters: 4, latent: 8, criticSteps: 2 }],
  ])("the first losses of %s are those on the CPU", async (name, options) => {
    const begun = firstRounds(name, options);
    const expected = await play("cpu", begun);
    const actual = await play("webgpu", begun, join(folder, name));
    expect(Object.keys(actual.metrics)).toEqual(Object.keys(expected.metrics));
    for (const [metric, values] of Object.entries(expected.metrics)) {
      const scale = Math.max(...values.map(Math.abs));
      const differences = values.map((value, round) => Math.abs(actual.metrics[metric]![round]! - value));
      expect(Math.max(...differences) / scale, metric).toBeLessThan(TOLERANCE);
    }
    const parts = partsOf(name, begun.round);
    expect(strays({ device: "webgpu", parts })).toEqual([]);
    // But for the Loop itself only the bool that it asks after each round.
    const nodes = Object.fromEntries(
      tally(parts, ({ device, operator }) => (device === "cpu" ? operator : device)).map(
        ({ name, nodes }) => [name, nodes],
      ),
    );
    expect(nodes).toEqual({ webgpu: expect.any(Number), Identity: 1 });
    expect(nodes.webgpu).toBeGreaterThan(100);
    const products = parts.filter(({ operator }) => operator === "Gemm" || operator === "Conv");
    for (const { milliseconds } of products) expect(milliseconds).toBeGreaterThan(0);
  });

  test("a network computes batches of any size", async () => {
    const { game, state } = firstRounds("dcgan", { batch: 8, filters: 4, latent: 8 });
    const generate = roleFunctions(game).generate!;
    const noise = new Float32Array(5 * 8);
    randomStream(1, "noise").normal(0, noise);
    const samples = [];
    for (const device of ["cpu", "webgpu"] as const) {
      const program = await InferenceProgram.create(nodeEngine, generate, { device });
      samples.push(await program.run([noise], state), await program.run([noise.subarray(0, 8)], state));
      await program.release();
    }
    expectAgreement(samples[2]!, samples[0]!, 1e-5, "five samples");
    expectAgreement(samples[3]!, samples[1]!, 1e-5, "one sample");
  });

  test("rows of bytes are picked, also of a length that is no multiple of four", async () => {
    const rows = input("rows", [7, 5], "uint8");
    const indices = input("indices", [3], "int32");
    const feeds = {
      rows: Uint8Array.from({ length: 35 }, (_, index) => 255 - index * 7),
      indices: Int32Array.of(6, 0, 3),
    };
    const outputs = [rows.gather(indices).cast("float32")];
    const [expected] = await evaluate(outputs, feeds);
    const [actual] = await evaluate(outputs, feeds, { device: "webgpu" });
    expect(actual).toEqual(expected);
  });

  test.each(Object.keys(primitives) as PrimitiveName[])(
    "%s has the value and gradients that it has on the CPU",
    async (name) => {
      const feeds = new Map<string, ReferenceValue>();
      const sample = fc.sample(casesOf(name), { seed: 11, numRuns: 4 });
      const outputs = sample.flatMap((generated, index) => {
        const { output, flow, feeds: own } = derivativesOf(name, generated, `${index}/`);
        for (const [key, value] of own) feeds.set(key, value);
        return [output, ...(flow?.first ?? []), ...(flow?.second ?? [])];
      });
      const given = typedFeeds(outputs, feeds);
      const expected = await evaluate(outputs, given, { layout: "natural" });
      const actual = await evaluate(outputs, given, { layout: "natural", device: "webgpu" });
      expected.forEach((value, index) => {
        expectAgreement(actual[index]!, value, 1e-5, `output ${index}`);
      });
    },
  );
});
