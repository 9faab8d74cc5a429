// Pictures of some codes side by side. They are computed when the codes have come to rest, behind all that follows the
// pointer.

import { useEffect, useRef } from "preact/hooks";
import { drawStrip } from "./drawing.ts";
import type { Exploration } from "./exploration.ts";

/** Milliseconds without a change after which codes are at rest. */
const REST = 90;

export function Strip({
  exploration,
  codes,
  count,
  label,
  onChoose,
  canvas: outer,
}: {
  readonly exploration: Exploration;
  /** Row-major [count, dimensions]; the same array while they are the same. */
  readonly codes: Float32Array;
  readonly count: number;
  readonly label: string;
  /** One of the pictures was clicked. */
  readonly onChoose: (index: number) => void;
  readonly canvas?: { current: HTMLCanvasElement | null };
}) {
  const own = useRef<HTMLCanvasElement>(null);
  const canvas = outer ?? own;
  const labelled = exploration.label.value;
  useEffect(() => {
    void labelled;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      exploration.decode(codes, { signal: stop.signal }).then(
        ({ data }) => canvas.current && drawStrip(canvas.current, data, exploration.map.shape),
        () => {},
      );
    }, REST);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [exploration, codes, labelled, canvas]);
  return (
    <canvas
      ref={canvas}
      class="strip pixels"
      role="img"
      aria-label={label}
      onClick={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        onChoose(Math.min(count - 1, Math.max(0, Math.floor((count * (event.clientX - left)) / width))));
      }}
    />
  );
}
