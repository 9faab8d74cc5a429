// The program `gamelan`: its commands, and what becomes of what they throw. A file a command; each loads what is
// heavy only when it is used, so that `gamelan --help` is there at once.
//
// Exit status: 0 done, 1 failed, 2 wrong use or bad input, 130 stopped by the user with the run saved.

import { Command, CommanderError } from "commander";
import { UserError } from "../errors.ts";
import { packageVersion } from "../version.ts";
import { addAugment } from "./augment.ts";
import { addBench } from "./bench.ts";
import { addCommonOptions, type Context } from "./command.ts";
import { addCompress } from "./compress.ts";
import { addData } from "./data.ts";
import { addDecompress } from "./decompress.ts";
import { addDetect } from "./detect.ts";
import { addEmbed } from "./embed.ts";
import { addEvaluate } from "./evaluate.ts";
import { addExport } from "./export.ts";
import { addGenerate } from "./generate.ts";
import { addInterpolate } from "./interpolate.ts";
import { addModels } from "./models.ts";
import { oneLine } from "./output.ts";
import { addReconstruct } from "./reconstruct.ts";
import { addResume } from "./resume.ts";
import { addStudio } from "./studio.ts";
import { processSurroundings, type Surroundings } from "./surroundings.ts";
import { addSweep } from "./sweep.ts";
import { addTrain } from "./train.ts";
import { addTranslate } from "./translate.ts";

/**
 * Runs the command with the given arguments.
 *
 * @param argv what stands after `gamelan`
 * @returns the exit status; nothing is thrown
 *
 * @example
 * process.exitCode = await runCommand(["models", "vae"]);
 */
export async function runCommand(
  argv: readonly string[],
  surroundings: Surroundings = processSurroundings(),
): Promise<number> {
  const context: Context = { surroundings, status: 0 };
  try {
    const program = programOf(context);
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(argv, { from: "user" });
    return context.status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // Help, or the version.
    const { message, status } = explain(error);
    surroundings.stderr.write(`gamelan: ${message}\n`);
    if (surroundings.environment.GAMELAN_DEBUG) surroundings.stderr.write(`${traceOf(error)}\n`);
    if (argv.includes("--json")) surroundings.stdout.write(`${JSON.stringify({ error: message })}\n`);
    return status;
  }
}

/** Runs the command in this process: what `bin/gamelan.js` does. */
export async function main(): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads us may stop reading (`gamelan models | head -1`); that is no failure.
    if (error.code === "EPIPE") return;
    process.stderr.write(`gamelan: cannot write to standard output: ${oneLine(error.message)}\n`);
    process.exit(1);
  });
  // Progress that nobody can read any more is no reason to stop training.
  process.stderr.on("error", () => {});
  process.exitCode = await runCommand(process.argv.slice(2));
}

/** An option that was given nothing, most often a variable of a script that was not set: "" names the current folder. */
function refuseEmpty(command: Command): void {
  for (const option of command.options)
    if (command.getOptionValue(option.attributeName()) === "")
      throw new UserError(`${option.long} was given nothing; say what, or leave it out`);
}

function programOf(context: Context): Command {
  const { stdout } = context.surroundings;
  const program = new Command("gamelan")
    .description("Train autoencoders, generative adversarial networks and every fusion of the two.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help on a command")
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => Math.min(stdout.columns ?? 100, 120),
      getOutHasColors: () => false,
    })
    .hook("preAction", (_, command) => refuseEmpty(command))
    .addHelpText(
      "after",
      `
Examples:
  gamelan train autoencoder                       train on drawn characters; nothing to download
  gamelan data pull mnist                         fetch MNIST
  gamelan train dcgan --data mnist --epochs 5
  gamelan generate dcgan-mnist-1 --count 64 --out digits.png

Exit status: 0 done, 1 failed, 2 wrong use or bad input, 130 stopped by the user with the run saved.`,
    );
  for (const add of [
    addModels,
    addData,
    addTrain,
    addResume,
    addSweep,
    addGenerate,
    addInterpolate,
    addReconstruct,
    addEmbed,
    addDetect,
    addTranslate,
    addAugment,
    addCompress,
    addDecompress,
    addEvaluate,
    addExport,
    addStudio,
    addBench,
  ])
    add(program, context);
  addCommonOptions(program);
  overrideExits(program);
  return program;
}

/** Commander's complaints become UserErrors, of the command that they are about. */
function overrideExits(command: Command): void {
  command.exitOverride((error) => {
    throw error.exitCode === 0 ? error : wrongUse(error, command);
  });
  for (const child of command.commands) overrideExits(child);
}

function wrongUse(error: CommanderError, command: Command): UserError {
  const help = `${fullName(command)} --help shows how it is used`;
  // Commander's own answer to help on a command that does not exist.
  if (error.code === "commander.help") return new UserError(`no such command; ${help}`);
  const [, what = "", meant] =
    /^(?:error: )?(.*?)\.?(?:\n\(Did you mean (.*)\?\))?$/s.exec(error.message) ?? [];
  return new UserError(`${what}; ${meant === undefined ? help : `did you mean ${meant}?`}`);
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** What V8 and ONNX Runtime say. */
const OUT_OF_MEMORY = /Array buffer allocation failed|bad_alloc|Failed to allocate memory/;

function explain(error: unknown): { message: string; status: number } {
  if (error instanceof UserError) return { message: oneLine(error.message), status: error.exitCode };
  const message = oneLine(error instanceof Error ? error.message : String(error));
  // What the system refuses (a full disk, say) is no fault of the program's, even where nobody foresaw it.
  if (error instanceof Error && "syscall" in error) return { message, status: 1 };
  if (OUT_OF_MEMORY.test(message))
    return {
      message: `memory ran out (${message}); smaller batches, images or models take less`,
      status: 1,
    };
  return {
    message: `${message}; this is a fault in gamelan itself, GAMELAN_DEBUG=1 shows where`,
    status: 1,
  };
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${traceOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
