// What was measured of the compared runs, and where their settings differ.

import { StateChip } from "../components/run-state.tsx";
import { formatNumber } from "../format.ts";
import { type Compared, differences, measuresOf } from "./compared.ts";

export function Tables({ compared }: { readonly compared: readonly Compared[] }) {
  const measures = measuresOf(compared);
  const differing = differences(compared);
  const head = (
    <thead>
      <tr>
        <th scope="col" />
        {compared.map(({ details: { name, state } }) => (
          <th key={name} scope="col">
            {name} <StateChip state={state} />
          </th>
        ))}
      </tr>
    </thead>
  );
  return (
    <>
      {measures.length > 0 && (
        <section class="card scrolls" aria-labelledby="measures">
          <h2 id="measures">Measures</h2>
          <table>
            {head}
            <tbody>
              {measures.map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, index) => (
                    <td key={compared[index]!.details.name} class="figures">
                      {formatNumber(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <section class="card scrolls" aria-labelledby="differences">
        <h2 id="differences">Where they differ</h2>
        {differing.length === 0 ? (
          <p class="quiet">In nothing that they were begun with.</p>
        ) : (
          <table>
            {head}
            <tbody>
              {differing.map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  {values.map((value, index) => (
                    <td key={compared[index]!.details.name} class="figures">
                      {value ?? <span class="quiet">–</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}
