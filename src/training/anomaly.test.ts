import { expect, test } from "vitest";
import { chooseAnomalyScore, scoreAnomalies } from "./anomaly.ts";

test("a model's own score comes before its reconstructions, and these before its critic", () => {
  expect(chooseAnomalyScore("m", ["realness", "reconstruct", "anomaly"], undefined)).toBe("anomaly");
  expect(chooseAnomalyScore("m", ["realness", "encode", "reconstruct"], undefined)).toBe("reconstruction");
  expect(chooseAnomalyScore("m", ["generate", "realness"], undefined)).toBe("critic");
  expect(chooseAnomalyScore("m", ["realness", "reconstruct"], "critic")).toBe("critic");
  expect(() => chooseAnomalyScore("m", ["generate"], undefined)).toThrow("m cannot tell what is strange");
  expect(() => chooseAnomalyScore("m", ["generate"], "anomaly")).toThrow('has no anomaly score "anomaly"');
});

test("higher is stranger, whatever is scored", async () => {
  const examples = Float32Array.of(0, 1, 1, 1, 0, 3);
  const answers = (values: number[]) => async () => ({ data: Float32Array.from(values) });
  const score = (name: Parameters<typeof scoreAnomalies>[1], values: number[]) =>
    scoreAnomalies(answers(values), name, examples, 3);
  expect([...(await score("reconstruction", [0, 0, 1, 1, 1, 1]))]).toEqual([0.5, 0, 2.5]);
  expect([...(await score("critic", [1, -2, 3]))]).toEqual([-1, 2, -3]);
  expect([...(await score("anomaly", [1, 2, 3]))]).toEqual([1, 2, 3]);
});
