// A model is a game: networks, and players who each minimise one loss by moving some of the networks. Phases say
// who plays when; roles say what the trained networks are good for. A model's file says these things and nothing
// else.

import type { z } from "zod";
import type { Layer, Optimiser, Scope } from "../nn/index.ts";
import type { Shape, Tensor } from "../tensor/index.ts";

/** What a model may know of its data. */
export interface DataSpecification {
  readonly kind: "image" | "vector";
  /** One example: [channels, height, width], or [features]. */
  readonly shape: Shape;
  /** Number of classes, where there are labels. */
  readonly classes?: number;
  /** The second domain of translations and coupled games, where there is one. */
  readonly target?: TargetSpecification;
}

/** Examples of a second domain. */
export interface TargetSpecification {
  readonly kind: "image" | "vector";
  readonly shape: Shape;
  /** Whether each example has its partner in the first domain. */
  readonly paired: boolean;
}

/** Functions of weights that players move; called in rounds, losses and roles. */
export type Network<Inputs extends readonly Tensor[] = [Tensor], Output = Tensor> = ((
  ...inputs: Inputs
) => Output) & {
  readonly networkName: string;
  /**
   * The network as it is after training: running statistics instead of the batch's, nothing dropped, nothing
   * followed. For networks that an earlier phase has trained and this one only uses.
   */
  readonly frozen: (...inputs: Inputs) => Output;
  /**
   * The network as it learns, by the batch's statistics, which its running statistics do not follow. For inputs that
   * roles will not give it, such as generated samples where examples are to be encoded.
   */
  readonly untracked: (...inputs: Inputs) => Output;
};

/** A number or array that is no weight and is kept from round to round, such as BEGAN's k. */
export interface GameState {
  readonly stateName: string;
  /** Its present value. */
  read(): Tensor;
}

export interface BuildContext<Options> {
  readonly data: DataSpecification;
  readonly options: Options;
  /** Names a network, made of a layer or of a function of a scope and tensors. */
  network<Output>(name: string, body: Layer<Output>): Network<[Tensor], Output>;
  network<Inputs extends readonly Tensor[], Output>(
    name: string,
    body: (scope: Scope, ...inputs: Inputs) => Output,
  ): Network<Inputs, Output>;
  /** Something else to remember, a scalar unless it has a shape; players update it. */
  state(name: string, initialValue: number, shape?: Shape): GameState;
}

/** What a turn is played with; all of it is new in each turn. */
export interface RoundInputs {
  /** A batch of examples, [batch, …shape]; images in [0, 1]. */
  readonly x: Tensor;
  /** Their labels, int32 [batch]. */
  readonly labels: Tensor;
  /** A batch of the second domain, in an order of its own. */
  readonly target: Tensor;
  /** The partners of x in the second domain, where the data are pairs. */
  readonly partner: Tensor;
  readonly batch: number;
  /** Standard normal numbers. */
  normal(...shape: number[]): Tensor;
  /** Uniform numbers in [0, 1). */
  uniform(...shape: number[]): Tensor;
}

export interface Player<Round> {
  /** The networks whose weights this player moves; its gradient reaches no other. */
  readonly moves: readonly { readonly networkName: string }[];
  /** A scalar to minimise. */
  readonly loss: (round: Round) => Tensor;
  readonly optimiser: Optimiser;
  /** Weights are cut to [−bound, bound] after each step (Arjovsky 2017). */
  readonly clipWeights?: number;
  /** Next values of states, from the same forward pass as the loss. */
  readonly updates?: (round: Round) => readonly { readonly state: GameState; readonly value: Tensor }[];
  /** Scalars to report besides the loss. */
  readonly report?: (round: Round) => Readonly<Record<string, Tensor>>;
}

/** A player, or players who move together from one forward pass. */
export type Turn = string | readonly string[];

export interface Phase {
  readonly name: string;
  /** Its part of the training, relative to the other phases' (1 unless told). */
  readonly share?: number;
  /** Played one after the other in each round; the next turn meets the weights that the last one left. */
  readonly turns: readonly Turn[];
}

/**
 * How the levels of pixels are distributed, given a code: by logits of the examples' shape; by locations and log scales
 * of discretised logistics, the locations' channels before those of the log scales; or by the logarithms of α and of β
 * of beta-binomial distributions, those of α first.
 */
export type PixelDistribution = "bernoulli" | "discretised-logistic" | "beta-binomial";

/** What trained networks are good for: functions of tensors, the same for all models that have them. */
export interface Roles {
  /** Examples to codes [N, latent]. */
  readonly encode?: (x: Tensor) => Tensor;
  /** Codes to examples. */
  readonly decode?: (code: Tensor) => Tensor;
  /** Standard normal noise [N, latent] to examples; of a class each, int32 [N], where the model knows classes. */
  readonly generate?: {
    readonly latent: number;
    readonly classes?: number;
    readonly from: (noise: Tensor, labels: Tensor) => Tensor;
    /** The same noise in the second domain, for models that make pairs. */
    readonly partner?: (noise: Tensor, labels: Tensor) => Tensor;
  };
  /** Codes, and standard normal noise [N, noise] where there is any, to examples: new versions of what was encoded. */
  readonly vary?: { readonly noise: number; readonly from: (code: Tensor, noise: Tensor) => Tensor };
  /** Examples to scores [N], higher for what looks real. */
  readonly realness?: (x: Tensor) => Tensor;
  /** Examples to scores [N], higher for what is strange. */
  readonly anomaly?: (x: Tensor) => Tensor;
  /** Examples to probabilities of classes [N, classes]. */
  readonly classify?: (x: Tensor) => Tensor;
  /** Log weights log p(x|z) + log p(z) − log q(z|x) [N], in nats, of one draw z ~ q(z|x) made from the noise. */
  readonly evidence?: {
    readonly latent: number;
    readonly from: (x: Tensor, noise: Tensor) => Tensor;
    /** It is of examples that are drawn, each pixel 1 with its value as the probability, and not of their values. */
    readonly binarised?: boolean;
  };
  /** Examples to the means and the log variances of normal codes, one after the other [N, 2·latent]. */
  readonly posterior?: (x: Tensor) => Tensor;
  /** Codes to the parameters of each pixel's distribution. */
  readonly likelihood?: { readonly distribution: PixelDistribution; readonly from: (code: Tensor) => Tensor };
  /** Examples of the first domain to the second. */
  readonly translate?: (x: Tensor) => Tensor;
  /** Examples of the second domain to the first. */
  readonly translateBack?: (x: Tensor) => Tensor;
}

export interface GameDefinition<Round = unknown> {
  /** The forward pass that the losses share. What a turn's losses do not read is not computed. */
  readonly round: (inputs: RoundInputs) => Round;
  readonly players: Readonly<Record<string, Player<Round>>>;
  /** One phase after the other; without any, one phase in which all players move together. */
  readonly phases?: readonly Phase[];
  readonly roles: Roles;
  /**
   * Exponential averages of these networks' weights are kept, and used by the roles; none with a decay of 0. Networks
   * that learn together and of which one reads what the other writes, as an encoder and its decoder, belong together:
   * with the average of one of them alone a reconstruction is of codes that are no longer spoken.
   */
  readonly averages?: {
    readonly networks: readonly { readonly networkName: string }[];
    readonly decay: number;
  };
}

/** Lets the type of a round flow from `round` to the losses. */
export function game<Round>(definition: GameDefinition<Round>): GameDefinition {
  return definition as unknown as GameDefinition;
}

export type Family = "autoencoder" | "gan" | "fusion";

/** A model as the catalogue holds it. */
export interface Model<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly family: Family;
  /** One line: what it is, and who published it. */
  readonly summary: string;
  /** Every option with its default and a description; `batch` is the batch's size. */
  readonly options: Schema;
  /** Which networks each player may move, whatever the options; a definition that moves others is refused. */
  readonly routing?: Readonly<Record<string, readonly string[]>>;
  /** True: codes have more units than they need, and those that fall silent are no sign of collapse. */
  readonly spareUnits?: boolean;
  /** Options that press codes together or hold them apart, and which way each is to be turned where codes collapse. */
  readonly againstCollapse?: Readonly<Record<string, "lower" | "higher">>;
  readonly build: (context: BuildContext<z.output<Schema>>) => GameDefinition;
}

/**
 * Defines a model.
 *
 * @example
 * const autoencoder = defineModel({
 *   name: "tiny", family: "autoencoder", summary: "…",
 *   options: z.strictObject({ batch: z.int().default(64) }),
 *   build({ data, network }) {
 *     const encoder = network("encoder", sequential([flatten(), dense({ units: 8 })]));
 *     …
 *     return game({ round: ({ x }) => ({ x, y: decoder(encoder(x)) }), players: …, roles: … });
 *   },
 * });
 */
export function defineModel<Schema extends z.ZodObject>(model: Model<Schema>): Model {
  return model as unknown as Model;
}
