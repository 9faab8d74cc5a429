// Trained classifiers in the user's cache, each in a folder of its own, as a checkpoint: so it is written whole or
// not at all, and damage shows.
//
//   CACHE/classifiers/NAME-DIGITS/checkpoints/round-000001.safetensors
//
// The digits stand for what the classifier is a function of. It holds the state of the game, `train/mean`,
// `train/covariance` and the same of `test`, and as metadata its accuracy and the version of gamelan that trained it.

import { join } from "node:path";
import { z } from "zod";
import { fingerprintOf } from "../data/fingerprint.ts";
import { cacheDirectory } from "../data/index.ts";
import { UserError } from "../errors.ts";
import type { Game } from "../game/game.ts";
import type { GaussianMoments } from "../metrics/moments.ts";
import { makeFolder } from "../training/atomic-file.ts";
import { type Checkpoint, loadLatestCheckpoint, saveCheckpoint } from "../training/checkpoint.ts";
import type { TensorToStore } from "../training/safetensors.ts";
import { restoredState } from "../training/trainer.ts";
import { packageVersion } from "../version.ts";
import { FEATURES } from "./classifier-model.ts";
import type { TrainedClassifier } from "./train-classifier.ts";

const splits = ["train", "test"] as const;

const metadataSchema = z.object({ accuracy: z.number().min(0).max(1) });

/** The folder of the classifier of a data set's name that is a function of these parts. */
export function classifierFolder(name: string, parts: readonly unknown[]): string {
  const plain = name.replaceAll(/[^\w.+-]/g, "-");
  return join(cacheDirectory(), "classifiers", `${plain}-${fingerprintOf(parts)}`);
}

/** Keeps a classifier; where the cache cannot be written, it is left out. */
export async function keepClassifier(folder: string, classifier: TrainedClassifier): Promise<void> {
  const tensors = new Map<string, TensorToStore>();
  for (const [name, { shape, data }] of Object.entries(classifier.state)) tensors.set(name, { shape, data });
  for (const split of splits) {
    const { mean, covariance } = classifier.moments[split];
    tensors.set(`${split}/mean`, { shape: [FEATURES], data: mean });
    tensors.set(`${split}/covariance`, { shape: [FEATURES, FEATURES], data: covariance });
  }
  const metadata = { accuracy: classifier.accuracy, gamelan: packageVersion() };
  try {
    await makeFolder(join(folder, "checkpoints"));
    await saveCheckpoint(folder, { round: 1, tensors, metadata });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** The classifier of this folder, or undefined where there is none, or it is damaged or does not fit the game. */
export async function keptClassifier(folder: string, game: Game): Promise<TrainedClassifier | undefined> {
  try {
    const { checkpoint } = await loadLatestCheckpoint(folder);
    const metadata = metadataSchema.safeParse(checkpoint?.metadata);
    if (checkpoint === undefined || !metadata.success) return undefined;
    const [train, test] = splits.map((split) => momentsIn(checkpoint, split));
    if (train === undefined || test === undefined) return undefined;
    return {
      state: restoredState(game, checkpoint.tensors),
      accuracy: metadata.data.accuracy,
      moments: { train, test },
    };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function momentsIn({ tensors }: Checkpoint, split: string): GaussianMoments | undefined {
  const [mean, covariance] = ["mean", "covariance"].map((name) => tensors.get(`${split}/${name}`)?.data);
  if (!(mean instanceof Float64Array) || !(covariance instanceof Float64Array)) return undefined;
  if (mean.length !== FEATURES || covariance.length !== FEATURES ** 2) return undefined;
  return { mean, covariance };
}
