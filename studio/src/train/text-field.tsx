// A field of the form that is a line of text, one among several that are kept together.

import { Field } from "../components/field.tsx";
import { type NumberField, problemOf } from "./number-fields.ts";

/** What was typed, by the fields' names. */
export type Texts = Readonly<Record<string, string>>;

export function TextField({
  label,
  name,
  more,
  change,
  help,
  placeholder,
  number,
}: {
  readonly label: string;
  readonly name: string;
  readonly more: Texts;
  readonly change: (name: string) => (text: string) => void;
  readonly help?: string;
  readonly placeholder?: string;
  /** What it may be, where it is a number. */
  readonly number?: NumberField;
}) {
  const text = more[name] ?? "";
  const mode = number === undefined ? "text" : number.schema.type === "integer" ? "numeric" : "decimal";
  return (
    <Field label={label} help={help} problem={number && problemOf(text, number)}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          inputMode={mode}
          autocomplete="off"
          spellcheck={false}
          placeholder={placeholder}
          value={text}
          onInput={({ currentTarget }) => change(name)(currentTarget.value)}
        />
      )}
    </Field>
  );
}
