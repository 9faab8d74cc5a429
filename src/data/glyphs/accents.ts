// Accents: marks that stand on a letter or hang from it, so that é is an e with an acute, as Unicode takes it apart.
// The middle of a mark is x = 0; y = 0 is the pen's middle at the top of the letter (the baseline for those below).

import { arc, dot, ellipse, type Polyline, path } from "./path.ts";

/** What hangs from a letter. */
const below = new Set(["\u0323", "\u0327", "\u0328"]);

const marks: Readonly<Record<string, readonly Polyline[]>> = {
  "\u0300": [path(-0.12, 0.28, 0.06, 0.14)],
  "\u0301": [path(0.12, 0.28, -0.06, 0.14)],
  "\u0302": [path(-0.15, 0.14, 0, 0.28, 0.15, 0.14)],
  "\u0303": [path(arc(-0.09, 0.18, 0.09, 0.06, 180, 20), arc(0.09, 0.22, 0.09, 0.06, 200, 360))],
  "\u0304": [path(-0.16, 0.2, 0.16, 0.2)],
  "\u0306": [path(arc(0, 0.28, 0.14, 0.12, 190, 350))],
  "\u0307": [dot(0, 0.2)],
  "\u0308": [dot(-0.13, 0.2), dot(0.13, 0.2)],
  "\u030a": [ellipse(0, 0.22, 0.09, 0.09)],
  "\u030b": [path(0, 0.28, -0.12, 0.14), path(0.18, 0.28, 0.06, 0.14)],
  "\u030c": [path(-0.15, 0.28, 0, 0.14, 0.15, 0.28)],
  "\u0323": [dot(0, -0.2)],
  "\u0327": [path(0, 0, 0, -0.08, arc(0, -0.18, 0.11, 0.1, 90, -140))],
  "\u0328": [path(arc(0.08, -0.12, 0.12, 0.16, 100, 300))],
};

/** A letter that Unicode takes apart, and its marks; undefined for all other characters, and for marks not had here. */
export function takenApart(character: string): { letter: string; marks: readonly string[] } | undefined {
  const [letter, ...own] = character.normalize("NFD");
  if (letter === undefined || own.length === 0 || own.some((mark) => marks[mark] === undefined))
    return undefined;
  return { letter, marks: own };
}

/**
 * A letter's strokes with marks, one above the other. Letters with a dot of their own lose it to a mark above.
 *
 * @param strokes the letter's, `width` wide: y upwards, baseline 0, a capital's height 1
 */
export function accented(
  strokes: readonly Polyline[],
  { width, marks: own }: { width: number; marks: readonly string[] },
): Polyline[] {
  const bare = own.every((mark) => below.has(mark)) ? strokes : strokes.filter((stroke) => !isDot(stroke));
  let top = Math.max(...bare.flatMap((stroke) => [...stroke].filter((_, index) => index % 2 === 1)));
  const drawn: Polyline[] = [];
  for (const mark of own) {
    const y = below.has(mark) ? 0 : top;
    if (!below.has(mark)) top += 0.24;
    for (const stroke of marks[mark]!)
      drawn.push(stroke.map((value, index) => value + (index % 2 === 0 ? width / 2 : y)));
  }
  return [...bare, ...drawn];
}

const isDot = (stroke: Polyline): boolean =>
  stroke.length === 4 && stroke[0] === stroke[2] && stroke[1] === stroke[3];
