// What a cell of a table says: a number, nothing, or a word.

/** What stands for a missing value, in any case of letters; an empty cell does too. */
const MISSING = ["na", "n/a", "nan", "?", "null"];

export interface CellRules {
  /** Further words that stand for a missing value. */
  readonly missing: readonly string[];
  /** What stands before the decimals. */
  readonly decimal: "point" | "comma";
}

/** Whether a cell is empty or says that its value is missing. */
export function missingTest({ missing }: CellRules): (cell: string) => boolean {
  const words = new Set([...MISSING, ...missing.map((word) => word.toLowerCase())]);
  const longest = Math.max(...[...words].map((word) => word.length));
  return (cell) => cell === "" || (cell.length <= longest && words.has(cell.toLowerCase()));
}

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A cell's number; undefined where it is none, or too large for float32. */
export function numberReader({ decimal }: CellRules): (cell: string) => number | undefined {
  const parse = (text: string) => {
    const value = plainNumber.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(Math.fround(value)) ? value : undefined;
  };
  if (decimal === "point") return parse;
  return (cell) => (cell.includes(".") ? undefined : parse(cell.replace(",", ".")));
}

/** Digits behind the point that a number is written with, at most `MOST_DECIMALS`. */
export function decimalsOf(value: number): number {
  if (Number.isInteger(value)) return 0;
  const text = String(value);
  if (text.includes("e-")) return MOST_DECIMALS;
  return Math.min(MOST_DECIMALS, text.length - text.indexOf(".") - 1);
}

export const MOST_DECIMALS = 15;
