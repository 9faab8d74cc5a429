// Pictures in a terminal. A character cell is about twice as high as wide, so the upper half block, in the colour
// of one pixel on a background of the pixel below, makes two square pixels of it.

import { WriteStream } from "node:tty";
import type { Picture } from "./png.ts";

export interface TerminalPictureOptions {
  /** Width at most, in characters. */
  readonly columns: number;
  /** Height at most, in lines; any unless told. */
  readonly rows?: number;
  /** The terminal's colours, as `colourDepth` tells them. 24 unless told. */
  readonly depth?: 8 | 24;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Draw a picture as lines of text. It is made smaller to fit, never larger.
 *
 * @example
 * const lines = terminalPicture(gridOf(samples), { columns: process.stdout.columns, depth: 24 });
 * console.log(lines.join("\n"));
 */
export function terminalPicture(picture: Picture, options: TerminalPictureOptions): string[] {
  const { columns, rows = Infinity, depth = 24 } = options;
  if (columns < 1 || rows < 1) return [];
  const factor = Math.min(1, columns / picture.width, (2 * rows) / picture.height);
  const width = Math.max(1, Math.floor(picture.width * factor));
  const height = Math.max(1, Math.floor(picture.height * factor));
  const small = shrink(picture, width, height);
  const code = depth === 24 ? trueColour : nearestOf256;
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    let line = "";
    let before = "";
    for (let x = 0; x < width; x++) {
      const upper = `38;${code(small, (y * width + x) * 3)}`;
      // Below an odd last row is whatever the terminal's background is.
      const lower = y + 1 < height ? `48;${code(small, ((y + 1) * width + x) * 3)}` : "49";
      const colours = `${upper};${lower}`;
      line += colours === before ? "▀" : `\x1b[${colours}m▀`;
      before = colours;
    }
    lines.push(`${line}\x1b[0m`);
  }
  return lines;
}

/**
 * Whether pictures make sense on a stream: it is a terminal of at least 256 colours, and the user has not asked
 * for none (NO_COLOR, TERM=dumb).
 */
export function canShowPictures(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Environment = process.env,
): boolean {
  return stream.isTTY === true && colourDepth(environment) !== undefined;
}

/** The colours a terminal shows, in bits (24 or 8); undefined when fewer, or none are wanted. */
export function colourDepth(environment: Environment = process.env): 8 | 24 | undefined {
  if (environment.NO_COLOR || environment.TERM === "dumb") return undefined;
  // Node knows the terminals; the method looks at nothing but the environment and the platform.
  // An empty NO_COLOR counts as none, though Node takes it for one.
  const { NO_COLOR: _, ...others } = environment;
  const depth = WriteStream.prototype.getColorDepth.call(undefined, others);
  return depth === 24 || depth === 8 ? depth : undefined;
}

/** Colour pixels, each the mean of the area of the picture that it covers. */
function shrink({ width, height, channels, data }: Picture, toWidth: number, toHeight: number): Uint8Array {
  const pixels = new Uint8Array(toWidth * toHeight * 3);
  for (let y = 0; y < toHeight; y++) {
    const [top, bottom] = [(y * height) / toHeight, ((y + 1) * height) / toHeight];
    for (let x = 0; x < toWidth; x++) {
      const [left, right] = [(x * width) / toWidth, ((x + 1) * width) / toWidth];
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let row = Math.floor(top); row < bottom; row++) {
          const high = Math.min(row + 1, bottom) - Math.max(row, top);
          for (let column = Math.floor(left); column < right; column++) {
            const wide = Math.min(column + 1, right) - Math.max(column, left);
            sum += high * wide * data[(row * width + column) * channels + (channels === 3 ? channel : 0)]!;
          }
        }
        const area = (bottom - top) * (right - left);
        pixels[(y * toWidth + x) * 3 + channel] = Math.min(255, Math.round(sum / area));
      }
    }
  }
  return pixels;
}

function trueColour(pixels: Uint8Array, at: number): string {
  return `2;${pixels[at]};${pixels[at + 1]};${pixels[at + 2]}`;
}

/** The colours 16 to 231 are a cube of six levels a channel; 232 to 255 are greys from 8 in steps of 10. */
function nearestOf256(pixels: Uint8Array, at: number): string {
  const colour = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
  const places = colour.map((value) => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40)));
  const cube = places.map((place) => (place === 0 ? 0 : 55 + 40 * place));
  const mean = (colour[0]! + colour[1]! + colour[2]!) / 3;
  const grey = Math.min(23, Math.max(0, Math.round((mean - 8) / 10)));
  const error = (other: (channel: number) => number) =>
    colour.reduce((sum, value, channel) => sum + (value - other(channel)) ** 2, 0);
  if (error(() => 8 + 10 * grey) < error((channel) => cube[channel]!)) return `5;${232 + grey}`;
  return `5;${16 + 36 * places[0]! + 6 * places[1]! + places[2]!}`;
}
