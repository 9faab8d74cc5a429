// A game's roles as functions that a program can compute. Each has inputs with a free batch and one output. Two are
// derived: reconstruct is decode after encode, generatePartner is what generate makes of its noise in the second domain.

import type { InferenceFunction, Port } from "../runtime/inference.ts";
import { input, sizeOf, type Tensor } from "../tensor/index.ts";
import type { Game } from "./game.ts";
import type { Roles } from "./model.ts";
import { Trace } from "./trace.ts";

export type RoleName = keyof Roles | "reconstruct" | "generatePartner";

/**
 * The roles that a game's networks can play.
 *
 * @param averaged with the averages of weights, where there are some; with the weights that are played with otherwise
 */
export function roleFunctions(
  game: Game,
  { averaged = true }: { readonly averaged?: boolean } = {},
): Partial<Record<RoleName, InferenceFunction>> {
  const { roles } = game;
  const { shape, target } = game.data.specification;
  const functions: Partial<Record<RoleName, InferenceFunction>> = {};
  const add = (
    name: RoleName,
    ports: readonly Port[],
    output: string,
    body: (...inputs: Tensor[]) => Tensor,
  ) => {
    functions[name] = {
      name,
      inputs: ports,
      output,
      trace(batch) {
        const trace = new Trace(game.variables, { training: false, averaged });
        const inputs = ports.map((port) => input(port.name, [batch, ...port.shape], port.dtype ?? "float32"));
        const result = trace.run(() => body(...inputs));
        const weights = new Map(trace.touched().map(({ variable, before }) => [variable.name, before]));
        return { inputs, output: result, weights };
      },
    };
  };
  const x: Port = { name: "x", shape };
  const noise = (length: number): Port => ({ name: "noise", shape: [length] });
  const { encode, decode, generate, vary, realness, anomaly, classify } = roles;
  const { evidence, posterior, likelihood, translate, translateBack } = roles;
  if (encode !== undefined) {
    add("encode", [x], "code", encode);
    const code: Port = { name: "code", shape: functions.encode!.trace(1).output.shape.slice(1) };
    if (decode !== undefined) {
      add("reconstruct", [x], "reconstruction", (example) => decode(encode(example)));
      add("decode", [code], "x", decode);
    }
    if (vary !== undefined) {
      add("vary", vary.noise > 0 ? [code, noise(vary.noise)] : [code], "x", (from, added) =>
        vary.from(from!, added!),
      );
    }
  }
  if (generate !== undefined) {
    const label: Port = { name: "label", shape: [], dtype: "int32" };
    const ports = generate.classes === undefined ? [noise(generate.latent)] : [noise(generate.latent), label];
    add("generate", ports, "x", (from, labels) => generate.from(from!, labels!));
    const { partner } = generate;
    if (partner !== undefined) add("generatePartner", ports, "y", (from, labels) => partner(from!, labels!));
  }
  if (realness !== undefined) add("realness", [x], "score", realness);
  if (anomaly !== undefined) add("anomaly", [x], "score", anomaly);
  if (classify !== undefined) add("classify", [x], "probabilities", classify);
  if (evidence !== undefined) add("evidence", [x, noise(evidence.latent)], "logWeight", evidence.from);
  if (posterior !== undefined) {
    add("posterior", [x], "posterior", posterior);
    if (likelihood !== undefined) {
      const latent = sizeOf(functions.posterior!.trace(1).output.shape) / 2;
      add("likelihood", [{ name: "code", shape: [latent] }], "parameters", likelihood.from);
    }
  }
  if (translate !== undefined) add("translate", [x], "y", translate);
  if (translateBack !== undefined && target !== undefined)
    add("translateBack", [{ name: "y", shape: target.shape }], "x", translateBack);
  return functions;
}
