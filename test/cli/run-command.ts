// The command run in this process, with what it writes kept.

import { chdir, cwd } from "node:process";
import { runCommand } from "../../src/cli/main.ts";
import type { Surroundings } from "../../src/cli/surroundings.ts";

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The folder to run in. */
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard error is a terminal. */
  readonly terminal?: boolean;
  /** Presses Ctrl-C when this is on standard error. */
  readonly stopAt?: string;
}

/** Runs `gamelan …argv`. */
export async function gamelan(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { directory, environment = {}, terminal = false, stopAt } = options;
  let [stdout, stderr] = ["", ""];
  let stop: (() => void) | undefined;
  let stopped = false;
  const surroundings: Surroundings = {
    stdout: { columns: 100, write: (text) => (stdout += text) },
    stderr: {
      isTTY: terminal,
      columns: 100,
      rows: 40,
      write(text) {
        stderr += text;
        if (stopped || stopAt === undefined || !stderr.includes(stopAt)) return;
        stopped = true;
        stop?.();
      },
    },
    environment,
    onStop(handler) {
      stop = handler;
      return () => {
        stop = undefined;
      };
    },
  };
  const before = cwd();
  if (directory !== undefined) chdir(directory);
  try {
    return { status: await runCommand(argv, surroundings), stdout, stderr };
  } finally {
    chdir(before);
  }
}

/** The one JSON object that ends standard output. */
export function lastJson({ stdout }: Finished): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown>;
}
