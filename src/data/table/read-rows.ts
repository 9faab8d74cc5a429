// The rows of a table in text: cells between commas, semicolons, tabs, bars or blanks, in quotes where they need them
// (RFC 4180), in UTF-8, compressed by gzip or not. They are read as a stream, so that a file may be larger than memory.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { crc32, createGunzip, gunzipSync, constants as zlibConstants } from "node:zlib";
import { CsvError, parse } from "csv-parse";
import { UserError } from "../../errors.ts";
import { systemReason } from "../files.ts";
import { countInWords } from "../shape-in-words.ts";

/** Any number of blanks and tabs is one delimiter; the others each end a cell. */
export const delimiters = {
  comma: [","],
  semicolon: [";"],
  tab: ["\t"],
  bar: ["|"],
  blank: [" ", "\t"],
} as const;
export type Delimiter = keyof typeof delimiters;

/** A row as the parser gives it: where there is no cell between two blanks, undefined. */
interface Parsed {
  readonly record: readonly (string | undefined)[];
  readonly info: { readonly lines: number };
}

/** Characters of one row at most: what is longer has a quote that is not closed. */
const LONGEST_ROW = 2 ** 26;
/** Bytes that the delimiter is told by. */
const GLIMPSE = 2 ** 16;

/**
 * Calls `visit` with each row that is not empty: its cells without the spaces around them, and the line it ends on,
 * from 1. All rows have as many cells as the first.
 *
 * @returns a checksum of the file's bytes
 * @throws UserError that names the line, where the file is no such table
 */
export async function eachRow(
  path: string,
  delimiter: Delimiter,
  visit: (cells: readonly string[], line: number) => void,
): Promise<string> {
  let checksum = 0;
  let width = -1;
  try {
    const gzip = await isGzip(path);
    const bytes = createReadStream(path, { highWaterMark: 2 ** 18 });
    const text = async function* (chunks: AsyncIterable<Buffer>) {
      const decoder = new TextDecoder("utf-8", { fatal: true });
      for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    };
    const summed = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    };
    const parser = parse({
      delimiter: [...delimiters[delimiter]],
      info: true,
      max_record_size: LONGEST_ROW,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: delimiter !== "blank",
      ...(delimiter === "blank" && {
        cast: (cell: string, { quoting }: { quoting: boolean }) =>
          cell === "" && !quoting ? undefined : cell,
      }),
    });
    const rows = async (records: AsyncIterable<Parsed>) => {
      for await (const { record: cells, info } of records) {
        const record = delimiter === "blank" ? cells.filter((cell) => cell !== undefined) : cells;
        if (record.length === 0) continue;
        if (width < 0) width = record.length;
        if (record.length !== width)
          throw new UserError(
            `${path}: line ${info.lines} has ${countInWords(record.length, "cell")}, and the first row ${width}, ${dividedBy(delimiter)}`,
          );
        visit(record as string[], info.lines);
      }
    };
    await (gzip
      ? pipeline(bytes, summed, createGunzip(), text, parser, rows)
      : pipeline(bytes, summed, text, parser, rows));
  } catch (error) {
    throw readable(path, error);
  }
  return checksum.toString(16).padStart(8, "0");
}

/** What cells were divided by, and what helps where that is not what divides them. */
function dividedBy(delimiter: Delimiter): string {
  const [first, ...others] = Object.keys(delimiters).filter((name) => name !== delimiter);
  return `with ${delimiter}s between them; cells that hold a ${delimiter} stand in quotes, and :delimiter=${first} (or ${others.join(", ")}) says that something else is between them`;
}

/** The delimiter of which the first row has most; a comma where it has none. */
export async function guessDelimiter(path: string): Promise<Delimiter> {
  if (/\.tsv(\.gz)?$/i.test(path)) return "tab";
  const counts = { comma: 0, semicolon: 0, tab: 0, bar: 0 };
  const names = Object.keys(counts) as (keyof typeof counts)[];
  let quoted = false;
  for (const character of (await glimpse(path)).trimStart()) {
    if (character === '"') quoted = !quoted;
    if (quoted) continue;
    if (character === "\n" || character === "\r") break;
    for (const name of names) if (delimiters[name][0] === character) counts[name]++;
  }
  return names.reduce((best, name) => (counts[name] > counts[best] ? name : best));
}

/** The beginning of a file as text. */
async function glimpse(path: string): Promise<string> {
  try {
    const bytes = await firstBytes(path, GLIMPSE);
    if (!startsGzip(bytes)) return new TextDecoder().decode(bytes);
    return new TextDecoder().decode(gunzipSync(bytes, { finishFlush: zlibConstants.Z_SYNC_FLUSH }));
  } catch (error) {
    throw readable(path, error);
  }
}

const startsGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const isGzip = async (path: string): Promise<boolean> => startsGzip(await firstBytes(path, 2));

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What went wrong, in one line, where it is the file's fault */
function readable(path: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const refuse = (what: string) => new UserError(`${path}: ${what}`, { cause: error });
  if (error instanceof CsvError) {
    const { lines, records } = error as CsvError & { readonly lines?: number; readonly records?: number };
    switch (error.code) {
      case "CSV_QUOTE_NOT_CLOSED":
      case "CSV_MAX_RECORD_SIZE":
        return refuse(`row ${Number(records) + 1}: a quote is opened and not closed`);
      case "CSV_INVALID_CLOSING_QUOTE":
      case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
        return refuse(`line ${lines}: a cell goes on behind its closing quote`);
      default:
        return refuse(`line ${lines}: ${error.message.replace(/^[^:]*: /, "")}`);
    }
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA")
    return refuse("is not text in UTF-8; save it in that encoding");
  if (typeof code === "string" && /^Z_/.test(code)) return refuse("is a damaged gzip file");
  const reason = systemReason(error);
  return reason === undefined ? error : new UserError(`cannot read ${path}: ${reason}`, { cause: error });
}
