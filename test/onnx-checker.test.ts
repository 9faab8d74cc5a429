// Every model's training graph and files pass the ONNX project's own checker, where Python has its onnx package.
// GAMELAN_PYTHON names the Python to use.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Game } from "../src/game/game.ts";
import { roleFunctions } from "../src/game/roles.ts";
import { catalogue } from "../src/models/catalogue.ts";
import { serialise } from "../src/onnx/serialise.ts";
import { inferenceFile } from "../src/runtime/inference.ts";
import { roundLoop } from "../src/runtime/program.ts";
import { initialState } from "../src/training/trainer.ts";
import { gameFor, SETTINGS } from "./support/catalogue-games.ts";

const PYTHON = process.env.GAMELAN_PYTHON ?? "python3";
const hasOnnx = spawnSync(PYTHON, ["-c", "import onnx"]).status === 0;
const CHECK = `
import sys, onnx
for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    print(path)
`;

/** Every model once, small; and one with channels enough for blocks. */
function games(): { readonly name: string; readonly game: Game }[] {
  const small = catalogue.map(({ name }) => ({
    name,
    game: gameFor(SETTINGS.find(({ model }) => model === name)!),
  }));
  const data = {
    specification: { kind: "image", shape: [1, 28, 28] },
    count: 8,
    dtype: "uint8",
    labelled: false,
  } as const;
  return [...small, { name: "dcgan-28", game: gameFor({ model: "dcgan", options: { batch: 4 }, data }) }];
}

test.skipIf(!hasOnnx)("the ONNX checker accepts every graph (needs Python's onnx package)", () => {
  const folder = mkdtempSync(join(tmpdir(), "gamelan-onnx-"));
  try {
    for (const { name, game } of games()) {
      for (const layout of ["natural", "channel-major", { block: 16 }] as const) {
        const loop = roundLoop(game.compileRound(game.phases[0]!), { layout });
        const kind = typeof layout === "string" ? layout : "blocked";
        writeFileSync(join(folder, `${name}-${kind}.onnx`), serialise(loop));
      }
      for (const [role, inference] of Object.entries(roleFunctions(game))) {
        writeFileSync(
          join(folder, `${name}-${role}.onnx`),
          inferenceFile(inference, initialState(game, 0), {}),
        );
      }
    }
    const files = readdirSync(folder).map((name) => join(folder, name));
    const output = execFileSync(PYTHON, ["-c", CHECK, ...files], { encoding: "utf8" });
    expect(output.trim().split("\n")).toHaveLength(files.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
