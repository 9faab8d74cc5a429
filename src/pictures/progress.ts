// The progress of a long piece of work on a stream, usually standard error. In a terminal one line is redrawn in
// place, with a picture above it if there is one; elsewhere (a file, a log of some service) a plain line is added
// now and then.

/** What is written to; `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  /** How much there is to do; unknown unless told. */
  readonly total?: number;
  /** How much was done before, by an earlier run that this one resumes. */
  readonly start?: number;
  /** What is counted, in the plural: "rounds", "files". */
  readonly unit: string;
  /** Printed before everything else, such as the model's name. */
  readonly label?: string;
  /** Milliseconds of a clock that never goes back; for tests. */
  readonly now?: () => number;
}

const REDRAW_MILLISECONDS = 100;
const RATE_MILLISECONDS = 15_000;
const PLAIN_STEP = 0.1;
const PLAIN_LEAST_MILLISECONDS = 3000;
const PLAIN_MOST_MILLISECONDS = 60_000;

/**
 * A line of progress.
 *
 * @example
 * const progress = new Progress({ stream: process.stderr, total: 1000, unit: "rounds", label: "vae" });
 * for (let round = 1; round <= 1000; round++) progress.update(round, { loss: 1 / round });
 * progress.finish();
 */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  /** Moments and amounts of the last while, for the rate. */
  #moments: { time: number; done: number }[];
  #done: number;
  #losses: Readonly<Record<string, number>> = {};
  #picture: readonly string[] = [];
  /** Lines now on the screen above the line of progress; undefined when nothing is drawn. */
  #drawn: number | undefined;
  #shown = -Infinity;
  #shownDone: number;
  readonly #began: number;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#done = options.start ?? 0;
    this.#shownDone = this.#done;
    this.#began = this.#now();
    this.#moments = [{ time: this.#began, done: this.#done }];
  }

  /** Tell how much is done in all, and the newest losses by name. Cheap: it draws only when it is time to. */
  update(done: number, losses: Readonly<Record<string, number>> = this.#losses): void {
    this.#done = done;
    this.#losses = losses;
    const time = this.#now();
    if (this.#options.stream.isTTY) {
      if (time - this.#shown < REDRAW_MILLISECONDS) return;
      this.#remember(time);
      this.#draw(time);
      return;
    }
    const since = time - Math.max(this.#shown, this.#began);
    const { total } = this.#options;
    const step = total === undefined ? 0 : Math.floor(done / (total * PLAIN_STEP));
    const stepShown = total === undefined ? 0 : Math.floor(this.#shownDone / (total * PLAIN_STEP));
    const due = since >= PLAIN_MOST_MILLISECONDS || (since >= PLAIN_LEAST_MILLISECONDS && step > stepShown);
    if (!due) return;
    this.#remember(time);
    this.#plain(time);
  }

  /** Show these lines above the line of progress, in place of those before. Only in a terminal, if they fit. */
  picture(lines: readonly string[]): void {
    if (!this.#options.stream.isTTY) return;
    const fits = lines.length <= (this.#options.stream.rows ?? 24) - 2;
    this.#erase();
    this.#picture = fits ? [...lines] : [];
    this.#draw(this.#now());
  }

  /** Print a line that stays. */
  print(line: string): void {
    const drawn = this.#drawn !== undefined;
    this.#erase();
    this.#options.stream.write(`${line}\n`);
    if (drawn) this.#draw(this.#now());
  }

  /** Draw the final state, which stays, and begin a new line. */
  finish(): void {
    const time = this.#now();
    this.#remember(time);
    if (this.#options.stream.isTTY) {
      this.#draw(time);
      this.#options.stream.write("\n");
      this.#drawn = undefined;
    } else if (this.#shownDone !== this.#done || this.#shown === -Infinity) {
      this.#plain(time);
    }
  }

  /** Take the line and the picture off the screen. */
  clear(): void {
    this.#erase();
  }

  #remember(time: number): void {
    this.#moments.push({ time, done: this.#done });
    while (this.#moments.length > 2 && time - this.#moments[1]!.time > RATE_MILLISECONDS)
      this.#moments.shift();
  }

  #plain(time: number): void {
    this.#shown = time;
    this.#shownDone = this.#done;
    this.#options.stream.write(`${this.#text(false)}\n`);
  }

  #draw(time: number): void {
    const { stream } = this.#options;
    let text = "";
    if (this.#drawn === undefined) text = this.#picture.map((line) => `${line}\n`).join("");
    this.#drawn = this.#picture.length;
    this.#shown = time;
    this.#shownDone = this.#done;
    // One column is left free: a full line would make some terminals begin another.
    const line = cut(this.#text(true), (stream.columns ?? 80) - 1);
    stream.write(`${text}\r${line}\x1b[K`);
  }

  #erase(): void {
    if (this.#drawn === undefined) return;
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : "";
    this.#options.stream.write(`\r${up}\x1b[J`);
    this.#drawn = undefined;
  }

  #text(withBar: boolean): string {
    const { total, unit, label } = this.#options;
    const first = this.#moments[0]!;
    const last = this.#moments.at(-1)!;
    const rate = last.time > first.time ? ((last.done - first.done) / (last.time - first.time)) * 1000 : 0;
    const parts: string[] = [];
    if (label !== undefined) parts.push(label);
    if (total === undefined) {
      parts.push(`${formatCount(this.#done)} ${unit}`);
    } else {
      const part = total > 0 ? Math.min(1, this.#done / total) : 1;
      // Rounded down, so that 100 % means all.
      const percent = `${Math.floor(part * 100)} %`.padStart(5);
      parts.push(withBar ? `${bar(part, 16)} ${percent}` : percent.trim());
      parts.push(`${formatCount(this.#done)}/${formatCount(total)} ${unit}`);
    }
    if (total !== undefined && this.#done >= total) {
      parts.push(`in ${formatDuration((last.time - this.#began) / 1000)}`);
    } else if (rate > 0) {
      parts.push(formatRate(rate, unit));
      if (total !== undefined) parts.push(`${formatDuration((total - this.#done) / rate)} left`);
    }
    const losses = Object.entries(this.#losses).map(([name, loss]) => `${name} ${formatNumber(loss)}`);
    return [...parts, ...losses].join("  ");
  }
}

function bar(part: number, width: number): string {
  const full = Math.floor(part * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

function cut(text: string, columns: number): string {
  const characters = [...text];
  if (characters.length <= columns) return text;
  return `${characters.slice(0, Math.max(0, columns - 1)).join("")}…`;
}

/**
 * A time in seconds as people say it: "0.42 s", "8.3 s", "42 s", "3 min 05 s", "2 h 07 min", "3 d 4 h".
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "?";
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A rate with three digits, by the second or, when slow, by the minute or hour: "1,240 rounds/s", "4 files/min". */
export function formatRate(perSecond: number, unit: string): string {
  if (!Number.isFinite(perSecond) || perSecond < 0) return `? ${unit}/s`;
  if (perSecond >= 1 || perSecond === 0) return `${threeDigits(perSecond)} ${unit}/s`;
  if (perSecond * 60 >= 1) return `${threeDigits(perSecond * 60)} ${unit}/min`;
  return `${threeDigits(perSecond * 3600)} ${unit}/h`;
}

/** A number with four digits that tell: "0.02315", "1.5", "12,345", "1.2e-7", "NaN", "−∞". */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4)
    return value
      .toExponential(3)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  if (size >= 1000) return formatCount(Math.round(value));
  return String(Number(value.toPrecision(4)));
}

/** A whole number with commas between thousands: "60,000". */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function threeDigits(value: number): string {
  return value >= 1000 ? formatCount(Math.round(value)) : String(Number(value.toPrecision(3)));
}
