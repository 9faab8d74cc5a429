// A trained model, opened to be used.

import { type Dataset, loadDataset, type SplitName, type TableSchema } from "../data/index.ts";
import { UserError } from "../errors.ts";
import { Game, type TrainingData } from "../game/game.ts";
import type { PixelDistribution } from "../game/model.ts";
import type { RoleName } from "../game/roles.ts";
import { checkFields, checkWhole, type Fields } from "../given.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { probeDevice } from "../runtime/devices.ts";
import type { Device, Value } from "../runtime/engine.ts";
import type { Port } from "../runtime/inference.ts";
import { nodeEngine } from "../runtime/node.ts";
import { sizeOf } from "../tensor/index.ts";
import { type AnomalyScore, chooseAnomalyScore, scoreAnomalies } from "./anomaly.ts";
import { keptCheckpoint } from "./best.ts";
import { exportModels } from "./finish.ts";
import { checkRoom, generationInputs } from "./generation.ts";
import { readDataOf, requireSameData } from "./prepare.ts";
import { defaultPrior, generateFromCodes, type Prior, priors } from "./priors.ts";
import { RolePrograms } from "./role-programs.ts";
import { openRun, type RunDescription } from "./run-directory.ts";
import { restoredState } from "./trainer.ts";

/** Examples, codes or scores: row-major, the first axis counts them. */
export interface Batch {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Anomalies extends Batch {
  /** What the scores are. */
  readonly score: AnomalyScore;
}

export interface GenerateOptions {
  readonly seed?: number;
  /** The class of all examples, from 0; one class after the other unless told. */
  readonly label?: number;
  readonly prior?: Prior;
  readonly components?: number;
  /** Draws of normal noise beyond so many deviations are drawn again: fewer kinds of examples, more usual ones. */
  readonly truncation?: number;
  /** Examples that are too many to make at once come in parts, of which each has noise of its own; 0 unless told. */
  readonly part?: number;
  /** The number of a part's first example among all, from which classes go on in turn; 0 unless told. */
  readonly first?: number;
}

export interface OpenRun {
  readonly path: string;
  readonly description: RunDescription;
  /** Rounds that the networks were trained for. */
  readonly round: number;
  /** A line for each newer checkpoint that was damaged and passed over. */
  readonly warnings: readonly string[];
  /** Shape of one example, [channels, height, width] or [features]. */
  readonly shape: readonly number[];
  /** Shape of one example of the second domain, where the run has one. */
  readonly targetShape?: readonly number[];
  readonly roles: readonly RoleName[];
  /** How many classes examples can be generated of, where the model knows classes. */
  readonly classes?: number;
  /** Whether training looked at the labels of examples, to learn them or to choose the examples of some classes. */
  readonly learnsLabels: boolean;
  /** Of a run on a table: how rows are examples (`encodeRows`), and examples rows again (`decodeRows`). */
  readonly table?: TableSchema;
  /** Any role by its name, given an array for each of its `inputs`. */
  apply(role: RoleName, ...inputs: (Float32Array | Int32Array)[]): Promise<Batch>;
  /** What a role is given, for one example; undefined where the model has no such role. */
  inputs(role: RoleName): readonly Port[] | undefined;
  /** The weights that a role needs, by name; undefined where the model has no such role. */
  weights(role: RoleName): ReadonlyMap<string, Value> | undefined;
  /** How the role "likelihood" says that the levels of pixels are distributed, where the model has it. */
  readonly pixels?: PixelDistribution;
  /** Whether the role "evidence" is of examples with each pixel drawn, 1 with its value as the probability. */
  readonly binarises: boolean;
  /** What the role "generate" is given where `generate` draws noise: the noise, and classes where it knows them. */
  noise(count: number, options?: GenerateOptions): (Float32Array | Int32Array)[];
  /** The data it was trained on, all splits. */
  data(): Promise<Dataset>;
  /**
   * New examples, from noise that the seed gives.
   *
   * `prior` says what codes are drawn from: "normal" is N(0, I), and "mixture" is a mixture of as many Gaussians as
   * `components` says (10, fewer for codes of more than 323 numbers), fitted to the codes of training examples and
   * kept in the run's folder. Models with the role "generate" take the first unless told, those that only encode and
   * decode take the second.
   */
  generate(count: number, options?: GenerateOptions): Promise<Batch>;
  /** The same noise in the second domain, for models that make pairs. */
  generatePartner(
    count: number,
    options?: Pick<GenerateOptions, "seed" | "label" | "truncation">,
  ): Promise<Batch>;
  /** Codes of examples, [count, latent]. */
  encode(examples: Float32Array): Promise<Batch>;
  /** Examples of codes. */
  decode(codes: Float32Array): Promise<Batch>;
  /** Examples encoded and decoded again. */
  reconstruct(examples: Float32Array): Promise<Batch>;
  /** Scores, higher for what looks real to the critic, [count]. */
  realness(examples: Float32Array): Promise<Batch>;
  /**
   * Scores, higher for what is strange, [count]: the model's own; or else the mean squared error of reconstructions;
   * or else the critic's score negated. The same call always gives the same scores.
   *
   * @throws UserError where the model has no such score
   */
  anomaly(examples: Float32Array, options?: { readonly score?: AnomalyScore }): Promise<Anomalies>;
  /** Examples of the first domain in the second. */
  translate(examples: Float32Array): Promise<Batch>;
  /** Examples of the second domain in the first. */
  translateBack(examples: Float32Array): Promise<Batch>;
  /** Writes an .onnx file for each role. */
  exportModels(directory: string): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Opens a run's networks as its last checkpoint has them, or its best one where the run keeps the best.
 *
 * @throws UserError where it is no run or has no checkpoint yet
 * @example
 * const model = await open("runs/vae-mnist-1");
 * const { shape, data } = await model.generate(16, { seed: 7 });   // [16, 1, 28, 28], values in [0, 1]
 * await model.close();
 */
export async function open(
  path: string,
  { device = "cpu", threads }: { readonly device?: Device; readonly threads?: number } = {},
): Promise<OpenRun> {
  if (threads !== undefined) checkWhole("threads", threads);
  const run = await openRun(path, { mode: "read" });
  const { description } = run;
  if (device !== "cpu") await probeDevice(device);
  const { checkpoint, warnings } = await keptCheckpoint(path);
  if (checkpoint === undefined)
    throw new UserError(`${path} has no checkpoint yet; let it train on: gamelan resume ${path}`);
  const { source, options: how, examples, table, fingerprint } = description.data;
  const model = findModel(description.model);
  const game = new Game(model, checkOptions(model, description.options), examples as TrainingData);
  const state = restoredState(game, checkpoint.tensors);
  const roles = new RolePrograms(game, nodeEngine, { device, ...(threads === undefined ? {} : { threads }) });
  const apply = async (role: RoleName, ...inputs: (Float32Array | Int32Array)[]): Promise<Batch> => {
    const ports = roles.functions[role]?.inputs;
    if (ports === undefined)
      throw new UserError(`${description.model} has no role "${role}"; it has ${roles.names.join(", ")}`);
    checkInputs(role, ports, inputs);
    return (await roles.compute(role, inputs, state))!;
  };
  const { classes } = game.roles.generate ?? {};
  const noise = (count: number, options: GenerateOptions = {}) => {
    const { generate } = game.roles;
    checkFields("generate", options, GENERATE_FIELDS);
    checkCount(count, Math.max(sizeOf(shape), generate?.latent ?? 0));
    const { seed = 0, part = 0, first = 0, label, truncation } = options;
    const request = { count, seed, stream: streamOf(part), first, truncation };
    return generate === undefined
      ? []
      : generationInputs(generate, { ...request, ...(label === undefined ? {} : { label }) });
  };
  const { shape, target } = game.data.specification;
  const reading = {
    seed: description.seed,
    ...how,
    ...(table === undefined ? {} : { table }),
  };
  /** @throws UserError for other data: their splits would not be those of the run, and test examples may have been learnt */
  const read = async (splits?: readonly SplitName[]): Promise<Dataset> => {
    const dataset = await readDataOf(path, () =>
      loadDataset(source, splits === undefined ? reading : { splits, ...reading }),
    );
    requireSameData(dataset, { source, fingerprint }, `${path} was trained on`);
    return dataset;
  };
  const codes = {
    path,
    round: checkpoint.round,
    shape,
    examples: async () => (await read(["train"])).train,
  };
  return {
    path,
    description,
    round: checkpoint.round,
    warnings,
    shape,
    ...(target === undefined ? {} : { targetShape: target.shape }),
    roles: roles.names,
    ...(classes === undefined ? {} : { classes }),
    get learnsLabels() {
      return "normal" in how || game.reads("labels");
    },
    ...(table === undefined ? {} : { table }),
    apply,
    inputs: (role) => roles.functions[role]?.inputs,
    weights(role) {
      const names = roles.functions[role] && [...roles.functions[role].trace(1).weights.keys()];
      return names && new Map(names.map((name) => [name, state[name]!]));
    },
    binarises: game.roles.evidence?.binarised ?? false,
    ...(game.roles.likelihood && { pixels: game.roles.likelihood.distribution }),
    noise,
    data: () => read(),
    async generate(count, options = {}) {
      checkFields("generate", options, GENERATE_FIELDS);
      checkCount(count, sizeOf(shape));
      const { seed = 0, part = 0, prior = defaultPrior(game), components, truncation } = options;
      if (!priors.includes(prior))
        throw new UserError(`a prior is ${priors.join(" or ")}, not ${JSON.stringify(prior)}`);
      if (prior === "normal" && components !== undefined)
        throw new UserError("components are of a mixture; leave them out, or take the prior mixture");
      if (prior === "normal" && game.roles.generate !== undefined)
        return apply("generate", ...noise(count, options));
      if (options.label !== undefined)
        throw new UserError("codes that are drawn belong to no class; leave out the label");
      const how = { seed, prior, components, truncation, stream: streamOf(part) };
      const lengthOf = (role: RoleName) => sizeOf(roles.functions[role]!.inputs[0]!.shape);
      return generateFromCodes(count, how, { game, apply, lengthOf, codes });
    },
    generatePartner: (count, options) => apply("generatePartner", ...noise(count, options)),
    encode: (examples) => apply("encode", examples),
    decode: (codes) => apply("decode", codes),
    reconstruct: (examples) => apply("reconstruct", examples),
    realness: (examples) => apply("realness", examples),
    async anomaly(given, { score: wanted } = {}) {
      const score = chooseAnomalyScore(description.model, roles.names, wanted);
      const count = given.length / sizeOf(shape);
      return { score, shape: [count], data: await scoreAnomalies(apply, score, given, count) };
    },
    translate: (given) => apply("translate", given),
    translateBack: (given) => apply("translateBack", given),
    exportModels: (directory) =>
      exportModels(directory, { game, state, round: checkpoint.round }, description),
    async close() {
      await roles.release();
      await run.close();
    },
  };
}

const GENERATE_FIELDS: Fields<GenerateOptions> = {
  seed: "number",
  label: "number",
  prior: "text",
  components: "number",
  truncation: "number",
  part: "number",
  first: "number",
};

/** @throws UserError where so many examples, with so many numbers for each, cannot be made */
function checkCount(count: number, size: number): void {
  checkWhole("a number of examples", count, 0);
  checkRoom(count, size);
}

/** @throws UserError where arrays are not what a role is given, each for as many examples */
function checkInputs(role: RoleName, ports: readonly Port[], inputs: readonly unknown[]): void {
  if (inputs.length !== ports.length)
    throw new UserError(
      `${role} is given ${ports.map(({ name }) => name).join(" and ")}: ${ports.length === 1 ? "one array" : `${ports.length} arrays`}, not ${inputs.length}`,
    );
  const counts = ports.map(({ name, shape, dtype = "float32" }, place) => {
    const input = inputs[place];
    const wanted = dtype === "int32" ? Int32Array : Float32Array;
    if (!(input instanceof wanted)) throw new UserError(`${role} is given ${name} as ${wanted.name}`);
    const size = sizeOf(shape);
    if (input.length % size === 0) return input.length / size;
    throw new UserError(
      `${role} is given ${name} of ${size} numbers for each example, and ${input.length} are no whole number of them`,
    );
  });
  if (counts.some((count) => count !== counts[0]))
    throw new UserError(
      `${role} is given as many of ${ports.map(({ name }) => name).join(" as of ")}, not ${counts.join(" and ")}`,
    );
}

const streamOf = (part: number): string => (part === 0 ? "generate" : `generate/${part}`);
