// What is being explored: one code at a time, and what it makes. Everything on the page moves this code, the map, the
// sliders, the way between two, a picture of one's own, and everything shows it.

import { type Signal, signal } from "@preact/signals";
import type { ExplorerExamples, ExplorerMap } from "../../../src/studio/explorer/contract.ts";
import type { WebDevice } from "../onnx/runtime.ts";
import {
  type Beyond,
  codeAt,
  exampleCode,
  meanCode,
  nearestExample,
  openSpace,
  placeOf,
  randomCode,
  type Space,
} from "./codes.ts";
import { type AskOptions, latestOnly, Networks, startWorker } from "./networks.ts";
import { type ExplorerSource, fetchFloats, fetchPictures } from "./source.ts";

/** What the present code makes. */
export interface Shown {
  readonly data: Float32Array;
  readonly milliseconds: number;
  readonly device: WebDevice;
}

export interface ExampleFiles {
  readonly pictures?: ImageBitmap;
  readonly values?: Float32Array;
}

export class Exploration {
  readonly map: ExplorerMap;
  readonly networks: Networks;
  readonly spaces: readonly Space[];
  readonly files: ExampleFiles;
  readonly space: Signal<Space | undefined>;
  readonly code: Signal<Float32Array>;
  /** The class of what is generated, where the model knows classes. */
  readonly label = signal(0);
  readonly beyond = signal<Beyond>("nearby");
  readonly seed = signal(0);
  readonly shown = signal<Shown | undefined>(undefined);
  /** Why nothing is shown. */
  readonly problem = signal<string | undefined>(undefined);
  readonly #show: (code: Float32Array) => void;

  constructor(map: ExplorerMap, networks: Networks, spaces: readonly Space[], files: ExampleFiles) {
    this.map = map;
    this.networks = networks;
    this.spaces = spaces;
    this.files = files;
    this.space = signal(spaces[0]);
    this.code = signal(new Float32Array(0));
    this.#show = latestOnly(
      async (code) => {
        const space = this.space.value!;
        const { data, milliseconds, device } = await this.decode(code, { urgent: true });
        if (space !== this.space.value) return;
        this.shown.value = { data, milliseconds, device };
        this.problem.value = undefined;
      },
      (error) => {
        this.problem.value = error instanceof Error ? error.message : String(error);
      },
    );
    this.reset();
  }

  /** Examples of codes, row-major [count, …shape]. */
  decode(codes: Float32Array, options: AskOptions = {}) {
    const { role, dimensions, noise, classes } = this.space.value!;
    const count = codes.length / dimensions;
    const inputs: (Float32Array | Int32Array)[] = [codes];
    if (noise !== undefined)
      inputs.push(Float32Array.from({ length: count * noise.length }, (_, at) => noise[at % noise.length]!));
    if (classes !== undefined) inputs.push(new Int32Array(count).fill(this.label.value));
    return this.networks.ask(role, inputs, options);
  }

  setCode(code: Float32Array): void {
    this.code.value = code;
    this.#show(code);
  }

  setLabel(label: number): void {
    this.label.value = label;
    this.#show(this.code.value);
  }

  setSpace(space: Space): void {
    this.space.value = space;
    this.reset();
  }

  /** The place of the present code on the map. */
  get place(): [number, number] {
    return placeOf(this.space.value!, this.code.value);
  }

  moveTo(place: readonly [number, number]): void {
    this.setCode(codeAt(this.space.value!, place, { beyond: this.beyond.value, from: this.code.value }));
  }

  /** The code of an example. */
  toExample(index: number): void {
    this.setCode(exampleCode(this.space.value!, index));
  }

  random(seed: number): void {
    this.seed.value = seed;
    this.setCode(randomCode(this.space.value!, seed));
  }

  /** The mean of all codes; a sample of noise, whose mean is like no sample. */
  reset(): void {
    const space = this.space.value;
    if (space === undefined) return;
    this.setCode(space.places.length > 0 || space.whole ? meanCode(space) : randomCode(space, 0));
  }

  /** The example nearest to the present code on the map. */
  get nearest(): number | undefined {
    const space = this.space.value!;
    return nearestExample(space, this.place);
  }
}

/** Fetches what there is to explore, but for the networks, which are fetched when they are first asked. */
export async function openExploration(source: ExplorerSource, signal: AbortSignal): Promise<Exploration> {
  const map = await source.map(signal);
  const floats = (file: string) => fetchFloats(source.address(file), signal);
  const [files, spaces] = await Promise.all([
    fetchExamples(map.examples, source, signal),
    Promise.all(
      map.spaces.map(async (space) =>
        openSpace(space, space.codes === undefined ? undefined : await floats(space.codes)),
      ),
    ),
  ]);
  return new Exploration(map, new Networks(map, source.address, startWorker()), spaces, files);
}

async function fetchExamples(
  examples: ExplorerExamples | undefined,
  source: ExplorerSource,
  signal: AbortSignal,
): Promise<ExampleFiles> {
  const { pictures, values } = examples ?? {};
  if (pictures !== undefined) return { pictures: await fetchPictures(source.address(pictures.file), signal) };
  return values === undefined ? {} : { values: await fetchFloats(source.address(values), signal) };
}
