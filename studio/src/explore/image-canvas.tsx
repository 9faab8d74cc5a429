// One image of numbers, enlarged with hard edges.

import type { Ref } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { extentOf, pixelsOf } from "./drawing.ts";

export interface ImageCanvasProps {
  /** Row-major, [channels, height, width], from 0 to 1; nothing yet. */
  readonly values: Float32Array | undefined;
  readonly shape: readonly number[];
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly canvas?: Ref<HTMLCanvasElement>;
  readonly class?: string;
}

export function ImageCanvas({ values, shape, label, canvas, class: className }: ImageCanvasProps) {
  const own = useRef<HTMLCanvasElement | null>(null);
  const { height, width } = extentOf(shape);
  useLayoutEffect(() => {
    if (values !== undefined) own.current!.getContext("2d")!.putImageData(pixelsOf(values, shape), 0, 0);
  }, [values, shape]);
  return (
    <canvas
      ref={(element) => {
        own.current = element;
        if (typeof canvas === "function") canvas(element);
        else if (canvas) canvas.current = element;
      }}
      width={width}
      height={height}
      class={className === undefined ? "pixels" : `pixels ${className}`}
      role="img"
      aria-label={label}
    />
  );
}

/** One of the examples' pictures. */
export function ExamplePicture({
  pictures,
  columns,
  index,
  shape,
  label,
}: {
  readonly pictures: ImageBitmap;
  readonly columns: number;
  readonly index: number;
  readonly shape: readonly number[];
  readonly label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width } = extentOf(shape);
  useLayoutEffect(() => {
    const pen = canvas.current!.getContext("2d")!;
    pen.drawImage(
      pictures,
      (index % columns) * width,
      Math.floor(index / columns) * height,
      width,
      height,
      0,
      0,
      width,
      height,
    );
  }, [pictures, columns, index, height, width]);
  return <canvas ref={canvas} width={width} height={height} class="pixels" role="img" aria-label={label} />;
}

/** The values of an example's picture, row-major [channels, height, width]. */
export function exampleValues(
  pictures: ImageBitmap,
  columns: number,
  index: number,
  shape: readonly number[],
): Float32Array {
  const { height, width } = extentOf(shape);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.drawImage(pictures, -(index % columns) * width, -Math.floor(index / columns) * height);
  return valuesOf(pen.getImageData(0, 0, width, height), shape[0] === 3 ? 3 : 1);
}

/** Pixels as values from 0 to 1, channel by channel; of one channel, the luma of Rec. 601. */
export function valuesOf({ data, width, height }: ImageData, channels: 1 | 3): Float32Array {
  const plane = width * height;
  return Float32Array.from({ length: channels * plane }, (_, at) => {
    const pixel = 4 * (at % plane);
    if (channels === 3) return data[pixel + Math.floor(at / plane)]! / 255;
    return (0.299 * data[pixel]! + 0.587 * data[pixel + 1]! + 0.114 * data[pixel + 2]!) / 255;
  });
}
