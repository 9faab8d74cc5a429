// Points of the plane: real ones, those that a model makes, and the one that is shown.

import { linearAxis } from "../../../src/pictures/axis.ts";
import { themeColour } from "../theme-choice.ts";

export interface PointsDrawing {
  /** x0, y0, x1, y1, … */
  readonly real: Float32Array | undefined;
  readonly made: Float32Array | undefined;
  readonly shown: Float32Array | undefined;
}

export function drawPoints(canvas: HTMLCanvasElement, { real, made, shown }: PointsDrawing): void {
  const pen = canvas.getContext("2d")!;
  const { width, height } = canvas;
  const margin = 60;
  const known = [...(real ?? made ?? shown ?? [])].map(Math.abs);
  // One scale for both axes.
  const reach = 1.3 * Math.max(0.1, ...known);
  const toX = (x: number) => margin + ((width - margin - 8) * (x + reach)) / (2 * reach);
  const toY = (y: number) => (height - margin) * (1 - (y + reach) / (2 * reach)) + 4;
  pen.fillStyle = themeColour("--surface");
  pen.fillRect(0, 0, width, height);
  pen.strokeStyle = themeColour("--line");
  pen.strokeRect(toX(-reach), toY(reach), toX(reach) - toX(-reach), toY(-reach) - toY(reach));
  pen.fillStyle = themeColour("--quiet");
  pen.font = "20px system-ui, sans-serif";
  for (const { value, text } of linearAxis(-reach, reach, 5).ticks) {
    if (Math.abs(value) > reach) continue;
    pen.textAlign = "center";
    pen.textBaseline = "top";
    pen.fillText(text, toX(value), toY(-reach) + 8);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(text, toX(-reach) - 6, toY(value));
  }
  const scatter = (points: Float32Array | undefined, colour: string, radius: number): void => {
    pen.fillStyle = colour;
    for (let at = 0; at < (points?.length ?? 0); at += 2) {
      pen.beginPath();
      pen.arc(toX(points![at]!), toY(points![at + 1]!), radius, 0, 2 * Math.PI);
      pen.fill();
    }
  };
  pen.globalAlpha = 0.6;
  scatter(real, themeColour("--real"), 3);
  scatter(made, themeColour("--made"), 3);
  pen.globalAlpha = 1;
  scatter(shown, themeColour("--ink"), 9);
  scatter(shown, themeColour("--focus"), 7);
}
