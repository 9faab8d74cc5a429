// Training examples of a source as a picture: images in a grid, points as a chart. Of other vectors there is none.

import { loadDataset } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { gridOf } from "../pictures/grid.ts";
import { encodePng } from "../pictures/png.ts";
import { exampleValues, scaleFor } from "../training/samples.ts";
import { Refused } from "./refused.ts";

const COLUMNS = 10;
const ROWS = 4;
const POINTS = 2000;

/**
 * The bytes of a PNG file with examples of a source, spread evenly.
 *
 * @throws UserError where there is no such source, Refused where its examples cannot be drawn
 */
export async function dataPicture(
  source: string,
  how: { readonly imageSize?: number; readonly grey?: boolean },
): Promise<Uint8Array> {
  const { shape, kind, train, name } = await loadDataset(source, { seed: 0, splits: ["train"], ...how });
  const values = (count: number) => {
    const chosen = takeEvenly(train, shape, count);
    return exampleValues(chosen, shape, chosen.count);
  };
  if (kind === "image" && (shape[0] === 1 || shape[0] === 3)) {
    const data = values(COLUMNS * ROWS);
    const count = Math.min(COLUMNS * ROWS, train.count);
    return encodePng(
      gridOf({ shape: [count, ...shape], data }, { columns: COLUMNS, scale: scaleFor(shape) }),
    );
  }
  if (kind === "vector" && shape.join() === "2") {
    const { scatterChart } = await import("../pictures/scatter-chart.ts");
    const { png } = await scatterChart({ real: values(POINTS), generated: new Float32Array(0), title: name });
    return png;
  }
  throw new Refused(`examples of ${name} are no images and no points in the plane`, 404);
}
