// The worker that trains. Everything happens one after the other, in the order in which it was asked for; playing is
// done in slices of some milliseconds, so that a pause is a pause.

import "./zod-settings.ts";
import { UserError } from "../../../src/errors.ts";
import { Game } from "../../../src/game/game.ts";
import { catalogue } from "../../../src/models/catalogue.ts";
import { checkOptions } from "../../../src/models/settings.ts";
import { webEngine } from "../../../src/runtime/web.ts";
import { loadRuntime } from "../onnx/runtime.ts";
import { Looks } from "./looks.ts";
import type { FromWorker, Layers, LossPoint, Pace, PlaneModel, PlaneSettings, ToWorker } from "./messages.ts";
import { PlaneGame, planeData } from "./plane-game.ts";

/** Milliseconds of training between two chances to be stopped. */
const SLICE = 50;
/** Milliseconds from look to look, at least; and from measuring to measuring. */
const LOOKS = 60;
const MEASURES = 700;

const scope = self as unknown as {
  postMessage(message: FromWorker): void;
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
};

let generation = 0;
let play: PlaneGame | undefined;
let looks: Looks | undefined;
let layers: Layers = { field: "score", warp: true, arrows: false, rebuilt: false, averaged: false };
let pace: Pace | undefined;
let told = false;
let losses: LossPoint[] = [];
let roundTime = 20;
let lookTime = 20;
let lookedAt = 0;
let measuredAt = 0;
/** When playing at a given pace began, and what was played since. */
let began = 0;
let played = 0;

let chain: Promise<void> = Promise.resolve();

function enqueue(deed: () => Promise<void>): void {
  chain = chain.then(deed).catch((error: unknown) => {
    pace = undefined;
    const ours = !(error instanceof UserError);
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ type: "failed", generation, message, ours });
  });
}

scope.onmessage = ({ data: message }) => {
  switch (message.type) {
    case "begin":
      pace = undefined;
      enqueue(() => begin(message.settings, message.generation));
      break;
    case "play": {
      const resting = pace === undefined;
      pace = message.pace;
      [began, played] = [performance.now(), 0];
      if (resting) enqueue(slice);
      break;
    }
    case "pause":
      if (pace === undefined) break;
      pace = undefined;
      enqueue(() => show({ measured: true }));
      break;
    case "step":
      pace = undefined;
      enqueue(async () => {
        if (play === undefined) return;
        losses.push(...(await (message.unit === "turn" ? play.playTurn() : play.playRounds(1))));
        await show({ measured: true });
      });
      break;
    case "phase":
      enqueue(async () => {
        await play?.enterPhase(message.phase);
        await show();
      });
      break;
    case "layers":
      ({ layers } = message);
      if (pace === undefined) enqueue(() => show());
      break;
  }
};

async function begin(settings: PlaneSettings, next: number): Promise<void> {
  await looks?.release();
  await play?.releasePrograms();
  [play, looks, generation, losses] = [undefined, undefined, next, []];
  const { ort } = await loadRuntime("wasm");
  // Threads cost more than they bring on networks of this size.
  ort.env.wasm.numThreads = 1;
  play = await PlaneGame.begin(settings, webEngine(ort));
  looks = new Looks(play);
  roundTime = 20;
  scope.postMessage({ type: "ready", generation, facts: looks.facts });
  await show({ measured: true });
  if (!told) {
    told = true;
    void modelsOfThePlane().then((models) => scope.postMessage({ type: "models", models }));
  }
}

/** Plays for some milliseconds, and asks to go on. */
async function slice(): Promise<void> {
  if (play === undefined || pace === undefined) return;
  const { unit, perSecond } = pace;
  const now = performance.now();
  if (!Number.isFinite(perSecond)) {
    await advance(Math.max(1, Math.min(1024, Math.floor(SLICE / roundTime))));
  } else {
    // The first at once; where it cannot keep up, it does not try to catch up.
    const due = Math.floor(((now - began) / 1000) * perSecond) + 1 - played;
    if (due > 0) {
      if (unit === "turn") {
        losses.push(...(await play.playTurn()));
        played++;
      } else {
        const most = Math.max(1, Math.floor((2 * SLICE) / roundTime));
        played += await advance(Math.min(due, most));
      }
      if (due > perSecond + 1) [began, played] = [performance.now(), 1];
    }
  }
  const waited = performance.now() - lookedAt;
  if (losses.length > 0 && waited > Math.max(LOOKS, 2 * lookTime)) await show();
  setTimeout(() => enqueue(slice), Number.isFinite(perSecond) ? 8 : 0);
}

async function advance(rounds: number): Promise<number> {
  const from = play!.round;
  const start = performance.now();
  losses.push(...(await play!.playRounds(rounds)));
  const done = play!.round - from;
  if (done > 0) roundTime = 0.7 * roundTime + (0.3 * (performance.now() - start)) / done;
  return done;
}

/** Tells the page what there is to be seen. */
async function show({ measured = false } = {}): Promise<void> {
  if (play === undefined || looks === undefined) return;
  const start = performance.now();
  const measures = measured || start - measuredAt > MEASURES ? await looks.measure(layers) : undefined;
  if (measures !== undefined) measuredAt = performance.now();
  const view = await looks.look(layers);
  const { round, turn, phase } = play;
  const frame = {
    round,
    turn,
    phase,
    playing: pace !== undefined,
    losses,
    view,
    ...(measures && { measures }),
  };
  scope.postMessage({ type: "frame", generation, frame });
  losses = [];
  lookedAt = performance.now();
  lookTime = 0.5 * lookTime + 0.5 * (lookedAt - start);
}

/** Which models can be built for points, found out by building them. */
async function modelsOfThePlane(): Promise<PlaneModel[]> {
  const found: PlaneModel[] = [];
  for (const model of catalogue) {
    try {
      new Game(model, checkOptions(model, {}), planeData(2, 16));
      found.push({ name: model.name, family: model.family });
    } catch {
      // It needs images, or a second set of data.
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  return found;
}
