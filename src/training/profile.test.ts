import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RoundProfile } from "../runtime/profile.ts";
import { loadLatestCheckpoint } from "./checkpoint.ts";
import { profileTables, straysSummary } from "./profile-report.ts";
import { resume, type TrainingEvent, type TrainRequest, train } from "./train.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-profile-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const GLYPHS = "glyphs:train=80,validation=8,test=8";

async function played(name: string, request: Partial<TrainRequest>): Promise<TrainingEvent[]> {
  const training = await train({
    ...{ model: "autoencoder", data: GLYPHS, threads: 1, rounds: 3, out: join(folder, name) },
    options: { batch: 16, widths: [24], latent: 8 },
    ...request,
  });
  const events: TrainingEvent[] = [];
  for await (const event of training.events()) events.push(event);
  return events;
}

const profilesOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === "profile" ? [event] : []));

test("a run is the same with a profile and without", async () => {
  const events = await played("profiled", { profile: true });
  expect(profilesOf(await played("plain", {}))).toEqual([]);
  const [profiled, plain] = await Promise.all(
    ["profiled", "plain"].map(async (name) => (await loadLatestCheckpoint(join(folder, name))).checkpoint!),
  );
  expect(profiled!.round).toBe(3);
  expect(profiled!.tensors).toEqual(plain!.tensors);

  const [{ profile, files }, ...others] = profilesOf(events) as [ReturnType<typeof profilesOf>[number]];
  expect(others).toEqual([]);
  expect(profile).toMatchObject({ phase: "train", device: "cpu", threads: 1, round: 1 });
  expect(JSON.parse(await readFile(files.profiles, "utf8"))).toEqual({ phases: [profile] });
  expect(decode(await readFile(files.picture)).width).toBe(1600);

  // Times of nodes lie within the time of the rounds that they were taken in.
  const sum = profile.parts.reduce((total, { milliseconds }) => total + milliseconds, 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThanOrEqual(profile.profiledMilliseconds);
  expect(profile.milliseconds).toBeGreaterThan(0);
  const products = profile.parts.filter(({ operator }) => /Gemm|MatMul/.test(operator));
  expect(new Set(products.map(({ layer }) => layer))).toEqual(
    new Set(["encoder/dense1", "encoder/dense2", "decoder/dense1", "decoder/dense2", "decoder/dense3"]),
  );
  const report = await readFile(join(folder, "profiled", "report.md"), "utf8");
  expect(report).toContain("| layer | forward | backward | optimiser | ms | share |");
  expect(report).toContain("![profile-train.png](profile-train.png)");
});

test("a run taken up is profiled anew", async () => {
  await played("longer", { profile: true });
  const training = await resume(join(folder, "longer"), { rounds: 5, profile: true });
  const events: TrainingEvent[] = [];
  for await (const event of training.events()) events.push(event);
  const [{ profile, files }] = profilesOf(events) as [ReturnType<typeof profilesOf>[number]];
  expect(profile.round).toBe(4);
  expect(JSON.parse(await readFile(files.profiles, "utf8"))).toEqual({ phases: [profile] });
});

test("each phase has its own profile", async () => {
  const events = await played("phases", {
    model: "latent-gan",
    options: { batch: 8, latent: 4 },
    rounds: 4,
    profile: true,
  });
  const profiles = profilesOf(events);
  expect(profiles.length).toBeGreaterThan(1);
  expect(new Set(profiles.map(({ profile }) => profile.phase)).size).toBe(profiles.length);
  const { phases } = JSON.parse(await readFile(profiles[0]!.files.profiles, "utf8")) as { phases: unknown[] };
  expect(phases).toHaveLength(profiles.length);
});

test("tables add up; what is not where it should be is named", () => {
  const part = (
    layer: string | null,
    pass: "forward" | "optimiser" | null,
    operator: string,
    device: string,
  ) => ({ ...{ layer, pass, operator, device, player: "critic" }, nodes: 2, milliseconds: 1 }) as const;
  const profile: RoundProfile = {
    ...{ phase: "train", device: "webgpu", threads: 0, round: 1, rounds: 2, milliseconds: 3 },
    ...{ profiledMilliseconds: 5, memory: null },
    parts: [
      part("critic/dense1", "forward", "Gemm", "webgpu"),
      part("critic/dense1", "optimiser", "Mul", "webgpu"),
      part("critic/dense1", "forward", "OneHot", "cpu"),
      part(null, null, "MemcpyToHost", "cpu"),
    ],
  };
  const [operators, layers, players] = profileTables(profile);
  expect(operators!.rows).toContainEqual(["OneHot", "2", "1.00", "25.0 %"]);
  expect(layers!.rows).toEqual([
    ["critic/dense1", "2.00", "0.000", "1.00", "3.00", "75.0 %"],
    ["the runtime", "0.000", "0.000", "0.000", "1.00", "25.0 %"],
  ]);
  expect(players!.rows).toEqual([["critic", "2.00", "0.000", "1.00", "4.00", "100.0 %"]]);
  expect(straysSummary(profile)).toBe("not on webgpu but on the CPU: 2 OneHot (critic/dense1)");
  expect(straysSummary({ ...profile, device: "cpu" })).toBe("");
});
