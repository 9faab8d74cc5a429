// When an option has an effect, as a condition on another one; apart from the rest of effects.ts, for the studio's form
// asks the same in the browser.

/** That another option has one of some values, or is a number above one. */
export type Condition =
  | { readonly option: string; readonly is: readonly string[] }
  | { readonly option: string; readonly above: number };

/** Whether a value of the other option meets a condition. */
export const holds = (condition: Condition, value: unknown): boolean =>
  "is" in condition ? condition.is.includes(String(value)) : Number(value) > condition.above;
