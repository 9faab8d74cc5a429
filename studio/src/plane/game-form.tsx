// What is played: a model, its options, the data, the seed. The fields of the options are those of the form that trains
// on a server.

import type { ModelDetails } from "../api.ts";
import { Field } from "../components/field.tsx";
import { OptionField } from "../train/option-field.tsx";
import { DataFields, NumberField } from "./data-fields.tsx";
import type { PlaneModel } from "./messages.ts";
import type { PlaneData } from "./plane-data.ts";

const families = { autoencoder: "Autoencoders", gan: "GANs", fusion: "Fusions" } as const;

export interface GameFormProps {
  readonly model: string;
  /** Its options; undefined until they are known. */
  readonly details: ModelDetails | undefined;
  readonly models: readonly PlaneModel[];
  /** Options as typed. */
  readonly texts: Readonly<Record<string, string>>;
  /** Names of options that are not possible. */
  readonly wrong: readonly string[];
  readonly data: PlaneData;
  readonly seed: number;
  readonly onModel: (model: string) => void;
  readonly onOption: (name: string, text: string) => void;
  readonly onData: (data: PlaneData) => void;
  readonly onSeed: (seed: number) => void;
}

export function GameForm({
  model,
  details,
  models,
  texts,
  wrong,
  data,
  seed,
  onModel,
  onOption,
  onData,
  onSeed,
}: GameFormProps) {
  return (
    <>
      <div class="plane-form">
        <Field label="Model" help={details?.summary}>
          {(attributes) => (
            <select
              {...attributes}
              value={model}
              onChange={({ currentTarget }) => onModel(currentTarget.value)}
            >
              {Object.entries(families).map(([family, name]) => (
                <optgroup key={family} label={name}>
                  {(models.length > 0 ? models : [{ name: model, family: "gan" }])
                    .filter((each) => each.family === family)
                    .map((each) => (
                      <option key={each.name} value={each.name} selected={each.name === model}>
                        {each.name}
                      </option>
                    ))}
                </optgroup>
              ))}
            </select>
          )}
        </Field>
        <div class="plane-data">
          <DataFields data={data} onChange={onData} />
        </div>
      </div>
      <details class="plane-options">
        <summary>
          Options of {model}, seed
          {wrong.length > 0 && <span class="problem"> {wrong.join(", ")} not possible</span>}
        </summary>
        <div class="fields">
          <NumberField
            label="Seed"
            value={seed}
            {...{ least: 0, most: Number.MAX_SAFE_INTEGER, step: 1 }}
            onChange={onSeed}
          />
          {details?.options.map((option) => (
            <OptionField
              key={`${model}/${option.name}`}
              option={option}
              text={texts[option.name] ?? ""}
              onChange={(text) => onOption(option.name, text)}
            />
          ))}
        </div>
      </details>
    </>
  );
}
