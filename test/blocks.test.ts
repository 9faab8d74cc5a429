// Every model whose images are convolved, with filters in whole blocks: a round comes out as on images that lie as
// they are written. (The gradients of the models are compared with the interpreter, who is too slow for so many
// filters; with few of them most forms of convolution are the plain ones.)

import { expect, test } from "vitest";
import { imageLayout } from "../src/runtime/image-layout.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import { gameFor, nameOf, SETTINGS } from "./support/catalogue-games.ts";
import { play } from "./support/rounds.ts";

const convolved = SETTINGS.filter(({ options }) => "filters" in options).map((setting) => ({
  ...setting,
  options: { ...setting.options, filters: 16 },
}));

test.each(convolved.map((setting) => [nameOf(setting), setting] as const))("%s", async (_, setting) => {
  const game = gameFor(setting);
  for (const phase of game.phases) {
    const natural = await play(game, phase, { layout: "natural" });
    const fast = await play(game, phase, { layout: await imageLayout(nodeEngine, "cpu") });
    for (const [name, [value]] of Object.entries(natural.metrics)) {
      const error = Math.abs(value! - fast.metrics[name]![0]!);
      expect(error / Math.max(Math.abs(value!), 1e-2), name).toBeLessThan(1e-3);
    }
  }
});
