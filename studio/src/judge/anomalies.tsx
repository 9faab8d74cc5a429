// The strongest anomalies: what each is, what the model makes of it, and where the two differ.

import { useMemo, useState } from "preact/hooks";
import { type Anomalies, type ExamplesRequest, findAnomalies } from "../api.ts";
import { Button } from "../components/button.tsx";
import { Choice } from "../components/field.tsx";
import { Plot } from "../components/plot.tsx";
import { formatCount, formatNumber } from "../format.ts";
import { ErrorMap } from "./error-map.tsx";

const SCORES = ["", "anomaly", "reconstruction", "critic", "code-density", "combined"] as const;
const COUNTS = ["1000", "5000", "20000"] as const;

export function AnomaliesPart({
  name,
  examples,
}: {
  readonly name: string;
  readonly examples: ExamplesRequest;
}) {
  const [score, setScore] = useState<(typeof SCORES)[number]>("");
  const [count, setCount] = useState<(typeof COUNTS)[number]>("1000");
  const [found, setFound] = useState<Anomalies>();
  return (
    <section class="card stack" aria-labelledby="anomalies">
      <h2 id="anomalies">Anomalies</h2>
      <div class="row">
        <Choice
          label="Score"
          inline
          words={SCORES.map((value) => ({ value, text: value === "" ? "the model's first" : value }))}
          value={score}
          onChange={setScore}
        />
        <Choice label="Of" inline words={COUNTS} value={count} onChange={setCount} />
        <Button
          kind="primary"
          onPress={async () =>
            setFound(
              await findAnomalies(name, {
                ...examples,
                count: Number(count),
                ...(score === "" ? {} : { score }),
              }),
            )
          }
        >
          Find the strangest
        </Button>
      </div>
      {found !== undefined && <Found found={found} />}
    </section>
  );
}

function Found({ found }: { readonly found: Anomalies }) {
  const { examples, count, score, mean, histogram, strongest } = found;
  const series = useMemo(() => {
    const { least, most, counts } = histogram;
    const width = (most - least) / counts.length;
    return [{ name: "examples", x: counts.map((_, index) => least + (index + 0.5) * width), y: counts }];
  }, [histogram]);
  return (
    <>
      <p class="quiet">
        {formatCount(count)} of {examples}, by {score}; mean {formatNumber(mean)}
      </p>
      <ul class="strange">
        {strongest.map(({ place, score: own, label, pictures, column }) => (
          <li key={place}>
            {pictures !== undefined && (
              <div class="three">
                <figure>
                  <img src={pictures.image} alt={`Example ${place}`} />
                  <figcaption>example</figcaption>
                </figure>
                {pictures.rebuilt !== undefined && (
                  <figure>
                    <img src={pictures.rebuilt} alt={`Example ${place} rebuilt`} />
                    <figcaption>rebuilt</figcaption>
                  </figure>
                )}
                {pictures.error !== undefined && (
                  <figure>
                    <ErrorMap source={pictures.error} alt={`Error of each pixel of example ${place}`} />
                    <figcaption>error</figcaption>
                  </figure>
                )}
              </div>
            )}
            <p class="figures">
              {formatNumber(own)}
              {label === undefined ? "" : ` · ${label}`}
              {column === undefined ? "" : ` · ${column}`}
              <span class="quiet"> · no. {formatCount(place)}</span>
            </p>
          </li>
        ))}
      </ul>
      <p class="small quiet">
        {strongest.some(({ pictures }) => pictures?.error !== undefined) &&
          "Errors: black is none, bright is a whole range of brightness, 1. "}
        In the plot, those shown are right of the line.
      </p>
      <Plot
        title="Scores"
        xLabel={score}
        yLabel="examples (count)"
        series={series}
        scale="linear"
        height={180}
        xFormat={formatNumber}
        marker={strongest.at(-1)?.score}
      />
    </>
  );
}
