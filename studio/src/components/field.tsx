// A labelled control with its explanation. The control is given the ids that tie the three together.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

export interface FieldProps {
  readonly label: ComponentChildren;
  /** What it does, and what it may be. */
  readonly help?: ComponentChildren;
  /** What is wrong with its value. */
  readonly problem?: string | undefined;
  /** The control beside its label instead of below. */
  readonly inline?: boolean;
  readonly children: (attributes: ControlAttributes) => ComponentChildren;
}

export interface ControlAttributes {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: "true";
}

export function Field({ label, help, problem, inline = false, children }: FieldProps) {
  const id = useId();
  const described = [help && `${id}-help`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div class={inline ? "field inline" : "field"}>
      <label for={id}>{label}</label>
      {children({
        id,
        ...(described === "" ? {} : { "aria-describedby": described }),
        ...(problem ? { "aria-invalid": "true" as const } : {}),
      })}
      {help && (
        <p id={`${id}-help`} class="help">
          {help}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} class="problem">
          {problem}
        </p>
      )}
    </div>
  );
}

/** A choice among words. */
export function Choice<Word extends string>({
  label,
  words,
  value,
  onChange,
  help,
  inline,
}: {
  readonly label: ComponentChildren;
  /** Values, or values with what is shown for them. */
  readonly words: readonly (
    | Word
    | { readonly value: Word; readonly text: string; readonly disabled?: boolean }
  )[];
  readonly value: Word;
  readonly onChange: (value: Word) => void;
  readonly help?: ComponentChildren;
  readonly inline?: boolean;
}) {
  return (
    <Field label={label} help={help} inline={inline ?? false}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value as Word)}
        >
          {words.map((word) => {
            const {
              value: own,
              text,
              disabled = false,
            } = typeof word === "string" ? { value: word, text: word } : word;
            return (
              <option key={own} value={own} disabled={disabled} selected={own === value}>
                {text}
              </option>
            );
          })}
        </select>
      )}
    </Field>
  );
}
