// A picture of one's own, brought to the size and colour that the networks know, as training brings folders of images to
// theirs: upon white, cut to the middle, resized by a filter that skips nothing.

import { resize } from "../../../src/data/adapt-images.ts";
import { extentOf } from "./drawing.ts";
import { valuesOf } from "./image-canvas.tsx";

/** Pixels of the longer side that are looked at, at most. */
const MOST_PIXELS = 2048;

export interface Preparing {
  /** Light becomes dark: for ink on paper, where the examples are white on black. */
  readonly invert: boolean;
  /** All of it, on a ground, instead of its middle. */
  readonly whole: boolean;
}

/** @throws Error where it is no picture that the browser reads */
export async function readPicture(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Error("this is no picture that the browser reads; give a PNG, JPEG, WebP or GIF");
  }
}

/** Its values, row-major [channels, height, width], from 0 to 1. */
export function preparePicture(
  picture: ImageBitmap,
  shape: readonly number[],
  { invert, whole }: Preparing,
): Float32Array {
  const { height, width } = extentOf(shape);
  const channels = shape[0] === 3 ? 3 : 1;
  // A part of the picture, or more than it, in the proportions that are wanted.
  const fit = (whole ? Math.max : Math.min)(picture.width / width, picture.height / height);
  const shrink = Math.min(1, MOST_PIXELS / (fit * Math.max(width, height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(fit * width * shrink));
  canvas.height = Math.max(1, Math.round(fit * height * shrink));
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const [w, h] = [picture.width * shrink, picture.height * shrink];
  pen.drawImage(picture, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
  const values = valuesOf(pen.getImageData(0, 0, canvas.width, canvas.height), channels);
  const sized = resize(values, channels, [canvas.height, canvas.width], [height, width]) as Float32Array;
  return invert ? sized.map((value) => 1 - value) : sized;
}
