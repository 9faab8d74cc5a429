// What each player pays, pinned by value. A critic whose last layer is nothing but a bias gives all samples one score,
// so that its part in a loss is a number known beforehand, and what it is told of reconstructions and codes is the
// rest: the weighted sum that the model's header writes. A generator that was given its critic's loss would pay another
// number.

import { describe, expect, test } from "vitest";
import { gameFor } from "../../../test/support/catalogue-games.ts";
import { CONV, DENSE, small, withTarget } from "../../../test/support/games/setting.ts";
import { initialState, phaseOf, play, withNumbers } from "../../../test/support/rounds.ts";
import type { TrainingData } from "../../game/game.ts";
import { findModel } from "../find-model.ts";

const SCORE = 0.7;
const softplus = (value: number) => Math.log1p(Math.exp(value));
/** What fooling a critic of this score costs a generator, and what telling both kinds apart costs the critic. */
const FOOLING = softplus(-SCORE);
const TELLING = softplus(-SCORE) + softplus(SCORE);

/** A round of some players, in which the last layers of some critics give every sample one score. */
async function paid(
  model: string,
  options: Record<string, unknown>,
  turns: readonly string[],
  { critics = ["critic"], data = DENSE }: { critics?: readonly string[]; data?: TrainingData } = {},
): Promise<Readonly<Record<string, number>>> {
  const game = gameFor({ model, options, data });
  const lastOf = (critic: string) =>
    game.variables
      .list()
      .findLast(({ name, network }) => network === critic && name.endsWith("/bias"))!
      .name.replace(/bias$/, "");
  const lasts = new RegExp(`^(${critics.map(lastOf).join("|")})`);
  const state = withNumbers(initialState(game), lasts, (name) => (name.endsWith("bias") ? SCORE : 0));
  const { metrics } = await play(game, phaseOf(turns), { state });
  return Object.fromEntries(Object.entries(metrics).map(([name, [value]]) => [name, value!]));
}

const dense = { ...small, architecture: "dense", widths: [6] };
const adversarial = { ...dense, loss: "non-saturating", penalty: "none" };

describe("critics and generators alone", () => {
  test.each([
    ["noise-encoded-gan", {}],
    ["feature-gan", { sees: "both", criticWidths: [5], spectralNorm: false }],
    ["latent-gan", { codeWidths: [5] }],
  ] as const)("%s", async (model, options) => {
    const found = await paid(model, { ...adversarial, ...options }, ["critic", "generator"]);
    expect(found.critic).toBeCloseTo(TELLING, 5);
    expect(found.generator).toBeCloseTo(FOOLING, 5);
  });
});

test("code-noise-gan: λ₁·reconstruction + λ·holding, and λ₁·reconstruction + λ₂·fooling", async () => {
  const weights = { lambda: 0.3, lambda1: 7, lambda2: 2 };
  for (const encoder of ["contractive", "collapsing"]) {
    const found = await paid("code-noise-gan", { ...adversarial, ...weights, encoder, noise: 2 }, [
      "critic",
      "encoder",
      "generator",
    ]);
    const [error, holding] = [found["encoder/reconstruction"]!, found["encoder/holding"]!];
    expect(error * holding).toBeGreaterThan(0);
    expect(found.critic).toBeCloseTo(TELLING, 5);
    expect(found.encoder).toBeCloseTo(7 * error + 0.3 * holding, 5);
    expect(found.generator).toBeCloseTo(7 * error + 2 * FOOLING, 5);
  }
});

test("shared-fusion: λ₁·reconstruction + λ₂·telling, and λ₁·reconstruction + λ₂·fooling", async () => {
  const found = await paid(
    "shared-fusion",
    { ...adversarial, fusion: "sum", logitWeight: 1, errorWeight: 0, lambda1: 3, lambda2: 2 },
    ["critic", "generator"],
    { critics: ["realness"] },
  );
  const error = found["critic/reconstruction"]!;
  expect(error).toBeGreaterThan(0);
  expect(found.critic).toBeCloseTo(3 * error + 2 * TELLING, 5);
  expect(found.generator).toBeCloseTo(3 * error + 2 * FOOLING, 5);
});

describe("contractive-fusion", () => {
  const weights = { lambda: 0.3, lambda1: 7, lambda2: 2, jacobian: "exact" };

  test("autoencode: λ₁·reconstruction + λ·contraction; generate: the critic's and the generator's own", async () => {
    const found = await paid("contractive-fusion", { ...adversarial, ...weights }, [
      "autoencoder",
      "critic",
      "generator",
    ]);
    const [error, contraction] = [found["autoencoder/reconstruction"]!, found["autoencoder/contraction"]!];
    expect(error * contraction).toBeGreaterThan(0);
    expect(found.autoencoder).toBeCloseTo(7 * error + 0.3 * contraction, 5);
    expect(found.critic).toBeCloseTo(TELLING, 5);
    expect(found.generator).toBeCloseTo(FOOLING, 5);
  });

  test("joint: λ₁·reconstruction + λ·contraction + λ₂·fooling, Wasserstein's unless told", async () => {
    for (const [loss, fooling] of [
      ["non-saturating", FOOLING],
      ["wasserstein", -SCORE],
    ] as const) {
      const found = await paid("contractive-fusion", { ...adversarial, ...weights, loss }, ["joint"]);
      const [error, contraction] = [found["joint/reconstruction"]!, found["joint/contraction"]!];
      expect(found.joint).toBeCloseTo(7 * error + 0.3 * contraction + 2 * fooling, 5);
    }
  });

  test("pointwise-min: one player's loss is the other's gain", async () => {
    const found = await paid(
      "contractive-fusion",
      { ...adversarial, ...weights, objective: "pointwise-min" },
      ["minimum", "opponent"],
    );
    expect(found.minimum).toBeGreaterThan(0);
    expect(found.opponent).toBeCloseTo(-found.minimum!, 6);
  });
});

test("vae-gan: β·divergence + features for the encoder, γ·features + fooling by both kinds for the decoder", async () => {
  for (const gamma of [0, 0.5]) {
    const found = await paid("vae-gan", { ...adversarial, gamma, beta: 3 }, ["critic", "encoder", "decoder"]);
    const [features, divergence] = [found["encoder/features"]!, found["encoder/divergence"]!];
    expect(features * divergence).toBeGreaterThan(0);
    expect(found.critic).toBeCloseTo(TELLING + softplus(SCORE), 5);
    expect(found.encoder).toBeCloseTo(3 * divergence + features, 4);
    expect(found.decoder).toBeCloseTo(gamma * features + 2 * FOOLING, 5);
  }
});

describe("translation", () => {
  const filters = { batch: 2, filters: 2, penalty: "none" };

  test("pix2pix: fooling + l1·absolute error", async () => {
    const data = withTarget(CONV, { paired: true, shape: [1, 16, 16] });
    const options = { ...filters, loss: "non-saturating", l1: 5, dropout: 0 };
    const found = await paid("pix2pix", options, ["critic", "generator"], { data });
    expect(found["generator/l1"]).toBeGreaterThan(0);
    expect(found.critic).toBeCloseTo(TELLING, 5);
    expect(found.generator).toBeCloseTo(FOOLING + 5 * found["generator/l1"]!, 4);
  });

  test("unit: fooling in both domains, both kinds of errors and the divergence, each with its weight and a plus", async () => {
    const data = withTarget(
      { ...CONV, specification: { kind: "image", shape: [2, 8, 8] } },
      { paired: false, shape: [1, 8, 8] },
    );
    const weighed = { reconstruction: 5, cycle: 3, divergence: 0.4, adversarialWeight: 2 };
    const options = { ...filters, loss: "non-saturating", codeChannels: 3, ...weighed };
    const found = await paid("unit", options, ["critic", "translator"], {
      critics: ["critic-first", "critic-second"],
      data,
    });
    const part = (name: string) => found[`translator/${name}`]!;
    for (const name of ["reconstruction", "cycle", "divergence"]) expect(part(name)).toBeGreaterThan(0);
    expect(found.critic).toBeCloseTo(2 * TELLING, 5);
    expect(found.translator! - 2 * 2 * FOOLING).toBeCloseTo(
      5 * part("reconstruction") + 3 * part("cycle") + 0.4 * part("divergence"),
      3,
    );
    // What presses on codes is on unless told.
    expect(findModel("unit").options.parse({})).toMatchObject({ divergence: 0.1, cycle: 100 });
  });
});
