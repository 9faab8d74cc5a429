import { describe, expect, test } from "vitest";
import type { Picture } from "./png.ts";
import { canShowPictures, colourDepth, terminalPicture } from "./terminal.ts";

const grey = (width: number, height: number, ...data: number[]): Picture => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data.length > 0 ? data : Array<number>(width * height).fill(100)),
});
const blocks = (line: string) => [...line].filter((character) => character === "▀").length;

describe("terminalPicture", () => {
  test("makes one character of two pixels, and repeats no colour", () => {
    const [line, ...others] = terminalPicture(grey(3, 2, 255, 255, 0, 10, 10, 20), { columns: 10 });
    expect(others).toEqual([]);
    expect(line).toBe("\x1b[38;2;255;255;255;48;2;10;10;10m▀▀\x1b[38;2;0;0;0;48;2;20;20;20m▀\x1b[0m");
  });

  test("leaves the terminal's own background below an odd last row", () => {
    expect(terminalPicture(grey(1, 3, 1, 2, 3), { columns: 10 })[1]).toBe("\x1b[38;2;3;3;3;49m▀\x1b[0m");
  });

  test("takes colours", () => {
    const picture: Picture = {
      width: 1,
      height: 2,
      channels: 3,
      data: new Uint8Array([255, 0, 0, 0, 0, 255]),
    };
    expect(terminalPicture(picture, { columns: 1 })).toEqual(["\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[0m"]);
    expect(terminalPicture(picture, { columns: 1, depth: 8 })).toEqual(["\x1b[38;5;196;48;5;21m▀\x1b[0m"]);
  });

  test("takes greys among 256 colours from the finer steps", () => {
    const codes = (level: number) =>
      /38;5;(\d+)/.exec(terminalPicture(grey(1, 1, level), { columns: 1, depth: 8 })[0]!);
    expect([0, 8, 118, 128, 238, 255].map((level) => codes(level)?.[1])).toEqual([
      "16",
      "232",
      "243",
      "244",
      "255",
      "231",
    ]);
  });

  test("shrinks to the columns and lines there are, by the mean, and never grows", () => {
    expect(terminalPicture(grey(2, 2, 0, 100, 100, 200), { columns: 1 })).toEqual([
      "\x1b[38;2;100;100;100;49m▀\x1b[0m",
    ]);
    const fits = (width: number, height: number, columns: number, rows?: number) => {
      const lines = terminalPicture(
        grey(width, height),
        rows === undefined ? { columns } : { columns, rows },
      );
      return [blocks(lines[0]!), lines.length];
    };
    expect(fits(240, 60, 80)).toEqual([80, 10]);
    expect(fits(60, 60, 80, 15)).toEqual([30, 15]);
    expect(fits(20, 20, 80)).toEqual([20, 10]);
    expect(fits(61, 37, 60)).toEqual([60, 18]);
    expect(terminalPicture(grey(5, 5), { columns: 0 })).toEqual([]);
  });
});

describe("what a terminal can show", () => {
  const terminal = { isTTY: true };
  // On Windows its version tells instead.
  test.skipIf(process.platform === "win32")("is told by the environment", () => {
    expect(colourDepth({ TERM: "xterm", COLORTERM: "truecolor" })).toBe(24);
    expect(colourDepth({ TERM: "xterm-256color" })).toBe(8);
    expect(colourDepth({ TERM: "dumb", COLORTERM: "truecolor" })).toBeUndefined();
    expect(colourDepth({ TERM: "xterm-256color", NO_COLOR: "1" })).toBeUndefined();
    expect(colourDepth({ TERM: "xterm-256color", NO_COLOR: "" })).toBe(8);
  });
  test("is nothing where it is no terminal", () => {
    const environment = { TERM: "xterm-256color" };
    expect(canShowPictures(terminal, environment)).toBe(true);
    expect(canShowPictures(terminal, { ...environment, NO_COLOR: "1" })).toBe(false);
    expect(canShowPictures(terminal, { TERM: "dumb" })).toBe(false);
    expect(canShowPictures({}, environment)).toBe(false);
    expect(canShowPictures({ isTTY: false }, { ...environment, FORCE_COLOR: "3" })).toBe(false);
  });
});
