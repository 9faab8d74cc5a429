// What the plane's points, lines and colours mean.

import { useEffect, useRef } from "preact/hooks";
import { formatNumber } from "../format.ts";
import type { GameFacts, View } from "./messages.ts";
import { paintScale, type Shown } from "./paint.ts";
import type { PlanePalette } from "./palette.ts";
import type { FieldScale } from "./scale.ts";

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly sign: "dot" | "line" | "arrow";
}

/** The entries for what is there and shown. */
export function legendOf(facts: GameFacts, view: View, shown: Shown, palette: PlanePalette): LegendEntry[] {
  const { makes, warped } = facts;
  const length = warped?.length ?? 0;
  const all: (LegendEntry | false | undefined)[] = [
    shown.real && { name: "real points", colour: palette.real, sign: "dot" },
    shown.made && view.made && { name: `${makes} points`, colour: palette.made, sign: "dot" },
    shown.warp &&
      view.warp && {
        name:
          length === 1
            ? `where the one number of the ${warped!.of} leads`
            : `grid of ${warped!.of}, an equal share in each cell${length > 2 ? `; two of its ${length} numbers, the others at their middle` : ""}`,
        colour: palette.made,
        sign: "line",
      },
    shown.arrows &&
      view.arrows && { name: "where its maker's loss pulls a point", colour: palette.arrow, sign: "arrow" },
    shown.rebuilt &&
      view.rebuilt && {
        name: "from a real point to its reconstruction",
        colour: palette.rebuilt,
        sign: "line",
      },
  ];
  return all.filter((entry) => entry !== false && entry !== undefined);
}

/** What the field's colours are of. */
export function fieldName(facts: GameFacts, view: View): string {
  return view.field?.kind === "error"
    ? "distance to the reconstruction (units of the plane)"
    : `critic's score (${facts.scoreUnit}); higher is more real`;
}

export function Legend({
  facts,
  view,
  entries,
  palette,
  scale,
}: {
  readonly facts: GameFacts;
  readonly view: View;
  readonly entries: readonly LegendEntry[];
  readonly palette: PlanePalette;
  readonly scale: FieldScale | undefined;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (scale === undefined || canvas.current === null) return;
    paintScale(canvas.current.getContext("2d")!, canvas.current.width, palette, scale);
  }, [scale, palette]);
  return (
    <div class="plane-legend small">
      <ul>
        {entries.map(({ name, colour, sign }) => (
          <li key={name}>
            <i class={sign} style={{ background: colour }} />
            {name}
          </li>
        ))}
      </ul>
      {scale !== undefined && (
        <div class="scale">
          <span>{fieldName(facts, view)}</span>
          <canvas ref={canvas} width={280} height={14} />
          <div class="figures">
            {scaleValues(scale).map((value) => (
              <span key={value}>{value}</span>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

/** The numbers below a scale, from left to right. */
export const scaleValues = ({ least, middle, most }: FieldScale): string[] =>
  (least === middle ? [least, most] : [least, middle, most]).map((value) =>
    formatNumber(Number(value.toPrecision(3))),
  );
