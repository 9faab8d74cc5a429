// What trained networks are used for: the same answer to the same question, alone or in company, without a draw.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { askRole } from "../../test/support/ask-role.ts";
import { gameFor, nameOf, SETTINGS, type Setting } from "../../test/support/catalogue-games.ts";
import { initialState, numbersOf, play, someData, someFeeds } from "../../test/support/rounds.ts";
import { type CompiledRound, DATA, type Game } from "../game/game.ts";
import { type RoleName, roleFunctions } from "../game/roles.ts";
import { randomStream } from "../random/index.ts";
import { float32 } from "../runtime/engine.ts";
import type { State } from "../runtime/program.ts";
import { type AttributesOf, sizeOf, topologicalOrder } from "../tensor/index.ts";
import { findModel } from "./find-model.ts";

// A loss has no part in what the networks are used for.
const named = SETTINGS.filter(
  ({ model, options }) => model !== "gan" || options.loss === "minimax" || options.averaging !== undefined,
).map((setting) => [nameOf(setting), setting] as const);

type Inputs = readonly (Float32Array | Int32Array)[];

/** Examples (or codes, noise, labels) for a role. */
const someInputs = (game: Game, role: RoleName, count: number): Inputs =>
  roleFunctions(game)[role]!.inputs.map(({ name, shape, dtype }) => {
    const size = count * sizeOf(shape);
    const stream = randomStream(4, `${role}/${name}`);
    if (dtype === "int32")
      return stream.integers(0, game.data.specification.classes ?? 1, new Int32Array(size));
    return stream[name === "x" || name === "y" ? "uniform" : "normal"](0, new Float32Array(size));
  });

/** The third of them alone. */
const third = (inputs: Inputs, count: number): Inputs =>
  inputs.map((data) => data.slice((3 * data.length) / count, (4 * data.length) / count));

const ask = (game: Game, role: RoleName, state: State, inputs: Inputs) =>
  askRole(game, role, state, ...inputs);

/** A state in which running statistics and averages are no longer what they were at first. */
const trained = async (game: Game) => (await play(game, game.phases[0]!, { rounds: 2 })).state;

/** A gaussian likelihood's mean may lie anywhere. */
const isBounded = ({ data, options }: Setting) =>
  data.specification.kind === "image" && options.likelihood !== "gaussian";

describe("roles", () => {
  test.each(named)("%s", async (_, setting) => {
    const game = gameFor(setting);
    const functions = roleFunctions(game);
    expect(Object.keys(functions)).toEqual(setting.roles);
    const state = await trained(game);
    const before = structuredClone(state);
    const count = 5;
    for (const role of Object.keys(functions) as RoleName[]) {
      const { inputs, trace } = functions[role]!;
      // Nothing enters but the question and the weights: no noise, no batch of the training set.
      const traced = trace(2);
      const names = topologicalOrder([traced.output])
        .filter(({ primitive }) => primitive === "input")
        .map(({ attributes }) => (attributes as AttributesOf<"input">).name);
      const variables = names.filter((name) => inputs.every((input) => name !== input.name));
      expect(variables.filter((name) => game.variables.get(name) === undefined)).toEqual([]);

      const data = someInputs(game, role, count);
      const first = await ask(game, role, state, data);
      expect(await ask(game, role, state, data)).toEqual(first);
      expect(first.shape[0]).toBe(count);
      expect(new Set(first.data).size).toBeGreaterThan(1);
      if (role === "realness") expect(first.shape).toEqual([count]);
      if (role === "encode") expect(first.shape).toEqual([count, setting.code ?? setting.options.latent]);
      if (["generate", "decode", "reconstruct", "vary"].includes(role)) {
        expect(first.shape.slice(1)).toEqual(setting.data.specification.shape);
        if (isBounded(setting)) expect(first.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      }

      // The company of other examples changes nothing.
      const each = first.data.length / count;
      const alone = await ask(game, role, state, third(data, count));
      const among = { shape: [1, ...first.shape.slice(1)], data: first.data.slice(3 * each, 4 * each) };
      expectAgreement(alone, among, 1e-5, role);
    }
    expect(state).toEqual(before);
  });

  test("a reconstruction is the decoded code", async () => {
    const game = gameFor(SETTINGS.find(({ model }) => model === "vae")!);
    const state = await trained(game);
    const examples = someInputs(game, "reconstruct", 3);
    const code = await ask(game, "encode", state, examples);
    const decoded = await ask(game, "decode", state, [code.data]);
    expectAgreement(await ask(game, "reconstruct", state, examples), decoded, 1e-5);
  });

  test("averages are what generates, where they are kept", async () => {
    const setting = SETTINGS.find(({ options }) => options.averaging === 0.9)!;
    const game = gameFor(setting);
    const state = await trained(game);
    const noise = someInputs(game, "generate", 2);
    const wanted = await ask(game, "generate", state, noise);
    const others = Object.fromEntries(
      Object.entries(state).map(([name, value]) => [
        name,
        name.startsWith("generator/") ? float32(new Float32Array(value.data.length), value.shape) : value,
      ]),
    );
    expect(await ask(game, "generate", others, noise)).toEqual(wanted);
  });
});

describe("what learns together is averaged together", () => {
  const averaging = named.filter(
    ([, { model, options }]) => "averaging" in findModel(model).options.shape && options.pipeline !== "plain",
  );
  /** Roles of which one gives what the other takes. */
  const TOGETHER: readonly (readonly RoleName[])[] = [
    ["encode", "decode"],
    ["encode", "vary"],
    ["generate"],
    ["translate"],
    ["translateBack"],
  ];

  test.each(averaging)("%s", (_, setting) => {
    const game = gameFor({ ...setting, options: { ...setting.options, averaging: 0.9 } });
    const functions = roleFunctions(game);
    let some = 0;
    for (const roles of TOGETHER) {
      if (roles.some((role) => functions[role] === undefined)) continue;
      const read = roles.flatMap((role) => [...functions[role]!.trace(2).weights.keys()]);
      const networkOf = (name: string) => game.variables.get(name)!.network;
      const averaged = new Set(read.filter((name) => name.startsWith("average/")).map(networkOf));
      const asTheyAre = new Set(read.filter((name) => !name.startsWith("average/")).map(networkOf));
      some += averaged.size;
      for (const { turns } of game.phases) {
        const moved = turns
          .flat()
          .flatMap((player) => game.players[player]!.moves.map(({ networkName }) => networkName));
        if (moved.some((network) => averaged.has(network)))
          expect(
            moved.filter((network) => asTheyAre.has(network)),
            `${roles.join(", ")}: not averaged`,
          ).toEqual([]);
      }
    }
    expect(some).toBeGreaterThan(0);
  });
});

describe("the variational autoencoder", () => {
  const setting = SETTINGS.find(({ model, label }) => model === "vae" && label === "vectors")!;

  test("encodes to the mean of the posterior: its variance has no say", async () => {
    const game = gameFor(setting);
    const state = initialState(game);
    const latent = setting.options.latent as number;
    const last = game.variables
      .list()
      .findLast(({ name, kind }) => kind === "weight" && /^encoder\/.*kernel$/.test(name))!;
    expect(last.shape[1]).toBe(2 * latent);
    const shifted = (half: 0 | 1): State => ({
      ...state,
      [last.name]: float32(
        Float32Array.from(numbersOf(state, last.name), (value, index) =>
          Math.floor((index % (2 * latent)) / latent) === half ? value + 1 : value,
        ),
        last.shape,
      ),
    });
    const examples = someInputs(game, "encode", 3);
    const code = await ask(game, "encode", state, examples);
    expect(await ask(game, "encode", shifted(1), examples)).toEqual(code);
    expect(await ask(game, "encode", shifted(0), examples)).not.toEqual(code);
  });

  test.each(["bernoulli", "discretised logistic", "beta-binomial"])(
    "its posterior and its %s likelihood are what its evidence is made of",
    async (kind) => {
      const game = gameFor(
        SETTINGS.find(
          ({ model, label }) => model === "vae" && label.includes(kind) && label.includes("conv"),
        )!,
      );
      const state = await trained(game);
      const [x, noise] = someInputs(game, "evidence", 3) as [Float32Array, Float32Array];
      const levels = x.map((value) => Math.round(value * 255) / 255);
      const posterior = (await ask(game, "posterior", state, [levels])).data;
      const latent = noise.length / 3;
      const code = noise.map((draw, index) => {
        const at = 2 * latent * Math.floor(index / latent) + (index % latent);
        return posterior[at]! + draw * Math.exp(posterior[at + latent]! / 2);
      });
      const parameters = (await ask(game, "likelihood", state, [code])).data;
      const pixels = levels.length / 3;
      const logProbability = (image: number, pixel: number) => {
        const value = levels[image * pixels + pixel]!;
        if (kind === "bernoulli") {
          const logit = parameters[image * pixels + pixel]!;
          return value * logit - Math.log1p(Math.exp(logit));
        }
        if (kind === "beta-binomial") {
          const level = Math.round(value * 255);
          const alpha = Math.exp(parameters[2 * image * pixels + pixel]!);
          const beta = Math.exp(parameters[2 * image * pixels + pixels + pixel]!);
          let log = 0;
          for (let one = 0; one < level; one++)
            log += Math.log(((alpha + one) * (255 - one)) / ((one + 1) * (alpha + beta + one)));
          for (let one = 0; one < 255 - level; one++)
            log += Math.log((beta + one) / (alpha + beta + level + one));
          return log;
        }
        const location = parameters[2 * image * pixels + pixel]!;
        const scale = Math.exp(parameters[2 * image * pixels + pixels + pixel]!);
        const below = (end: number) => 1 / (1 + Math.exp((location - end) / scale));
        const [low, high] = [value - 0.5 / 255, value + 0.5 / 255];
        return Math.log((high > 1 ? 1 : below(high)) - (low < 0 ? 0 : below(low)));
      };
      const evidence = (await ask(game, "evidence", state, [levels, noise])).data;
      for (let image = 0; image < 3; image++) {
        let expected = 0;
        for (let pixel = 0; pixel < pixels; pixel++) expected += logProbability(image, pixel);
        for (let index = 0; index < latent; index++) {
          const logVariance = posterior[2 * latent * image + latent + index]!;
          const at = image * latent + index;
          expected += (noise[at]! ** 2 + logVariance - code[at]! ** 2) / 2;
        }
        expect(evidence[image]! / expected).toBeCloseTo(1, 4);
      }
    },
  );

  test("pays its whole divergence unless told otherwise", async () => {
    for (const { options, ...rest } of SETTINGS.filter(({ model }) => model === "vae")) {
      const { beta: _, freeBits: __, ...defaults } = options;
      const game = gameFor({ ...rest, options: defaults });
      const { metrics } = await play(game, game.phases[0]!);
      const [loss, distortion, divergence] = ["vae", "vae/distortion", "vae/divergence"].map(
        (name) => metrics[name]![0]!,
      );
      expect(divergence).toBeGreaterThan(0);
      expect(loss! / (distortion! + divergence!)).toBeCloseTo(1, 5);
    }
  });

  test("pays for its divergence by and by while it warms up", async () => {
    const options = { ...setting.options, warmUp: 4, beta: 2 };
    const game = gameFor({ ...setting, options });
    const { metrics } = await play(game, game.phases[0]!, { rounds: 6 });
    const [loss, distortion, divergence, bound] = [
      "vae",
      "vae/distortion",
      "vae/divergence",
      "vae/bound",
    ].map((name) => metrics[name]!);
    [0.25, 0.5, 0.75, 1, 1, 1].forEach((warmth, round) => {
      const paid = loss![round]! - distortion![round]!;
      expect(paid / (2 * warmth * divergence![round]!)).toBeCloseTo(1, 4);
      expect(bound![round]! / (distortion![round]! + divergence![round]!)).toBeCloseTo(1, 6);
    });
  });

  test("sees draws of its examples where they are binarised, and is the same otherwise", async () => {
    const images = SETTINGS.find(
      ({ model, label }) => model === "vae" && label.includes("bernoulli") && label.includes("conv"),
    )!;
    const drawing = gameFor({ ...images, options: { ...images.options, binarise: true } });
    const plain = gameFor(images);
    const [compiled, again] = [drawing, plain].map((game) => game.compileRound(game.phases[0]!)) as [
      CompiledRound,
      CompiledRound,
    ];
    const drawOf = (wanted: string) => compiled.draws.find(({ kind }) => kind === wanted)!.name;
    const feeds = someFeeds(drawing, compiled);
    const grey = someData(drawing)[DATA.values]!;
    expect(grey.dtype).toBe("uint8");

    // The same round on a set that holds what the first one draws.
    const size = sizeOf(grey.shape.slice(1));
    const black = new Uint8Array(grey.data.length);
    for (const [i, chance] of (feeds[drawOf("uniform")]!.data as Float32Array).entries()) {
      const example = Number(feeds[compiled.batches[0]!]!.data[Math.floor(i / size)]);
      black[i] = chance < Number(grey.data[example * size + (i % size)]) / 255 ? 255 : 0;
    }
    const inOrder = Int32Array.from({ length: plain.batch }, (_, row) => row);
    const same = await play(plain, plain.phases[0]!, {
      data: { [DATA.values]: { ...grey, data: black } },
      feeds: {
        [again.batches[0]!]: { dtype: "int32", shape: [1, plain.batch], data: inOrder },
        [again.draws[0]!.name]: feeds[drawOf("normal")]!,
      },
    });
    const drawn = await play(drawing, drawing.phases[0]!, { feeds });
    expect(drawn.metrics.vae![0]! / same.metrics.vae![0]!).toBeCloseTo(1, 5);
    expect(drawn.metrics.vae![0]).not.toBeCloseTo((await play(plain, plain.phases[0]!)).metrics.vae![0]!, 1);
  });

  test("free bits are paid for whether they are used or not", async () => {
    const options = { ...setting.options, freeBits: 50, beta: 2 };
    const game = gameFor({ ...setting, options });
    const { metrics, state } = await play(game, game.phases[0]!);
    const spent = metrics.vae![0]! - metrics["vae/distortion"]![0]!;
    expect(spent).toBeCloseTo(2 * 50 * (setting.options.latent as number), 2);
    expect(numbersOf(state, "vae/step")).toEqual([1]);
  });
});
