import { expect, test } from "vitest";
import type { Answer, Request } from "./messages.ts";
import { latestOnly, Networks, type Player } from "./networks.ts";

/** A worker that answers when it is told to. */
function fakePlayer() {
  const played: Request[] = [];
  let answered: (answer: Answer) => void = () => {};
  let failed: (problem: string) => void = () => {};
  const player: Player = {
    postMessage: (request) => played.push(request),
    onAnswer: (listener) => {
      answered = listener;
    },
    onFailure: (listener) => {
      failed = listener;
    },
    close: () => {},
  };
  const done = () =>
    answered({
      id: played.at(-1)!.id,
      data: played.at(-1)!.inputs[0]!.data as Float32Array,
      shape: [1],
      milliseconds: 1,
      device: "wasm",
    });
  return {
    player,
    played,
    done,
    answer: (answer: Answer) => answered(answer),
    fail: (why: string) => failed(why),
  };
}

const roles = {
  decode: { file: "decode.onnx", bytes: 1, inputs: [{ name: "code", shape: [2], dtype: "float32" }] },
} as const;
const address = (file: string) => `http://localhost/explorer/${file}`;

test("what is urgent goes first, and what nobody wants any more is dropped", async () => {
  const { player, played, done } = fakePlayer();
  const networks = new Networks({ roles }, address, player);
  const stop = new AbortController();
  const first = networks.ask("decode", [Float32Array.of(1, 1, 1, 1)]);
  const later = networks.ask("decode", [Float32Array.of(2, 2)]);
  const dropped = networks.ask("decode", [Float32Array.of(3, 3)], { signal: stop.signal });
  const urgent = networks.ask("decode", [Float32Array.of(4, 4)], { urgent: true });
  expect(played).toEqual([
    {
      id: 1,
      role: "decode",
      address: "http://localhost/explorer/decode.onnx",
      inputs: [{ name: "code", shape: [2, 2], data: Float32Array.of(1, 1, 1, 1) }],
    },
  ]);
  stop.abort();
  done();
  expect(played.at(-1)!.inputs[0]!.data[0]).toBe(4);
  await expect(dropped).rejects.toThrow(/abort/);
  done();
  expect(played.at(-1)!.inputs[0]!.data[0]).toBe(2);
  done();
  expect((await Promise.all([first, later, urgent])).map(({ data }) => data[0])).toEqual([1, 2, 4]);
  expect(played).toHaveLength(3);
});

test("what is broken is one line, and does not stop the rest", async () => {
  const { player, played, done, answer, fail } = fakePlayer();
  const networks = new Networks({ roles }, address, player);
  await expect(networks.ask("encode", [])).rejects.toThrow('this model has no role "encode"');
  const broken = networks.ask("decode", [Float32Array.of(1, 1)]);
  answer({ id: played.at(-1)!.id, problem: "decode.onnx is no network that runs here" });
  await expect(broken).rejects.toThrow("decode.onnx is no network that runs here");
  const sound = networks.ask("decode", [Float32Array.of(1, 1)]);
  done();
  await sound;
  const lost = networks.ask("decode", [Float32Array.of(1, 1)]);
  fail("the networks' thread has failed");
  await expect(lost).rejects.toThrow("the networks' thread has failed");
  await expect(networks.ask("decode", [Float32Array.of(1, 1)])).rejects.toThrow("thread has failed");
});

test("of many askings only the newest waits", async () => {
  const played: number[] = [];
  const ends: (() => void)[] = [];
  const problems: unknown[] = [];
  const ask = latestOnly<number>(
    (argument) => {
      played.push(argument);
      return new Promise((resolve, reject) =>
        ends.push(() => (argument === 4 ? reject(new Error("broken")) : resolve())),
      );
    },
    (error) => problems.push(error),
  );
  for (const argument of [1, 2, 3, 4]) ask(argument);
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  ends.shift()!();
  await turn();
  expect(played).toEqual([1, 4]);
  ends.shift()!();
  await turn();
  expect(problems).toHaveLength(1);
  ask(5);
  expect(played).toEqual([1, 4, 5]);
});
