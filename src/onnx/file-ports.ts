// What goes into an .onnx file that others have made, and what comes out of it, read from its bytes.

import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, type ValueInfoProto } from "onnx-buf";
import { UserError } from "../errors.ts";
import { onnxTypes } from "../tensor/index.ts";

/** An input or an output. */
export interface FilePort {
  readonly name: string;
  /** Whether it is of float32. */
  readonly isFloat: boolean;
  /** Undefined for a length that is free; the whole where nothing is said of the shape. */
  readonly shape?: readonly (number | undefined)[];
}

/**
 * The inputs (those that have no value in the file) and outputs of an .onnx file.
 *
 * @param name of the file, for errors
 * @throws UserError where the bytes are no such file
 */
export function filePorts(bytes: Uint8Array, name: string): { inputs: FilePort[]; outputs: FilePort[] } {
  let graph: ReturnType<typeof parsed>;
  try {
    graph = parsed(bytes);
  } catch {
    graph = undefined;
  }
  if (graph === undefined || graph.output.length === 0) throw new UserError(`${name} is no .onnx file`);
  const known = new Set(graph.initializer.map((initializer) => initializer.name));
  return {
    inputs: graph.input.filter((input) => !known.has(input.name)).map(portOf),
    outputs: graph.output.map(portOf),
  };
}

const parsed = (bytes: Uint8Array) => fromBinary(ModelProtoSchema, bytes).graph;

function portOf({ name, type }: ValueInfoProto): FilePort {
  if (type?.value.case !== "tensorType") return { name, isFloat: false };
  const { elemType, shape } = type.value.value;
  const isFloat = elemType === onnxTypes.float32;
  if (shape === undefined) return { name, isFloat };
  const lengths = shape.dim.map(({ value }) =>
    value.case === "dimValue" && value.value > 0n ? Number(value.value) : undefined,
  );
  return { name, isFloat, shape: lengths };
}
