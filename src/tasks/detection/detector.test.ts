import { expect, test } from "vitest";
import type { Dataset, Split } from "../../data/index.ts";
import { randomStream } from "../../random/index.ts";
import { type AnomalyDetector, anomalyDetector, type DetectorOptions } from "./detector.ts";

const split = (values: Float32Array): Split => ({ count: values.length / 2, values });
const drawn = (name: string, count: number) => randomStream(2, name).normal(0, new Float32Array(2 * count));

const [train, validation] = [split(drawn("train", 2000)), split(drawn("validation", 199))];

/** Codes are points with their second number doubled, reconstructions leave the second number out. */
const run = {
  description: { model: "plane" },
  roles: ["encode", "reconstruct", "realness"],
  shape: [2],
  data: async () => ({ train, validation }) as Dataset,
  async apply(role: string, examples: Float32Array) {
    const data = examples.map((value, place) => {
      if (place % 2 === 0) return value;
      return role === "encode" ? 2 * value : 0;
    });
    if (role !== "realness") return { shape: [examples.length / 2, 2], data };
    return { shape: [examples.length / 2], data: data.filter((_, place) => place % 2 === 0) };
  },
} as unknown as Parameters<typeof anomalyDetector>[0];

const detect = (options: DetectorOptions): Promise<AnomalyDetector> => anomalyDetector(run, options);

test("a density of codes is fitted to those of training examples", async () => {
  const { score } = await detect({ score: "code-density" });
  const { scores, parts, flags } = await score(Float32Array.of(0, 0, 2, 0, 0, 2, -3, 4));
  // −log N(z; 0, diag(1, 4)): half a squared distance, in deviations, and log 4π.
  const expected = [0, 2, 2, 12.5].map((half) => half + Math.log(4 * Math.PI));
  scores.forEach((value, row) => {
    expect(Math.abs(value / expected[row]! - 1)).toBeLessThan(0.05);
  });
  expect(parts).toEqual({ "code-density": scores });
  expect(flags).toBeUndefined();
});

test("one Gaussian is not enough for codes of two kinds", async () => {
  const values = drawn("kinds", 1000).map((value, place) =>
    place % 2 === 0 ? value / 10 + (place % 4 === 0 ? 5 : -5) : value / 10,
  );
  const data = { train: split(values), validation } as Dataset;
  const between = async (components: number) => {
    const { score } = await detect({ score: "code-density", components, data });
    const { scores } = await score(Float32Array.of(0, 0, 5, 0));
    return scores[0]! - scores[1]!;
  };
  expect(await between(1)).toBeLessThan(0);
  expect(await between(2)).toBeGreaterThan(100);
});

test("a threshold is set by held-out examples, and flags as many of new ones", async () => {
  const detector = await detect({ score: "reconstruction", falseAlarmRate: 0.1 });
  const { threshold, heldOut } = detector;
  const errors = Array.from({ length: 199 }, (_, row) => validation.values[2 * row + 1]! ** 2 / 2);
  const sorted = errors.toSorted((a, b) => b - a);
  expect(threshold?.threshold).toBeCloseTo(sorted[19]!, 5);
  expect(threshold).toMatchObject({ count: 199, flagged: 19, falseAlarmRate: 0.1 });
  expect(heldOut).toHaveLength(199);
  const { flags, scores } = await detector.score(Float32Array.of(9, 0, 0, 9));
  expect([...flags!]).toEqual([0, 1]);
  expect([...scores]).toEqual([0, 40.5]);
  const many = await detector.scoreSplit(split(drawn("new", 2500)));
  const share = many.flags!.reduce((sum, flag) => sum + flag, 0) / 2500;
  expect(Math.abs(share - 0.1)).toBeLessThan(4 * Math.hypot(threshold!.deviation, 0.3 / 50));
});

test("combined scores are means of what held-out examples make alike", async () => {
  const detector = await detect({ score: "reconstruction+critic", falseAlarmRate: 0.05 });
  expect(detector.names).toEqual(["reconstruction", "critic"]);
  const examples = Float32Array.of(0, 0, 1, 2);
  const { scores, parts } = await detector.score(examples);
  const held = (of: (x: number, y: number) => number) => {
    const values = Array.from({ length: 199 }, (_, row) =>
      of(validation.values[2 * row]!, validation.values[2 * row + 1]!),
    );
    const mean = values.reduce((sum, value) => sum + value) / 199;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 199);
    return (value: number) => (value - mean) / deviation;
  };
  const [error, real] = [held((_, y) => y ** 2 / 2), held((x) => -x)];
  expect(scores[0]).toBeCloseTo((error(0) + real(0)) / 2, 4);
  expect(scores[1]).toBeCloseTo((error(2) + real(-1)) / 2, 4);
  expect([...parts.reconstruction!, ...parts.critic!]).toEqual([0, 2, -0, -1]);
  const mean = detector.heldOut!.reduce((sum, value) => sum + value, 0) / 199;
  expect(mean).toBeCloseTo(0, 5);
  expect((await detect({ score: "combined" })).names).toEqual(["reconstruction", "critic", "code-density"]);
});

test("scores are the same whenever they are asked for, and however many there are", async () => {
  const options = { score: "combined", falseAlarmRate: 0.05 };
  const [first, again] = [await detect(options), await detect(options)];
  const examples = split(drawn("many", 1500));
  const whole = await first.scoreSplit(examples);
  expect((await again.score(examples.values as Float32Array)).scores).toEqual(whole.scores);
  expect((await again.score(examples.values.slice(2000, 2002) as Float32Array)).scores[0]).toBe(
    whole.scores[1000],
  );
  expect(again.threshold).toEqual(first.threshold);
});

test("what a model has not, and held-out examples that there are not, are refused in a line", async () => {
  await expect(detect({ score: "anomaly" })).rejects.toThrow(
    'plane has no anomaly score "anomaly"; it has reconstruction, critic, code-density',
  );
  await expect(detect({ score: "reconstruction+strange" })).rejects.toThrow('no anomaly score "strange"');
  await expect(detect({ score: "critic", components: 3 })).rejects.toThrow("components are of the density");
  await expect(detect({ score: "code-density", components: 3000 })).rejects.toThrow(
    "3000 Gaussians take as many training examples, and there are 2000",
  );
  const data = { train, validation: split(new Float32Array(0)) } as Dataset;
  await expect(detect({ falseAlarmRate: 0.1, data })).rejects.toThrow("train with --validation 0.1");
  await expect(detect({ falseAlarmRate: 0.001 })).rejects.toThrow("takes at least 999 held-out");
  await expect(anomalyDetector({ ...run, roles: ["translate"] })).rejects.toThrow(
    "plane cannot tell what is strange",
  );
});
