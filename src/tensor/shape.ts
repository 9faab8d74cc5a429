// Shapes and element types: broadcasting as NumPy's, axes counted from either end, and the error that a
// mismatch raises. Shapes are static: every length is a number known when the graph is built.

/** Lengths of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Element types. Gradients flow through `float32` only. */
export type DataType = "float32" | "int32" | "int64" | "uint8" | "bool";

/** What is known of a value before it is computed. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DataType;
}

/** This library's folder, and in it the levels that only pass a user's wishes on. */
const ROOT = plainPath(new URL("../", import.meta.url).href);
const LEVELS = /^(?:random|tensor|onnx|runtime|nn|losses|game)\//;

/** A location in a stack trace as a path with forward slashes; web addresses stay as they are. */
function plainPath(location: string): string {
  const path = location.startsWith("file://") ? decodeURI(location.slice("file://".length)) : location;
  return path.replaceAll("\\", "/").replace(/^\/(?=[A-Za-z]:\/)/, "");
}

/** The first line of a stack trace outside the library's own levels: the line that asked for the operation. */
export function callSite(stack: string | undefined): string | undefined {
  for (const line of (stack ?? "").split("\n")) {
    if (line.includes("node:")) continue;
    const location = /(?:^|[\s(@])((?:file:\/\/|https?:\/\/|[A-Za-z]:[\\/]|\/).*:\d+:\d+)\)?$/.exec(
      line.trim(),
    )?.[1];
    if (location === undefined) continue;
    const path = plainPath(location);
    const inside = path.startsWith(ROOT) && LEVELS.test(path.slice(ROOT.length));
    if (!inside || /\.test\.[jt]s:\d+:\d+$/.test(path)) return path;
  }
  return undefined;
}

/** A layer of a model is some calls deep in the library; V8 keeps ten unless told. */
function deepStack(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 64;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return stack;
}

/**
 * Shapes or element types that do not fit an operation. The message names the operation, what it was given
 * and the line of user code that asked for it.
 */
export class ShapeError extends Error {
  override readonly name = "ShapeError";

  constructor(operation: string, given: readonly TensorType[], reason: string) {
    const types = given.map(describeType).join(" and ");
    const site = callSite(deepStack());
    const where = site === undefined ? "" : ` (asked for at ${site})`;
    super(`${operation} of ${types}: ${reason}${where}`);
  }
}

/** `float32[64, 1, 28, 28]` */
export function describeType(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(", ")}]`;
}

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** The shape two shapes broadcast to, or undefined where they do not. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    result.push(left === 1 ? right : left);
  }
  return result;
}

/** Axes from 0, ascending and unique; undefined where one is out of range or named twice. */
export function normaliseAxes(axes: readonly number[], rank: number): readonly number[] | undefined {
  const result = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const valid = result.every(
    (axis, index) => Number.isInteger(axis) && axis >= 0 && axis < rank && axis !== result[index - 1],
  );
  return valid ? result : undefined;
}

/** Steps in memory between neighbours along each axis of a row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}
