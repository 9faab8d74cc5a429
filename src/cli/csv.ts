// Tables as comma-separated values (RFC 4180): a header, then a line a row.

type Cell = string | number;

/** Text with quotes where it needs them. */
const cellText = (cell: Cell): string =>
  typeof cell === "string" && /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : String(cell);

/** The bytes of a .csv file, in UTF-8. */
export function encodeCsv(header: readonly string[], rows: Iterable<readonly Cell[]>): Uint8Array {
  const lines = [header.map(cellText).join(",")];
  for (const row of rows) lines.push(row.map(cellText).join(","));
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

/** A float32 with as few digits as name it. */
export const shortest = (value: number): number => {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return Number(text);
  }
  return Number(value.toPrecision(9));
};
