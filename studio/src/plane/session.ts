// A game as the page knows it: what the worker said last, and the losses and measures so far.

import { type Signal, signal } from "@preact/signals";
import type { PlotSeries } from "../components/plot.tsx";
import type {
  Frame,
  FromWorker,
  GameFacts,
  Layers,
  Measures,
  Pace,
  PlaneModel,
  PlaneSettings,
  ToWorker,
} from "./messages.ts";

/** Milliseconds from one drawing of the curves to the next, while it plays. */
const DRAWN = 200;
/** Points of a curve, after which every second one of the older half goes. */
const MOST = 1000;

interface Curve {
  readonly x: number[];
  readonly y: number[];
}

export class PlaneSession {
  readonly facts = signal<GameFacts | undefined>(undefined);
  readonly frame = signal<Frame | undefined>(undefined);
  readonly measures = signal<Measures | undefined>(undefined);
  readonly losses: Signal<readonly PlotSeries[]> = signal([]);
  readonly divergences: Signal<readonly PlotSeries[]> = signal([]);
  /** Each player's newest loss. */
  readonly newest = signal<Readonly<Record<string, number>>>({});
  readonly models = signal<readonly PlaneModel[]>([]);
  readonly playing = signal(false);
  /** One line: why there is nothing, or nothing any more. */
  readonly problem = signal<string | undefined>(undefined);
  private readonly worker: Worker;
  private generation = 0;
  private drawnAt = 0;
  private lossCurves = new Map<string, Curve>();
  private divergenceCurves = new Map<string, Curve>();

  constructor() {
    this.worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "plane" });
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(data);
    this.worker.onerror = () => {
      this.problem.value = "The part that trains could not be loaded; is the server still there?";
      this.playing.value = false;
    };
  }

  /** Begins anew; what was is gone. */
  begin(settings: PlaneSettings): void {
    this.generation++;
    this.forget();
    this.say({ type: "begin", generation: this.generation, settings });
  }

  /** Nothing is played, for a reason. */
  wait(problem: string): void {
    this.generation++;
    this.forget();
    this.say({ type: "pause" });
    this.problem.value = problem;
  }

  play(pace: Pace): void {
    this.playing.value = true;
    this.say({ type: "play", pace });
  }

  pause(): void {
    this.playing.value = false;
    this.say({ type: "pause" });
  }

  step(unit: "turn" | "round"): void {
    this.playing.value = false;
    this.say({ type: "step", unit });
  }

  enterPhase(phase: number): void {
    this.say({ type: "phase", phase });
  }

  show(layers: Layers): void {
    this.say({ type: "layers", layers });
  }

  end(): void {
    this.worker.terminate();
  }

  private say(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private forget(): void {
    this.lossCurves = new Map();
    this.divergenceCurves = new Map();
    this.facts.value = undefined;
    this.frame.value = undefined;
    this.measures.value = undefined;
    this.losses.value = [];
    this.divergences.value = [];
    this.newest.value = {};
    this.playing.value = false;
    this.problem.value = undefined;
  }

  private hear(message: FromWorker): void {
    if (message.type === "models") {
      this.models.value = message.models;
      return;
    }
    if (message.generation !== this.generation) return;
    switch (message.type) {
      case "ready":
        this.facts.value = message.facts;
        break;
      case "frame":
        this.take(message.frame);
        break;
      case "failed":
        this.playing.value = false;
        this.problem.value = message.message;
        if (message.ours) console.error(message.message);
        break;
    }
  }

  private take(frame: Frame): void {
    const { losses, measures, round } = frame;
    this.frame.value = frame;
    if (losses.length > 0) {
      const newest = { ...this.newest.value };
      for (const { player, round, loss } of losses) {
        newest[player] = loss;
        add(this.lossCurves, player, round, loss);
      }
      this.newest.value = newest;
    }
    const now = performance.now();
    if (!frame.playing || now - this.drawnAt > DRAWN) {
      this.drawnAt = now;
      this.losses.value = seriesOf(this.lossCurves, this.facts.value?.players ?? []);
    }
    if (measures !== undefined) {
      this.measures.value = measures;
      add(this.divergenceCurves, "Jensen–Shannon", round, measures.jensenShannon);
      const made = this.facts.value?.makes ?? "made";
      add(this.divergenceCurves, `KL(${made} ‖ real)`, round, measures.madeFromReal);
      add(this.divergenceCurves, `KL(real ‖ ${made})`, round, measures.realFromMade);
      if (measures.coverage !== undefined)
        add(this.divergenceCurves, "reverse KL of modes", round, measures.coverage.reverseKl);
      this.divergences.value = seriesOf(this.divergenceCurves);
    }
  }
}

function add(curves: Map<string, Curve>, name: string, x: number, y: number): void {
  const curve = curves.get(name) ?? { x: [], y: [] };
  curves.set(name, curve);
  if (curve.x.at(-1) === x) {
    curve.y[curve.y.length - 1] = y;
    return;
  }
  curve.x.push(x);
  curve.y.push(y);
  if (curve.x.length <= MOST) return;
  const kept = (_: number, at: number) => at > MOST / 2 || at % 2 === 0;
  curves.set(name, { x: curve.x.filter(kept), y: curve.y.filter(kept) });
}

/** Copies, so that a plot sees that they are others; a colour is a name's place, whether it has been seen or not. */
const seriesOf = (curves: ReadonlyMap<string, Curve>, order: readonly string[] = []): PlotSeries[] =>
  Array.from(curves, ([name, { x, y }]): PlotSeries => {
    const place = order.indexOf(name);
    return { name, x: x.slice(), y: y.slice(), ...(place < 0 ? {} : { colour: place }) };
  });
