// Judge: the strongest anomalies of a set with maps of where they are rebuilt badly, and images before and after
// they were compressed. Both are computed by the server.

import { useEffect, useState } from "preact/hooks";
import { type ExamplesRequest, type RunDetails, readRun } from "../api.ts";
import { Choice, Field } from "../components/field.tsx";
import { RunChooser } from "../components/run-chooser.tsx";
import { hrefOf } from "../router.ts";
import type { ViewProps } from "../views.ts";
import { AnomaliesPart } from "./anomalies.tsx";
import { CompressionPart } from "./compression.tsx";
import "./judge.css";

export default function Judge({ parameter: name }: ViewProps) {
  if (name === "")
    return (
      <RunChooser view="judge" title="Judge">
        What is strange to a model, and in how few bytes it keeps an image. Choose a run.
      </RunChooser>
    );
  return <Judged name={name} />;
}

const SPLITS = ["test", "validation", "train"] as const;

function Judged({ name }: { readonly name: string }) {
  const [run, setRun] = useState<RunDetails>();
  const [problem, setProblem] = useState<string>();
  const [input, setInput] = useState("");
  const [split, setSplit] = useState<(typeof SPLITS)[number] | "">("");
  useEffect(() => {
    readRun(name).then(setRun, (error: unknown) =>
      setProblem(error instanceof Error ? error.message : String(error)),
    );
  }, [name]);
  const examples: ExamplesRequest = {
    ...(input.trim() === "" ? {} : { input: input.trim() }),
    ...(split === "" ? {} : { split }),
  };
  const isImage = run?.description?.data.examples.specification.kind === "image";
  return (
    <div class="judge stack">
      <div class="row apart">
        <h1>
          Judge <a href={hrefOf("run", name)}>{name}</a>
        </h1>
        <a class="button" href={hrefOf("judge")}>
          Another run
        </a>
      </div>
      {problem !== undefined && <p class="notice bad">{problem}</p>}
      {run !== undefined && (
        <>
          <section class="card of" aria-label="Examples">
            <Field label="Data" help="a name or a path; the run's own unless told">
              {(attributes) => (
                <input
                  {...attributes}
                  autocomplete="off"
                  spellcheck={false}
                  placeholder={run.data}
                  value={input}
                  onChange={({ currentTarget }) => setInput(currentTarget.value)}
                />
              )}
            </Field>
            <Choice
              label="Split"
              words={[{ value: "" as const, text: "test (default)" }, ...SPLITS.slice(1)]}
              value={split}
              onChange={setSplit}
            />
          </section>
          <AnomaliesPart name={name} examples={examples} />
          {isImage && <CompressionPart name={name} examples={examples} roles={run.roles} />}
        </>
      )}
    </div>
  );
}
