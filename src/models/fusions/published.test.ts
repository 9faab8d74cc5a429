// What the published fusions promise beyond their routing: who wants what, and what is particular to each.

import { describe, expect, test } from "vitest";
import { askRole } from "../../../test/support/ask-role.ts";
import { gameFor, SETTINGS, type Setting } from "../../../test/support/catalogue-games.ts";
import { initialState, numbersOf, phaseOf, play, withNumbers } from "../../../test/support/rounds.ts";
import { DATA, type Game } from "../../game/game.ts";
import { pullingAway } from "../../losses/entropy.ts";
import { randomStream } from "../../random/index.ts";
import { float32 } from "../../runtime/engine.ts";
import { evaluate } from "../../runtime/evaluate.ts";
import type { State } from "../../runtime/program.ts";
import { constant, input } from "../../tensor/index.ts";
import { priorOf } from "./priors.ts";

const settingOf = (model: string, label: string): Setting =>
  SETTINGS.find((setting) => setting.model === model && setting.label === label)!;

const changed = (setting: Setting, options: Readonly<Record<string, unknown>>): Game =>
  gameFor({ ...setting, options: { ...setting.options, ...options } });

const normals = (count: number, name = "points") => randomStream(5, name).normal(0, new Float32Array(count));

describe("who wants what", () => {
  // Each critic's gap, and who wants it closed when nothing else is in their loss.
  const rows = [
    ["adversarial-autoencoder", "conv", "critic", "encoder"],
    ["adversarial-autoencoder", "labels, packed", "critic", "encoder"],
    ["bigan", "conv", "critic", "generator"],
    ["bigan", "relativistic, packed", "critic", "generator"],
    ["alad", "vectors, two steps, penalty", "critic", "generator"],
    ["alad", "vectors, two steps, penalty", "exampleCritic", "generator"],
    ["alad", "vectors, two steps, penalty", "codeCritic", "generator"],
    ["alpha-gan", "conv", "critic", "generator"],
    ["alpha-gan", "conv", "codeCritic", "encoder"],
  ] as const;
  test.each(rows)("%s, %s: %s widens its gap, %s closes it", async (model, label, critic, adversary) => {
    const game = changed(settingOf(model, label), {
      learningRate: 1e-4,
      criticLearningRate: 1e-4,
      penalty: "none",
      ...(model === "alpha-gan" ? { lambda: 0 } : {}),
    });
    // The other critics say nothing.
    const others = Object.keys(game.players).filter((name) => /critic/i.test(name) && name !== critic);
    const state = withNumbers(initialState(game), new RegExp(`^(${others.join("|")})/dense`), () => 0);
    const gap = async (at: State) =>
      (await play(game, phaseOf(critic), { state: at })).metrics[`${critic}/gap`]![0]!;
    const before = await gap(state);
    expect(await gap((await play(game, phaseOf(critic), { state })).state)).toBeGreaterThan(before);
    expect(await gap((await play(game, phaseOf(adversary), { state })).state)).toBeLessThan(before);
  });

  test.each([
    ["began", { lambda: 1e-9 }],
    ["ebgan", { margin: 10 }],
  ] as const)(
    "%s: critic and generator want the opposite of generated examples' errors",
    async (model, options) => {
      const game = changed(settingOf(model, "conv"), { ...options, learningRate: 1e-4 });
      const first = initialState(game);
      const state = {
        ...first,
        ...(model === "began" ? { "state/k": float32(Float32Array.of(1), []) } : {}),
      };
      const losses = async (at: State) => {
        const { metrics } = await play(game, phaseOf(["critic", "generator"]), { state: at });
        return { critic: metrics.critic![0]!, generator: metrics.generator![0]! };
      };
      const before = await losses(state);
      const taught = await losses((await play(game, phaseOf("critic"), { state })).state);
      const answered = await losses((await play(game, phaseOf("generator"), { state })).state);
      expect(taught.critic).toBeLessThan(before.critic);
      expect(answered.generator).toBeLessThan(before.generator);
      expect(answered.critic).toBeGreaterThan(before.critic);
    },
  );
});

describe("adversarial-autoencoder", () => {
  const draws = 20_000;
  const options = { latent: 3, modes: 5, radius: 2, deviation: 0.2 } as const;
  const data = { kind: "vector", shape: [4], classes: 4 } as const;
  const drawn = async (prior: "gaussian" | "mixture" | "label", labels?: Int32Array) => {
    const { noise, draw } = priorOf(data, { ...options, prior });
    const given = labels && constant(labels, { dtype: "int32" });
    const [codes] = await evaluate([draw(input("noise", [draws, noise]), given)], {
      noise: normals(draws * noise),
    });
    return Array.from({ length: draws }, (_, row) =>
      Array.from(codes!.data.slice(3 * row, 3 * row + 3), Number),
    );
  };

  test("a mixture's Gaussians stand on a circle, each as likely", async () => {
    const codes = await drawn("mixture");
    const nearest = codes.map(([x, y]) => {
      const angle = (Math.atan2(y!, x!) / (2 * Math.PI)) * options.modes;
      return (Math.round(angle) + options.modes) % options.modes;
    });
    for (let mode = 0; mode < options.modes; mode++) {
      const members = codes.filter((_, row) => nearest[row] === mode);
      expect(members.length / draws).toBeCloseTo(1 / options.modes, 1.5);
      const angle = (2 * Math.PI * mode) / options.modes;
      const moments = [0, 1, 2].map((axis) => {
        const mean = members.reduce((sum, code) => sum + code[axis]!, 0) / members.length;
        const variance = members.reduce((sum, code) => sum + (code[axis]! - mean) ** 2, 0) / members.length;
        return [mean, Math.sqrt(variance)];
      });
      const wanted = [2 * Math.cos(angle), 2 * Math.sin(angle), 0];
      moments.forEach(([mean, deviation], axis) => {
        expect(Math.abs(mean! - wanted[axis]!)).toBeLessThan(0.05);
        expect(Math.abs(deviation! - (axis < 2 ? 0.2 : 1))).toBeLessThan(0.05);
      });
    }
  });

  test("with labels, a class has a Gaussian of its own", async () => {
    const labels = Int32Array.from({ length: draws }, (_, index) => index % 4);
    for (const [row, [x, y]] of (await drawn("label", labels)).entries()) {
      const angle = (2 * Math.PI * labels[row]!) / 4;
      expect(Math.hypot(x! - 2 * Math.cos(angle), y! - 2 * Math.sin(angle))).toBeLessThan(1.2);
    }
  });

  test("what does not go with the data or the code is said in one line", () => {
    const unlabelled = { kind: "vector", shape: [4] } as const;
    expect(() => priorOf(unlabelled, { ...options, prior: "label" })).toThrow(
      /needs labels.*take prior mixture/,
    );
    expect(() => priorOf(data, { ...options, prior: "mixture", latent: 1 })).toThrow(
      /at least 2.*set latent=2/,
    );
  });

  test("codes come to the prior: from far off, mean 0 and variance 1 in each direction", async () => {
    const setting = settingOf("adversarial-autoencoder", "mixture, penalty, two steps of the critic");
    const count = 256;
    const game = gameFor({
      ...setting,
      options: {
        architecture: "dense",
        widths: [16],
        criticWidths: [32],
        latent: 2,
        batch: 64,
        learningRate: 2e-3,
        penalty: "r1",
        penaltyWeight: 0.3,
        averaging: 0.99,
      },
      data: { ...setting.data, specification: { kind: "vector", shape: [2] }, count },
    });
    // An even square, away from 0.
    const values = randomStream(5, "square")
      .uniform(0, new Float32Array(2 * count))
      .map((value) => 4 + 4 * value);
    const data = { [DATA.values]: float32(values, [count, 2]) };
    const moments = async (state: State) => {
      const codes = await askRole(game, "encode", state, values);
      return [0, 1].map((axis) => {
        const along = Array.from({ length: count }, (_, row) => codes.data[2 * row + axis]!);
        const mean = along.reduce((sum, value) => sum + value) / count;
        return [mean, along.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count] as const;
      });
    };
    const [phase] = game.phases;
    const { state } = await play(game, phase!, { rounds: 2500, data });
    for (const [mean, variance] of await moments(state)) {
      expect(Math.abs(mean)).toBeLessThan(0.2);
      expect(Math.abs(variance - 1)).toBeLessThan(0.4);
    }
    expect((await moments(initialState(game))).some(([mean]) => Math.abs(mean) > 1)).toBe(true);
  });
});

describe("bigan", () => {
  test("encoder and generator become each other's inverse", async () => {
    const setting = settingOf("bigan", "relativistic, packed");
    const count = 256;
    const game = gameFor({
      ...setting,
      options: {
        architecture: "dense",
        widths: [32],
        criticWidths: [32, 32],
        latent: 1,
        batch: 64,
        learningRate: 1e-3,
        criticLearningRate: 1e-3,
      },
      data: { ...setting.data, specification: { kind: "vector", shape: [2] }, count },
    });
    // A bent line: two numbers of which one says all.
    const along = normals(count);
    const values = Float32Array.from({ length: 2 * count }, (_, index) => {
      const t = along[Math.floor(index / 2)]!;
      return index % 2 === 0 ? t : 0.5 * t * t;
    });
    const data = { [DATA.values]: float32(values, [count, 2]) };
    const error = async (state: State) => {
      const rebuilt = await askRole(game, "reconstruct", state, values);
      return rebuilt.data.reduce((sum, value, index) => sum + (value - values[index]!) ** 2, 0) / (2 * count);
    };
    const { state } = await play(game, game.phases[0]!, { rounds: 1500, data });
    const variance = values.reduce((sum, value) => sum + value * value, 0) / (2 * count);
    expect(await error(initialState(game))).toBeGreaterThan(0.5 * variance);
    expect(await error(state)).toBeLessThan(0.1 * variance);
  });
});

test("codes of a uniform prior lie in (−1, 1), where the generator's noise is brought too", async () => {
  const setting = settingOf("bigan", "dense, normalised, uniform codes");
  const game = gameFor(setting);
  const state = initialState(game);
  const size = setting.data.specification.shape.reduce((product, extent) => product * extent, 1);
  const codes = await askRole(
    game,
    "encode",
    state,
    normals(20 * size).map((value) => 30 * value),
  );
  expect(codes.data.every((value) => Math.abs(value) <= 1)).toBe(true);
  expect(Math.max(...codes.data)).toBeGreaterThan(0.3);
  // Φ(±0.6745) is 3/4 and 1/4, Φ(±1.2816) 9/10 and 1/10.
  const [noise, drawn] = [
    [0, 0.6744898, -1.2815516],
    [0, 0.5, -0.8],
  ];
  const latent = codes.data.length / 20;
  const filled = (values: number[]) =>
    Float32Array.from({ length: latent }, (_, index) => values[index % 3]!);
  const generated = await askRole(game, "generate", state, filled(noise!));
  const decoded = await askRole(game, "decode", state, filled(drawn!));
  for (const [index, value] of decoded.data.entries()) expect(generated.data[index]).toBeCloseTo(value, 4);
});

describe("alad", () => {
  test("an example that leads back to itself is not strange at all", async () => {
    const game = gameFor(settingOf("alad", "vectors, two steps, penalty"));
    // A generator that makes nothing but the example (0.5, 0.5, …).
    const state = withNumbers(initialState(game), /^generator\//, (name) =>
      name.endsWith("dense2/bias") ? 0.5 : 0,
    );
    const examples = new Float32Array(15).fill(0.5);
    examples.set(normals(10), 5);
    const scores = await askRole(game, "anomaly", state, examples);
    expect(scores.data[0]).toBe(0);
    expect(scores.data[1]).toBeGreaterThan(0);
    expect(scores.data[2]).toBeGreaterThan(0);
  });
});

describe("alpha-gan", () => {
  test("the critic weighs real examples twice, as there are two kinds of generated ones", async () => {
    const game = gameFor(settingOf("alpha-gan", "conv"));
    // A critic that gives all the score 1: 2·softplus(−1) + 2·softplus(1).
    const state = withNumbers(initialState(game), /^(critic|codeCritic)\/dense\d\//, () => 0);
    const biased = withNumbers(state, /^critic\/dense1\/bias/, () => 1);
    const { metrics } = await play(game, phaseOf(["critic", "codeCritic"]), { state: biased });
    expect(metrics.critic![0]).toBeCloseTo(2 * Math.log1p(Math.exp(-1)) + 2 * Math.log1p(Math.E), 5);
    expect(metrics.codeCritic![0]).toBeCloseTo(2 * Math.log(2), 5);
  });

  test("the critic pays a penalty once, however many kinds of generated examples there are", async () => {
    const critic = async (penaltyWeight: number) => {
      const game = changed(settingOf("alpha-gan", "conv"), { penalty: "r1", penaltyWeight });
      return (await play(game, phaseOf("critic"))).metrics;
    };
    // First weights are small, and slopes with them: the weight makes the penalty a part that can be seen.
    const weight = 1e6;
    const [without, paying] = [await critic(0), await critic(weight)];
    const penalty = weight * paying["critic/penalty"]![0]!;
    expect(penalty).toBeGreaterThan(0.1);
    expect((paying.critic![0]! - without.critic![0]!) / penalty).toBeCloseTo(1, 4);
  });

  test("what fools a critic is paid by the log ratio", async () => {
    const game = changed(settingOf("alpha-gan", "conv"), { lambda: 0 });
    const state = withNumbers(initialState(game), /^(critic|codeCritic)\/dense\d\//, () => 0);
    const biased = withNumbers(state, /^(critic\/dense1|codeCritic\/dense2)\/bias/, () => 0.5);
    const { metrics } = await play(game, phaseOf(["encoder", "generator"]), { state: biased });
    expect(metrics.encoder![0]).toBeCloseTo(-0.5, 5);
    expect(metrics.generator![0]).toBeCloseTo(-1, 5);
  });
});

describe("began", () => {
  const setting = settingOf("began", "squared errors, averages");

  test("k follows the balance of both errors, between 0 and 1", async () => {
    for (const [gamma, lambda, start] of [
      [1, 0.3, 0],
      [0.5, 0.1, 0.4],
      [0, 50, 0.5],
      [1, 1e4, 0.5],
    ] as const) {
      const game = changed(setting, { gamma, lambda });
      let state: State = { ...initialState(game), "state/k": float32(Float32Array.of(start), []) };
      for (let round = 0; round < 3; round++) {
        const k = numbersOf(state, "state/k")[0]!;
        const { metrics, state: next } = await play(game, game.phases[0]!, { state });
        const [real, generated] = [metrics["critic/real"]![0]!, metrics.generator![0]!];
        const balance = gamma * real - generated;
        expect(metrics["critic/k"]![0]).toBeCloseTo(k, 6);
        expect(metrics.critic![0]).toBeCloseTo(real - k * generated, 5);
        expect(metrics["critic/measure"]![0]).toBeCloseTo(real + Math.abs(balance), 5);
        expect(numbersOf(next, "state/k")[0]).toBeCloseTo(Math.min(Math.max(k + lambda * balance, 0), 1), 5);
        state = next;
      }
    }
  });

  test("what is strange is what is rebuilt badly", async () => {
    for (const power of [1, 2]) {
      const game = changed({ ...setting, data: settingOf("ebgan", "vectors").data }, { power });
      const state = initialState(game);
      const examples = normals(15);
      const rebuilt = await askRole(game, "reconstruct", state, examples);
      const scores = await askRole(game, "anomaly", state, examples);
      const realness = await askRole(game, "realness", state, examples);
      for (let row = 0; row < 3; row++) {
        let error = 0;
        for (let at = 5 * row; at < 5 * row + 5; at++)
          error += Math.abs(examples[at]! - rebuilt.data[at]!) ** power / 5;
        expect(scores.data[row]).toBeCloseTo(error, 5);
        expect(realness.data[row]).toBeCloseTo(-error, 5);
      }
    }
  });
});

describe("ebgan", () => {
  const setting = settingOf("ebgan", "vectors");

  test("the pulling-away term is the mean squared cosine between two codes", async () => {
    const of = async (rows: number[][]) => {
      const codes = constant(rows.flat(), { shape: [rows.length, rows[0]!.length] });
      return Number((await evaluate([pullingAway(codes)], {}))[0]!.data[0]);
    };
    expect(
      await of([
        [1, 2],
        [2, 4],
        [-1, -2],
      ]),
    ).toBeCloseTo(1, 6);
    expect(
      await of([
        [3, 0],
        [0, 5],
      ]),
    ).toBeCloseTo(0, 6);
    // cos² of 45° for two of three pairs, and of 90° for the third.
    expect(
      await of([
        [1, 0],
        [0, 2],
        [1, 1],
      ]),
    ).toBeCloseTo(1 / 3, 6);
  });

  test("beyond the margin, generated examples are left alone", async () => {
    const play1 = async (margin: number) => {
      const game = changed(setting, { margin });
      const { metrics, state } = await play(game, phaseOf("critic"));
      return {
        loss: metrics.critic![0]!,
        gap: metrics["critic/gap"]![0]!,
        weights: numbersOf(state, "decoder/dense2/bias"),
        slots: numbersOf(state, "critic/first/decoder/dense2/bias"),
      };
    };
    const [low, lower, high] = [await play1(1e-4), await play1(2e-4), await play1(100)];
    // The loss below the margin is the real examples' energy alone; above, m − D(G(z)) is added.
    expect(lower).toEqual(low);
    expect(high.loss).toBeCloseTo(100 - low.gap, 3);
    expect(high.slots).not.toEqual(low.slots);
  });
});

describe("ganomaly", () => {
  test("the generator's loss is the weighted sum of its three parts", async () => {
    const weights = { adversarialWeight: 2, contextualWeight: 3, encoderWeight: 5 };
    const game = changed(settingOf("ganomaly", "conv"), weights);
    const { metrics } = await play(game, phaseOf("generator"));
    const part = (name: string) => metrics[`generator/${name}`]![0]!;
    const sum = 2 * part("adversarial") + 3 * part("contextual") + 5 * part("encoding");
    expect(metrics.generator![0]! / sum).toBeCloseTo(1, 5);
    expect(Math.min(part("adversarial"), part("contextual"), part("encoding"))).toBeGreaterThan(0);
  });

  test("the score is the distance between both codes", async () => {
    const game = gameFor({
      ...settingOf("ganomaly", "dense, penalty, augmented"),
      data: settingOf("ebgan", "vectors").data,
      options: { ...settingOf("ganomaly", "dense, penalty, augmented").options, augmentation: [] },
    });
    // Both encoders are the same, and whatever is decoded is (0.5, 0.5, …): A(x) = ‖E(x) − E(0.5, …)‖₁.
    const first = initialState(game);
    const same = Object.fromEntries(
      Object.entries(first).map(([name, value]) => [
        name,
        first[name.replace(/^secondEncoder\//, "encoder/")] ?? value,
      ]),
    );
    const state = withNumbers(same, /^decoder\//, (name) => (name.endsWith("dense2/bias") ? 0.5 : 0));
    const examples = new Float32Array(15).fill(0.5);
    examples.set(normals(10), 5);
    const codes = await askRole(game, "encode", state, examples);
    const scores = await askRole(game, "anomaly", state, examples);
    for (let row = 0; row < 3; row++) {
      let distance = 0;
      for (let axis = 0; axis < 3; axis++)
        distance += Math.abs(codes.data[3 * row + axis]! - codes.data[axis]!);
      expect(scores.data[row]).toBeCloseTo(distance, 5);
    }
    expect(scores.data[0]).toBe(0);
    expect(scores.data[1]).toBeGreaterThan(0);
  });
});
