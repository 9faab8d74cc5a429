// Text in columns, and within a width.

/** Lines of cells, each column as wide as its widest cell; the columns named in `right` end together. */
export function table(
  rows: readonly (readonly string[])[],
  { right = [] as readonly number[] } = {},
): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, [...cell].length);
    });
  const padded = (cell: string, column: number): string => {
    const space = " ".repeat(widths[column]! - [...cell].length);
    return right.includes(column) ? space + cell : cell + space;
  };
  return rows.map((row) => row.map(padded).join("  ").trimEnd()).join("\n");
}

/** A space at which no line is broken. */
export const NO_BREAK = "\u00a0";

/** A text broken between words so that no line, with `indent` spaces before each, is longer than `columns`. */
export function wrap(text: string, columns: number, indent = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && [...line].length + 1 + [...word].length > columns - indent) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each) => " ".repeat(indent) + each.replaceAll(NO_BREAK, " ")).join("\n");
}

/** A text beside a label: the label in the first `width` columns, the text wrapped in the rest. */
export function beside(label: string, text: string, width: number, columns: number): string {
  const wrapped = wrap(text, Math.max(columns, width + 30), width);
  return [...label].length < width ? label.padEnd(width) + wrapped.slice(width) : `${label}\n${wrapped}`;
}
