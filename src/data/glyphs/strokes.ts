// Gamelan's own stroke font: what `glyphs` draws its characters with, and pictures write their labels with.
//
// The unit is the height of a capital: the baseline is y = 0, capitals and digits reach 1, small letters 0.66,
// descenders −0.3. x begins at 0, and each character says how wide its ink is. Digits are all equally wide, so that
// columns of numbers stand still. Widths and heights are those of the pen's middle.

import { accented, takenApart } from "./accents.ts";
import { arc, dot, ellipse, type Polyline, path } from "./path.ts";

export type { Polyline } from "./path.ts";

interface Drawing {
  readonly width: number;
  readonly strokes: readonly Polyline[];
}

const draw = (width: number, ...strokes: Polyline[]): Drawing => ({ width, strokes });

/** Space between the ink of neighbours. */
const gap = 0.24;

/** The S of both sizes: two open bowls and a straight spine. */
const snake = (width: number, height: number): Polyline => {
  const [x, y] = [width / 2, height / 4];
  return path(arc(x, 3 * y, x * 0.93, y, 32, 246), arc(x, y, x, y, 66, -150));
};

const minus = draw(0.5, path(0, 0.46, 0.5, 0.46));

const drawings: Readonly<Record<string, Drawing>> = {
  "0": draw(0.6, ellipse(0.3, 0.5, 0.3, 0.5)),
  "1": draw(0.6, path(0.08, 0.76, 0.34, 1, 0.34, 0)),
  "2": draw(0.6, path(arc(0.3, 0.71, 0.29, 0.29, 168, -40), 0.01, 0, 0.6, 0)),
  "3": draw(0.6, path(arc(0.29, 0.755, 0.255, 0.245, 150, -90), arc(0.29, 0.255, 0.31, 0.255, 90, -152))),
  "4": draw(0.6, path(0.44, 0, 0.44, 1, 0, 0.29, 0.62, 0.29)),
  "5": draw(0.6, path(0.54, 1, 0.12, 1, arc(0.28, 0.32, 0.32, 0.32, 131, -150))),
  "6": draw(0.6, path(arc(0.5, 0.31, 0.5, 0.69, 98, 180), arc(0.3, 0.31, 0.3, 0.31, 180, 540))),
  "7": draw(0.6, path(0.01, 1, 0.59, 1, 0.2, 0)),
  "8": draw(0.6, ellipse(0.3, 0.76, 0.25, 0.24), ellipse(0.3, 0.26, 0.3, 0.26)),
  "9": draw(0.6, path(arc(0.1, 0.69, 0.5, 0.69, -82, 0), arc(0.3, 0.69, 0.3, 0.31, 0, 360))),

  A: draw(0.72, path(0, 0, 0.36, 1, 0.72, 0), path(0.119, 0.33, 0.601, 0.33)),
  B: draw(
    0.6,
    path(0, 0.52, 0, 1, 0.3, 1, arc(0.3, 0.76, 0.24, 0.24, 90, -90), 0, 0.52),
    path(0, 0.52, 0.3, 0.52, arc(0.32, 0.26, 0.28, 0.26, 90, -90), 0, 0, 0, 0.52),
  ),
  C: draw(0.68, path(arc(0.4, 0.5, 0.4, 0.5, 48, 312))),
  D: draw(0.68, path(0, 0, 0, 1, 0.22, 1, arc(0.22, 0.5, 0.46, 0.5, 90, -90), 0, 0)),
  E: draw(0.54, path(0.54, 1, 0, 1, 0, 0, 0.54, 0), path(0, 0.52, 0.46, 0.52)),
  F: draw(0.52, path(0.52, 1, 0, 1, 0, 0), path(0, 0.52, 0.44, 0.52)),
  G: draw(0.74, path(arc(0.4, 0.5, 0.4, 0.5, 48, 328), 0.74, 0.46, 0.44, 0.46)),
  H: draw(0.66, path(0, 0, 0, 1), path(0.66, 0, 0.66, 1), path(0, 0.52, 0.66, 0.52)),
  I: draw(0, path(0, 0, 0, 1)),
  J: draw(0.42, path(0.42, 1, 0.42, 0.25, arc(0.2, 0.25, 0.22, 0.25, 0, -165))),
  K: draw(0.6, path(0, 0, 0, 1), path(0.58, 1, 0, 0.38), path(0.2, 0.594, 0.62, 0)),
  L: draw(0.5, path(0, 1, 0, 0, 0.5, 0)),
  M: draw(0.78, path(0, 0, 0, 1, 0.39, 0.28, 0.78, 1, 0.78, 0)),
  N: draw(0.66, path(0, 0, 0, 1, 0.66, 0, 0.66, 1)),
  O: draw(0.8, ellipse(0.4, 0.5, 0.4, 0.5)),
  P: draw(0.58, path(0, 0, 0, 1, 0.31, 1, arc(0.31, 0.73, 0.27, 0.27, 90, -90), 0, 0.46)),
  Q: draw(0.8, ellipse(0.4, 0.5, 0.4, 0.5), path(0.5, 0.24, 0.8, -0.06)),
  R: draw(
    0.6,
    path(0, 0, 0, 1, 0.31, 1, arc(0.31, 0.73, 0.27, 0.27, 90, -90), 0, 0.46),
    path(0.29, 0.46, 0.6, 0),
  ),
  S: draw(0.6, snake(0.6, 1)),
  T: draw(0.64, path(0, 1, 0.64, 1), path(0.32, 1, 0.32, 0)),
  U: draw(0.64, path(0, 1, 0, 0.32, arc(0.32, 0.32, 0.32, 0.32, 180, 360), 0.64, 1)),
  V: draw(0.68, path(0, 1, 0.34, 0, 0.68, 1)),
  W: draw(0.96, path(0, 1, 0.24, 0, 0.48, 0.8, 0.72, 0, 0.96, 1)),
  X: draw(0.62, path(0, 0, 0.62, 1), path(0, 1, 0.62, 0)),
  Y: draw(0.64, path(0, 1, 0.32, 0.48, 0.64, 1), path(0.32, 0.48, 0.32, 0)),
  Z: draw(0.6, path(0, 1, 0.6, 1, 0, 0, 0.6, 0)),

  a: draw(0.54, ellipse(0.27, 0.33, 0.27, 0.33), path(0.54, 0.66, 0.54, 0)),
  b: draw(0.54, path(0, 1, 0, 0), ellipse(0.27, 0.33, 0.27, 0.33)),
  c: draw(0.48, path(arc(0.29, 0.33, 0.29, 0.33, 48, 312))),
  d: draw(0.54, ellipse(0.27, 0.33, 0.27, 0.33), path(0.54, 1, 0.54, 0)),
  e: draw(0.56, path(0.01, 0.34, 0.56, 0.34, arc(0.28, 0.33, 0.28, 0.33, 2, 314))),
  f: draw(0.36, path(arc(0.34, 0.8, 0.2, 0.2, 80, 180), 0.14, 0), path(0, 0.6, 0.34, 0.6)),
  g: draw(
    0.54,
    ellipse(0.27, 0.33, 0.27, 0.33),
    path(0.54, 0.66, 0.54, -0.06, arc(0.28, -0.06, 0.26, 0.24, 0, -150)),
  ),
  h: draw(0.5, path(0, 1, 0, 0), path(0, 0.4, arc(0.25, 0.4, 0.25, 0.26, 180, 0), 0.5, 0)),
  i: draw(0, path(0, 0, 0, 0.66), dot(0, 0.92)),
  j: draw(0.16, path(0.16, 0.66, 0.16, -0.12, arc(0.02, -0.12, 0.14, 0.18, 0, -95)), dot(0.16, 0.92)),
  k: draw(0.46, path(0, 0, 0, 1), path(0.44, 0.66, 0, 0.24), path(0.16, 0.393, 0.46, 0)),
  l: draw(0.14, path(0, 1, 0, 0.14, arc(0.14, 0.14, 0.14, 0.14, 180, 270))),
  m: draw(
    0.8,
    path(0, 0.66, 0, 0),
    path(arc(0.2, 0.44, 0.2, 0.22, 180, 0), 0.4, 0),
    path(arc(0.6, 0.44, 0.2, 0.22, 180, 0), 0.8, 0),
  ),
  n: draw(0.5, path(0, 0.66, 0, 0), path(arc(0.25, 0.4, 0.25, 0.26, 180, 0), 0.5, 0)),
  o: draw(0.56, ellipse(0.28, 0.33, 0.28, 0.33)),
  p: draw(0.54, path(0, 0.66, 0, -0.3), ellipse(0.27, 0.33, 0.27, 0.33)),
  q: draw(0.54, path(0.54, 0.66, 0.54, -0.3), ellipse(0.27, 0.33, 0.27, 0.33)),
  r: draw(0.34, path(0, 0.66, 0, 0), path(arc(0.27, 0.36, 0.27, 0.3, 180, 74))),
  s: draw(0.44, snake(0.44, 0.66)),
  t: draw(
    0.36,
    path(0.14, 0.9, 0.14, 0.18, arc(0.32, 0.18, 0.18, 0.18, 180, 280)),
    path(0, 0.62, 0.34, 0.62),
  ),
  u: draw(0.5, path(0, 0.66, 0, 0.26, arc(0.25, 0.26, 0.25, 0.26, 180, 360)), path(0.5, 0.66, 0.5, 0)),
  v: draw(0.52, path(0, 0.66, 0.26, 0, 0.52, 0.66)),
  w: draw(0.76, path(0, 0.66, 0.19, 0, 0.38, 0.56, 0.57, 0, 0.76, 0.66)),
  x: draw(0.48, path(0, 0, 0.48, 0.66), path(0, 0.66, 0.48, 0)),
  y: draw(0.54, path(0, 0.66, 0.27, 0), path(0.54, 0.66, 0.147, -0.3)),
  z: draw(0.46, path(0, 0.66, 0.46, 0.66, 0, 0, 0.46, 0)),

  " ": draw(0.12),
  ".": draw(0, dot(0, 0.02)),
  ",": draw(0.08, path(0.08, 0.04, 0, -0.16)),
  ":": draw(0, dot(0, 0.06), dot(0, 0.56)),
  ";": draw(0.08, path(0.08, 0.06, 0, -0.16), dot(0.08, 0.56)),
  "!": draw(0, path(0, 1, 0, 0.32), dot(0, 0.02)),
  "?": draw(0.5, path(arc(0.25, 0.75, 0.25, 0.25, 165, -50), 0.25, 0.42, 0.25, 0.3), dot(0.25, 0.02)),
  "'": draw(0, path(0, 1, 0, 0.76)),
  '"': draw(0.18, path(0, 1, 0, 0.76), path(0.18, 1, 0.18, 0.76)),
  "-": draw(0.36, path(0, 0.42, 0.36, 0.42)),
  "−": minus,
  "+": draw(0.5, ...minus.strokes, path(0.25, 0.21, 0.25, 0.71)),
  "±": draw(0.5, path(0, 0.54, 0.5, 0.54), path(0.25, 0.29, 0.25, 0.79), path(0, 0.08, 0.5, 0.08)),
  "–": draw(0.5, path(0, 0.42, 0.5, 0.42)),
  "—": draw(0.8, path(0, 0.42, 0.8, 0.42)),
  "…": draw(0.6, dot(0, 0.02), dot(0.3, 0.02), dot(0.6, 0.02)),
  "°": draw(0.24, ellipse(0.12, 0.88, 0.12, 0.12)),
  "²": draw(0.3, path(arc(0.15, 0.85, 0.14, 0.14, 168, -40), 0, 0.5, 0.3, 0.5)),
  "³": draw(0.3, path(arc(0.14, 0.88, 0.13, 0.12, 150, -90), arc(0.14, 0.63, 0.16, 0.13, 90, -152))),
  α: draw(
    0.6,
    path(0.6, 0.66, arc(0.25, 0.33, 0.25, 0.33, 40, 320), 0.52, 0.06, 0.6, 0),
    path(0.442, 0.118, 0.52, 0.45),
  ),
  β: draw(
    0.54,
    path(
      0,
      -0.3,
      0,
      0.78,
      arc(0.24, 0.78, 0.24, 0.22, 180, -90),
      arc(0.26, 0.28, 0.28, 0.28, 90, -100),
      0,
      0.1,
    ),
  ),
  γ: draw(0.54, path(0, 0.66, 0.27, 0, 0.54, 0.66), path(0.27, 0, 0.27, -0.3)),
  δ: draw(0.56, ellipse(0.28, 0.3, 0.28, 0.3), path(0.36, 0.586, 0.1, 0.86, 0.14, 1, 0.48, 1)),
  ε: draw(0.46, path(arc(0.25, 0.5, 0.21, 0.16, 40, 270)), path(arc(0.25, 0.17, 0.25, 0.17, 90, 320))),
  θ: draw(0.52, ellipse(0.26, 0.5, 0.26, 0.5), path(0, 0.5, 0.52, 0.5)),
  λ: draw(0.52, path(0.08, 1, 0.17, 0.98, 0.52, 0), path(0.29, 0.64, 0, 0)),
  μ: draw(
    0.56,
    path(0, 0.66, 0, -0.3),
    path(0, 0.26, arc(0.25, 0.26, 0.25, 0.26, 180, 360), 0.5, 0.66),
    path(0.5, 0.26, 0.5, 0.08, 0.56, 0),
  ),
  ρ: draw(0.54, path(0, -0.3, 0, 0.33), ellipse(0.27, 0.33, 0.27, 0.33)),
  σ: draw(0.66, ellipse(0.28, 0.31, 0.28, 0.31), path(0.28, 0.62, 0.66, 0.62)),
  τ: draw(0.5, path(0, 0.62, 0.5, 0.62), path(0.24, 0.62, 0.24, 0.16, arc(0.38, 0.16, 0.14, 0.16, 180, 290))),
  "×": draw(0.4, path(0, 0.26, 0.4, 0.66), path(0, 0.66, 0.4, 0.26)),
  "=": draw(0.5, path(0, 0.34, 0.5, 0.34), path(0, 0.58, 0.5, 0.58)),
  "<": draw(0.46, path(0.46, 0.76, 0, 0.46, 0.46, 0.16)),
  ">": draw(0.46, path(0, 0.76, 0.46, 0.46, 0, 0.16)),
  "*": draw(0.38, path(0.19, 1, 0.19, 0.56), path(0, 0.89, 0.38, 0.67), path(0, 0.67, 0.38, 0.89)),
  "/": draw(0.42, path(0, -0.1, 0.42, 1.04)),
  "\\": draw(0.42, path(0, 1.04, 0.42, -0.1)),
  "|": draw(0, path(0, -0.14, 0, 1.06)),
  "(": draw(0.14, path(arc(0.32, 0.46, 0.32, 0.7, 124, 236))),
  ")": draw(0.14, path(arc(-0.18, 0.46, 0.32, 0.7, 56, -56))),
  "[": draw(0.18, path(0.18, 1.04, 0, 1.04, 0, -0.12, 0.18, -0.12)),
  "]": draw(0.18, path(0, 1.04, 0.18, 1.04, 0.18, -0.12, 0, -0.12)),
  "%": draw(0.78, ellipse(0.16, 0.8, 0.16, 0.2), ellipse(0.62, 0.2, 0.16, 0.2), path(0.66, 1, 0.12, 0)),
  "&": draw(
    0.7,
    path(
      0.7,
      0,
      0.14,
      0.66,
      arc(0.3, 0.8, 0.18, 0.2, 215, -45),
      arc(0.28, 0.26, 0.28, 0.26, 120, 300),
      0.64,
      0.42,
    ),
  ),
  "@": draw(
    0.94,
    path(arc(0.47, 0.46, 0.47, 0.54, -60, -360)),
    path(0.94, 0.46, 0.9, 0.26, 0.78, 0.2, 0.66, 0.28, 0.66, 0.66),
    ellipse(0.46, 0.44, 0.2, 0.22),
  ),
  $: draw(0.6, snake(0.6, 1), path(0.3, 1.12, 0.3, -0.12)),
  "~": draw(0.52, path(arc(0.13, 0.42, 0.13, 0.1, 180, 20), arc(0.39, 0.49, 0.13, 0.1, 200, 360))),
  "^": draw(0.4, path(0, 0.7, 0.2, 1, 0.4, 0.7)),
  "`": draw(0.14, path(0, 1, 0.14, 0.82)),
  "{": draw(0.28, path(0.28, 1.04, 0.14, 0.98, 0.14, 0.54, 0, 0.46, 0.14, 0.38, 0.14, -0.06, 0.28, -0.12)),
  "}": draw(0.28, path(0, 1.04, 0.14, 0.98, 0.14, 0.54, 0.28, 0.46, 0.14, 0.38, 0.14, -0.06, 0, -0.12)),
  ß: draw(
    0.54,
    path(0, 0, 0, 0.78, arc(0.23, 0.78, 0.23, 0.22, 180, -60), arc(0.28, 0.28, 0.26, 0.28, 95, -110)),
  ),
  ø: draw(0.56, ellipse(0.28, 0.33, 0.28, 0.33), path(0.02, -0.06, 0.54, 0.72)),
  Ø: draw(0.8, ellipse(0.4, 0.5, 0.4, 0.5), path(0.06, -0.06, 0.74, 1.06)),
  æ: draw(
    0.96,
    ellipse(0.25, 0.33, 0.25, 0.33),
    path(0.5, 0.34, 0.96, 0.34, arc(0.73, 0.33, 0.23, 0.33, 2, 314)),
  ),
  ı: draw(0, path(0, 0, 0, 0.66)),
  _: draw(0.56, path(0, -0.14, 0.56, -0.14)),
  "#": draw(
    0.64,
    path(0.14, 0, 0.26, 1),
    path(0.42, 0, 0.54, 1),
    path(0.02, 0.34, 0.6, 0.34),
    path(0.06, 0.68, 0.64, 0.68),
  ),
};

/** What stands for a character the font has not: an upright box. */
const missing = draw(0.5, path(0, 0, 0.5, 0, 0.5, 1, 0, 1, 0, 0));

/** The character's own drawing, or its letter's with its marks. */
function drawn(character: string): Drawing | undefined {
  if (Object.hasOwn(drawings, character)) return drawings[character];
  const parts = takenApart(character);
  if (parts === undefined || !Object.hasOwn(drawings, parts.letter)) return undefined;
  const { width, strokes } = drawings[parts.letter]!;
  return draw(width, ...accented(strokes, { width, marks: parts.marks }));
}

const drawingOf = (character: string): Drawing => drawn(character) ?? missing;

/** Whether the font can draw this character, letters with accents among them. */
export const hasStrokes = (character: string): boolean => drawn(character) !== undefined;

/** All characters the font has, but for letters with accents, which are made of these. */
export const strokedCharacters = (): string[] => Object.keys(drawings);

/**
 * The strokes of one character: y upwards, baseline 0, a capital's height 1, the left of its ink at x = 0. A box for
 * a character the font has not.
 *
 * @example
 * strokesOf("T"); // two polylines: [0, 1, 0.64, 1] and [0.32, 1, 0.32, 0]
 */
export const strokesOf = (character: string): readonly Polyline[] => drawingOf(character).strokes;

/** How far the next character begins to the right of this one, as a multiple of a capital's height. */
export const advanceOf = (character: string): number => drawingOf(character).width + gap;

/** How wide a line of text is, from the ink of its first character to that of its last. */
export function widthOfText(text: string): number {
  let width = 0;
  for (const character of text.normalize()) width += advanceOf(character);
  return Math.max(0, width - gap);
}

/**
 * The strokes of a line of text, each character moved to its place; the first begins at x = 0.
 *
 * @example
 * strokesOfText("loss 0.25"); // scale by the height of a capital in pixels, then draw
 */
export function strokesOfText(text: string): Polyline[] {
  const all: Polyline[] = [];
  let x = 0;
  for (const character of text.normalize()) {
    for (const stroke of strokesOf(character))
      all.push(stroke.map((value, i) => (i % 2 === 0 ? value + x : value)));
    x += advanceOf(character);
  }
  return all;
}
