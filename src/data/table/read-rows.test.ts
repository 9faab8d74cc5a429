import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Delimiter, eachRow, guessDelimiter } from "./read-rows.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-rows-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function write(content: string | Uint8Array, name = "table.csv"): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

async function rowsOf(path: string, delimiter?: Delimiter) {
  const rows: string[][] = [];
  const lines: number[] = [];
  const checksum = await eachRow(path, delimiter ?? (await guessDelimiter(path)), (cells, line) => {
    rows.push([...cells]);
    lines.push(line);
  });
  return { rows, lines, checksum };
}

describe("rows", () => {
  test("cells between commas, in quotes where they need them, without the spaces around them", async () => {
    const text = '\ufeffa,b\r\n1, "x, ""y"""\r\n\r\n 2 ,"two\nlines"\r\n3,12" wide';
    const { rows, lines, checksum } = await rowsOf(await write(text));
    expect(rows).toEqual([
      ["a", "b"],
      ["1", 'x, "y"'],
      ["2", "two\nlines"],
      ["3", '12" wide'],
    ]);
    expect(lines).toEqual([1, 2, 5, 6]);
    expect(checksum).toBe(crc32(text).toString(16).padStart(8, "0"));
  });

  test.each([
    ["comma", "a,b;c\n1,2", "t.csv"],
    ["semicolon", 'a;"b,c,d"\n1;2', "t.csv"],
    ["tab", "a\t\tb,c\n1\t2\t3", "t.csv"],
    ["bar", "a|b|c\n1|2|3", "t.csv"],
    ["tab", "one\n1", "t.tsv"],
    ["comma", "one\n1", "t.csv"],
  ])("the delimiter %s is told by the first row", async (delimiter, text, name) => {
    expect(await guessDelimiter(await write(text, name))).toBe(delimiter);
  });

  test("empty cells between tabs stay cells", async () => {
    const { rows } = await rowsOf(await write("a\tb\tc\n1\t\t3\n\t2\t", "gaps.tsv"));
    expect(rows.slice(1)).toEqual([
      ["1", "", "3"],
      ["", "2", ""],
    ]);
  });

  test("between any number of blanks, in quotes where they hold some", async () => {
    const text = '  a b  c\n1.0   2\t"ford  pinto"  \n\n   \n4 "" 5\n';
    const { rows } = await rowsOf(await write(text, "auto.data"), "blank");
    expect(rows).toEqual([
      ["a", "b", "c"],
      ["1.0", "2", "ford  pinto"],
      ["4", "", "5"],
    ]);
  });

  test("compressed by gzip, whatever its name, and longer than one piece", async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `${index};é${index % 7}`);
    const path = await write(gzipSync(`n;word\n${lines.join("\n")}\n`), "long.csv");
    const { rows } = await rowsOf(path);
    expect(rows).toHaveLength(100_001);
    expect(rows[77_778]).toEqual(["77777", "é0"]);
  });
});

describe("a broken table is named in one line", () => {
  const refusal = async (content: string | Uint8Array) => {
    const path = await write(content, "broken.csv");
    const error = await rowsOf(path).catch((reason: unknown) => reason);
    return error instanceof Error ? [error.name, error.message.replace(path, "FILE")] : error;
  };
  test.each([
    [
      "a,b\n1,2\n3\n",
      "FILE: line 3 has 1 cell, and the first row 2, with commas between them; cells that hold a comma stand in quotes, and :delimiter=semicolon (or tab, bar, blank) says that something else is between them",
    ],
    [
      "a|b\n1|2|3\n",
      "FILE: line 2 has 3 cells, and the first row 2, with bars between them; cells that hold a bar stand in quotes, and :delimiter=comma (or semicolon, tab, blank) says that something else is between them",
    ],
    ['a,b\n1,"open\n2,3\n', "FILE: row 2: a quote is opened and not closed"],
    ['a,b\n1,"closed" more\n', "FILE: line 2: a cell goes on behind its closing quote"],
    [Uint8Array.of(0x61, 0x2c, 0xe9, 0x0a), "FILE: is not text in UTF-8; save it in that encoding"],
    [gzipSync("a,b\n1,2\n3,4\n").subarray(0, 20), "FILE: is a damaged gzip file"],
  ])("%j", async (content, message) => {
    expect(await refusal(content)).toEqual(["UserError", message]);
  });

  test("a file that is not there", async () => {
    await expect(rowsOf(join(directory, "none.csv"), "comma")).rejects.toThrow(
      /^cannot read .*none\.csv: there is no such file or folder$/,
    );
  });
});
