// Letters as lines, from Gamelan's own stroke font: SVG text would look different on every machine, and like
// nothing on one without fonts.

import { strokesOfText, widthOfText } from "../data/glyphs/strokes.ts";

/** A capital's height as a part of the text's size, as in common typefaces. */
const CAPITAL = 0.72;

export interface TextPlace {
  /** Where the text begins, has its middle or ends, as `anchor` says ("start" unless told). */
  readonly x: number;
  /** The baseline, y downwards. */
  readonly y: number;
  /** In pixels, as a typeface's size: capitals are 0.72 of it. */
  readonly size: number;
  readonly colour: string;
  readonly anchor?: "start" | "middle" | "end";
  /** Thickness of the strokes; 1 is a common text's. */
  readonly weight?: number;
}

/** How wide a text is in pixels. */
export function textWidth(text: string, size: number): number {
  return widthOfText(text) * size * CAPITAL;
}

/** The text if it is no wider than `width`, else as much of its beginning as is, with three dots. */
export function cutToWidth(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join("")}...`, size) > width) characters.pop();
  return `${characters.join("").trimEnd()}...`;
}

/** A line of text as an SVG path. */
export function strokeText(text: string, place: TextPlace): string {
  const { size, colour, anchor = "start", weight = 1 } = place;
  const unit = size * CAPITAL;
  const shift = anchor === "start" ? 0 : textWidth(text, size) / (anchor === "middle" ? 2 : 1);
  let path = "";
  for (const stroke of strokesOfText(text)) {
    for (let index = 0; index < stroke.length; index += 2) {
      const x = place.x - shift + stroke[index]! * unit;
      const y = place.y - stroke[index + 1]! * unit;
      path += `${index === 0 ? "M" : "L"}${x.toFixed(2)} ${y.toFixed(2)}`;
    }
  }
  const pen = `stroke="${colour}" stroke-width="${(weight * size * 0.09).toFixed(2)}"`;
  return `<path d="${path}" ${pen} fill="none" stroke-linecap="round" stroke-linejoin="round"/>`;
}
