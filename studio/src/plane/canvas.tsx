// The plane: a canvas that is drawn anew with each frame, and drawn on by hand where the data are a drawing.

import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "../theme-choice.ts";
import type { Frame, GameFacts } from "./messages.ts";
import { paintPlane, type Shown } from "./paint.ts";
import { type PlanePalette, planePalette } from "./palette.ts";
import { DRAWN_EXTENT, type Stroke } from "./plane-data.ts";
import { type FieldScale, fieldScale } from "./scale.ts";

/** What the canvas shows just now, for whoever draws the same elsewhere. */
export interface PlaneContent {
  readonly facts: GameFacts | undefined;
  readonly frame: Frame | undefined;
  readonly shown: Shown;
  readonly palette: PlanePalette;
  readonly scale: FieldScale | undefined;
}

export interface PlaneCanvasProps {
  readonly facts: ReadonlySignal<GameFacts | undefined>;
  readonly frame: ReadonlySignal<Frame | undefined>;
  readonly shown: Shown;
  /** The strokes of a drawing that may be drawn on; undefined where the data are none. */
  readonly strokes: readonly Stroke[] | undefined;
  readonly onDraw: (strokes: readonly Stroke[]) => void;
  readonly label: string;
}

/** The least distance between two corners of a line drawn by hand, in parts of the window. */
const APART = 0.008;
/** How far an arrow key moves the pen, in parts of the window; five times as far with Shift. */
const KEY_STEP = 0.02;

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function PlaneCanvas({ facts, frame, shown, strokes, onDraw, label }: PlaneCanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState(0);
  /** Whether it is drawn on by keyboard, so that the pen is shown. */
  const [byKeys, setByKeys] = useState(false);
  const [pen, setPen] = useState<readonly [number, number]>([0, 0]);
  /** The stroke that is being drawn. */
  const [stroke, setStroke] = useState<Stroke>();
  const drawing = strokes !== undefined;

  useEffect(() => {
    const element = place.current!;
    const observer = new ResizeObserver(() => setSize(element.clientWidth));
    observer.observe(element);
    setSize(element.clientWidth);
    return () => observer.disconnect();
  }, []);

  const current = frame.value;
  const known = facts.value;
  const chosen = theme.value;
  useEffect(() => {
    const element = canvas.current!;
    if (size === 0) return;
    const request = requestAnimationFrame(() => {
      const ratio = devicePixelRatio;
      const pixels = Math.round(size * ratio);
      if (element.width !== pixels) [element.width, element.height] = [pixels, pixels];
      const context = element.getContext("2d")!;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const view = current?.view ?? {};
      paintPlane(context, size, {
        extent: known?.extent ?? (drawing ? DRAWN_EXTENT : 1.6),
        real: known?.real,
        view,
        scale: fieldScale(view),
        shown,
        palette: planePalette(chosen),
        // What is being drawn, and what has been drawn until its points are there.
        strokes: [...(known === undefined ? (strokes ?? []) : []), ...(stroke ? [stroke] : [])],
        pen: drawing && byKeys ? pen : undefined,
      });
    });
    return () => cancelAnimationFrame(request);
  }, [current, known, shown, size, chosen, strokes, stroke, byKeys, pen, drawing]);

  const pointAt = (event: PointerEvent): [number, number] => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    const clamp = (value: number) => Math.max(-1, Math.min(1, value)) * DRAWN_EXTENT;
    return [clamp((2 * (event.clientX - left)) / width - 1), clamp(1 - (2 * (event.clientY - top)) / height)];
  };
  const extended = (line: Stroke, [x, y]: readonly [number, number]): Stroke => {
    const far = Math.hypot(x - line.at(-2)!, y - line.at(-1)!) >= APART * 2 * DRAWN_EXTENT;
    return far ? [...line, x, y] : line;
  };
  const finish = (): void => {
    if (stroke !== undefined && strokes !== undefined) onDraw([...strokes, stroke]);
    setStroke(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (strokes === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "Tab") setByKeys(true);
    const move = moves[event.key];
    if (move !== undefined) {
      const step = KEY_STEP * 2 * DRAWN_EXTENT * (event.shiftKey ? 5 : 1);
      const clamp = (value: number) => Math.max(-DRAWN_EXTENT, Math.min(DRAWN_EXTENT, value));
      const next = [clamp(pen[0] + move[0] * step), clamp(pen[1] + move[1] * step)] as const;
      setPen(next);
      if (stroke !== undefined) setStroke(extended(stroke, next));
    } else if (event.key === " " || event.key === "Enter") {
      if (stroke === undefined) setStroke([...pen]);
      else finish();
    } else if (event.key === "Backspace" && strokes.length > 0) {
      onDraw(strokes.slice(0, -1));
    } else return;
    event.preventDefault();
  };

  return (
    <div ref={place} class="plane-canvas">
      <canvas
        ref={canvas}
        class={drawing ? "drawable" : undefined}
        style={{ width: `${size}px`, height: `${size}px` }}
        role={drawing ? "application" : "img"}
        aria-label={
          drawing
            ? `${label}. Draw with the pointer; or move the pen with the arrow keys, put it down and lift it with Space, take a stroke back with Backspace.`
            : label
        }
        tabIndex={drawing ? 0 : undefined}
        onFocus={({ currentTarget }) => setByKeys(currentTarget.matches(":focus-visible"))}
        onBlur={() => {
          setByKeys(false);
          finish();
        }}
        onKeyDown={drawing ? onKeyDown : undefined}
        onPointerDown={(event) => {
          if (!drawing || event.button !== 0) return;
          setByKeys(false);
          canvas.current!.setPointerCapture(event.pointerId);
          setStroke(pointAt(event));
        }}
        onPointerMove={(event) => {
          if (!drawing || stroke === undefined || !canvas.current!.hasPointerCapture(event.pointerId)) return;
          let line = stroke;
          const events = event.getCoalescedEvents?.() ?? [];
          for (const part of events.length > 0 ? events : [event]) line = extended(line, pointAt(part));
          setStroke(line);
        }}
        onPointerUp={finish}
        onPointerCancel={() => setStroke(undefined)}
      />
    </div>
  );
}
