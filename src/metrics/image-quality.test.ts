import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import {
  absoluteErrors,
  multiScaleSimilarity,
  peakSignalToNoise,
  squaredErrors,
  structuralSimilarity,
} from "./image-quality.ts";

const { images } = reference<{
  images: {
    shape: [number, number, number, number];
    inverted: boolean;
    scales: number;
    squared: Numbers;
    absolute: Numbers;
    peakSignalToNoise: Numbers;
    similarity: Numbers;
    multiScale: Numbers;
  }[];
}>("quality");

/** The same pictures as in quality.py, exact in float32. */
function picture([count, channels, height, width]: readonly number[], seed: number): Float32Array {
  return Float32Array.from({ length: count! * channels! * height! * width! }, (_, index) => {
    const x = index % width!;
    const y = Math.floor(index / width!) % height!;
    const c = Math.floor(index / (width! * height!)) % channels!;
    const n = Math.floor(index / (width! * height! * channels!));
    return ((x * (seed + 3) + y * 5 + ((x * y) % (7 + seed)) * 9 + c * 40 + n * 17) % 256) / 256;
  });
}

test.each(images.map((row) => [row.shape.join(" x "), row] as const))(
  "agrees with the formulas worked out window by window: %s",
  (_, row) => {
    const original = picture(row.shape, 1);
    const other = picture(row.shape, 4);
    const image = original.map((value, index) =>
      row.inverted ? 1 - value : (value * 3 + other[index]!) / 4,
    );
    const [count, ...shape] = row.shape;
    const check = (found: Float64Array, expected: Numbers, what: string) =>
      expectAgreement({ shape: [count], data: found }, expected, 1e-8, what);
    check(squaredErrors(image, original, { shape }), row.squared, "squared error");
    check(absoluteErrors(image, original, { shape }), row.absolute, "absolute error");
    check(peakSignalToNoise(image, original, { shape }), row.peakSignalToNoise, "signal to noise");
    check(structuralSimilarity(image, original, { shape }), row.similarity, "similarity");
    const { similarities, scales } = multiScaleSimilarity(image, original, { shape });
    expect(scales).toBe(row.scales);
    check(similarities, row.multiScale, "similarity over scales");
  },
);

test("errors of images by hand", () => {
  const [images, originals] = [Float32Array.of(0, 1, 0.5, 0.5), Float32Array.of(0.5, 1, 0.5, 0.5)];
  expect(squaredErrors(images, originals, { shape: [1, 1, 2] })).toEqual(Float64Array.of(0.125, 0));
  expect(absoluteErrors(images, originals, { shape: [1, 1, 2] })).toEqual(Float64Array.of(0.25, 0));
  const noise = peakSignalToNoise(images, originals, { shape: [2, 1, 1], peak: 5 });
  expect(noise[0]).toBeCloseTo(10 * Math.log10(200), 12);
  expect(noise[1]).toBe(Number.POSITIVE_INFINITY);
});

test("of images of one colour only the luminance counts, and equal images are 1 exactly", () => {
  const [grey, dark] = [new Float64Array(256).fill(0.5), new Float64Array(256).fill(0.4)];
  const expected = (0.4 + 1e-4) / (0.41 + 1e-4);
  expect(structuralSimilarity(grey, dark, { shape: [1, 16, 16] })[0]).toBeCloseTo(expected, 12);
  const bytes = { shape: [1, 16, 16], peak: 255 } as const;
  const [light, shade] = [grey, dark].map((image) => image.map((value) => value * 255));
  expect(structuralSimilarity(light!, shade!, bytes)[0]).toBeCloseTo(expected, 12);
  for (const shape of [
    [3, 7, 5],
    [1, 28, 28],
    [1, 1, 1],
  ] as const) {
    const image = picture([1, ...shape], 2);
    expect(structuralSimilarity(image, image, { shape })).toEqual(Float64Array.of(1));
    expect(multiScaleSimilarity(image, image, { shape }).similarities).toEqual(Float64Array.of(1));
  }
});

test("one scale is the similarity itself", () => {
  const [image, original] = [picture([2, 1, 28, 28], 1), picture([2, 1, 28, 28], 2)];
  const shape = [1, 28, 28] as const;
  const { similarities } = multiScaleSimilarity(image, original, { shape, scales: 1 });
  expect(similarities).toEqual(structuralSimilarity(image, original, { shape }));
});

test("what cannot be compared is refused", () => {
  const [one, two] = [new Float32Array(4), new Float32Array(8)];
  const shape = [1, 2, 2] as const;
  expect(() => squaredErrors(one, two, { shape })).toThrow(
    "1 images need as many originals to be compared with, not 2",
  );
  expect(() => squaredErrors(one, one, { shape: [1, 0, 2] })).toThrow("a side of an image must be");
  expect(() =>
    structuralSimilarity(
      one,
      one.map(() => Number.NaN),
      { shape },
    ),
  ).toThrow("originals must be finite");
  expect(() => peakSignalToNoise(one, one, { shape, peak: 0 })).toThrow("the peak of pixels must be");
  expect(() => multiScaleSimilarity(one, one, { shape, scales: 2 })).toThrow(
    "images of 2 x 2 pixels have at most 1 scales, not 2",
  );
});
