// Numbers that the scripts beside this file computed with PyTorch, SciPy and scikit-learn.

import { readFileSync } from "node:fs";

/** An array as the scripts write it. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A script's document, in the shape that the script gives it. */
export function reference<Document>(
  name: "layers" | "losses" | "metrics" | "optimisers" | "quality",
): Document {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8")) as Document;
}
