// A metric of all compared runs as curves.

import { useMemo, useState } from "preact/hooks";
import { Choice } from "../components/field.tsx";
import { Plot } from "../components/plot.tsx";
import { inWords, unitOf } from "../run/charts.ts";
import { type Compared, curvesOf, metricNames } from "./compared.ts";

export function Curves({
  compared,
  marker,
}: {
  readonly compared: readonly Compared[];
  readonly marker: number | undefined;
}) {
  const names = metricNames(compared);
  const [metric, setMetric] = useState("");
  const [clock, setClock] = useState<"round" | "epoch">("round");
  const shown = names.includes(metric) ? metric : (names[0] ?? "");
  const series = useMemo(() => curvesOf(compared, shown, clock), [compared, shown, clock]);
  if (names.length === 0) return <p class="quiet">They have no events yet.</p>;
  return (
    <section class="card stack" aria-label="Curves">
      <div class="row">
        <Choice label="Metric" inline words={names} value={shown} onChange={setMetric} />
        <Choice label="Over" inline words={["round", "epoch"]} value={clock} onChange={setClock} />
      </div>
      <Plot
        title={shown.includes("/") ? inWords(shown.replace("/", ", ")) : `Loss of ${shown}`}
        yLabel={unitOf(shown.split("/")[1] ?? "")}
        xLabel={clock}
        series={series}
        height={300}
        marker={clock === "round" ? marker : undefined}
      />
    </section>
  );
}
