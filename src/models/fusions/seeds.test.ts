// What is particular to each fusion, held against its definition.

import { describe, expect, test } from "vitest";
import { askRole } from "../../../test/support/ask-role.ts";
import { gameFor } from "../../../test/support/catalogue-games.ts";
import { CONV, convolutional, DENSE, small } from "../../../test/support/games/setting.ts";
import { initialState, numbersOf, phaseOf, play, someData, someFeeds } from "../../../test/support/rounds.ts";
import { DATA, type Game } from "../../game/game.ts";
import { randomStream } from "../../random/index.ts";
import type { State } from "../../runtime/program.ts";

const dense = { ...small, architecture: "dense", widths: [6] };
const gameOf = (model: string, options: Record<string, unknown> = {}) =>
  gameFor({ model, options: { ...dense, ...options }, data: DENSE });

const SIZE = 12;
const COUNT = 5;
const examples = randomStream(1, "x").uniform(0, new Float32Array(COUNT * SIZE));
const normal = (length: number, seed = 2) =>
  randomStream(seed, "normal").normal(0, new Float32Array(COUNT * length));

const ask = async (...question: Parameters<typeof askRole>) => (await askRole(...question)).data;

const changed = (before: State, after: State, game: Game) =>
  [
    ...new Set(
      game.variables
        .list()
        .filter(({ kind, name }) => kind === "weight" && `${before[name]!.data}` !== `${after[name]!.data}`)
        .map(({ network }) => network),
    ),
  ].sort();

/** Mean squared difference of each example. */
const errors = (one: Float32Array, other: Float32Array) =>
  Array.from({ length: one.length / SIZE }, (_, row) => {
    let sum = 0;
    for (let at = row * SIZE; at < (row + 1) * SIZE; at++) sum += (one[at]! - other[at]!) ** 2;
    return sum / SIZE;
  });
/** Codes with mean 0 and variance 1 in each dimension. */
const standardised = (codes: Float32Array, latent: number) => {
  const columns = Array.from({ length: latent }, (_, unit) => {
    const values = Array.from({ length: codes.length / latent }, (_, row) => codes[row * latent + unit]!);
    const variance = mean(values.map((value) => (value - mean(values)) ** 2));
    return values.map((value) => (value - mean(values)) / Math.sqrt(variance + 1e-5));
  });
  return codes.map((_, at) => columns[at % latent]![Math.floor(at / latent)]!);
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("phases", () => {
  const cases = [
    ["noise-encoded-gan", { autoencode: ["decoder", "encoder"], play: ["critic", "generator"] }],
    ["feature-gan", { autoencode: ["decoder", "encoder"], play: ["critic", "generator"] }],
    ["latent-gan", { autoencode: ["decoder", "encoder"], play: ["critic", "generator"] }],
    [
      "contractive-fusion",
      {
        autoencode: ["decoder", "encoder"],
        generate: ["critic", "generator"],
        joint: ["critic", "decoder", "encoder", "generator"],
      },
    ],
  ] as const;

  test.each(cases)("%s: each moves its own networks and leaves the others at rest", async (model, moved) => {
    const game = gameOf(model);
    expect(game.phases.map(({ name }) => name)).toEqual(Object.keys(moved));
    const before = initialState(game);
    for (const phase of game.phases) {
      const { state } = await play(game, phase, { state: before, rounds: 2 });
      expect([phase.name, changed(before, state, game)]).toEqual([
        phase.name,
        moved[phase.name as keyof typeof moved],
      ]);
    }
  });

  test("the averages of codes are followed only while the autoencoder learns", async () => {
    const game = gameOf("latent-gan");
    const [autoencode, rest] = game.phases;
    const names = ["state/codeMean", "state/codeVariance"];
    const before = (await play(game, autoencode!, { rounds: 2 })).state;
    for (const name of names) {
      expect(numbersOf(before, name)).not.toEqual(numbersOf(initialState(game), name));
    }
    const { state } = await play(game, rest!, { state: before, rounds: 2 });
    for (const name of names) expect(numbersOf(state, name)).toEqual(numbersOf(before, name));
  });
});

describe("vae-gan", () => {
  test("the encoder minimises divergence and features' error, beta 1 unless told", async () => {
    const { metrics } = await play(gameOf("vae-gan"), phaseOf("encoder"));
    const of = (name: string) => metrics[name]![0]!;
    expect(of("encoder")).toBeCloseTo(of("encoder/divergence") + of("encoder/features"), 4);
    expect(of("encoder/divergence")).toBeGreaterThan(0);
    const weighted = (await play(gameOf("vae-gan", { beta: 3 }), phaseOf("encoder"))).metrics;
    expect(weighted.encoder![0]! - of("encoder")).toBeCloseTo(2 * of("encoder/divergence"), 4);
  });

  test("the decoder minimises gamma times the features' error, and not the critic's own loss", async () => {
    const loss = async (gamma: number) =>
      (await play(gameOf("vae-gan", { gamma }), phaseOf("decoder"))).metrics.decoder![0]!;
    const features = (await play(gameOf("vae-gan"), phaseOf("encoder"))).metrics["encoder/features"]![0]!;
    expect((await loss(1)) - (await loss(0))).toBeCloseTo(features, 4);
  });

  test("a step of the decoder alone closes the gap that a step of the critic widens", async () => {
    const game = gameOf("vae-gan", { gamma: 0, learningRate: 1e-4 });
    const gap = async (state: State) =>
      (await play(game, phaseOf("critic"), { state })).metrics["critic/gap"]![0]!;
    const start = initialState(game);
    const first = await gap(start);
    const decoded = (await play(game, phaseOf("decoder"), { state: start })).state;
    const judged = (await play(game, phaseOf("critic"), { state: start })).state;
    expect(await gap(decoded)).toBeLessThan(first);
    expect(await gap(judged)).toBeGreaterThan(first);
  });
});

describe("shared-fusion", () => {
  test("realness falls with the reconstruction error, as weighted", async () => {
    const game = gameOf("shared-fusion", { logitWeight: 0, errorWeight: 3 });
    const state = initialState(game);
    const rebuilt = await ask(game, "reconstruct", state, examples);
    const score = await ask(game, "realness", state, examples);
    // Images are compared in [−1, 1], where differences are twice as large.
    errors(examples, rebuilt).forEach((error, row) => {
      expect(score[row]).toBeCloseTo(-3 * 4 * error, 4);
    });
  });

  test("average is half of both, and learned begins as their difference", async () => {
    const state = initialState(gameOf("shared-fusion"));
    const scored = async (options: Record<string, unknown>) => {
      const game = gameOf("shared-fusion", options);
      return ask(game, "realness", { ...initialState(game), ...state }, examples);
    };
    const sum = await scored({ fusion: "sum" });
    const average = await scored({ fusion: "average" });
    const learned = await scored({ fusion: "learned" });
    sum.forEach((score, row) => {
      expect(average[row]).toBeCloseTo(score / 2, 5);
      expect(learned[row]).toBeCloseTo(score, 5);
    });
  });
});

test("shared-fusion: the penalty is on the slope of each example's own score", async () => {
  const game = gameOf("shared-fusion", { penalty: "r1", penaltyWeight: 1 });
  // Statistics that are no longer what they were at first.
  const { state } = await play(game, game.phases[0]!, { rounds: 3 });
  const data = someData(game);
  const phase = phaseOf("critic");
  const feeds = someFeeds(game, game.compileRound(phase));
  const { metrics } = await play(game, phase, { state, data, feeds });

  const { data: pixels } = data[DATA.values]!;
  const rows = Array.from(feeds["turn0/batch"]!.data, Number);
  const values = rows.flatMap((row) =>
    Array.from({ length: SIZE }, (_, at) => Number(pixels[row * SIZE + at]) / 255),
  );
  // Critics see pixels in [−1, 1], twice as wide as the data.
  const width = 2;
  const step = 2e-3;
  const moved = values.flatMap((_, at) =>
    [step, -step].flatMap((by) => {
      const example = values.slice(at - (at % SIZE), at - (at % SIZE) + SIZE);
      example[at % SIZE]! += by;
      return example;
    }),
  );
  const scores = await ask(game, "realness", state, Float32Array.from(moved));
  const slopes = values.map((_, at) => (scores[2 * at]! - scores[2 * at + 1]!) / (2 * step * width));
  const expected = slopes.reduce((sum, slope) => sum + slope ** 2, 0) / rows.length / 2;
  expect(metrics["critic/penalty"]![0]! / expected).toBeCloseTo(1, 2);
});

describe("contractive-fusion", () => {
  test("pointwise-min: the smaller of both errors for each example, and the generator's loss is its negative", async () => {
    const options = { objective: "pointwise-min", lambda1: 1, lambda2: 1.3 };
    const game = gameOf("contractive-fusion", options);
    const state = initialState(game);
    const batch = {
      "turn0/batch": { dtype: "int32" as const, shape: [1, 4], data: Int32Array.of(0, 1, 2, 3) },
    };
    const pixels = randomStream(3, "pixels").integers(0, 256, new Int32Array(12 * SIZE));
    const data = {
      "data/values": { dtype: "uint8" as const, shape: [12, 1, 4, 3], data: Uint8Array.from(pixels) },
    };
    const of = async (player: string) =>
      (await play(game, phaseOf(player), { state, feeds: batch, data })).metrics[player]![0]!;
    const x = Float32Array.from(pixels.subarray(0, 4 * SIZE), (value) => value / 255);
    // In training codes are standardised over the batch; at first the running statistics change nothing.
    const codes = standardised(await ask(game, "encode", state, x), 3);
    const generated = await ask(game, "vary", state, codes);
    const ofReal = errors(x, await ask(game, "reconstruct", state, x));
    const ofGenerated = errors(generated, await ask(game, "reconstruct", state, generated));
    const expected = mean(ofReal.map((error, row) => Math.min(error, 1.3 * ofGenerated[row]!)));
    expect(await of("minimum")).toBeCloseTo(expected, 6);
    expect(await of("opponent")).toBeCloseTo(-expected, 6);
    const bounded = gameOf("contractive-fusion", { ...options, lambda2: 0 });
    expect((await play(bounded, phaseOf("minimum"), { state, feeds: batch, data })).metrics.minimum![0]).toBe(
      0,
    );
    const plain = gameOf("contractive-fusion", { ...options, lambda2: 1e6 });
    const { metrics } = await play(plain, phaseOf("minimum"), { state, feeds: batch, data });
    expect(metrics.minimum![0]).toBeCloseTo(metrics["minimum/reconstruction"]![0]!, 6);
  });

  test("pointwise-min: what the decoder keeps are the statistics of examples, as in the first phase", async () => {
    const options = { ...convolutional, objective: "pointwise-min" };
    const game = gameFor({ model: "contractive-fusion", options, data: CONV });
    const names = game.variables
      .list()
      .filter(({ kind, network }) => kind === "statistic" && network === "decoder")
      .map(({ name }) => name);
    const kept = async (turn: string) => {
      const { state } = await play(game, phaseOf(turn));
      return names.map((name) => numbersOf(state, name));
    };
    expect(names).not.toEqual([]);
    expect(await kept("minimum")).toEqual(await kept("autoencoder"));
  });

  test("the first phase knows nothing of the adversarial side", async () => {
    const game = gameOf("contractive-fusion", { lambda: 0.5, lambda1: 2, jacobian: "exact" });
    const { metrics } = await play(game, game.phases[0]!);
    expect(Object.keys(metrics).sort()).toEqual([
      "autoencoder",
      "autoencoder/contraction",
      "autoencoder/reconstruction",
    ]);
    expect(metrics.autoencoder![0]).toBeCloseTo(
      2 * metrics["autoencoder/reconstruction"]![0]! + 0.5 * metrics["autoencoder/contraction"]![0]!,
      5,
    );
  });
});

describe("code-noise-gan", () => {
  test("decodes to the version without noise", async () => {
    const game = gameOf("code-noise-gan", { noise: 4 });
    const state = initialState(game);
    const codes = normal(3);
    const decoded = await ask(game, "decode", state, codes);
    expect(await ask(game, "vary", state, codes, new Float32Array(COUNT * 4))).toEqual(decoded);
    expect(await ask(game, "vary", state, codes, normal(4))).not.toEqual(decoded);
  });

  test("collapsing: what holds codes together is their spread over the batch", async () => {
    const game = gameOf("code-noise-gan", { encoder: "collapsing", batch: COUNT });
    const state = initialState(game);
    const data = {
      "data/values": {
        dtype: "uint8" as const,
        shape: [12, 1, 4, 3],
        data: Uint8Array.from({ length: 12 * SIZE }, (_, at) => Math.round(255 * (examples[at] ?? 0))),
      },
    };
    const pixels = Float32Array.from(
      data["data/values"].data.subarray(0, COUNT * SIZE),
      (byte) => byte / 255,
    );
    const codes = await ask(game, "encode", state, pixels);
    const spread = [0, 1, 2].map((unit) => {
      const values = Array.from({ length: COUNT }, (_, row) => codes[row * 3 + unit]!);
      return mean(values.map((value) => (value - mean(values)) ** 2));
    });
    const compiled = game.compileRound(phaseOf("encoder"));
    const feeds = Object.fromEntries([
      ...compiled.batches.map((name) => [
        name,
        { dtype: "int32" as const, shape: [1, COUNT], data: Int32Array.of(0, 1, 2, 3, 4) },
      ]),
      ...compiled.draws.map(({ name, tensor }) => [
        name,
        { dtype: "float32" as const, shape: [1, ...tensor.shape], data: new Float32Array(tensor.size) },
      ]),
    ]);
    const { metrics } = await play(game, phaseOf("encoder"), { state, data, feeds });
    expect(metrics["encoder/holding"]![0]).toBeCloseTo(
      spread.reduce((sum, value) => sum + value, 0),
      5,
    );
  });
});

test("noise-encoded-gan, plain: noise is encoded and decoded", async () => {
  const game = gameOf("noise-encoded-gan", { pipeline: "plain", noise: "normal" });
  const state = initialState(game);
  const draw = normal(SIZE);
  // Normal noise has the mean and variance of the uniform.
  const images = draw.map((value) => 0.5 + value / Math.sqrt(12));
  const expected = await ask(game, "reconstruct", state, images);
  const made = await ask(game, "generate", state, draw);
  made.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at]!, 5);
  });
});

test("latent-gan: codes come to have mean 0 and variance 1", async () => {
  const game = gameOf("latent-gan", { batch: 12 });
  const { state } = await play(game, game.phases[0]!, { rounds: 60 });
  const all = randomStream(0, "examples").integers(0, 256, new Int32Array(12 * SIZE));
  const codes = await ask(
    game,
    "encode",
    state,
    Float32Array.from(all, (value) => value / 255),
  );
  for (const unit of [0, 1, 2]) {
    const values = Array.from({ length: 12 }, (_, row) => codes[row * 3 + unit]!);
    expect(Math.abs(mean(values))).toBeLessThan(0.3);
    expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan(0.4);
  }
});
