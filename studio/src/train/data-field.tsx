// Which data are trained on: a source that is on this computer, or a path or something derived.

import type { DataListing } from "../api.ts";
import { Choice, Field } from "../components/field.tsx";

const OTHER = "(other)";

export function DataField({
  data,
  source,
  other,
  onChange,
}: {
  readonly data: DataListing | undefined;
  readonly source: string;
  readonly other: boolean;
  readonly onChange: (source: string, other: boolean) => void;
}) {
  const known = data?.sources.find(({ name }) => name === source);
  const typing = other && known === undefined;
  return (
    <>
      <Choice
        label="Data"
        words={[
          ...(data?.sources ?? []).map(({ name, present }) => ({
            value: name,
            text: present ? name : `${name} (gamelan data pull ${name.replace(/^stacked-/, "")})`,
            disabled: !present,
          })),
          { value: OTHER, text: "a path, or something derived …" },
        ]}
        value={typing ? OTHER : source}
        onChange={(value) => (value === OTHER ? onChange("", true) : onChange(value, false))}
        help={known?.summary}
      />
      {typing && (
        <Field
          label="Path or derived source"
          help={`a folder of images, ${data?.paths.slice(0, 2).join("; ") ?? ""}, or such as mnist+edges, ring:modes=12`}
        >
          {(attributes) => (
            <input
              {...attributes}
              type="text"
              autocomplete="off"
              spellcheck={false}
              placeholder="./photos"
              value={source}
              onInput={({ currentTarget }) => onChange(currentTarget.value, true)}
            />
          )}
        </Field>
      )}
    </>
  );
}
