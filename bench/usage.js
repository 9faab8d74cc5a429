/** What the two programs of this folder share in reading their command lines. */
import { parseArgs } from "node:util";

/** Wrong use: one line on standard error, exit status 2. */
export class UsageError extends Error {}

/**
 * `parseArgs`, whose complaints about the command line become usage errors.
 *
 * @template {import("node:util").ParseArgsConfig} T
 * @param {T} config
 */
export function readArguments(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string} option its name, for the message
 * @param {string} text
 * @returns {number} a whole number from 1
 */
export function count(option, text) {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} wants a whole number from 1, not "${text}"`);
}

/**
 * Sets the exit status to what the program returns, or to 2 after the line that says how it was used wrongly.
 *
 * @param {() => Promise<number>} program
 * @param {string} help
 */
export async function runProgram(program, help) {
  try {
    process.exitCode = await program();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message} (${help})`);
    process.exitCode = 2;
  }
}
