// The profiles of a run on the disk: profile.json with those of all phases, and a picture of each.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RoundProfile } from "../runtime/profile.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { profileChart } from "./profile-report.ts";
import type { Run } from "./run-directory.ts";

const fileOf = (run: Run) => join(run.path, "profile.json");

/** Path of a phase's picture. */
export const profilePicture = (run: Run, { phase }: RoundProfile) => join(run.path, `profile-${phase}.png`);

/** Adds a phase's profile to those of the run, in place of an earlier one. */
export async function writeProfile(
  run: Run,
  profile: RoundProfile,
): Promise<{ profiles: string; picture: string }> {
  const { model, data } = run.description;
  const picture = profilePicture(run, profile);
  const { png } = await profileChart(profile, `${model} on ${data.source}, ${profile.phase}`);
  await writeFileAtomic(picture, png);
  const others = (await readProfiles(run)).filter(({ phase }) => phase !== profile.phase);
  await writeFileAtomic(fileOf(run), `${JSON.stringify({ phases: [...others, profile] }, null, 2)}\n`);
  return { profiles: fileOf(run), picture };
}

/** The profiles of a run; none where it was never profiled. */
export async function readProfiles(run: Run): Promise<RoundProfile[]> {
  try {
    const { phases } = JSON.parse(await readFile(fileOf(run), "utf8")) as { phases: RoundProfile[] };
    return phases;
  } catch {
    return []; // Not there, or damaged: nothing depends on it.
  }
}
