// The networks of a run as the page asks them. The worker plays one request at a time; those that wait are ordered
// here, so that what follows the pointer goes before what fills strips, and what nobody wants any more is dropped
// before it is played.

import type { ExplorerMap, ExplorerRole } from "../../../src/studio/explorer/contract.ts";
import type { WebDevice } from "../onnx/runtime.ts";
import type { Answer, Request } from "./messages.ts";

export interface Computed {
  /** Row-major, the first axis counts. */
  readonly data: Float32Array;
  readonly shape: readonly number[];
  readonly milliseconds: number;
  readonly device: WebDevice;
}

/** What can be played somewhere else: the worker, but for tests. */
export interface Player {
  postMessage(request: Request): void;
  onAnswer(listener: (answer: Answer) => void): void;
  onFailure(listener: (problem: string) => void): void;
  close(): void;
}

interface Waiting {
  readonly request: Request;
  readonly urgent: boolean;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (computed: Computed) => void;
  readonly reject: (error: unknown) => void;
}

export interface AskOptions {
  /** Goes before all that is not. */
  readonly urgent?: boolean;
  /** Once aborted, it is not played where it has not begun, and rejected in any case. */
  readonly signal?: AbortSignal;
}

export class Networks {
  readonly #roles: ExplorerMap["roles"];
  readonly #address: (file: string) => string;
  readonly #player: Player;
  #waiting: Waiting[] = [];
  #playing: Waiting | undefined;
  #last = 0;
  #broken: string | undefined;

  constructor({ roles }: Pick<ExplorerMap, "roles">, address: (file: string) => string, player: Player) {
    this.#roles = roles;
    this.#address = address;
    this.#player = player;
    player.onAnswer((answer) => this.#settle(answer));
    player.onFailure((problem) => {
      this.#broken = problem;
      const all = [...(this.#playing === undefined ? [] : [this.#playing]), ...this.#waiting];
      this.#waiting = [];
      this.#playing = undefined;
      for (const { reject } of all) reject(new Error(problem));
    });
  }

  has(role: ExplorerRole): boolean {
    return this.#roles[role] !== undefined;
  }

  /**
   * A role, given an array for each of its inputs.
   *
   * @throws Error of one line where the network is missing or broken
   */
  ask(
    role: ExplorerRole,
    inputs: readonly (Float32Array | Int32Array)[],
    { urgent = false, signal }: AskOptions = {},
  ): Promise<Computed> {
    const network = this.#roles[role];
    if (network === undefined) return Promise.reject(new Error(`this model has no role "${role}"`));
    if (this.#broken !== undefined) return Promise.reject(new Error(this.#broken));
    // A worker knows no address of the page's.
    const address = new URL(this.#address(network.file), globalThis.location?.href).href;
    const request = {
      id: ++this.#last,
      role,
      address,
      inputs: network.inputs.map(({ name, shape }, index) => {
        const data = inputs[index]!;
        const size = shape.reduce((product, extent) => product * extent, 1);
        return { name, shape: [data.length / size, ...shape], data };
      }),
    };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, urgent, signal, resolve, reject });
      this.#next();
    });
  }

  close(): void {
    this.#waiting = [];
    this.#player.close();
  }

  #next(): void {
    if (this.#playing !== undefined) return;
    const dropped = this.#waiting.filter(({ signal }) => signal?.aborted);
    this.#waiting = this.#waiting.filter(({ signal }) => !signal?.aborted);
    for (const { signal, reject } of dropped) reject(signal!.reason);
    const next = this.#waiting.find(({ urgent }) => urgent) ?? this.#waiting[0];
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((each) => each !== next);
    this.#playing = next;
    this.#player.postMessage(next.request);
  }

  #settle(answer: Answer): void {
    const played = this.#playing;
    if (played?.request.id !== answer.id) return;
    this.#playing = undefined;
    if (played.signal?.aborted) played.reject(played.signal.reason);
    else if ("problem" in answer) played.reject(new Error(answer.problem));
    else played.resolve(answer);
    this.#next();
  }
}

/** The worker of the page. */
export function startWorker(): Player {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return {
    postMessage: (request) => worker.postMessage(request),
    onAnswer: (listener) => worker.addEventListener("message", ({ data }) => listener(data as Answer)),
    onFailure: (listener) =>
      worker.addEventListener("error", () =>
        listener("the networks' thread has failed; load the page again"),
      ),
    close: () => worker.terminate(),
  };
}

/**
 * Plays only what was asked for last: while one is played, the newest waits, and those between are dropped.
 *
 * @returns what asks, and never fails but through `onFailure`
 */
export function latestOnly<Argument>(
  play: (argument: Argument) => Promise<void>,
  onFailure: (error: unknown) => void,
): (argument: Argument) => void {
  let busy = false;
  let next: { readonly argument: Argument } | undefined;
  const start = async (argument: Argument): Promise<void> => {
    busy = true;
    try {
      await play(argument);
    } catch (error) {
      onFailure(error);
    }
    busy = false;
    if (next === undefined) return;
    const { argument: newest } = next;
    next = undefined;
    void start(newest);
  };
  return (argument) => {
    if (busy) next = { argument };
    else void start(argument);
  };
}
