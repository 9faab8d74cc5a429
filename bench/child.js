/** A child process run to its end: its output collected, its time taken, nothing thrown for its failures. */
import { spawn } from "node:child_process";

/**
 * @typedef {object} Outcome
 * @property {string} output standard output
 * @property {string | undefined} failure one line saying why it failed, or undefined where it ended with status 0
 * @property {number} seconds from start to end
 */

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ minutes?: number, environment?: Record<string, string> }} [options] it is stopped after so many minutes (30)
 * @returns {Promise<Outcome>}
 */
export function runChild(file, args, { minutes = 30, environment = {} } = {}) {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    // Not spawn's own `timeout`: for a program that does not exist its timer keeps Node waiting.
    const limit = setTimeout(() => child.kill(), minutes * 60_000);
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      errors = (errors + text).slice(-8000);
    });
    const end = (/** @type {string | undefined} */ failure) => {
      clearTimeout(limit);
      resolve({ output, failure, seconds: (performance.now() - start) / 1000 });
    };
    child.on("error", (error) => end(error.message));
    child.on("close", (status, signal) => {
      if (status === 0) end(undefined);
      else end(`${signal ? `stopped by ${signal}` : `ended with status ${status}`}${lastWords(errors)}`);
    });
  });
}

/** The line of a standard error that most likely says what happened: the last of an uncaught error, or the last. */
function lastWords(/** @type {string} */ errors) {
  const lines = errors.split(/\r?\n/).filter((line) => line.trim() !== "");
  const line = lines.findLast((line) => /^\w*Error\b.*:/.test(line)) ?? lines.at(-1);
  return line === undefined ? "" : `: ${line.trim()}`;
}
