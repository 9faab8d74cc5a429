import { expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { classColumns, generationInputs } from "./generation.ts";

const role = { latent: 3, from: () => undefined as never };
const request = { count: 5, seed: 1, stream: "generate" };

test("noise from a named stream, and classes one after the other", () => {
  const [noise, labels] = generationInputs({ ...role, classes: 2 }, request);
  expect(noise).toHaveLength(15);
  expect([...labels!]).toEqual([0, 1, 0, 1, 0]);
  expect(generationInputs(role, request)).toEqual([noise]);
  expect(generationInputs(role, { ...request, stream: "samples" })[0]).not.toEqual(noise);
});

test("one class for all, with the noise that all classes have", () => {
  const [noise, labels] = generationInputs({ ...role, classes: 4 }, { ...request, label: 3 });
  expect([...labels!]).toEqual([3, 3, 3, 3, 3]);
  expect(noise).toEqual(generationInputs(role, request)[0]);
});

test.each([-1, 4, 0.5])("%d is no class of four", (label) => {
  const attempt = () => generationInputs({ ...role, classes: 4 }, { ...request, label });
  expect(attempt).toThrow(UserError);
  expect(attempt).toThrow(`a label is a class from 0 to 3, not ${label}`);
});

test("a model without classes is asked for none", () => {
  expect(() => generationInputs(role, { ...request, label: 0 })).toThrow(
    /knows no classes; leave out the label$/,
  );
});

test("truncated noise keeps the draws that are near", () => {
  const [free] = generationInputs(role, { ...request, count: 40 });
  const [near] = generationInputs(role, { ...request, count: 40, truncation: 0.7 });
  expect(near!.every((value) => Math.abs(value) <= 0.7)).toBe(true);
  expect(near!.filter((value, index) => value === free![index])).toEqual(
    free!.filter((value) => Math.abs(value) <= 0.7),
  );
});

test("few classes are columns", () => {
  expect([1, 10, 16, 17].map((classes) => classColumns({ classes }))).toEqual([1, 10, 16, undefined]);
  expect(classColumns({})).toBeUndefined();
});

test("classes go on in turn from a part to the next", () => {
  const labelsOf = (first: number, count: number) => [
    ...generationInputs({ ...role, classes: 5 }, { ...request, count, first })[1]!,
  ];
  expect([...labelsOf(0, 3), ...labelsOf(3, 3), ...labelsOf(6, 2)]).toEqual([0, 1, 2, 3, 4, 0, 1, 2]);
});
