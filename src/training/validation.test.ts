import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadDataset } from "../data/index.ts";
import { Game } from "../game/game.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { nodeEngine } from "../runtime/node.ts";
import { readAllEvents } from "./events.ts";
import { open } from "./open.ts";
import { planOf } from "./plan.ts";
import { trainingDataOf } from "./prepare.ts";
import { train } from "./train.ts";
import { initialState, Trainer } from "./trainer.ts";
import { measureValidation, validationNames } from "./validation.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gamelan-validation-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function trainerOf(name: string, data: string, given: Readonly<Record<string, unknown>>) {
  const dataset = await loadDataset(data, { seed: 0 });
  const model = findModel(name);
  const game = new Game(model, checkOptions(model, given), trainingDataOf(dataset));
  const trainer = new Trainer({
    ...{ game, dataset, seed: 0, engine: nodeEngine, round: 0 },
    session: { device: "cpu", threads: 1 },
    plan: planOf(game, [4]),
    state: initialState(game, 0),
  });
  return { dataset, game, trainer };
}

test("an autoencoder's loss on the validation split is the error of its reconstructions there", async () => {
  // 70 batches, more than one call; normalisations by what training has gathered, in both.
  for (const [data, options] of [
    ["glyphs:train=60,validation=280", { architecture: "dense", widths: [16], batch: 4 }],
    ["glyphs:train=60,validation=24", { architecture: "conv", filters: 4, batch: 12 }],
  ] as const) {
    const { dataset, trainer } = await trainerOf("autoencoder", data, { latent: 4, ...options });
    await trainer.advance(4);
    const { autoencoder, mse } = await measureValidation(trainer, dataset, 0);
    expect(autoencoder).toBeCloseTo(mse!, 6);
    await trainer.release();
  }
});

test("every turn sees all of the split", async () => {
  // The first of two turns minimises the reconstruction, of batches that both turns have.
  const { dataset, trainer } = await trainerOf("adversarial-autoencoder", "glyphs:train=60,validation=40", {
    ...{ architecture: "dense", widths: [16], criticWidths: [16], latent: 4, batch: 10 },
  });
  const { mse, ...losses } = await measureValidation(trainer, dataset, 0);
  const reconstruction = Object.entries(losses).filter(([, value]) => Math.abs(value - mse!) < 1e-6);
  expect(reconstruction.map(([name]) => name)).toEqual(["autoencoder"]);
  await trainer.release();
});

test("a second set without validation examples leaves the losses out", async () => {
  const out = join(folder, "run");
  const to = "glyphs:train=20,validation=0,test=4";
  const request = { model: "unit", to, options: { filters: 4, batch: 4 }, rounds: 1, threads: 1 };
  const data = "glyphs:train=20,validation=8,test=4";
  for await (const _ of (await train({ ...request, data, out })).events());
  const look = (await readAllEvents(join(out, "events.jsonl"))).find(({ type }) => type === "validation")!;
  expect(Object.keys(look.measures as object)).toEqual(["mse"]);
});

test("looking changes nothing, and two looks see the same", async () => {
  const { dataset, game, trainer } = await trainerOf("vae", "glyphs:train=60,validation=30", {
    ...{ architecture: "dense", widths: [16], latent: 4, batch: 20 },
  });
  const names = validationNames(game, dataset);
  expect(names).toEqual(["mse", "vae", "vae/distortion", "vae/divergence"]);
  const before = trainer.state;
  const first = await measureValidation(trainer, dataset, 0);
  expect(trainer.state).toBe(before);
  expect(await measureValidation(trainer, dataset, 0)).toEqual(first);
  expect(Object.keys(first).sort()).toEqual([...names].sort());
  expect(first.vae).toBeCloseTo(first["vae/distortion"]! + first["vae/divergence"]!, 3);
  await trainer.release();
});

test("a loss is that of the averaged weights, which generate", async () => {
  const options = { architecture: "dense", widths: [16], criticWidths: [16], latent: 4, batch: 20 };
  const { dataset, trainer } = await trainerOf("bigan", "glyphs:train=60,validation=20", {
    ...options,
    averaging: 0.999,
  });
  await trainer.advance(4);
  const averaged = await measureValidation(trainer, dataset, 0);
  const weights = Object.entries(trainer.state).filter(([name]) => name.startsWith("average/generator/"));
  expect(weights.length).toBeGreaterThan(0);
  trainer.state = {
    ...trainer.state,
    ...Object.fromEntries(weights.map(([name]) => [name, trainer.state[name.slice("average/".length)]!])),
  };
  const played = await measureValidation(trainer, dataset, 0);
  expect(played.generator).not.toBe(averaged.generator);
  await trainer.release();
});

test("models of two sets and of labels have losses on the validation split", async () => {
  const data = "glyphs:train=40,validation=12,test=4";
  const runs = [
    { model: "unit", to: `${data}+edges`, options: { filters: 4, batch: 4 } },
    { model: "conditional-gan", options: { architecture: "dense", widths: [16], batch: 4 } },
  ];
  for (const [index, request] of runs.entries()) {
    const out = join(folder, String(index));
    for await (const _ of (await train({ ...request, data, rounds: 2, threads: 1, out })).events());
    const looks = (await readAllEvents(join(out, "events.jsonl"))).filter(
      ({ type }) => type === "validation",
    );
    const values = Object.values(looks.at(-1)!.measures as Record<string, number>);
    expect(values.length).toBeGreaterThan(1);
    for (const value of values) expect(Number.isFinite(value)).toBe(true);
  }
});

test("data without a validation split are not looked at", async () => {
  const out = join(folder, "run");
  const options = { widths: [16], latent: 4, batch: 20 };
  const data = "glyphs:train=60,validation=0";
  const training = await train({ model: "autoencoder", data, options, rounds: 3, threads: 1, out });
  const kinds = new Set<string>();
  for await (const { type } of training.events()) kinds.add(type);
  expect(kinds).not.toContain("validation");
  await (await open(out)).close();
});
