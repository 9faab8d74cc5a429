// What the page and the worker that trains say to each other.

import type { PlaneData } from "./plane-data.ts";

/** What a game on the plane is begun with. */
export interface PlaneSettings {
  readonly model: string;
  /** What differs from the model's defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: PlaneData;
  readonly seed: number;
}

/** How fast is played: turns or rounds a second; Infinity for as fast as it goes. */
export interface Pace {
  readonly unit: "turn" | "round";
  readonly perSecond: number;
}

/** What is computed to be looked at. */
export interface Layers {
  readonly field: "score" | "error" | "none";
  readonly warp: boolean;
  readonly arrows: boolean;
  readonly rebuilt: boolean;
  /** By the averages of the weights, where the model keeps some. */
  readonly averaged: boolean;
}

/** A model that can play on the plane. */
export interface PlaneModel {
  readonly name: string;
  readonly family: "autoencoder" | "gan" | "fusion";
}

/** What is so of a game as long as it lasts. */
export interface GameFacts {
  /** The window is −extent to extent in both directions. */
  readonly extent: number;
  /** Some of the data, [N, 2]. */
  readonly real: Float32Array;
  readonly modes?: number;
  readonly phases: readonly { readonly name: string; readonly turns: readonly (readonly string[])[] }[];
  readonly players: readonly string[];
  /** What its points are, if it makes any. */
  readonly makes: "generated" | "varied" | "reconstructed" | undefined;
  readonly rebuilds: boolean;
  readonly fields: readonly ("score" | "error")[];
  /** What the numbers of the scores are. */
  readonly scoreUnit: string;
  /** Of what the grid is warped: a generator's noise or a decoder's codes, so long; none where there is neither. */
  readonly warped: { readonly of: "noise" | "codes"; readonly length: number } | undefined;
  readonly averages: boolean;
  readonly weights: number;
  readonly bins: { readonly count: number; readonly width: number };
}

/** Numbers told from made samples and held-out real ones; divergences in nats. */
export interface Measures {
  readonly samples: number;
  readonly real: number;
  readonly coverage?: {
    readonly modes: number;
    readonly of: number;
    readonly highQuality: number;
    readonly reverseKl: number;
  };
  readonly jensenShannon: number;
  /** Of as many real samples instead of made ones: what chance alone gives. */
  readonly chance: number;
  /** KL(made ‖ real) and KL(real ‖ made). */
  readonly madeFromReal: number;
  readonly realFromMade: number;
  /** Mean squared distance of held-out points from their reconstructions. */
  readonly error?: number;
}

/** What the plane shows at one moment; points are [N, 2]. */
export interface View {
  readonly made?: Float32Array;
  /** `size`² values at the centres of equal cells, row by row from the lowest. */
  readonly field?: { readonly kind: "score" | "error"; readonly size: number; readonly values: Float32Array };
  /** Mean scores of real and of made points. */
  readonly scores?: { readonly real: number; readonly made: number };
  /** Knots of the grid, [rows, columns, 2]; a curve has one row. */
  readonly warp?: { readonly rows: number; readonly columns: number; readonly points: Float32Array };
  /** Where each point would have to go for its maker's loss to fall. */
  readonly arrows?: { readonly points: Float32Array; readonly wanted: Float32Array };
  readonly rebuilt?: { readonly from: Float32Array; readonly to: Float32Array };
}

/** A player's loss after so many rounds; a turn is a part of one. */
export interface LossPoint {
  readonly player: string;
  readonly round: number;
  readonly loss: number;
}

export interface Frame {
  readonly round: number;
  /** The turn of the phase that comes next. */
  readonly turn: number;
  readonly phase: number;
  readonly playing: boolean;
  readonly losses: readonly LossPoint[];
  readonly view: View;
  readonly measures?: Measures;
}

export type ToWorker =
  | { readonly type: "begin"; readonly generation: number; readonly settings: PlaneSettings }
  | { readonly type: "play"; readonly pace: Pace }
  | { readonly type: "pause" }
  | { readonly type: "step"; readonly unit: "turn" | "round" }
  | { readonly type: "phase"; readonly phase: number }
  | { readonly type: "layers"; readonly layers: Layers };

export type FromWorker =
  | { readonly type: "models"; readonly models: readonly PlaneModel[] }
  | { readonly type: "ready"; readonly generation: number; readonly facts: GameFacts }
  | { readonly type: "frame"; readonly generation: number; readonly frame: Frame }
  | {
      readonly type: "failed";
      readonly generation: number;
      readonly message: string;
      readonly ours: boolean;
    };
