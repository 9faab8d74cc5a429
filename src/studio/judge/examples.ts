// The examples that are judged, and how single ones get to the page: as PNG files inside of its addresses.

import type { Split } from "../../data/index.ts";
import { UserError } from "../../errors.ts";
import { gridOf, type ImageBatch } from "../../pictures/grid.ts";
import { encodePng } from "../../pictures/png.ts";
import { loadLike } from "../../tasks/load-like.ts";
import type { OpenRun } from "../../training/open.ts";
import type { ExamplesRequest } from "../contract.ts";

export interface JudgedExamples {
  readonly examples: Split;
  readonly classes?: readonly string[];
  /** What they are: "test", "./photos (train)". */
  readonly words: string;
}

/** @throws UserError where there are no such examples */
export async function judgedExamples(
  run: OpenRun,
  { input, split }: ExamplesRequest,
): Promise<JudgedExamples> {
  const wanted = split ?? "test";
  if (input === undefined) {
    const data = await run.data();
    return checked({ examples: data[wanted], ...classesOf(data), words: `${data.name} (${wanted})` });
  }
  if (split !== undefined)
    return checked({ ...(await loadLike(input, run, split, false)), words: `${input} (${split})` });
  // Other data are not cut into splits: their own test split, or all there is.
  const test = await loadLike(input, run, "test", true);
  if (test.examples.count > 0) return { ...test, words: `${input} (test)` };
  return checked({ ...(await loadLike(input, run, "train", true)), words: input });
}

const classesOf = ({ classes }: { readonly classes?: readonly string[] }) =>
  classes === undefined ? {} : { classes };

function checked(judged: JudgedExamples): JudgedExamples {
  if (judged.examples.count > 0) return judged;
  throw new UserError(`${judged.words} has no examples; choose another split`);
}

/** Whether examples of this shape can be shown. */
export const isDrawable = (shape: readonly number[]): boolean =>
  shape.length === 3 && (shape[0] === 1 || shape[0] === 3);

/** Images in a grid as an address that holds them. */
export function addressOf(images: ImageBatch): string {
  const count = images.shape[0]!;
  const png = encodePng(gridOf(images, count === 1 ? { padding: 0, columns: 1 } : { padding: 1 }));
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}
