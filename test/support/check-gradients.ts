// A model's losses and gradients, computed by the float64 interpreter and by ONNX Runtime in all of its layouts; and
// the gradients measured by moving the weights. The interpreter takes its time, so each family has a test file.

import { expect, test } from "vitest";
import type { Game } from "../../src/game/game.ts";
import { randomStream } from "../../src/random/index.ts";
import { float32, type Value as Value32 } from "../../src/runtime/engine.ts";
import { imageLayout } from "../../src/runtime/image-layout.ts";
import { nodeEngine } from "../../src/runtime/node.ts";
import type { State } from "../../src/runtime/program.ts";
import { sizeOf } from "../../src/tensor/index.ts";
import { expectAgreement } from "../reference/agreement.ts";
import { interpreter, type Value } from "../reference/interpreter.ts";
import { gameFor, nameOf, type Setting } from "./catalogue-games.ts";
import { type Feeds, initialState, phaseOf, playCompiled, someData, someFeeds } from "./rounds.ts";

/** What a single round is fed, as the interpreter takes it. */
function plain(state: State, shared: Feeds, perRound: Feeds): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [name, { shape, data }] of Object.entries({ ...state, ...shared })) {
    values.set(name, { shape, data: Float64Array.from(data, Number) });
  }
  for (const [name, { shape, data }] of Object.entries(perRound)) {
    values.set(name, { shape: shape.slice(1), data: Float64Array.from(data, Number) });
  }
  return values;
}

/**
 * Where a run begins, but with every weight moved a little: biases of 0 leave whole patches of an image at the very
 * kink of their activation, where a slope is a matter of taste.
 */
function shaken(game: Game): State {
  const state: Record<string, Value32> = { ...initialState(game) };
  for (const { name, kind, shape } of game.variables.list()) {
    if (kind !== "weight") continue;
    const noise = randomStream(2, name).normal(0, new Float32Array(sizeOf(shape)));
    state[name] = float32(
      noise.map((value, index) => 0.1 * value + Number(state[name]!.data[index])),
      shape,
    );
  }
  return state;
}

/** Tests of every player of some settings. */
export function checkGradients(settings: readonly Setting[]): void {
  const rows = settings.flatMap((setting) =>
    Object.keys(gameFor(setting).players).map((player) => [nameOf(setting), player, setting] as const),
  );
  test.each(rows)("loss and gradient of %s, %s", async (_, player, setting) => {
    const played = gameFor(setting);
    const compiled = played.compileRound(phaseOf(player));
    const state = shaken(played);
    const [data, feeds] = [someData(played), someFeeds(played, compiled)];
    const values = plain(state, data, feeds);

    const weights = compiled.state.filter(({ name }) => state[`${player}/first/${name}`] !== undefined);
    // Adam's first moment after the first step is the gradient.
    const slots = weights.map(
      ({ name }) => compiled.state.find((slot) => slot.name === `${player}/first/${name}`)!,
    );
    const metrics = compiled.metrics.map(({ tensor }) => tensor);
    const exact = interpreter([...metrics, ...slots.map(({ after }) => after)])(values);
    const slopes = exact.slice(metrics.length);

    for (const layout of ["natural", "channel-major", await imageLayout(nodeEngine, "cpu")] as const) {
      const result = await playCompiled(played, compiled, { state, feeds, data, layout });
      compiled.metrics.forEach(({ name }, index) => {
        const found = { shape: [], data: result.metrics[name]! };
        expectAgreement(found, exact[index]!, 1e-5, `${name}, ${JSON.stringify(layout)}`);
      });
      slots.forEach(({ name }, index) => {
        // A slope that is 0 by nature is a sum of terms of about 0.1 that cancel, each rounded by 6e-9 in float32;
        // where a whole loss does not see the weight, of its scores' slopes, which go up to 1.
        const least = setting.still?.some((weight) => name.endsWith(weight)) ? 1e-4 : 1e-5;
        const scale = slopes[index]!.data.reduce((most, slope) => Math.max(most, Math.abs(slope)), least);
        const found = result.state[name]!.data;
        slopes[index]!.data.forEach((slope, at) => {
          expect(
            Math.abs(Number(found[at]) - slope) / scale,
            `${name}, ${JSON.stringify(layout)}`,
          ).toBeLessThan(1e-3);
        });
      });
    }

    // Each weight moved along a line of its own, to both sides.
    const loss = interpreter([compiled.metrics.find(({ name }) => name === player)!.tensor]);
    const step = 1e-7;
    weights.forEach(({ name }, index) => {
      if (setting.estimated?.some((network) => name.startsWith(`${network}/`))) return;
      const centre = values.get(name)!;
      const direction = randomStream(1, name).normal(0, new Float32Array(centre.data.length));
      const along = (distance: number) => {
        const moved = centre.data.map((value, at) => value + distance * direction[at]!);
        return loss(new Map(values).set(name, { ...centre, data: moved }))[0]!.data[0]!;
      };
      const measured = (along(step) - along(-step)) / (2 * step);
      const derived = slopes[index]!.data.reduce((sum, slope, at) => sum + slope * direction[at]!, 0);
      expect(Math.abs(derived - measured), `slope of ${name}`).toBeLessThan(1e-6 + 1e-3 * Math.abs(measured));
    });
  });
}
