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

/** A cell's number, of any size; undefined where it is none. */
function anyNumberReader(decimal: CellRules["decimal"]): (cell: string) => number | undefined {
  const parse = (text: string) => (plainNumber.test(text) ? Number(text) : undefined);
  if (decimal === "point") return parse;
  return (cell) => (cell.includes(".") ? undefined : parse(cell.replace(",", ".")));
}

/** Whether float32 holds a number. */
export const fits = (value: number): boolean => Number.isFinite(Math.fround(value));

/** A cell's number; undefined where it is none, or too large for float32. */
export function numberReader({ decimal }: CellRules): (cell: string) => number | undefined {
  const read = anyNumberReader(decimal);
  return (cell) => {
    const value = read(cell);
    return value !== undefined && fits(value) ? value : undefined;
  };
}

/** Why a cell is no number though it looks like one: it is too large for float32, or has the other decimal sign. */
export type NearNumber = "too large" | "other decimals";

/** Tells cells that are no numbers and look like them. */
export function nearNumberTest({ decimal }: CellRules): (cell: string) => NearNumber | undefined {
  const read = anyNumberReader(decimal);
  const other = anyNumberReader(otherDecimal(decimal));
  return (cell) =>
    read(cell) !== undefined ? "too large" : other(cell) !== undefined ? "other decimals" : undefined;
}

export const otherDecimal = (decimal: CellRules["decimal"]): CellRules["decimal"] =>
  decimal === "point" ? "comma" : "point";

/** Digits behind the point that a number is written with, at most `MOST_DECIMALS`. */
export function decimalsOf(value: number): number {
  if (Number.isInteger(value)) return 0;
  const [, fraction = "", exponent = "0"] = /^-?\d+(?:\.(\d+))?(?:e-(\d+))?$/.exec(String(value)) ?? [];
  return Math.min(MOST_DECIMALS, fraction.length + Number(exponent));
}

/** As many as six digits of the smallest float32 take. */
export const MOST_DECIMALS = 50;
