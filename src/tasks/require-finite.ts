import { UserError } from "../errors.ts";

/**
 * The values as they are, if all are numbers.
 *
 * @param values of examples one after the other
 * @param words `size`: values of an example; `example`: what to call one; `value`: what it should have
 * @throws UserError naming the first example, by its place from 0, whose values are too large to be numbers
 *
 * @example
 * requireFinite(scores, { example: "held-out example", value: "score" });
 */
export function requireFinite(
  values: Float32Array,
  {
    size = 1,
    example = "example",
    value,
  }: { readonly size?: number; readonly example?: string; readonly value: string },
): Float32Array {
  const wrong = values.findIndex((one) => !Number.isFinite(one));
  if (wrong < 0) return values;
  throw new UserError(
    `${example} ${Math.floor(wrong / size)}, counted from 0, has no finite ${value}: its values are too large for the model; correct it or leave it out`,
  );
}
