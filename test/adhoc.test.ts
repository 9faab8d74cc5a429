import { expect, test } from "vitest";
import { imageLayout } from "../src/runtime/image-layout.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import { gameFor, nameOf, SETTINGS } from "./support/catalogue-games.ts";
import { play } from "./support/rounds.ts";

const wide = SETTINGS.filter(
  ({ data }) => data.specification.kind === "image" && data.specification.shape[1]! >= 8,
).map((setting) => ({
  ...setting,
  options: { ...setting.options, ...("filters" in setting.options ? { filters: 16 } : {}) },
}));
test.each(wide.map((s) => [nameOf(s), s] as const))(
  "%s",
  async (_, setting) => {
    const game = gameFor(setting);
    for (const phase of game.phases) {
      const a = await play(game, phase, { layout: "natural" });
      const b = await play(game, phase, { layout: await imageLayout(nodeEngine, "cpu") });
      for (const [name, values] of Object.entries(a.metrics)) {
        const other = b.metrics[name]!;
        values.forEach((v, i) =>
          expect(Math.abs(v - other[i]!) / Math.max(1e-2, Math.abs(v)), name).toBeLessThan(1e-3),
        );
      }
    }
  },
  120000,
);
