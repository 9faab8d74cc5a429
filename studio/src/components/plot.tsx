// Curves over the rounds of a run, or over anything else: named axes with units, a legend that tells the values
// under the pointer, a marker, and a PNG of it all.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCount, formatNumber, formatTick } from "../format.ts";
import { seriesColour, theme, themeColour } from "../theme-choice.ts";
import { Button } from "./button.tsx";
import { finiteValues, linearRange, type PlotSeries, tableOf, wantsLogarithm } from "./plot-data.ts";
import { drawPlotPicture } from "./plot-picture.ts";
import { fileName, saveCanvas } from "./save.ts";
import "./plot.css";

export type { PlotSeries } from "./plot-data.ts";

export interface PlotProps {
  readonly title: string;
  readonly series: readonly PlotSeries[];
  /** Its unit too: "round", "time (s)". */
  readonly xLabel?: string;
  /** Values of x as text; whole numbers unless told. */
  readonly xFormat?: (value: number) => string;
  /** Its unit too: "loss (nats)"; "no unit" is said as the quantity alone. */
  readonly yLabel: string;
  /** "auto": logarithmic where that shows more. */
  readonly scale?: "linear" | "log" | "auto";
  readonly height?: number;
  /** x that is shown even where no curve reaches it, so that several plots show one stretch. */
  readonly extent?: readonly number[];
  /** A line at this x. */
  readonly marker?: number | undefined;
  /** Plots of one key share the pointer. */
  readonly sync?: string;
  /** Told the x that is clicked. */
  readonly onPick?: (x: number) => void;
}

export function Plot(props: PlotProps) {
  const {
    title,
    series,
    xLabel = "round",
    yLabel,
    scale = "auto",
    height = 220,
    extent,
    xFormat = formatCount,
    marker,
    sync,
    onPick,
  } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const markerAt = useRef(marker);
  const pick = useRef(onPick);
  const [pointed, setPointed] = useState<number | null>(null);
  pick.current = onPick;

  const table = useMemo(() => tableOf(series, extent), [series, extent]);
  const latest = useRef(table);
  latest.current = table;
  const values = useMemo(() => finiteValues(series), [series]);
  const logarithmic = scale === "log" || (scale === "auto" && wantsLogarithm(values));
  const range = useRef<[number, number]>([0, 1]);
  range.current = useMemo(() => linearRange(values), [values]);

  // What the plot is made of; where only numbers change, it stays.
  const shape = JSON.stringify([
    series.map(({ name, colour, dashed, least }) => [name, colour, dashed, least !== undefined]),
    [xLabel, yLabel, logarithmic, height, sync, theme.value],
  ]);
  useEffect(() => {
    const element = place.current!;
    const made = new uPlot(
      {
        width: element.clientWidth || 300,
        height,
        legend: { show: false },
        scales: {
          x: { time: false },
          y: logarithmic ? { distr: 3 } : { range: () => range.current },
        },
        axes: [axisOf(xLabel, xFormat), axisOf(yLabel, formatTick, 62)],
        ...columnsOf(series),
        cursor: {
          drag: { x: true, y: false },
          points: { size: 6 },
          ...(sync === undefined ? {} : { sync: { key: sync } }),
        },
        hooks: {
          setCursor: [(u) => setPointed(u.cursor.idx ?? null)],
          draw: [(u) => drawMarker(u, markerAt.current)],
          ready: [
            (u) => {
              u.over.addEventListener("click", () => {
                const { idx } = u.cursor;
                if (idx !== null && idx !== undefined) pick.current?.(u.data[0][idx]!);
              });
            },
          ],
        },
      },
      latest.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      const { clientWidth } = element;
      if (clientWidth > 0 && clientWidth !== made.width) made.setSize({ width: clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [shape]);

  useEffect(() => {
    if (plot.current !== undefined && plot.current.data !== table) plot.current.setData(table);
  }, [table]);

  useEffect(() => {
    markerAt.current = marker;
    plot.current?.redraw(false, false);
  }, [marker]);

  // Without a pointer, the legend is that of the marker, or of the end.
  const marked = marker === undefined ? -1 : table[0].findIndex((x) => x >= marker);
  const row = pointed ?? (marked < 0 ? null : marked);
  const legend = series.map(({ name, colour }, index) => ({
    name,
    colour: seriesColour(colour ?? index),
    value: valueAt(table, columnOf(series, index), row),
  }));
  const at = row === null ? undefined : table[0][row];
  const summary = legend.map(({ name, value }) => `${name} ${formatNumber(value)}`).join(", ");
  return (
    <figure class="plot">
      <figcaption>
        <div class="row apart">
          <h3>{title}</h3>
          <Button
            kind="plain"
            label={`Save ${title} as PNG`}
            onPress={() =>
              plot.current &&
              saveCanvas(
                fileName(title),
                drawPlotPicture(plot.current, {
                  title,
                  legend,
                  ink: themeColour("--ink"),
                  ground: themeColour("--surface"),
                }),
              )
            }
          >
            PNG
          </Button>
        </div>
        <ul class="legend figures">
          {legend.map(({ name, colour, value }) => (
            <li key={name}>
              <i style={{ background: colour }} />
              {name} <b>{formatNumber(value)}</b>
            </li>
          ))}
          {at !== undefined && (
            <li class="quiet">
              {xLabel} {xFormat(at)}
            </li>
          )}
        </ul>
      </figcaption>
      <div ref={place} role="img" aria-label={`${title}, ${yLabel} over ${xLabel}: ${summary}`} />
    </figure>
  );
}

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

function axisOf(label: string, format: (value: number) => string, size = 42): uPlot.Axis {
  return {
    label,
    size,
    labelSize: 18,
    labelGap: 0,
    font: FONT,
    labelFont: FONT,
    stroke: themeColour("--quiet"),
    grid: { stroke: themeColour("--line"), width: 1 },
    ticks: { stroke: themeColour("--line"), width: 1 },
    // On a logarithmic axis those between the powers of ten are null.
    values: (_, splits) => splits.map((value) => (value === null ? "" : format(value))),
  };
}

/** The plot's series and bands: y, and behind it the least and the most. */
function columnsOf(series: readonly PlotSeries[]): Pick<uPlot.Options, "series" | "bands"> {
  const columns: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  series.forEach(({ name, colour, dashed, least, most, x }, index) => {
    const stroke = seriesColour(colour ?? index);
    const points = x.length < 40 ? { points: { size: 4, fill: stroke } } : { points: { show: false } };
    columns.push({ label: name, stroke, width: 1.75, ...(dashed ? { dash: [6, 4] } : {}), ...points });
    if (least === undefined || most === undefined) return;
    const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false } };
    columns.push({ ...edge, label: `${name}, least` }, { ...edge, label: `${name}, most` });
    bands.push({ series: [columns.length - 1, columns.length - 2], fill: `${stroke}2e` });
  });
  return { series: columns, bands };
}

/** The column of a series' y in the table. */
function columnOf(series: readonly PlotSeries[], place: number): number {
  let column = 1;
  for (const { least, most } of series.slice(0, place))
    column += least === undefined || most === undefined ? 1 : 3;
  return column;
}

/** The value at a row, or before it where that has none; the last one without a row. */
function valueAt(table: uPlot.AlignedData, column: number, row: number | null): number | null {
  const values = table[column] ?? [];
  for (let at = row ?? values.length - 1; at >= 0; at--) {
    const value = values[at];
    if (value !== undefined && value !== null) return value;
  }
  return null;
}

function drawMarker(u: uPlot, marker: number | undefined): void {
  const { ctx, bbox } = u;
  if (marker === undefined) return;
  const x = Math.round(u.valToPos(marker, "x", true));
  if (!(x >= bbox.left && x <= bbox.left + bbox.width)) return;
  ctx.save();
  ctx.strokeStyle = themeColour("--accent");
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
