// Trains a GAN on eight points of a circle and prints what happens. Ctrl-C saves the run and ends it.

import { train } from "gamelan";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

const run = await train({
  model: "gan",
  data: "ring",
  rounds: 2000,
  seed: 1,
  threads: 1,
  signal: stop.signal,
});

for await (const event of run.events()) {
  switch (event.type) {
    case "start":
      console.log(`${event.model} on ${event.data}: ${event.weights} weights, in ${event.path}`);
      break;
    case "round": {
      const losses = Object.entries(event.metrics).map(([name, value]) => `${name} ${value.toFixed(3)}`);
      console.log(`round ${event.round}  ${losses.join("  ")}  ${event.roundsPerSecond.toFixed(0)} rounds/s`);
      break;
    }
    case "samples":
      console.log(`picture: ${event.file}`);
      break;
    case "warning":
      console.warn(event.message);
      break;
    case "end":
      console.log(`${event.reason} after ${event.round} rounds, ${event.seconds.toFixed(1)} s`, event.test);
      break;
  }
}
