// The colours of the plane, read from the theme, and those of the field: one colour for low values and one for high
// ones, of different lightness against the ground so that neither kind of colour vision confuses them, and the ground
// in between.

import { seriesColour, themeColour } from "../theme-choice.ts";

export interface PlanePalette {
  readonly ground: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly real: string;
  readonly made: string;
  readonly arrow: string;
  readonly rebuilt: string;
  readonly low: Colour;
  readonly middle: Colour;
  readonly high: Colour;
}

export type Colour = readonly [red: number, green: number, blue: number];

export function planePalette(theme: "light" | "dark"): PlanePalette {
  const dark = theme === "dark";
  return {
    ground: themeColour("--surface"),
    ink: themeColour("--ink"),
    quiet: themeColour("--quiet"),
    line: themeColour("--line"),
    real: dark ? "#d9dde3" : "#2b2f36",
    made: themeColour("--made"),
    arrow: dark ? "#ffe08a" : "#7a1f5c",
    rebuilt: seriesColour(2),
    low: dark ? [110, 72, 20] : [244, 214, 160],
    middle: dark ? [28, 31, 36] : [255, 255, 255],
    high: dark ? [24, 92, 140] : [120, 186, 226],
  };
}

/** The colour of a value, −1 lowest to 1 highest. */
export function mixed({ low, middle, high }: PlanePalette, value: number): Colour {
  const part = Math.min(1, Math.abs(value));
  const end = value < 0 ? low : high;
  return [0, 1, 2].map((at) =>
    Math.round(middle[at]! + part * (end[at]! - middle[at]!)),
  ) as unknown as Colour;
}

export const css = ([red, green, blue]: Colour): string => `rgb(${red} ${green} ${blue})`;
