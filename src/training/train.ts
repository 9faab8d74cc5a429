// A run from beginning to end: `train` begins one, `resume` takes one up where its last checkpoint left it. Both
// give a `Training`, whose events drive it: rounds are played as the events are asked for.
//
// What is written when (events, samples) depends on the round alone, so that a resumed run leaves the same log and
// pictures as one that was never stopped. Checkpoints also follow the clock, since nothing
// else depends on them but the best networks, whose checkpoint is that of their round.

import { basename, dirname } from "node:path";
import { defaultSource } from "../data/index.ts";
import { UserError } from "../errors.ts";
import { checkFields, checkWhole, type Fields } from "../given.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { probeDevice } from "../runtime/devices.ts";
import type { Device } from "../runtime/engine.ts";
import { versions } from "../version.ts";
import { type BestSettings, checkBest } from "./best.ts";
import { listCheckpoints } from "./checkpoint.ts";
import { MOST_ROUNDS, phaseEnds, roundsPerEpochOf } from "./plan.ts";
import { type DataOptions, prepare, readDataOf, refuseIdle, requireSameData } from "./prepare.ts";
import { createRun, openRun } from "./run-directory.ts";
import { type RunSettings, RunTraining, type Training, type TrainingEvent } from "./run-training.ts";
import { validationNames } from "./validation.ts";

export type { Training, TrainingEvent };

/** How long to train: passes over the training set, or rounds. */
export interface TrainingLength {
  readonly epochs?: number;
  readonly rounds?: number;
}

export interface TrainRequest extends TrainingLength, DataOptions {
  /** A name of the catalogue. */
  readonly model: string;
  /** A name or a path; the generated glyphs unless told. */
  readonly data?: string;
  /** The model's own options; the rest have its defaults. One that would change nothing is refused. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  /** Fixes generated examples, and which examples each split gets; `seed` unless told. */
  readonly dataSeed?: number;
  /** False: the test split is not looked at, not even at the end. */
  readonly test?: boolean;
  /** True: each player's gradient norm and the relative size of its steps are metrics too. */
  readonly sizes?: boolean;
  /** About how many times pictures of it are drawn; once an epoch, but at most 50 times, unless told. */
  readonly pictures?: number;
  /** Rounds between looks at the validation split; as often as pictures are drawn unless told. */
  readonly validateEvery?: number;
  /**
   * Keep the networks of the round at which a measure of the validation split was best, not those of the last round,
   * and, with a patience, end where so many looks in a row have found none better.
   */
  readonly best?: BestSettings;
  /** The length that phases are laid out for, where the run will be made longer later; its own unless told. */
  readonly planned?: TrainingLength;
  /** The run's folder; a fresh one below `runs` unless told. */
  readonly out?: string;
  readonly device?: Device;
  /** Threads for one operator; the runtime's own choice unless told. */
  readonly threads?: number;
  /** Find out, in each phase, where the time of a round goes: "profile" events, profile.json and pictures. */
  readonly profile?: boolean;
  /** Rounds between checkpoints; every half minute unless told, and at the end. */
  readonly checkpointEvery?: number;
  /** Stops the run cleanly: its state is saved and it can be resumed. */
  readonly signal?: AbortSignal;
}

export interface ResumeRequest extends TrainingLength {
  readonly device?: Device;
  readonly threads?: number;
  readonly profile?: boolean;
  readonly signal?: AbortSignal;
}

const RESUME_FIELDS: Fields<ResumeRequest> = {
  epochs: "number",
  rounds: "number",
  device: "text",
  threads: "number",
  profile: "truth",
  signal: "signal",
};

const TRAIN_FIELDS: Fields<TrainRequest> = {
  ...RESUME_FIELDS,
  model: "text",
  data: "text",
  options: "object",
  seed: "number",
  dataSeed: "number",
  test: "truth",
  sizes: "truth",
  pictures: "number",
  validateEvery: "number",
  best: "object",
  planned: "object",
  out: "text",
  checkpointEvery: "number",
  validation: "number",
  fold: "object",
  examples: "number",
  imageSize: "number",
  grey: "truth",
  to: "text",
  normal: "texts",
};

const EVENTS_PER_EPOCH = 20;
/** Pictures take a while to draw: in a short run not after every few rounds. */
const ROUNDS_BETWEEN_SAMPLES = 50;
const MOST_SAMPLES = 50;
/** Looks for collapse in a run. */
const MOST_WATCHES = 10;

/**
 * Begins a run.
 *
 * @throws UserError where the request, the data or the device will not do; nothing is written then
 * @example
 * const run = await train({ model: "vae", data: "mnist", epochs: 5, options: { latent: 16 } });
 * for await (const event of run.events()) if (event.type === "round") console.log(event.round, event.metrics);
 */
export async function train(request: TrainRequest): Promise<Training> {
  const began = performance.now();
  checkFields("train", request, TRAIN_FIELDS, ["model"]);
  const model = findModel(request.model);
  const options = checkOptions(model, request.options ?? {});
  const length = lengthOf(request) ?? { epochs: 10 };
  const seed = checkSeed(request.seed ?? 0);
  const { device = "cpu", checkpointEvery } = request;
  const threads = request.threads === undefined ? 0 : checkWhole("threads", request.threads);
  if (checkpointEvery !== undefined) checkWhole("checkpointEvery", checkpointEvery);
  const how: DataOptions & { readonly seed?: number } = definedOnly({
    validation: request.validation,
    fold: request.fold,
    examples: request.examples,
    seed: request.dataSeed === undefined ? undefined : checkSeed(request.dataSeed),
    imageSize: request.imageSize,
    grey: request.grey,
    to: request.to,
    normal: request.normal,
  });
  if (device !== "cpu") await probeDevice(device);
  const source = request.data ?? defaultSource;
  const { sizes = false } = request;
  const { game, dataset } = await prepare(model, options, source, { seed, ...how, sizes });
  refuseIdle(game, request);

  const { best, validateEvery } = request;
  if (best !== undefined) checkBest(best, validationNames(game, dataset));
  if (validateEvery !== undefined) {
    checkWhole("validateEvery", validateEvery);
    if (dataset.validation.count === 0)
      throw new UserError(
        "there are no validation examples to look at; keep some apart with validation, such as 0.1",
      );
  }

  const ends = phaseEnds(game, lengthOf(request.planned ?? {}) ?? length);
  const rounds = phaseEnds(game, length).at(-1)!;
  const roundsPerEpoch = roundsPerEpochOf(game);
  const epochs = ends.at(-1)! / roundsPerEpoch;
  const { pictures } = request;
  const sampleEvery =
    pictures === undefined
      ? Math.max(
          1,
          epochs < 2
            ? Math.max(ROUNDS_BETWEEN_SAMPLES, Math.ceil(ends.at(-1)! / 10))
            : Math.round(roundsPerEpoch * Math.ceil(epochs / MOST_SAMPLES)),
        )
      : Math.ceil(ends.at(-1)! / checkWhole("pictures", pictures));
  const settings: RunSettings = {
    phaseEnds: ends,
    eventEvery: Math.max(1, Math.round(Math.min(roundsPerEpoch, ends.at(-1)!) / EVENTS_PER_EPOCH)),
    sampleEvery,
    // Together with pictures, but not with all of a long run's.
    watchEvery: sampleEvery * Math.max(1, Math.round(ends.at(-1)! / sampleEvery / MOST_WATCHES)),
    checkpointEvery: checkpointEvery ?? null,
    ...(validateEvery === undefined ? {} : { validateEvery }),
    ...(best === undefined ? {} : { best }),
    ...(request.test === false ? { test: false } : {}),
    ...(sizes ? { sizes } : {}),
  };
  const run = await createRun(
    request.out === undefined ? "runs" : dirname(request.out),
    {
      versions: versions(),
      model: model.name,
      options: JSON.parse(JSON.stringify(options)),
      data: {
        source: dataset.source,
        fingerprint: dataset.fingerprint,
        options: JSON.parse(JSON.stringify(how)),
        examples: game.data,
        ...(dataset.table === undefined ? {} : { table: dataset.table }),
      },
      seed,
      batch: game.batch,
      device,
      threads,
      ...length,
      lastRound: rounds,
      settings: JSON.parse(JSON.stringify(settings)),
    },
    request.out === undefined ? {} : { name: basename(request.out) },
  );
  return new RunTraining({
    run,
    game,
    dataset,
    settings,
    device,
    threads,
    rounds,
    began,
    ...profileOf(request),
    ...signalOf(request),
  });
}

/**
 * Takes up a run from its last good checkpoint, to its asked length or a new one.
 *
 * @throws UserError where it is no run, is being trained elsewhere, has more rounds than are asked for, or its data are
 * no longer the same
 */
export async function resume(path: string, request: ResumeRequest = {}): Promise<Training> {
  const began = performance.now();
  checkFields("resume", request, RESUME_FIELDS);
  if (request.threads !== undefined) checkWhole("threads", request.threads);
  const run = await openRun(path, { mode: "train" });
  try {
    const { description } = run;
    const model = findModel(description.model);
    const options = checkOptions(model, description.options);
    const device = request.device ?? (description.device as Device);
    if (device !== "cpu") await probeDevice(device);
    const { source, fingerprint, options: how, table } = description.data;
    const settings = description.settings as unknown as RunSettings;
    const { game, dataset } = await readDataOf(path, () =>
      prepare(model, options, source, {
        seed: description.seed,
        ...how,
        ...(table === undefined ? {} : { table }),
        sizes: settings.sizes === true,
      }),
    );
    requireSameData(dataset, { source, fingerprint }, `${path} was begun with`);
    const asked = lengthOf(request);
    const length = asked ?? lengthOf(description) ?? { rounds: settings.phaseEnds.at(-1)! };
    const threads = request.threads ?? description.threads;
    const rounds = phaseEnds(game, length).at(-1)!;
    const reached = (await listCheckpoints(path)).at(-1)?.round ?? 0;
    if (asked !== undefined && rounds < reached)
      throw new UserError(`${path} has ${reached} rounds already, and ${rounds} are asked for; give more`);
    const again = {
      ...settings,
      // A run that patience has ended, and that is to go on, has its patience anew.
      ...(asked === undefined || settings.best === undefined ? {} : { patienceFrom: reached }),
    };
    await run.update({
      ...{ epochs: undefined, rounds: undefined, ...length, lastRound: rounds, device, threads },
      settings: JSON.parse(JSON.stringify(again)),
    });
    return new RunTraining({
      run,
      game,
      dataset,
      settings: again,
      device,
      threads,
      rounds,
      began,
      ...profileOf(request),
      ...signalOf(request),
    });
  } catch (error) {
    await run.close();
    throw error;
  }
}

function checkSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new UserError(`seed ${seed} is not a whole number from 0 on`);
}

function lengthOf({
  epochs,
  rounds,
}: {
  epochs?: number | undefined;
  rounds?: number | undefined;
}): { epochs: number } | { rounds: number } | undefined {
  if (epochs !== undefined && rounds !== undefined) throw new UserError("give epochs or rounds, not both");
  if (epochs !== undefined) {
    if (!(epochs > 0) || !Number.isFinite(epochs))
      throw new UserError(`epochs must be above 0, not ${epochs}`);
    return { epochs };
  }
  if (rounds === undefined) return undefined;
  if (!Number.isSafeInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS)
    throw new UserError(`rounds must be a whole number from 1 to ${MOST_ROUNDS}, not ${rounds}`);
  return { rounds };
}

const profileOf = ({ profile }: { profile?: boolean }) => (profile === undefined ? {} : { profile });

const signalOf = ({ signal }: { signal?: AbortSignal }) => (signal === undefined ? {} : { signal });

function definedOnly<T extends object>(values: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
