// The field of one option of a model: a control of its kind, its default, its explanation, and what is wrong.

import type { ModelOption } from "../api.ts";
import { Field } from "../components/field.tsx";
import { formatOption } from "../format.ts";
import { optionValue } from "./option-values.ts";

export interface OptionFieldProps {
  readonly option: ModelOption;
  /** As typed; "" for the default. */
  readonly text: string;
  readonly onChange: (text: string) => void;
}

export function OptionField({
  option: { name, description, allowed, schema },
  text,
  onChange,
}: OptionFieldProps) {
  const standard = schema.default === undefined ? undefined : formatOption(schema.default);
  const checked = optionValue(text, schema, allowed);
  const problem = checked !== undefined && "problem" in checked ? checked.problem : undefined;
  const words = schema.enum?.map(String) ?? (schema.type === "boolean" ? ["true", "false"] : undefined);
  const unset = standard === undefined ? "by the model" : standard === "" ? "none" : standard;
  return (
    <Field
      label={
        <>
          <code>{name}</code>
          {text !== "" && <span class="changed"> changed</span>}
        </>
      }
      help={`${description}${words === undefined ? `: ${allowed}` : ""}`}
      problem={problem}
    >
      {(attributes) =>
        words === undefined ? (
          <input
            {...attributes}
            type="text"
            inputMode={schema.type === "integer" ? "numeric" : schema.type === "number" ? "decimal" : "text"}
            autocomplete="off"
            spellcheck={false}
            placeholder={unset}
            value={text}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
          />
        ) : (
          <select
            {...attributes}
            value={text}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
          >
            <option value="">{unset} (default)</option>
            {words
              .filter((word) => word !== standard)
              .map((word) => (
                <option key={word} value={word}>
                  {word}
                </option>
              ))}
          </select>
        )
      }
    </Field>
  );
}
