/**
 * Time and memory of one round in Gamelan for networks of a size given as JSON; the other side of
 * peers/torch_scaling.py, which says what the fields are.
 *
 *   node bench/scaling-child.js SPEC [--threads N]
 */
import { Game } from "../dist/game/game.js";
import { findModel } from "../dist/models/find-model.js";
import { checkOptions } from "../dist/models/settings.js";
import { nodeEngine } from "../dist/runtime/node.js";
import { RoundProgram } from "../dist/runtime/program.js";
import { input } from "../dist/tensor/index.js";
import { Feeds } from "../dist/training/feeds.js";
import { callMilliseconds, initialState } from "../dist/training/trainer.js";
import { packageVersion } from "../dist/version.js";
import { median } from "./statistics.js";
import { count, readArguments, runProgram, UsageError } from "./usage.js";

const EXAMPLES = 1024;
/** Milliseconds of the processor that are measured at least, in how many calls, and rounds of one at most. */
const [WHOLE, LEAST_CALLS, MOST_ROUNDS] = [1000, 2, 64];

async function main() {
  const { values, positionals } = readArguments({
    allowPositionals: true,
    options: { threads: { type: "string", default: "2" } },
  });
  const threads = count("threads", values.threads);
  const [text] = positionals;
  if (text === undefined) throw new UsageError("no specification");
  const { kind, size, ...options } = JSON.parse(text);
  const shape = [1, size, size];
  const model = findModel(kind);
  const game = new Game(model, checkOptions(model, options), {
    specification: { kind: "image", shape },
    count: EXAMPLES,
    dtype: "uint8",
    labelled: false,
  });
  const compiled = game.compileRound(game.phases[0]);

  // Loads what is loaded by the first program.
  const x = input("x", [256, 256]);
  const round = {
    state: [{ name: "x", before: x, after: x.matmul(x) }],
    shared: [],
    perRound: [],
    metrics: [],
  };
  const first = await RoundProgram.create(nodeEngine, round, { device: "cpu", threads });
  const data = new Float32Array(256 * 256);
  await first.run(1, { x: { dtype: "float32", shape: [256, 256], data } }, {});
  await first.release();
  const before = process.memoryUsage.rss();
  const pixels = new Uint8Array(EXAMPLES * size * size).map((_, index) => (index * 83) % 256);
  const feeds = new Feeds(compiled, {
    ...{ seed: 0, phase: "train", batch: game.batch },
    dataset: { train: { count: EXAMPLES, values: pixels }, shape },
  });
  const program = await RoundProgram.create(nodeEngine, compiled, { device: "cpu", threads });
  let state = initialState(game, 0);
  let done = 0;
  const play = async (/** @type {number} */ rounds) => {
    const given = feeds.for(done, rounds, { start: 0, before: { batches: 0, targetBatches: 0 } });
    const [wall, processor] = [performance.now(), process.cpuUsage()];
    ({ state } = await program.run(rounds, state, given));
    const { user, system } = process.cpuUsage(processor);
    done += rounds;
    return { wall: (performance.now() - wall) / rounds, processor: (user + system) / 1000 / rounds };
  };
  await play(1);
  // As many rounds a call as training would play on a machine that does nothing else.
  const fitting = Math.floor((callMilliseconds(state) / (await play(1)).processor) * threads);
  const together = Math.max(1, Math.min(MOST_ROUNDS, fitting));
  await play(together);
  const calls = [];
  for (let spent = 0; calls.length < LEAST_CALLS || spent < WHOLE; ) {
    const call = await play(together);
    calls.push(call);
    spent += call.processor * together;
  }
  await program.release();
  console.log(
    JSON.stringify({
      ...{
        engine: `gamelan ${packageVersion()}`,
        threads,
        wall_ms: median(calls.map(({ wall }) => wall)),
        processor_ms: median(calls.map(({ processor }) => processor)),
      },
      memory: Math.max(0, process.resourceUsage().maxRSS * 1024 - before),
    }),
  );
  return 0;
}

await runProgram(main, "node bench/scaling-child.js SPEC [--threads N]");
