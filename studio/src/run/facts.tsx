// What a run was begun with, and what was measured at its end.

import { type RunDetails, runFile } from "../api.ts";
import { formatNumber, formatOption } from "../format.ts";
import { inWords } from "./charts.ts";

export function Facts({ run: { name, description, measured, roles } }: { readonly run: RunDetails }) {
  if (description === undefined) return null;
  const { data, seed, device, threads, versions, options } = description;
  const { specification, count } = data.examples;
  const facts = [
    ["data", `${data.source}: ${count} training examples of ${specification.shape.join("×")}`],
    ["seed", seed],
    ["device", `${device}${threads > 0 ? `, ${threads} thread${threads === 1 ? "" : "s"}` : ""}`],
    [
      "versions",
      Object.entries(versions)
        .map(([what, version]) => `${what} ${version}`)
        .join(", "),
    ],
  ] as const;
  const splits = (["validation", "test"] as const).filter(
    (split) => Object.keys(measured?.[split] ?? {}).length > 0,
  );
  const measures = [...new Set(splits.flatMap((split) => Object.keys(measured![split]!)))];
  return (
    <div class="columns facts">
      {splits.length > 0 && (
        <section class="card" aria-labelledby="measured">
          <h2 id="measured">Measured at round {measured!.best?.round ?? measured!.round}</h2>
          {measured!.best !== undefined && (
            <p class="quiet">The round with the best {measured!.best.measure} on the validation split.</p>
          )}
          <table>
            <thead>
              <tr>
                <th scope="col">measure</th>
                {splits.map((split) => (
                  <th key={split} scope="col">
                    {split}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {measures.map((measure) => (
                <tr key={measure}>
                  <th scope="row">{inWords(measure)}</th>
                  {splits.map((split) => (
                    <td key={split} class="figures">
                      {formatNumber(measured![split]![measure])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <section class="card" aria-labelledby="settings">
        <h2 id="settings">Settings</h2>
        <dl>
          {[...facts, ...Object.entries(options)].map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd class="figures">{formatOption(value) || "–"}</dd>
            </div>
          ))}
        </dl>
      </section>
      {roles.length > 0 && (
        <section class="card" aria-labelledby="networks">
          <h2 id="networks">Trained networks</h2>
          <ul>
            {roles.map((role) => (
              <li key={role}>
                <a href={runFile(name, `models/${role}.onnx`)} download={`${name}-${role}.onnx`}>
                  {role}.onnx
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
