import { describe, expect, test } from "vitest";
import { Game, type TrainingData } from "../game/game.ts";
import { serialise } from "../onnx/serialise.ts";
import { roundLoop } from "../runtime/program.ts";
import { schemasOf } from "../settings.ts";
import { catalogue } from "./catalogue.ts";
import { idleOptions, refuseIdleOptions } from "./effects.ts";
import { findModel } from "./find-model.ts";
import { checkOptions } from "./settings.ts";

const DATA: Readonly<Record<"image" | "vector", TrainingData>> = {
  image: { specification: { kind: "image", shape: [1, 8, 8] }, count: 8, dtype: "uint8", labelled: false },
  vector: { specification: { kind: "vector", shape: [3] }, count: 8, dtype: "float32", labelled: false },
};

const SMALL = { batch: 4, latent: 2 };

/** The rounds of a model, as they are played. */
function roundsOf(name: string, options: Readonly<Record<string, unknown>>, kind: "image" | "vector") {
  const model = findModel(name);
  const game = new Game(model, checkOptions(model, { ...SMALL, ...options }), DATA[kind]);
  return game.phases.map((phase) =>
    Buffer.from(serialise(roundLoop(game.compileRound(phase)))).toString("base64"),
  );
}

type Case = readonly ["image" | "vector", string, Record<string, unknown>, Record<string, unknown>];

const IDLE: readonly Case[] = [
  ["image", "vae", { filters: 2 }, { deviation: 0.3 }],
  ["image", "vae", { filters: 2 }, { widths: [4] }],
  ["vector", "vae", { widths: [4] }, { filters: 3 }],
  ["image", "autoencoder", { widths: [4] }, { filters: 3 }],
  ["image", "wgan", { filters: 2 }, { widths: [4] }],
  ["image", "gan", { preset: "tiny" }, { penaltyWeight: 3 }],
  ["vector", "gan", { preset: "tiny", optimiser: "rmsprop" }, { beta1: 0.1 }],
];

describe("an option that changes nothing", () => {
  test.each(IDLE)("of %s data, %s %o: %o", (kind, name, options, change) => {
    const model = findModel(name);
    expect([...idleOptions(model, { ...options, ...change }, kind).keys()]).toEqual(Object.keys(change));
    expect(roundsOf(name, { ...options, ...change }, kind)).toEqual(roundsOf(name, options, kind));
  });

  test("is refused by what it would take, and not where it is given as it is anyway", () => {
    const refused = (name: string, options: Record<string, unknown>, kind: "image" | "vector") => () =>
      refuseIdleOptions(findModel(name), options, kind);
    expect(refused("vae", { deviation: 0.3 }, "image")).toThrow(
      "deviation of vae has no effect with likelihood=bernoulli, which images have unless told; set likelihood=gaussian, or leave deviation out",
    );
    expect(refused("vae", { architecture: "conv", widths: [64] }, "image")).toThrow(
      "widths of vae has no effect with architecture=conv; set architecture=dense, or leave widths out",
    );
    expect(refused("gan", { penalty: "clip", penaltyWeight: 1 }, "vector")).toThrow(
      "penaltyWeight of gan has no effect with penalty=clip; set penalty=gradient, r1, r2, r1r2 or dragan, or leave penaltyWeight out",
    );
    expect(refused("dcgan", { halveAfter: 10 }, "image")).toThrow(
      "halveAfter of dcgan has no effect with halveEvery=0; set halveEvery above 0, or leave halveAfter out",
    );
    // As the options of a run are, which are complete.
    for (const model of catalogue)
      expect(refused(model.name, checkOptions(model, {}), "image")).not.toThrow();
  });
});

const COUNTED: readonly Case[] = [
  ["vector", "vae", { widths: [4] }, { deviation: 0.3 }],
  ["image", "vae", { architecture: "dense" }, { widths: [4] }],
  ["vector", "gan", { preset: "tiny" }, { penaltyWeight: 3 }],
  ["vector", "gan", { preset: "tiny" }, { halveAfter: 3 }],
  ["image", "code-noise-gan", { filters: 2, jacobian: "estimate" }, { projections: 2 }],
];

test.each(COUNTED)(
  "of %s data, %s %o, what changes something is let be: %o",
  (kind, name, options, change) => {
    expect(idleOptions(findModel(name), { ...options, ...change }, kind).size).toBe(0);
    expect(roundsOf(name, { ...options, ...change }, kind)).not.toEqual(roundsOf(name, options, kind));
  },
);

test("conditions are of options that there are, with values that these have", () => {
  for (const model of catalogue) {
    const schemas = schemasOf(model.options);
    for (const schema of schemas.values()) {
      const { onlyWith = [] } = schema as { onlyWith?: { option: string; is?: string[] }[] };
      for (const { option, is = [] } of onlyWith) {
        const { enum: values = [] } = schemas.get(option) ?? {};
        expect(schemas.has(option), `${option} of ${model.name}`).toBe(true);
        expect(values).toEqual(expect.arrayContaining(is));
      }
    }
  }
});
