// What the page sends, checked: what a run is to be begun or gone on with.

import { z } from "zod";
import { wrongField } from "../fields.ts";
import type { TrialJob } from "../sweep/run-trial.ts";
import { Refused } from "./refused.ts";

const positive = z.number().positive();
const whole = z.int().nonnegative();

const startSchema = z.strictObject({
  model: z.string().min(1),
  options: z.record(z.string(), z.json()).optional(),
  data: z.string().min(1).optional(),
  to: z.string().min(1).optional(),
  imageSize: z.int().positive().optional(),
  grey: z.boolean().optional(),
  validation: z.number().min(0).lt(1).optional(),
  normal: z.array(z.string().min(1)).optional(),
  epochs: positive.optional(),
  rounds: z.int().positive().optional(),
  seed: whole.optional(),
  device: z.enum(["cpu", "webgpu", "cuda"]).optional(),
  threads: z.int().positive().max(1024).optional(),
  pictures: z.int().positive().max(1000).optional(),
  best: z
    .strictObject({
      measure: z.string().min(1),
      goal: z.enum(["least", "most"]).optional(),
      patience: z.int().positive().optional(),
    })
    .optional(),
  validateEvery: z.int().positive().optional(),
  sizes: z.boolean().optional(),
  name: z.string().min(1).optional(),
});

/** Pictures of a run, unless told: a film of some seconds. */
const PICTURES = 40;

const lengthSchema = z.strictObject({ epochs: positive.optional(), rounds: z.int().positive().optional() });

/** A run to be begun: the job without its place, and the name it is to have. */
export function checkStart(body: unknown): {
  readonly name: string | undefined;
  readonly job: Omit<TrialJob, "path">;
} {
  const { name, epochs, rounds, ...request } = checkBody(startSchema, body);
  return {
    name,
    job: {
      // Pictures, and the sizes of gradients and steps, are what people come to see; the latter cost a few passes
      // over the weights.
      request: { pictures: PICTURES, sizes: true, ...withoutUndefined(request) } as TrialJob["request"],
      length: lengthOf({ epochs, rounds }),
      test: true,
    },
  };
}

/** How far a run is to be trained; as far as it was asked to unless told. */
export const checkLength = (body: unknown): TrialJob["length"] => lengthOf(checkBody(lengthSchema, body));

function lengthOf({ epochs, rounds }: z.output<typeof lengthSchema>): TrialJob["length"] {
  if (epochs !== undefined && rounds !== undefined) throw new Refused("give epochs or rounds, not both", 400);
  return withoutUndefined({ epochs, rounds });
}

/** The JSON that was sent. */
export async function bodyOf(request: { json(): Promise<unknown> }): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new Refused("what is sent here must be JSON", 400);
  }
}

/** @throws Refused that names what is wrong */
export function checkBody<Schema extends z.ZodObject>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const isNone = issue.path.length === 0 && issue.code !== "unrecognized_keys";
  throw new Refused(
    isNone ? "what is sent here is an object" : wrongField(schema, issue, "this request", body),
    400,
  );
}

export function withoutUndefined<T extends object>(
  values: T,
): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
