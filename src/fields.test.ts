import { expect, test } from "vitest";
import { z } from "zod";
import { wrongField } from "./fields.ts";

const schema = z.strictObject({
  model: z.string().min(1),
  epochs: z.number().positive().optional(),
  folds: z.int().min(2).max(1000).optional(),
  strategy: z.enum(["grid", "random"]).optional(),
  seeds: z.array(z.int().nonnegative()).min(1).optional(),
  grey: z.boolean().optional(),
  best: z.strictObject({ patience: z.int().positive().optional() }).optional(),
});

test.each<[object, string]>([
  [{ model: undefined }, "model is missing"],
  [{ model: "" }, "model is empty"],
  [{ model: 3 }, "model is a text, not 3"],
  [{ epochs: -1 }, "epochs is a number above 0, not -1"],
  [{ epochs: "three" }, 'epochs is a number above 0, not "three"'],
  [{ folds: 1 }, "folds is a whole number from 2 to 1000, not 1"],
  [{ folds: 2.5 }, "folds is a whole number from 2 to 1000, not 2.5"],
  [{ strategy: "bayes" }, 'strategy is grid or random, not "bayes"'],
  [{ seeds: [] }, "seeds is a list of whole numbers, and holds none"],
  [{ seeds: 3 }, "seeds is a list of whole numbers, not 3"],
  [{ seeds: [0, 1.5] }, "seeds.1 is a whole number of at least 0, not 1.5"],
  [{ grey: "yes" }, 'grey is true or false, not "yes"'],
  [{ best: { patience: 0 } }, "best.patience is a whole number above 0, not 0"],
  [{ best: { patients: 1 } }, 'best has no field "patients"'],
  [{ fold: 3 }, 'a sweep has no field "fold"; did you mean "folds"?'],
])("%j: %s", (change, message) => {
  const value = { model: "vae", ...change };
  const { error } = schema.safeParse(value);
  expect(wrongField(schema, error!.issues[0]!, "a sweep", value)).toBe(message);
});
