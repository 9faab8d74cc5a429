// A field of the form that is a line of text, one among several that are kept together.

import { Field } from "../components/field.tsx";

/** What was typed, by the fields' names. */
export type Texts = Readonly<Record<string, string>>;

export function TextField({
  label,
  name,
  more,
  change,
  help,
  placeholder,
  mode = "text",
}: {
  readonly label: string;
  readonly name: string;
  readonly more: Texts;
  readonly change: (name: string) => (text: string) => void;
  readonly help?: string;
  readonly placeholder?: string;
  readonly mode?: "text" | "numeric" | "decimal";
}) {
  return (
    <Field label={label} help={help}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          inputMode={mode}
          autocomplete="off"
          spellcheck={false}
          placeholder={placeholder}
          value={more[name] ?? ""}
          onInput={({ currentTarget }) => change(name)(currentTarget.value)}
        />
      )}
    </Field>
  );
}
