// All that the command touches of the process it runs in, so that a test can put something else in its place.

import type { ProgressStream } from "../pictures/progress.ts";

export interface Surroundings {
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls `handler` when the user asks to stop (Ctrl-C). The function returned takes it back. */
  onStop(handler: () => void): () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** npm passes Ctrl-C on to a program that has had it from the terminal already: the two are one. */
const ONE_PRESS_MILLISECONDS = 500;

/** The real ones. A second Ctrl-C kills the process, as the system does with one that does not listen. */
export function processSurroundings(): Surroundings {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    onStop(handler) {
      let asked = false;
      const listener = (): void => {
        if (asked) return;
        asked = true;
        setTimeout(remove, ONE_PRESS_MILLISECONDS).unref();
        handler();
      };
      const remove = (): void => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
      for (const signal of SIGNALS) process.on(signal, listener);
      return remove;
    },
  };
}
