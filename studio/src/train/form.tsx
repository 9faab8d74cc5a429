// What a new run is begun with: a model, its options, data, a length. The fields of the options follow from the
// model's own schema. What is left empty has its default.

import { useEffect, useMemo, useState } from "preact/hooks";
import {
  type DataListing,
  listData,
  listModels,
  type ModelDetails,
  type ModelListing,
  readModel,
  readRun,
  type StartRequest,
  startRun,
} from "../api.ts";
import { Button } from "../components/button.tsx";
import { Choice, Field } from "../components/field.tsx";
import { sayFailure } from "../components/messages.tsx";
import { formatOption } from "../format.ts";
import { goTo, hrefOf } from "../router.ts";
import { DataField } from "./data-field.tsx";
import { DataPicture } from "./data-picture.tsx";
import { idleOptions, kindOf } from "./idle-options.ts";
import { numberFields, wrongFields } from "./number-fields.ts";
import { OptionField } from "./option-field.tsx";
import { optionValue } from "./option-values.ts";
import { TextField, type Texts } from "./text-field.tsx";

const families = { autoencoder: "Autoencoders", gan: "GANs", fusion: "Fusions" } as const;
/** A first model that shows something within seconds. */
const FIRST_MODEL = "vae";

/** @param from a run whose settings are taken over */
export function NewRun({ from }: { readonly from: string | undefined }) {
  const [models, setModels] = useState<readonly ModelListing[]>([]);
  const [data, setData] = useState<DataListing>();
  const [model, setModel] = useState(FIRST_MODEL);
  const [details, setDetails] = useState<ModelDetails>();
  const [options, setOptions] = useState<Texts>({});
  const [source, setSource] = useState("glyphs");
  const [otherSource, setOtherSource] = useState(false);
  const [unit, setUnit] = useState<"epochs" | "rounds">("epochs");
  const [more, setMore] = useState<Texts>({ length: "10" });
  const change = (name: string) => (text: string) => setMore((before) => ({ ...before, [name]: text }));

  useEffect(() => {
    listModels().then(setModels, sayFailure);
    listData().then(setData, sayFailure);
  }, []);
  useEffect(() => {
    let wanted = true;
    readModel(model).then((read) => wanted && setDetails(read), sayFailure);
    return () => {
      wanted = false;
    };
  }, [model]);
  useEffect(() => {
    if (from === undefined) return;
    readRun(from).then(({ description }) => {
      if (description === undefined) return;
      const { seed, device, threads, epochs, rounds, settings } = description;
      const { measure, goal, patience } = settings.best ?? {};
      setModel(description.model);
      setOptions(
        Object.fromEntries(
          Object.entries(description.options).map(([name, value]) => [name, formatOption(value)]),
        ),
      );
      setSource(description.data.source);
      setOtherSource(true);
      setUnit(rounds === undefined ? "epochs" : "rounds");
      setMore({
        length: String(rounds ?? epochs ?? ""),
        seed: String(seed),
        device,
        ...(threads > 0 ? { threads: String(threads) } : {}),
        ...(measure === undefined ? {} : { best: measure }),
        ...(goal === undefined ? {} : { goal }),
        ...(patience === undefined ? {} : { patience: String(patience) }),
        ...(settings.validateEvery === undefined ? {} : { validateEvery: String(settings.validateEvery) }),
        ...Object.fromEntries(
          Object.entries(description.data.options)
            .filter(([name]) => ["to", "imageSize", "grey", "validation"].includes(name))
            .map(([name, value]) => [name, String(value)]),
        ),
      });
    }, sayFailure);
  }, [from]);

  const present = details?.name === model ? details : undefined;
  const kind = kindOf(source, data);
  /** Options that change something beside the others. */
  const shown = useMemo(() => {
    const all = present?.options ?? [];
    const idle = idleOptions(all, options, kind);
    return all.filter(({ name }) => !idle.has(name));
  }, [present, options, kind]);
  const values = useMemo(
    () =>
      shown.map(({ name, schema, allowed }) => ({
        name,
        standard: schema.default,
        checked: optionValue(options[name] ?? "", schema, allowed),
      })),
    [shown, options],
  );
  const number = numberFields(unit);
  const wrong = [
    ...values.filter(({ checked }) => checked !== undefined && "problem" in checked).map(({ name }) => name),
    ...wrongFields(more, number),
    ...(more.patience?.trim() && !more.best?.trim() ? ["Patience without Keep the best by"] : []),
  ];

  const submit = async (): Promise<void> => {
    const chosen = values.flatMap(({ name, checked }) =>
      checked !== undefined && "value" in checked ? [[name, checked.value] as const] : [],
    );
    const request: StartRequest = {
      model,
      options: Object.fromEntries(chosen),
      data: source,
      ...(more.length?.trim() ? { [unit]: Number(more.length) } : {}),
      ...texts(more, ["to", "name", "device"]),
      ...numbers(more, ["pictures", "seed", "imageSize", "validation", "validateEvery", "threads"]),
      ...(more.best?.trim()
        ? {
            best: {
              measure: more.best.trim(),
              ...(more.goal === "most" || more.goal === "least" ? { goal: more.goal } : {}),
              ...numbers(more, ["patience"]),
            },
          }
        : {}),
      ...(more.sizes === "false" ? { sizes: false } : {}),
      ...(more.grey ? { grey: more.grey === "true" } : {}),
    };
    const { name } = await startRun(request);
    goTo(hrefOf("run", name));
  };

  return (
    <form class="new-run stack" onSubmit={(event) => event.preventDefault()} aria-labelledby="new-run">
      <h2 id="new-run">New run</h2>
      <Field label="Model" help={present?.summary}>
        {(attributes) => (
          <select
            {...attributes}
            value={model}
            onChange={({ currentTarget }) => {
              setModel(currentTarget.value);
              setOptions({});
            }}
          >
            {Object.entries(families).map(([family, title]) => (
              <optgroup key={family} label={title}>
                {models
                  .filter((each) => each.family === family)
                  .map(({ name }) => (
                    <option key={name} value={name} selected={name === model}>
                      {name}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
      <DataField
        {...{ data, source, other: otherSource }}
        onChange={(next, other) => {
          setSource(next);
          setOtherSource(other);
        }}
      />
      <DataPicture source={source} imageSize={more.imageSize} grey={more.grey} />
      <div class="length">
        <TextField
          label={number.length.label}
          name="length"
          {...{ more, change }}
          placeholder="10"
          number={number.length}
        />
        <Choice
          label={<span class="unseen">Unit of the length</span>}
          words={["epochs", "rounds"]}
          value={unit}
          onChange={setUnit}
        />
      </div>
      <details class="fold">
        <summary>
          Options of {model}
          {values.some(({ checked }) => checked !== undefined) && <span class="changed"> changed</span>}
        </summary>
        <div class="fields">
          {shown.map((option) => (
            <OptionField
              key={`${model}/${option.name}`}
              option={option}
              text={options[option.name] ?? ""}
              onChange={(text) => setOptions((before) => ({ ...before, [option.name]: text }))}
            />
          ))}
        </div>
      </details>
      <details class="fold">
        <summary>Data, seed, device, name</summary>
        <div class="fields">
          <TextField
            label="Second data"
            name="to"
            {...{ more, change }}
            help="for models that translate between two sets"
          />
          <TextField
            label={number.imageSize.label}
            name="imageSize"
            {...{ more, change }}
            help="pixels that images are resized to"
            number={number.imageSize}
            placeholder="as they are"
          />
          <Choice
            label="Colours"
            words={[
              { value: "", text: "as they are" },
              { value: "true", text: "grey" },
              { value: "false", text: "colour" },
            ]}
            value={more.grey ?? ""}
            onChange={change("grey")}
          />
          <TextField
            label={number.validation.label}
            name="validation"
            {...{ more, change }}
            help="part of the training examples that is kept apart"
            number={number.validation}
            placeholder="0 to below 1"
          />
          <TextField
            label="Keep the best by"
            name="best"
            {...{ more, change }}
            help="a loss of the validation split, named after its player, or another measure such as mse"
            placeholder="nothing: the last round"
          />
          <Choice
            label="The best is"
            words={[
              { value: "", text: "as usual" },
              { value: "least", text: "the least" },
              { value: "most", text: "the most" },
            ]}
            value={more.goal ?? ""}
            onChange={change("goal")}
          />
          <TextField
            label={number.validateEvery.label}
            name="validateEvery"
            {...{ more, change }}
            help="at the validation split"
            number={number.validateEvery}
            placeholder="as between pictures"
          />
          <TextField
            label={number.patience.label}
            name="patience"
            {...{ more, change }}
            help="end early, after so many looks in a row that find nothing better"
            number={number.patience}
            placeholder="no end"
          />
          <TextField
            label={number.pictures.label}
            name="pictures"
            {...{ more, change }}
            help="about so many through training"
            number={number.pictures}
            placeholder="40"
          />
          <Choice
            label="Gradient and step sizes"
            words={[
              { value: "", text: "followed" },
              { value: "false", text: "not followed" },
            ]}
            value={more.sizes ?? ""}
            onChange={change("sizes")}
            help="they take a few passes over the weights in each step"
          />
          <TextField
            label={number.seed.label}
            name="seed"
            {...{ more, change }}
            help="fixes everything random"
            number={number.seed}
            placeholder="0"
          />
          <Choice
            label="Device"
            words={data?.devices ?? ["cpu"]}
            value={more.device ?? "cpu"}
            onChange={change("device")}
          />
          <TextField
            label={number.threads.label}
            name="threads"
            {...{ more, change }}
            number={number.threads}
            placeholder="the runtime's choice"
          />
          <TextField
            label="Name"
            name="name"
            {...{ more, change }}
            help="of the run's folder"
            placeholder="a fresh one"
          />
        </div>
      </details>
      <div class="submit stack">
        {wrong.length > 0 && (
          <p class="notice bad">
            {wrong.join(", ")} {wrong.length === 1 ? "is" : "are"} not possible; what would be stands beside{" "}
            {wrong.length === 1 ? "it" : "them"}.
          </p>
        )}
        <div class="row">
          <Button kind="primary" onPress={submit} disabled={wrong.length > 0 || present === undefined}>
            Start training
          </Button>
          {from !== undefined && <span class="quiet small">with the settings of {from}</span>}
        </div>
      </div>
    </form>
  );
}

const given = (more: Texts, names: readonly string[]) =>
  names.flatMap((name) => (more[name]?.trim() ? [[name, more[name].trim()] as const] : []));
const texts = (more: Texts, names: readonly string[]) => Object.fromEntries(given(more, names));
const numbers = (more: Texts, names: readonly string[]) =>
  Object.fromEntries(given(more, names).map(([name, text]) => [name, Number(text)]));
