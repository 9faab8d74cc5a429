// A training run followed to its end: progress and pictures on standard error, Ctrl-C, and at the end what there is
// and what to do next. What `train` and `resume` have in common.

import { basename } from "node:path";
import { formatCount, formatDuration, formatNumber, Progress } from "../pictures/progress.ts";
import type { RoundProfile } from "../runtime/profile.ts";
import { profileSummary, profileTables, straysSummary } from "../training/profile-report.ts";
import type { Training, TrainingEvent } from "../training/train.ts";
import { type Context, STOPPED } from "./command.ts";
import { type Output, oneLine } from "./output.ts";
import { quoted } from "./runs.ts";
import { linesOf } from "./screen-picture.ts";
import { table } from "./table.ts";

type EventOf<Type extends TrainingEvent["type"]> = Extract<TrainingEvent, { type: Type }>;

/** Starts a run, which listens to the signal, and sees it through. */
export async function follow(
  context: Context,
  output: Output,
  begin: (signal: AbortSignal) => Promise<Training>,
): Promise<void> {
  const follower = new Follower(output);
  const controller = new AbortController();
  const forget = context.surroundings.onStop(() => {
    follower.say("stopping and saving; Ctrl-C again stops at once, without saving");
    controller.abort();
  });
  try {
    const training = await begin(controller.signal);
    for await (const event of training.events()) follower.take(event);
  } catch (error) {
    follower.leaveLine();
    throw error;
  } finally {
    forget();
  }
  if (follower.summarise() === "stopped") context.status = STOPPED;
}

class Follower {
  readonly #output: Output;
  #progress: Progress | undefined;
  #start: EventOf<"start"> | undefined;
  #end: EventOf<"end"> | undefined;
  /** The round whose picture is on the screen. */
  #pictured = -1;
  readonly #warned = new Set<string>();

  constructor(output: Output) {
    this.#output = output;
  }

  take(event: TrainingEvent): void {
    switch (event.type) {
      case "start":
        this.#begin(event);
        break;
      case "round":
        this.#progress?.update(event.round, lossesFirst(event.metrics));
        break;
      case "samples":
        this.#picture(event);
        break;
      case "warning":
        this.#print(`gamelan: ${oneLine(event.message)}`);
        break;
      case "end":
        this.#end = event;
        this.leaveLine();
        break;
      case "collapse":
        this.#warn(event.warnings);
        break;
      case "profile":
        this.#profile(event.profile);
        break;
      case "checkpoint":
      case "validation":
        break;
    }
  }

  /** A line for people, above the line of progress. */
  say(line: string): void {
    if (!this.#output.quiet) this.#print(line);
  }

  /** Ends the line of progress, which stays. */
  leaveLine(): void {
    this.#progress?.finish();
    this.#progress = undefined;
  }

  /** Tells what has become of the run, and why it ended. */
  summarise(): "finished" | "stopped" {
    const [start, end] = [this.#start, this.#end];
    if (start === undefined || end === undefined) throw new Error("the run's events ended without an end");
    const { path, model, data } = start;
    const { round, reason, seconds, metrics, validation, test, best, early, files } = end;
    const output = this.#output;
    output.result({
      ...{ path, model, data, round, rounds: start.rounds, reason, seconds },
      ...{
        metrics,
        validation,
        test,
        ...(best === undefined ? {} : { best }),
        ...(early === true ? { early } : {}),
        files,
      },
    });
    if (reason === "stopped") {
      output.warn(
        `stopped after ${formatCount(round)} of ${formatCount(start.rounds)} rounds, all saved; ` +
          `go on with: gamelan resume ${quoted(path)}`,
      );
      return reason;
    }
    if (output.quiet) {
      output.print(path);
      return reason;
    }
    const measured = Object.entries(test).map(([name, value]) => `${name} ${formatNumber(value)}`);
    const rows = [
      ["folder", path],
      ...(best === undefined ? [] : [["best", bestRow(best)]]),
      ...(early === true
        ? [["early", `of ${formatCount(start.rounds)} rounds asked for; nothing got better`]]
        : []),
      ...(measured.length === 0 ? [] : [["test", measured.join(", ")]]),
      ...files.pictures.map((file, index) => [index === 0 ? "pictures" : "", file]),
      ...files.models.map((file, index) => [index === 0 ? "models" : "", file]),
    ];
    output.print(`${model} on ${data}: ${formatCount(round)} rounds in ${formatDuration(seconds)}`);
    output.print(table(rows.map(([label = "", text = ""]) => [`  ${label}`, text])));
    output.print(`next: ${nextCommand(path, files, start.testExamples)}`);
    return reason;
  }

  #begin(event: EventOf<"start">): void {
    this.#start = event;
    const { model, data, weights, roundsPerEpoch, path, round, rounds, early } = event;
    const { stderr } = this.#output.surroundings;
    const perEpoch = formatCount(Math.ceil(roundsPerEpoch));
    this.say(`${model} on ${data}: ${formatCount(weights)} weights, ${perEpoch} rounds an epoch, in ${path}`);
    if (early === true) {
      const before = `ended early before, after ${formatCount(round)} of ${formatCount(rounds)} rounds`;
      this.say(`${before}, since nothing got better; --epochs or --rounds gives it another chance`);
      return;
    }
    if (round >= rounds) {
      this.say(`all ${formatCount(rounds)} rounds were played before; --epochs or --rounds asks for more`);
      return;
    }
    if (round > 0) this.say(`going on after round ${formatCount(round)}`);
    if (this.#output.quiet) return;
    this.#progress = new Progress({
      stream: stderr,
      total: rounds,
      start: round,
      unit: "rounds",
      label: model,
    });
    this.#progress.update(round, {});
  }

  #picture({ round, picture }: EventOf<"samples">): void {
    if (picture === undefined || this.#progress === undefined || round === this.#pictured) return;
    this.#pictured = round;
    this.#progress.picture(linesOf(picture, this.#output.surroundings));
  }

  /** Tables of where the time goes. */
  #profile(profile: RoundProfile): void {
    this.say(profileSummary(profile));
    for (const { heading, rows } of profileTables(profile)) {
      const right = heading.map((_, column) => column).slice(1);
      this.say(`\n${table([heading, ...rows], { right })}`);
    }
    const strays = straysSummary(profile);
    this.say(strays === "" ? "" : `\n${strays}\n`);
  }

  /** Each kind of collapse is told once. */
  #warn(warnings: EventOf<"collapse">["warnings"]): void {
    for (const { what, message } of warnings) {
      if (!this.#warned.has(what)) this.say(`gamelan: ${message}`);
      this.#warned.add(what);
    }
  }

  #print(line: string): void {
    if (this.#progress !== undefined) this.#progress.print(line);
    else this.#output.surroundings.stderr.write(`${line}\n`);
  }
}

/** The players' losses before what the players report besides ("player/what"). */
function lossesFirst(metrics: Readonly<Record<string, number>>): Record<string, number> {
  const rank = (name: string): number => (name.includes("/") ? 1 : 0);
  return Object.fromEntries(Object.entries(metrics).sort(([a], [b]) => rank(a) - rank(b)));
}

/** Which networks were kept. */
const bestRow = ({ measure, round, value }: NonNullable<EventOf<"end">["best"]>): string =>
  `round ${formatCount(round)}, with ${measure} ${formatNumber(value)} on the validation split`;

function nextCommand(
  path: string,
  { models, pictures }: { readonly models: readonly string[]; readonly pictures: readonly string[] },
  testExamples: number,
): string {
  const can = (role: string) => models.some((file) => basename(file) === `${role}.onnx`);
  // What cannot be drawn, such as rows of a table, has no pictures of its own.
  const drawn = pictures.some((file) => /^(generated|reconstructed|translated|varied)-/.test(basename(file)));
  const ending = drawn ? "png" : "npy";
  // Of test examples, where there are some.
  const split = testExamples > 0 ? "" : " --split train";
  if (can("translate")) return `gamelan translate ${quoted(path)}${split} --out translated.${ending}`;
  if (can("generate")) return `gamelan generate ${quoted(path)} --count 64 --out generated.${ending}`;
  return `gamelan reconstruct ${quoted(path)}${split} --out reconstructed.${ending}`;
}
