/**
 * Time and memory of one round in Gamelan for networks of a size given as JSON; the other side of
 * peers/torch_scaling.py, which says what the fields are.
 *
 *   node bench/scaling-child.js SPEC [--threads N]
 */
import { measure } from "../dist/cli/bench-workloads.js";
import { Game } from "../dist/game/game.js";
import { findModel } from "../dist/models/find-model.js";
import { checkOptions } from "../dist/models/settings.js";
import { productOperations } from "../dist/runtime/arithmetic.js";
import { nodeEngine } from "../dist/runtime/node.js";
import { RoundProgram } from "../dist/runtime/program.js";
import { input } from "../dist/tensor/index.js";
import { count, readArguments, runProgram, UsageError } from "./usage.js";

/** Arithmetic of all rounds measured, and of one call: about a second, and a tenth of one. */
const [WHOLE, CALL] = [1e11, 1e10];

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
    count: 1024,
    dtype: "uint8",
    labelled: false,
  });
  const operations = productOperations(game.compileRound(game.phases[0]));
  const together = Math.max(1, Math.min(32, Math.floor(CALL / operations)));
  const steps = Math.max(3, Math.min(400, Math.ceil(WHOLE / operations)));

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
  const measured = await measure({ name: kind, model: kind, options, shape, together, steps }, { threads });
  const most = process.resourceUsage().maxRSS * 1024;
  console.log(
    JSON.stringify({
      ...{ engine: measured.engine, threads, median_ms: measured.median_ms, min_ms: measured.min_ms },
      memory: Math.max(0, most - before),
    }),
  );
  return 0;
}

await runProgram(main, "node bench/scaling-child.js SPEC [--threads N]");
