// A game's roles as functions that a program can compute: encode, decode, generate, realness, and reconstruct,
// which is decode after encode.

import type { InferenceFunction } from "../runtime/inference.ts";
import { input, type Tensor } from "../tensor/index.ts";
import type { Game } from "./game.ts";
import { Trace } from "./trace.ts";

export type RoleName = "encode" | "decode" | "reconstruct" | "generate" | "realness";

/** The roles that a game's networks can play, each as a function of one input with a free batch. */
export function roleFunctions(game: Game): Partial<Record<RoleName, InferenceFunction>> {
  const { encode, decode, generate, realness } = game.roles;
  const { shape } = game.data.specification;
  const functions: Partial<Record<RoleName, InferenceFunction>> = {};
  const add = (
    name: RoleName,
    port: { name: string; shape: readonly number[] },
    output: string,
    body: (x: Tensor) => Tensor,
  ) => {
    functions[name] = {
      name,
      input: port,
      output,
      trace(batch) {
        const trace = new Trace(game.variables, { training: false, averaged: true });
        const x = input(port.name, [batch, ...port.shape]);
        const result = trace.run(() => body(x));
        const weights = new Map(trace.touched().map(({ variable, before }) => [variable.name, before]));
        return { input: x, output: result, weights };
      },
    };
  };
  const x = { name: "x", shape };
  if (encode !== undefined) add("encode", x, "code", encode);
  if (encode !== undefined && decode !== undefined) {
    add("reconstruct", x, "reconstruction", (example) => decode(encode(example)));
    const code = codeShape(functions.encode!);
    add("decode", { name: "code", shape: code }, "x", decode);
  }
  if (generate !== undefined) {
    add("generate", { name: "noise", shape: [generate.latent] }, "x", generate.from);
  }
  if (realness !== undefined) add("realness", x, "score", realness);
  return functions;
}

function codeShape(encode: InferenceFunction): readonly number[] {
  return encode.trace(1).output.shape.slice(1);
}
