// Trains or resumes a small run in a process of its own, for tests that kill it.
//   node train-child.mjs FOLDER ROUNDS
import { existsSync } from "node:fs";
import { resume, train } from "../../dist/training/train.js";

const [folder, rounds] = process.argv.slice(2);
const training = existsSync(`${folder}/run.json`)
  ? await resume(folder)
  : await train({
      model: "dcgan",
      data: "glyphs:train=300",
      options: { filters: 4, latent: 8, batch: 16, averaging: 0.99, criticSteps: 2 },
      rounds: Number(rounds),
      seed: 11,
      out: folder,
      threads: 1,
      checkpointEvery: 2,
    });
for await (const event of training.events()) {
  if (event.type === "start") process.stdout.write(`start ${event.round}\n`);
  if (event.type === "end") process.stdout.write(`end ${event.round}\n`);
}
