// The run that a command names, opened for as long as it is used.

import type { OpenRun } from "../training/open.ts";
import { type DeviceOptions, deviceOf } from "./options.ts";
import type { Output } from "./output.ts";

/**
 * Opens a run, by its folder or its name below runs, and closes it whatever happens. Checkpoints that were passed over
 * are told on the output.
 *
 * @throws UserError where there is no such run, as `findRun` and `open` do
 */
export async function withRun<Result>(
  name: string,
  { output, ...device }: DeviceOptions & { readonly output: Output },
  use: (run: OpenRun) => Promise<Result>,
): Promise<Result> {
  const { findRun } = await import("./runs.ts");
  const { open } = await import("../training/open.ts");
  const run = await open(await findRun(name), deviceOf(device));
  for (const warning of run.warnings) output.warn(warning);
  try {
    return await use(run);
  } finally {
    await run.close();
  }
}
