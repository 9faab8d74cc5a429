// What is seen of a game on the plane at one moment: made points, the critic's score as a field, the map from noise to
// the plane, what the maker's loss wants of each point, reconstructions, and measures. Noise and real points are the
// same in every look, so that what moves are the networks.

import { type RoleName, roleFunctions } from "../../../src/game/roles.ts";
import { type ExampleSlopes, exampleSlopes } from "../../../src/game/slopes.ts";
import { jensenShannon, kullbackLeibler, planeHistogram } from "../../../src/metrics/histogram-divergence.ts";
import { modeCoverage } from "../../../src/metrics/modes.ts";
import { randomStream } from "../../../src/random/index.ts";
import { Computation } from "../../../src/runtime/computation.ts";
import type { Value } from "../../../src/runtime/engine.ts";
import { InferenceProgram } from "../../../src/runtime/inference.ts";
import type { GameFacts, Layers, Measures, View } from "./messages.ts";
import type { PlaneGame } from "./plane-game.ts";
import { evenQuantiles, normalQuantiles } from "./quantiles.ts";

const DEVICE = { device: "cpu", threads: 1 } as const;
const SHOWN = 600;
const REAL_SHOWN = 1200;
const REBUILT = 200;
/** Samples that modes and divergences are told from; PacGAN's protocol has as many (Lin et al. 2018). */
const MEASURED = 2500;
const FIELD = 44;
const KNOTS = 25;
const CURVE = 301;
const BINS = 40;
const ENCODED = 1000;

type Points = Float32Array;

export class Looks {
  readonly facts: GameFacts;
  private readonly play: PlaneGame;
  private readonly programs = new Map<string, Promise<InferenceProgram>>();
  private readonly noise = new Map<number, Points>();
  private readonly roles: Readonly<Record<"averaged" | "playing", ReturnType<typeof roleFunctions>>>;
  private readonly realHistogram: Float64Array;
  private readonly chance: number;
  private slopes: { phase: number; computation: Promise<Computation> | undefined } | undefined;

  constructor(play: PlaneGame) {
    this.play = play;
    const { game, distribution, options } = play;
    const { roles } = game;
    this.roles = { averaged: roleFunctions(game), playing: roleFunctions(game, { averaged: false }) };
    const named = Object.keys(this.roles.playing);
    const { extent, train, test, modes } = distribution;
    const window = { from: -extent, to: extent, bins: BINS };
    this.realHistogram = planeHistogram(test.values, window);
    this.chance = jensenShannon(
      planeHistogram(train.values.subarray(0, 2 * MEASURED), window),
      this.realHistogram,
    );
    const makes = (["generate", "vary", "reconstruct"] as const).find((name) => named.includes(name));
    const codes = this.roles.playing.decode?.inputs[0]?.shape[0] ?? 0;
    this.facts = {
      extent,
      real: (test.values as Points).slice(0, 2 * REAL_SHOWN),
      ...(modes === undefined ? {} : { modes: modes.count }),
      phases: game.phases.map(({ name, turns }) => ({ name, turns: turns.map((turn) => [turn].flat()) })),
      players: [...new Set(game.phases.flatMap(({ turns }) => turns.flat()))],
      makes:
        makes && ({ generate: "generated", vary: "varied", reconstruct: "reconstructed" } as const)[makes],
      rebuilds: named.includes("reconstruct"),
      fields: [
        ...(named.includes("realness") ? (["score"] as const) : []),
        ...(named.includes("reconstruct") ? (["error"] as const) : []),
      ],
      scoreUnit: scoreUnit(game.model.name, options.loss),
      warped:
        roles.generate !== undefined
          ? { of: "noise", length: roles.generate.latent }
          : codes > 0
            ? { of: "codes", length: codes }
            : undefined,
      averages: game.variables.list().some(({ kind }) => kind === "average"),
      weights: play.weights,
      bins: { count: BINS, width: (2 * extent) / BINS },
    };
  }

  /** What the layers show. */
  async look(layers: Layers): Promise<View> {
    const { fields, warped, rebuilds } = this.facts;
    const made = await this.made(SHOWN, layers);
    const view: { -readonly [Key in keyof View]: View[Key] } = {};
    if (made !== undefined) view.made = made;
    if (layers.field !== "none" && fields.includes(layers.field)) {
      view.field = { kind: layers.field, size: FIELD, values: await this.field(layers.field, layers) };
      if (layers.field === "score" && made !== undefined) {
        const [real, fake] = [
          await this.role("realness", layers, this.facts.real.subarray(0, 2 * 256)),
          await this.role("realness", layers, made.subarray(0, 2 * 256)),
        ];
        view.scores = { real: mean(real), made: mean(fake) };
      }
    }
    if (layers.warp && warped !== undefined) view.warp = await this.warp(layers);
    if (layers.arrows) {
      const arrows = await this.arrows();
      if (arrows !== undefined) view.arrows = arrows;
    }
    if (layers.rebuilt && rebuilds) {
      const from = this.facts.real.slice(0, 2 * REBUILT);
      view.rebuilt = { from, to: await this.role("reconstruct", layers, from) };
    }
    return view;
  }

  /** Modes and divergences; undefined for a game that makes no points. */
  async measure(layers: Layers): Promise<Measures | undefined> {
    const made = await this.made(MEASURED, layers);
    if (made === undefined || !made.every(Number.isFinite)) return undefined;
    const { extent, modes, test } = this.play.distribution;
    const histogram = planeHistogram(made, { from: -extent, to: extent, bins: BINS });
    const coverage =
      modes && modeCoverage(made, modes.centres, { dimensions: 2, deviation: Math.max(modes.sigma, 1e-6) });
    return {
      samples: MEASURED,
      real: test.count,
      ...(coverage === undefined ? {} : { coverage: { ...coverage, of: modes!.count } }),
      jensenShannon: jensenShannon(histogram, this.realHistogram),
      chance: this.chance,
      madeFromReal: kullbackLeibler(histogram, this.realHistogram),
      realFromMade: kullbackLeibler(this.realHistogram, histogram),
      ...(this.facts.rebuilds ? { error: await this.rebuildingError(layers) } : {}),
    };
  }

  async release(): Promise<void> {
    for (const program of this.programs.values()) await (await program).release();
    await (await this.slopes?.computation)?.release();
    this.programs.clear();
    this.slopes = undefined;
  }

  private async role(
    name: RoleName,
    { averaged }: Layers,
    ...inputs: (Float32Array | Int32Array)[]
  ): Promise<Points> {
    const kind = averaged ? "averaged" : "playing";
    const key = `${kind}/${name}`;
    let program = this.programs.get(key);
    if (program === undefined) {
      program = InferenceProgram.create(this.play.engine, this.roles[kind][name]!, DEVICE);
      this.programs.set(key, program);
    }
    return (await (await program).run(inputs, this.play.state)).data;
  }

  /** The first of the test's points, made anew by whatever role makes points. */
  private async made(count: number, layers: Layers): Promise<Points | undefined> {
    const { makes } = this.facts;
    const { generate, vary } = this.play.game.roles;
    if (makes === undefined) return undefined;
    if (makes === "generated") return this.generated(this.normal(count, generate!.latent), layers);
    const real = (this.play.distribution.test.values as Points).subarray(0, 2 * count);
    if (makes === "reconstructed") return this.role("reconstruct", layers, real);
    const code = await this.role("encode", layers, real);
    return vary!.noise > 0
      ? this.role("vary", layers, code, this.normal(count, vary!.noise))
      : this.role("vary", layers, code);
  }

  /** Samples from noise; of one class after the other, or all of the first, where the model knows classes. */
  private generated(noise: Points, layers: Layers, { mixed = true } = {}): Promise<Points> {
    const { latent, classes } = this.play.game.roles.generate!;
    if (classes === undefined) return this.role("generate", layers, noise);
    const labels = Int32Array.from({ length: noise.length / latent }, (_, at) => (mixed ? at % classes : 0));
    return this.role("generate", layers, noise, labels);
  }

  private normal(count: number, length: number): Points {
    const known = this.noise.get(length);
    const made =
      known ?? randomStream(this.play.seed, "plane/noise").normal(0, new Float32Array(MEASURED * length));
    this.noise.set(length, made);
    return made.subarray(0, count * length);
  }

  private async field(kind: "score" | "error", layers: Layers): Promise<Points> {
    const { extent } = this.facts;
    const points = new Float32Array(2 * FIELD ** 2);
    const at = (cell: number) => extent * ((2 * cell + 1) / FIELD - 1);
    for (let cell = 0; cell < FIELD ** 2; cell++) {
      points[2 * cell] = at(cell % FIELD);
      points[2 * cell + 1] = at(Math.floor(cell / FIELD));
    }
    if (kind === "score") return this.role("realness", layers, points);
    const rebuilt = await this.role("reconstruct", layers, points);
    return Float32Array.from({ length: FIELD ** 2 }, (_, cell) =>
      Math.hypot(rebuilt[2 * cell]! - points[2 * cell]!, rebuilt[2 * cell + 1]! - points[2 * cell + 1]!),
    );
  }

  /**
   * A grid of noise, or of codes, as it comes to lie in the plane. Between two of its lines lies the same share of the
   * noise everywhere. Of more than two numbers it is a slice: all further ones are 0, or their median.
   */
  private async warp(layers: Layers): Promise<NonNullable<View["warp"]>> {
    const { of, length } = this.facts.warped!;
    const [rows, columns] = length === 1 ? [1, CURVE] : [KNOTS, KNOTS];
    const lines = of === "noise" ? undefined : await this.codeQuantiles(columns, length, layers);
    const normal = normalQuantiles(columns);
    const knots = new Float32Array(rows * columns * length);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const start = (row * columns + column) * length;
        for (let axis = 0; axis < length; axis++) {
          const knot = axis === 0 ? column : axis === 1 ? row : (columns - 1) / 2;
          knots[start + axis] = lines?.[axis]?.[knot] ?? (axis < 2 ? normal[knot]! : 0);
        }
      }
    const points =
      of === "noise"
        ? await this.generated(knots, layers, { mixed: false })
        : await this.role("decode", layers, knots);
    return { rows, columns, points };
  }

  private async codeQuantiles(count: number, length: number, layers: Layers): Promise<Points[]> {
    const { train } = this.play.distribution;
    const codes = await this.role("encode", layers, (train.values as Points).subarray(0, 2 * ENCODED));
    return Array.from({ length }, (_, axis) =>
      evenQuantiles(
        Float32Array.from({ length: ENCODED }, (_, row) => codes[row * length + axis]!),
        count,
      ),
    );
  }

  private async arrows(): Promise<View["arrows"]> {
    const { play } = this;
    if (this.slopes?.phase !== play.phase) {
      await (await this.slopes?.computation)?.release();
      // Of several makers the last: where an autoencoder and a generator both make points, the generator.
      const found: ExampleSlopes | undefined = exampleSlopes(play.game, play.currentPhase).at(-1);
      const computation =
        found &&
        Computation.create(play.engine, [found.examples, found.wanted], { ...DEVICE, layout: "natural" });
      this.slopes = { phase: play.phase, computation };
    }
    const computation = await this.slopes.computation;
    if (computation === undefined) return undefined;
    // Always the batch and the noise of the first round; only the networks differ.
    const fed: Record<string, Value> = { ...play.state };
    for (const [name, { dtype, data, shape }] of Object.entries(play.firstFeeds()))
      fed[name] = { dtype, data, shape: name.startsWith("data/") ? shape : shape.slice(1) };
    const [points, wanted] = await computation.run(fed);
    return { points: points!.data as Points, wanted: wanted!.data as Points };
  }

  private async rebuildingError(layers: Layers): Promise<number> {
    const points = (this.play.distribution.test.values as Points).subarray(0, 2 * ENCODED);
    const rebuilt = await this.role("reconstruct", layers, points);
    return points.reduce((sum, value, at) => sum + (rebuilt[at]! - value) ** 2, 0) / ENCODED;
  }
}

const mean = (values: Points) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a critic's scores are, by its loss. */
function scoreUnit(model: string, loss: unknown): string {
  if (model === "began" || model === "ebgan") return "minus the reconstruction error";
  if (loss === "wasserstein" || loss === "relativistic") return "no unit, only differences count";
  if (loss === "minimax" || loss === "non-saturating" || loss === "reverse-kl")
    return "log odds of being real";
  return "no unit";
}
