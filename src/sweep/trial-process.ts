// Trials in processes of their own, so that several cores are at work, and a process that dies takes one run with
// it. They talk by messages: the job goes out, progress and the outcome come back.
//
// Ctrl-C in a terminal reaches every process there; the trials leave it to the sweep, which tells them to stop, and
// they save their runs. When the sweep itself is gone, they notice by the broken channel, and do the same.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TrialJob, TrialOutcome, TrialRunner } from "./run-trial.ts";

const CHILD = fileURLToPath(new URL("../../bin/run-trial.js", import.meta.url));

type ToTrial = { readonly job: TrialJob } | "stop";
type FromTrial = { readonly part: number } | { readonly outcome: TrialOutcome };

/** As much of standard error as is kept to tell why a process ended. */
const KEPT = 2000;

/** Does a job in a process of its own. */
export const runTrialApart: TrialRunner = (job, { signal, onProgress }) =>
  new Promise((resolve) => {
    const child = fork(CHILD, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
    let outcome: TrialOutcome | undefined;
    let errors = "";
    const send = (message: ToTrial): void => {
      child.send(message, () => {}); // Where it fails, the process has ended, and "close" tells.
    };
    const stop = (): void => send("stop");
    const settle = (otherwise: TrialOutcome): void => {
      signal.removeEventListener("abort", stop);
      resolve(outcome ?? (signal.aborted ? { status: "stopped" } : otherwise));
    };
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-KEPT);
    });
    child.on("message", (message) => {
      const reply = message as FromTrial;
      if ("part" in reply) onProgress(reply.part);
      else outcome = reply.outcome;
    });
    child.once("error", ({ message }) => settle({ status: "lost", reason: message }));
    child.once("close", (code, killed) => {
      const last = errors.trim().split("\n").at(-1) ?? "";
      const how = `its process ended with ${killed ?? `exit status ${code}`}`;
      settle({ status: "lost", reason: last === "" ? how : `${how} (${last})` });
    });
    send({ job });
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });

/** The other side: what `bin/run-trial.js` does. */
export function serveTrial(): void {
  const stop = new AbortController();
  const send = (message: FromTrial, then: () => void = () => {}): void => {
    if (process.connected) process.send!(message, then);
  };
  for (const name of ["SIGINT", "SIGHUP"] as const) process.on(name, () => {});
  process.on("disconnect", () => stop.abort());
  process.on("message", async (message: ToTrial) => {
    if (message === "stop") {
      stop.abort();
      return;
    }
    // Loaded here, as the side that asks needs nothing of it.
    const { runTrial } = await import("./run-trial.ts");
    const outcome = await runTrial(message.job, {
      signal: stop.signal,
      onProgress: (part) => send({ part }),
    });
    send({ outcome }, () => process.connected && process.disconnect());
  });
}
