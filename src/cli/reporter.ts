// How far long work is, for commands that do several pieces of it.

import type { Progress } from "../pictures/progress.ts";
import type { Context } from "./command.ts";
import type { Output } from "./output.ts";

/** A bar is worth showing from this much work on. */
const WORTH_A_BAR = 2;

/** A bar for each piece of work, one after the other. */
export function reporter(output: Output, { surroundings }: Context) {
  let [bar, label]: [Progress | undefined, string] = [undefined, ""];
  const end = () => {
    bar?.clear();
    bar = undefined;
  };
  return {
    end,
    async begin() {
      const { Progress } = await import("../pictures/progress.ts");
      return (what: string, done: number, total: number): void => {
        if (output.quiet || total < WORTH_A_BAR) return;
        if (what !== label || bar === undefined) {
          end();
          label = what;
          bar = new Progress({ stream: surroundings.stderr, total, unit: "steps", label });
        }
        bar.update(done);
        if (done >= total) end();
      };
    },
  };
}
