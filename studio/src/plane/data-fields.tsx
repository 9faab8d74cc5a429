// The fields of a distribution: ring, grid, or drawn by hand.

import { Choice, Field } from "../components/field.tsx";
import type { PlaneData } from "./plane-data.ts";

const kinds = [
  { value: "ring", text: "ring of Gaussians" },
  { value: "grid", text: "grid of Gaussians" },
  { value: "drawn", text: "drawn by hand" },
] as const;

/** What each kind begins with, as `--data ring` and `--data grid` are; and a drawing. */
export const firstData = {
  ring: { kind: "ring", modes: 8, sigma: 0.01 },
  grid: { kind: "grid", side: 5, sigma: 0.05 },
  drawn: { kind: "drawn", strokes: [], sigma: 0.03 },
} as const satisfies Readonly<Record<PlaneData["kind"], PlaneData>>;

export function DataFields({
  data,
  onChange,
}: {
  readonly data: PlaneData;
  readonly onChange: (data: PlaneData) => void;
}) {
  return (
    <>
      <Choice label="Data" words={kinds} value={data.kind} onChange={(kind) => onChange(firstData[kind])} />
      <div class="plane-numbers">
        {data.kind === "ring" && (
          <NumberField
            label="Modes"
            value={data.modes}
            {...{ least: 1, most: 32, step: 1 }}
            onChange={(modes) => onChange({ ...data, modes })}
          />
        )}
        {data.kind === "grid" && (
          <NumberField
            label="Modes a side"
            value={data.side}
            {...{ least: 1, most: 9, step: 1 }}
            onChange={(side) => onChange({ ...data, side })}
          />
        )}
        <NumberField
          label={data.kind === "drawn" ? "Blur" : "Deviation"}
          value={data.sigma}
          {...{ least: 0, most: 1, step: 0.01 }}
          onChange={(sigma) => onChange({ ...data, sigma })}
        />
      </div>
    </>
  );
}

/** A number within bounds; what lies outside of them, or is none, changes nothing. */
export function NumberField({
  label,
  value,
  least,
  most,
  step,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <Field label={label}>
      {(attributes) => (
        <input
          {...attributes}
          type="number"
          min={least}
          max={most}
          step={step}
          value={value}
          onInput={({ currentTarget }) => {
            const next = currentTarget.valueAsNumber;
            const whole = step !== 1 || Number.isInteger(next);
            if (next >= least && next <= most && whole) onChange(next);
          }}
        />
      )}
    </Field>
  );
}
