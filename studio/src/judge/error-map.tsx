// A map of errors in colours that grow brighter evenly, for eyes with any kind of colour vision: black over purple
// and orange to a pale yellow.

import { useEffect, useRef } from "preact/hooks";

/** Red, green and blue at equal steps of the error. */
const COLOURS = [
  [0, 0, 4],
  [60, 15, 110],
  [140, 41, 129],
  [222, 73, 104],
  [254, 159, 109],
  [252, 253, 191],
] as const;

/** The colour of an error from 0 to 255. */
export function errorColour(error: number): readonly [number, number, number] {
  const place = (Math.min(255, Math.max(0, error)) / 255) * (COLOURS.length - 1);
  const below = Math.min(Math.floor(place), COLOURS.length - 2);
  const part = place - below;
  const [from, to] = [COLOURS[below]!, COLOURS[below + 1]!];
  const mixed = (channel: 0 | 1 | 2) => Math.round(from[channel] + part * (to[channel] - from[channel]));
  return [mixed(0), mixed(1), mixed(2)];
}

/** A picture of errors, the largest of its channels, in colours. */
export function ErrorMap({ source, alt }: { readonly source: string; readonly alt: string }) {
  const place = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let wanted = true;
    const image = new Image();
    image.src = source;
    image.decode().then(
      () => wanted && place.current && paint(place.current, image),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [source]);
  return <canvas ref={place} role="img" aria-label={alt} />;
}

function paint(canvas: HTMLCanvasElement, image: HTMLImageElement): void {
  const { naturalWidth: width, naturalHeight: height } = image;
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.drawImage(image, 0, 0);
  const pixels = pen.getImageData(0, 0, width, height);
  for (let at = 0; at < pixels.data.length; at += 4) {
    const error = Math.max(pixels.data[at]!, pixels.data[at + 1]!, pixels.data[at + 2]!);
    pixels.data.set(errorColour(error), at);
  }
  pen.putImageData(pixels, 0, 0);
}
