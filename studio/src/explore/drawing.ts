// Numbers as pixels.

/** Height and width of images of a shape [channels, height, width]. */
export const extentOf = ([, height = 1, width = 1]: readonly number[]) => ({ height, width });

/** Values from 0 to 1, channel by channel, of 1 or 3 channels, as pixels. */
export function pixelsOf(values: Float32Array, shape: readonly number[], index = 0): ImageData {
  const { height, width } = extentOf(shape);
  const channels = shape[0] === 3 ? 3 : 1;
  const plane = height * width;
  const from = index * (shape[0] ?? 1) * plane;
  const pixels = new ImageData(width, height);
  for (let at = 0; at < plane; at++) {
    for (let channel = 0; channel < 3; channel++)
      pixels.data[4 * at + channel] = 255 * values[from + (channel % channels) * plane + at]!;
    pixels.data[4 * at + 3] = 255;
  }
  return pixels;
}

/** Several images side by side on a canvas, with gaps between. */
export function drawStrip(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  shape: readonly number[],
  gap = 1,
): void {
  const { height, width } = extentOf(shape);
  const size = (shape[0] ?? 1) * height * width;
  const count = values.length / size;
  canvas.width = count * width + (count - 1) * gap;
  canvas.height = height;
  const pen = canvas.getContext("2d")!;
  for (let index = 0; index < count; index++)
    pen.putImageData(pixelsOf(values, shape, index), index * (width + gap), 0);
}

/** A canvas with one image. */
export function canvasOf(pixels: ImageData): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext("2d")!.putImageData(pixels, 0, 0);
  return canvas;
}

/**
 * Canvases side by side under their titles, enlarged with hard edges, as they are saved.
 *
 * @param least pixels that the height of each is enlarged to, at least
 */
export function sideBySide(
  parts: readonly { readonly canvas: HTMLCanvasElement; readonly title: string }[],
  { ink, ground, least = 280 }: { readonly ink: string; readonly ground: string; readonly least?: number },
): HTMLCanvasElement {
  const [margin, head] = [16, 28];
  const scaled = parts.map(({ canvas, title }) => {
    const scale = Math.max(1, Math.ceil(least / canvas.height));
    return { canvas, title, width: canvas.width * scale, height: canvas.height * scale };
  });
  const whole = document.createElement("canvas");
  whole.width = scaled.reduce((sum, { width }) => sum + width + margin, margin);
  whole.height = head + margin + Math.max(...scaled.map(({ height }) => height));
  const pen = whole.getContext("2d")!;
  pen.fillStyle = ground;
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.imageSmoothingEnabled = false;
  pen.fillStyle = ink;
  pen.font = "600 15px system-ui, sans-serif";
  let x = margin;
  for (const { canvas, title, width, height } of scaled) {
    pen.fillText(title, x, 19, width);
    pen.drawImage(canvas, x, head, width, height);
    x += width + margin;
  }
  return whole;
}

/** Colours from black over red to pale yellow, rising in brightness, so that they tell without hue too. */
const heat = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
] as const;

/** The colour of a part of the most, from 0 to 1. */
export function heatColour(part: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, part)) * (heat.length - 1);
  const below = Math.min(heat.length - 2, Math.floor(at));
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(heat[below]![channel] + (at - below) * (heat[below + 1]![channel] - heat[below]![channel]));
  return [mix(0), mix(1), mix(2)];
}

/** Where two images differ: the mean absolute difference of each pixel's channels, and the most of it. */
export function errorMap(
  left: Float32Array,
  right: Float32Array,
  shape: readonly number[],
): { readonly pixels: ImageData; readonly most: number } {
  const { height, width } = extentOf(shape);
  const plane = height * width;
  const channels = shape[0] ?? 1;
  const errors = Float32Array.from({ length: plane }, (_, at) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += Math.abs(left[channel * plane + at]! - right[channel * plane + at]!);
    return sum / channels;
  });
  const most = errors.reduce((a, b) => Math.max(a, b), 0);
  const pixels = new ImageData(width, height);
  for (const [at, error] of errors.entries()) {
    pixels.data.set(heatColour(most === 0 ? 0 : error / most), 4 * at);
    pixels.data[4 * at + 3] = 255;
  }
  return { pixels, most };
}

/** The marks of classes: seven colours in five forms, so that neighbours differ in both. */
export const FORMS = ["circle", "square", "triangle", "diamond", "cross"] as const;
export type Form = (typeof FORMS)[number];
export const formOf = (label: number): Form => FORMS[(label + Math.floor(label / 35)) % FORMS.length]!;

/** A mark about a place, filled in the pen's colour. */
export function drawMark(
  pen: CanvasRenderingContext2D,
  form: Form,
  x: number,
  y: number,
  radius: number,
): void {
  pen.beginPath();
  if (form === "circle") pen.arc(x, y, radius, 0, 2 * Math.PI);
  else if (form === "square") pen.rect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius);
  else if (form === "cross") {
    const [arm, half] = [1.2 * radius, 0.4 * radius];
    pen.rect(x - arm, y - half, 2 * arm, 2 * half);
    pen.rect(x - half, y - arm, 2 * half, 2 * arm);
  } else {
    const corners =
      form === "triangle"
        ? ([
            [0, -1.2],
            [1.1, 0.8],
            [-1.1, 0.8],
          ] as const)
        : ([
            [0, -1.3],
            [1.1, 0],
            [0, 1.3],
            [-1.1, 0],
          ] as const);
    for (const [dx, dy] of corners) pen.lineTo(x + dx * radius, y + dy * radius);
    pen.closePath();
  }
  pen.fill();
}
