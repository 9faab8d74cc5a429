import { describe, expect, test } from "vitest";
import { formatCount, formatDuration, formatNumber, formatRate, Progress } from "./progress.ts";

describe("formats", () => {
  test.each([
    [0, "0.00 s"],
    [0.418, "0.42 s"],
    [0.996, "1.0 s"],
    [8.26, "8.3 s"],
    [9.96, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 min 00 s"],
    [185, "3 min 05 s"],
    [3599.7, "1 h 00 min"],
    [7620, "2 h 07 min"],
    [86_390, "1 d 0 h"],
    [273_600, "3 d 4 h"],
    [Number.POSITIVE_INFINITY, "?"],
    [-1, "?"],
  ])("a duration of %f seconds is %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test.each([
    [1240.4, "1,240 rounds/s"],
    [99.95, "100 rounds/s"],
    [3.24159, "3.24 rounds/s"],
    [0, "0 rounds/s"],
    [0.5, "30 rounds/min"],
    [0.001, "3.6 rounds/h"],
    [Number.NaN, "? rounds/s"],
  ])("a rate of %f a second is %s", (rate, text) => {
    expect(formatRate(rate, "rounds")).toBe(text);
  });

  test.each([
    [0, "0"],
    [-0, "0"],
    [0.023149, "0.02315"],
    [1.5, "1.5"],
    [-123.456, "-123.5"],
    [999.96, "1000"],
    [12_345.6, "12,346"],
    [-1_234_567, "-1,234,567"],
    [1.2e-7, "1.2e-7"],
    [1e-5, "1e-5"],
    [6.02214e23, "6.022e23"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("the number %d is %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test("counts have commas", () => {
    expect([0, 999, 1000, 60_000, 1_234_567].map(formatCount)).toEqual([
      "0",
      "999",
      "1,000",
      "60,000",
      "1,234,567",
    ]);
  });
});

/** A stream that a test can read, and a clock that it can set. */
function stage(properties: { isTTY?: boolean; columns?: number; rows?: number } = {}) {
  const stage = {
    text: "",
    time: 0,
    stream: {
      ...properties,
      write(text: string) {
        stage.text += text;
      },
    },
    taken() {
      const { text } = stage;
      stage.text = "";
      return text;
    },
  };
  return stage;
}

const ESCAPE = String.fromCharCode(27);
const CODES = new RegExp(`${ESCAPE}\\[(\\d+)A|${ESCAPE}\\[([JK])|[^${ESCAPE}]`, "gu");

/** What a terminal's screen holds after this text: enough of one to test with. */
function screen(text: string): string[] {
  const lines: string[] = [""];
  let [row, column] = [0, 0];
  for (const [piece, up, erase] of text.matchAll(CODES)) {
    if (up !== undefined) row -= Number(up);
    else if (erase !== undefined) {
      lines[row] = lines[row]!.slice(0, column);
      if (erase === "J") lines.length = row + 1;
    } else if (piece === "\r") column = 0;
    else if (piece === "\n") {
      [row, column] = [row + 1, 0];
      lines[row] ??= "";
    } else {
      lines[row] = lines[row]!.slice(0, column) + piece + lines[row]!.slice(column + 1);
      column++;
    }
  }
  return lines;
}

describe("in a terminal", () => {
  test("one line is redrawn, with rate, time left and losses", () => {
    const here = stage({ isTTY: true, columns: 120 });
    const progress = new Progress({
      stream: here.stream,
      now: () => here.time,
      total: 1000,
      unit: "rounds",
      label: "gan",
    });
    for (let round = 1; round <= 250; round++) {
      here.time = round * 20;
      progress.update(round, { critic: 0.71239, generator: 1.2 });
    }
    const lines = screen(here.text);
    expect(lines).toEqual([
      "gan  ███░░░░░░░░░░░░░  24 %  246/1,000 rounds  50 rounds/s  15 s left  critic 0.7124  generator 1.2",
    ]);
    here.time = 20_000;
    progress.update(1000);
    progress.finish();
    expect(screen(here.text)).toEqual([
      "gan  ████████████████ 100 %  1,000/1,000 rounds  in 20 s  critic 0.7124  generator 1.2",
      "",
    ]);
  });

  test("it draws ten times a second at most, and always the end", () => {
    const here = stage({ isTTY: true, columns: 120 });
    const progress = new Progress({ stream: here.stream, now: () => here.time, total: 10, unit: "rounds" });
    let draws = 0;
    for (let round = 1; round <= 10; round++) {
      progress.update(round);
      if (here.taken() !== "") draws++;
    }
    expect(draws).toBe(1);
    progress.finish();
    expect(here.taken()).toContain("10/10 rounds");
  });

  test("a line is cut to the width", () => {
    const here = stage({ isTTY: true, columns: 30 });
    new Progress({
      stream: here.stream,
      now: () => here.time,
      total: 10,
      unit: "rounds",
      label: "a long label of a model",
    }).update(3);
    expect([...screen(here.text)[0]!]).toHaveLength(29);
    expect(screen(here.text)[0]!.endsWith("…")).toBe(true);
  });

  test("the rate is that of the last while", () => {
    const here = stage({ isTTY: true, columns: 120 });
    const progress = new Progress({ stream: here.stream, now: () => here.time, unit: "files", start: 100 });
    for (let second = 1; second <= 60; second++) {
      here.time = second * 1000;
      progress.update(100 + (second <= 30 ? second : 30 + (second - 30) * 10));
    }
    expect(screen(here.text)).toEqual(["430 files  10 files/s"]);
  });

  test("a picture stands above the line, is replaced, and moves down under what is printed", () => {
    const here = stage({ isTTY: true, columns: 60, rows: 10 });
    const progress = new Progress({ stream: here.stream, now: () => here.time, total: 2, unit: "rounds" });
    progress.picture(["old old", "old old"]);
    progress.picture(["new", "new", "new"]);
    expect(screen(here.text).slice(0, 3)).toEqual(["new", "new", "new"]);
    progress.print("a note");
    here.time = 500;
    progress.update(1);
    expect(screen(here.text)).toEqual(["a note", "new", "new", "new", expect.stringContaining("1/2 rounds")]);
    progress.picture(Array(9).fill("too high"));
    expect(screen(here.text)).toEqual(["a note", expect.stringContaining("1/2 rounds")]);
    progress.clear();
    expect(screen(here.text)).toEqual(["a note", ""]);
  });
});

describe("elsewhere", () => {
  test("plain lines come at tenths, not too often, and at the end", () => {
    const here = stage();
    const progress = new Progress({
      stream: here.stream,
      now: () => here.time,
      total: 1000,
      unit: "rounds",
      label: "vae",
    });
    for (let round = 1; round <= 1000; round++) {
      here.time = round * 10;
      progress.update(round, { player: 1 / round });
    }
    progress.finish();
    progress.finish();
    const lines = here.text.split("\n");
    expect(lines).toEqual([
      "vae  30 %  300/1,000 rounds  100 rounds/s  7.0 s left  player 0.003333",
      "vae  60 %  600/1,000 rounds  100 rounds/s  4.0 s left  player 0.001667",
      "vae  90 %  900/1,000 rounds  100 rounds/s  1.0 s left  player 0.001111",
      "vae  100 %  1,000/1,000 rounds  in 10 s  player 0.001",
      "",
    ]);
    expect(here.text).not.toContain("\x1b");
  });

  test("in long work a line comes each minute", () => {
    const here = stage();
    const progress = new Progress({ stream: here.stream, now: () => here.time, unit: "rounds" });
    for (let second = 1; second <= 200; second++) {
      here.time = second * 1000;
      progress.update(second);
    }
    expect(here.text.split("\n").map((line) => line.split(" ")[0])).toEqual(["60", "120", "180", ""]);
  });

  test("pictures are left out, notes are not", () => {
    const here = stage();
    const progress = new Progress({ stream: here.stream, now: () => here.time, unit: "rounds" });
    progress.picture(["picture"]);
    progress.print("note");
    progress.clear();
    expect(here.text).toBe("note\n");
  });
});
