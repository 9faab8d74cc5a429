// What a command says, and where. The result goes to standard output; everything said on the way goes to standard
// error, and with --quiet nowhere. With --json the result is one JSON object and nothing else (of bench, one for each
// workload, as it is timed).

import type { Picture } from "../pictures/png.ts";
import type { Surroundings } from "./surroundings.ts";
import { wrap } from "./table.ts";

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export class Output {
  readonly surroundings: Surroundings;
  readonly json: boolean;
  readonly quiet: boolean;

  constructor(surroundings: Surroundings, { json = false, quiet = false }: OutputOptions) {
    this.surroundings = surroundings;
    this.json = json;
    this.quiet = quiet;
  }

  /** Columns that a line of the result may have. */
  get columns(): number {
    return Math.max(40, this.surroundings.stdout.columns ?? 100);
  }

  /** Lines of a result for people. */
  print(text: string): void {
    if (!this.json) this.surroundings.stdout.write(`${text}\n`);
  }

  /** A paragraph of it, indented and wrapped. */
  printWrapped(text: string, indent = 0): void {
    this.print(wrap(text, this.columns, indent));
  }

  /** The result for programs: with --json the last line of standard output. */
  result(value: Readonly<Record<string, unknown>>): void {
    if (this.json) this.surroundings.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** What is good to know on the way. */
  note(text: string): void {
    if (!this.quiet) this.surroundings.stderr.write(`${text}\n`);
  }

  /** What must not be missed. */
  warn(text: string): void {
    this.surroundings.stderr.write(`gamelan: ${oneLine(text)}\n`);
  }

  /** A picture on the screen, where it can show one. */
  async show(picture: Picture): Promise<void> {
    if (this.quiet) return;
    const { linesOf } = await import("./screen-picture.ts");
    for (const line of linesOf(picture, this.surroundings)) this.note(line);
  }
}

/** Any text as one line. */
export const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ");
