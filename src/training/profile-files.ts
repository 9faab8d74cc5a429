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

/** Writes the profiles, of which the last is new. */
export async function writeProfiles(
  run: Run,
  profiles: readonly RoundProfile[],
): Promise<{ profiles: string; picture: string }> {
  const last = profiles.at(-1)!;
  const { model, data } = run.description;
  const picture = profilePicture(run, last);
  const { png } = await profileChart(last, `${model} on ${data.source}, ${last.phase}`);
  await writeFileAtomic(picture, png);
  await writeFileAtomic(fileOf(run), `${JSON.stringify({ phases: profiles }, null, 2)}\n`);
  return { profiles: fileOf(run), picture };
}

/** The profiles of a run; none where it was never profiled. */
export async function readProfiles(run: Run): Promise<RoundProfile[]> {
  const text = await readFile(fileOf(run), "utf8").catch(() => undefined);
  if (text === undefined) return [];
  const { phases } = JSON.parse(text) as { phases: RoundProfile[] };
  return phases;
}
