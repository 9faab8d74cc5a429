// Games on the plane without a page: what is drawn, playing by turns and by rounds, and all that is looked at.

import { describe, expect, test } from "vitest";
import { catalogue } from "../../../src/models/catalogue.ts";
import { nodeEngine } from "../../../src/runtime/node.ts";
import { describeModel } from "../../../src/studio/catalogue.ts";
import { distributionOf, drawnPoints } from "./distributions.ts";
import { Looks } from "./looks.ts";
import type { Layers } from "./messages.ts";
import type { PlaneData } from "./plane-data.ts";
import { PlaneGame } from "./plane-game.ts";
import { evenQuantiles, normalQuantiles } from "./quantiles.ts";
import { checkedOptions, planeOptions } from "./settings.ts";

const ALL: Layers = { field: "score", warp: true, arrows: true, rebuilt: true, averaged: false };
const RING: PlaneData = { kind: "ring", modes: 4, sigma: 0.02 };

/** A model's options as the view begins with them. */
function optionsOf(name: string): Record<string, unknown> {
  const details = describeModel(name);
  const { values, wrong } = checkedOptions(details.options, planeOptions(details));
  expect(wrong).toEqual([]);
  return values;
}

const begin = (model: string, options: Readonly<Record<string, unknown>> = {}, data: PlaneData = RING) =>
  PlaneGame.begin({ model, options: { ...optionsOf(model), ...options }, data, seed: 1 }, nodeEngine);

const numbersOf = (state: PlaneGame["state"], network: string) =>
  Object.entries(state)
    .filter(([name]) => name.startsWith(`${network}/`))
    .map(([, { data }]) => Array.from(data, Number));

describe("a drawing", () => {
  const strokes = [
    [-1, 0.5, 1, 0.5],
    [0, -1],
  ];

  test("is spread evenly along its strokes, a dot as a tenth of a unit", () => {
    const { values, labels } = drawnPoints(strokes, 0, { count: 21_000, seed: 0, stream: "a" });
    const line = Array.from(labels!.keys()).filter((at) => labels![at] === 0);
    expect(line.length / 21_000).toBeCloseTo(2 / 2.1, 2);
    const x = line.map((at) => values[2 * at]!);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...x)).toBeLessThanOrEqual(1);
    expect(x.reduce((sum, value) => sum + value ** 2, 0) / x.length).toBeCloseTo(1 / 3, 2);
    const heights = (label: number) =>
      new Set(Array.from(labels!.keys(), (at) => (labels![at] === label ? values[2 * at + 1] : undefined)));
    expect(heights(0)).toEqual(new Set([0.5, undefined]));
    expect(heights(1)).toEqual(new Set([-1, undefined]));
  });

  test("is blurred by its deviation, and the same for the same seed", () => {
    const draw = (seed: number) => drawnPoints([[0, 0]], 0.1, { count: 5000, seed, stream: "a" }).values;
    const values = draw(3);
    expect(values.reduce((sum, value) => sum + value ** 2, 0) / values.length).toBeCloseTo(0.01, 3);
    expect(draw(3)).toEqual(values);
    expect(draw(4)).not.toEqual(values);
  });

  test("of nothing is refused in one line", async () => {
    await expect(distributionOf({ kind: "drawn", strokes: [], sigma: 0.1 }, 0)).rejects.toThrow(
      "draw in the plane",
    );
  });
});

test("lines of the grid of noise have the same share of a normal distribution between them", () => {
  const lines = normalQuantiles(25);
  expect(lines[0]).toBeCloseTo(-2.5758, 2);
  expect(lines[6]).toBeCloseTo(-0.6647, 2); // the quantile of 0.2525
  expect(lines[12]).toBeCloseTo(0, 6);
  const [first, middle, last] = evenQuantiles(Float32Array.of(4, 1, 3, 2, 5), 3);
  expect(middle).toBe(3);
  expect(first! + last!).toBeCloseTo(6, 5);
});

describe("playing", () => {
  test("turn by turn comes to the same as by rounds", async () => {
    const [turns, rounds] = [
      await begin("wgan", { criticSteps: 2 }),
      await begin("wgan", { criticSteps: 2 }),
    ];
    await rounds.playRounds(2);
    const critic = numbersOf(turns.state, "critic");
    const generator = numbersOf(turns.state, "generator");
    const [first] = await turns.playTurn();
    expect(first).toMatchObject({ player: "critic", round: 1 / 3 });
    expect(numbersOf(turns.state, "critic")).not.toEqual(critic);
    expect(numbersOf(turns.state, "generator")).toEqual(generator);
    await turns.playTurn();
    const [last] = await turns.playTurn();
    expect(last).toMatchObject({ player: "generator", round: 1 });
    expect([turns.round, turns.turn]).toEqual([1, 0]);
    // A round that has begun is played to its end.
    await turns.playTurn();
    await turns.playRounds(10);
    expect([turns.round, turns.turn]).toEqual([2, 0]);
    for (const network of ["critic", "generator"]) {
      const [here, there] = [numbersOf(turns.state, network), numbersOf(rounds.state, network)];
      here.forEach((values, at) => {
        values.forEach((value, index) => {
          expect(value).toBeCloseTo(there[at]![index]!, 5);
        });
      });
    }
  });

  test("goes through a model's phases, by itself or when told", async () => {
    const play = await begin("latent-gan");
    expect([play.phase, play.turns]).toEqual([0, ["autoencoder"]]);
    await play.playRounds(2);
    await play.enterPhase(1);
    expect(play.turns).toEqual(["critic", "critic", "critic", "generator"]);
    const losses = await play.playRounds(1);
    expect(losses.map(({ player, round }) => [player, round])).toEqual([
      ["critic", 3],
      ["generator", 3],
    ]);
  });

  test("says in one line that it diverged, and keeps what was", async () => {
    const play = await begin("wgan", { learningRate: 1e30, penalty: "none" });
    const { state, round } = play;
    await expect(play.playRounds(20)).rejects.toThrow(
      /diverged before round \d+: .* try a lower learningRate/,
    );
    expect([play.state, play.round]).toEqual([state, round]);
  });
});

test("what is seen of a trained ring: points on the modes, a critic that knows them, divergences that fall", async () => {
  const play = await begin("gan", { batch: 64, penaltyWeight: 0.01 }, { kind: "ring", modes: 3, sigma: 0.1 });
  const looks = new Looks(play);
  expect(looks.facts).toMatchObject({
    extent: 1.6,
    modes: 3,
    players: ["critic", "generator"],
    makes: "generated",
    rebuilds: false,
    fields: ["score"],
    scoreUnit: "log odds of being real",
    warped: { of: "noise", length: 2 },
    averages: true,
    bins: { count: 40 },
  });
  const before = (await looks.measure(ALL))!;
  await play.playRounds(150);
  const after = (await looks.measure(ALL))!;
  expect(after.chance).toBeLessThan(0.1);
  expect(after.jensenShannon).toBeLessThan(before.jensenShannon);
  expect(before.jensenShannon).toBeLessThanOrEqual(Math.LN2);
  expect(after.coverage!.of).toBe(3);
  const view = await looks.look(ALL);
  expect(view.made).toHaveLength(1200);
  expect(view.field!.values).toHaveLength(view.field!.size ** 2);
  expect(view.warp).toMatchObject({ rows: 25, columns: 25 });
  expect(view.rebuilt).toBeUndefined();
  // Arrows are those of one batch, and not all 0.
  expect(view.arrows!.points).toHaveLength(128);
  expect(Math.max(...view.arrows!.wanted.map(Math.abs))).toBeGreaterThan(0);
  // The same look twice is the same; averages are other networks.
  expect((await looks.look(ALL)).made).toEqual(view.made);
  expect((await looks.look({ ...ALL, averaged: true })).made).not.toEqual(view.made);
  await looks.release();
});

describe("every model of the catalogue that can be built for points can be looked at", () => {
  const drawing: PlaneData = {
    kind: "drawn",
    strokes: [
      [-1, -1, 0, 1],
      [0.5, 0, 1, 0],
    ],
    sigma: 0.05,
  };
  test.each(catalogue.map(({ name }) => name))("%s", async (name) => {
    let play: PlaneGame;
    try {
      play = await begin(name, {}, drawing);
    } catch (error) {
      expect((error as Error).message).toMatch(/needs images|two sets of data|second/);
      return;
    }
    await play.playTurn();
    await play.playRounds(1);
    const looks = new Looks(play);
    const { facts } = looks;
    expect(facts.makes).toBeDefined();
    expect(facts.warped!.length).toBeGreaterThan(0);
    expect(facts.phases[0]!.turns.flat()).toContain(facts.players[0]);
    const view = await looks.look({ ...ALL, field: facts.fields[0] ?? "none" });
    expect(view.made).toHaveLength(1200);
    if (facts.fields.length > 0) expect(view.field!.values.every(Number.isFinite)).toBe(true);
    expect(view.warp!.points).toHaveLength(2 * view.warp!.rows * view.warp!.columns);
    if (facts.rebuilds) expect(view.rebuilt!.to).toHaveLength(view.rebuilt!.from.length);
    for (const points of [view.made!, view.warp!.points, view.arrows?.wanted ?? []])
      expect(Array.from(points).every(Number.isFinite)).toBe(true);
    const measures = await looks.measure(ALL);
    expect(measures!.jensenShannon).toBeGreaterThanOrEqual(0);
    await looks.release();
    await play.releasePrograms();
  });
});
