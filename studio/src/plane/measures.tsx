// Numbers of the plane: modes, divergences, the error of reconstructions; with what they were told from.

import { formatCount, formatNumber } from "../format.ts";
import type { GameFacts, Measures } from "./messages.ts";

export function MeasuresTable({
  facts,
  measures,
}: {
  readonly facts: GameFacts;
  readonly measures: Measures;
}) {
  const { coverage, error } = measures;
  const nats = (value: number) => `${formatNumber(Number(value.toPrecision(3)))} nats`;
  const { makes = "made", bins } = facts;
  const rows: [string, string, string][] = [
    ...(coverage === undefined
      ? []
      : ([
          ["modes covered", `${coverage.modes} of ${coverage.of}`, "by a point within three deviations"],
          [
            "high quality",
            `${formatNumber(100 * coverage.highQuality)} %`,
            "of points within three deviations of a mode",
          ],
          [
            "reverse KL of modes",
            nats(coverage.reverseKl),
            `0 where all are equally frequent; at most ${formatNumber(Math.log(coverage.of))}`,
          ],
        ] as [string, string, string][])),
    [
      "Jensen–Shannon",
      nats(measures.jensenShannon),
      `${formatNumber(Number(measures.chance.toPrecision(2)))} is chance; at most 0.693`,
    ],
    [`KL(${makes} ‖ real)`, nats(measures.madeFromReal), "what is made where nothing is"],
    [`KL(real ‖ ${makes})`, nats(measures.realFromMade), "what is missed"],
    ...(error === undefined
      ? []
      : ([
          ["reconstruction", formatNumber(error), "mean squared distance, in squared units of the plane"],
        ] as [string, string, string][])),
  ];
  return (
    <section aria-labelledby="plane-measures">
      <h3 id="plane-measures">Measures</h3>
      <table class="small">
        <tbody>
          {rows.map(([name, value, note]) => (
            <tr key={name}>
              <th scope="row">
                {name}
                <span class="quiet note">{note}</span>
              </th>
              <td class="figures">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet small">
        Of {formatCount(measures.samples)} {makes} points and {formatCount(measures.real)} real ones that are
        not trained on. Divergences are of histograms of {bins.count} × {bins.count} bins of{" "}
        {formatNumber(bins.width)} and one for all outside; for KL, half a point is added to each bin.
      </p>
    </section>
  );
}
