// A graph as the bytes of an .onnx file (ONNX's protocol buffers).

import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { type DataType, type OnnxAttribute, onnxTypes } from "../tensor/index.ts";
import type { Initializer, OnnxGraph, ValueInfo } from "./graph.ts";

/** Version of ONNX's operator set that the graphs are written in. */
export const OPERATOR_SET = 21;
/** Version of the file format that belongs to it. */
const FORMAT = 10;

/**
 * Writes a graph as an .onnx file.
 *
 * @param metadata key and value pairs kept in the file
 */
export function serialise(graph: OnnxGraph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(FORMAT),
    opsetImport: [
      { domain: "", version: BigInt(OPERATOR_SET) },
      ...[...setsOf(graph)].map((domain) => ({ domain, version: 1n })),
    ],
    producerName: "gamelan",
    graph: graphMessage(graph),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

/** An operator of another set than ONNX's own is written with the set's name before it: "com.microsoft.Gelu". */
function namesOf(operator: string): { readonly domain: string; readonly opType: string } {
  const end = operator.lastIndexOf(".");
  return { domain: operator.slice(0, Math.max(end, 0)), opType: operator.slice(end + 1) };
}

/** The sets of operators that a graph uses besides ONNX's own. */
function setsOf({ nodes }: OnnxGraph): Set<string> {
  const sets = nodes.flatMap(({ operator, body }) => [
    namesOf(operator).domain,
    ...(body === undefined ? [] : setsOf(body)),
  ]);
  return new Set(sets.filter((domain) => domain !== ""));
}

function graphMessage(graph: OnnxGraph): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map(valueMessage),
    output: graph.outputs.map(valueMessage),
    initializer: Array.from(graph.initializers, ([name, initializer]) =>
      create(TensorProtoSchema, {
        name,
        dims: initializer.shape.map(BigInt),
        dataType: onnxTypes[initializer.dtype],
        rawData: littleEndian(initializer),
      }),
    ),
    node: graph.nodes.map((node) =>
      create(NodeProtoSchema, {
        name: node.outputs[0]!,
        ...namesOf(node.operator),
        input: [...node.inputs],
        output: [...node.outputs],
        attribute: [
          ...Object.entries(node.attributes).map(([name, attribute]) => attributeMessage(name, attribute)),
          ...(node.body === undefined
            ? []
            : [
                create(AttributeProtoSchema, {
                  name: "body",
                  type: AttributeProto_AttributeType.GRAPH,
                  g: graphMessage(node.body),
                }),
              ]),
        ],
      }),
    ),
  });
}

function attributeMessage(name: string, attribute: OnnxAttribute): AttributeProto {
  const types = AttributeProto_AttributeType;
  if ("int" in attribute) {
    return create(AttributeProtoSchema, { name, type: types.INT, i: BigInt(attribute.int) });
  }
  if ("float" in attribute)
    return create(AttributeProtoSchema, { name, type: types.FLOAT, f: attribute.float });
  if ("ints" in attribute) {
    return create(AttributeProtoSchema, { name, type: types.INTS, ints: attribute.ints.map(BigInt) });
  }
  if ("floats" in attribute) {
    return create(AttributeProtoSchema, { name, type: types.FLOATS, floats: [...attribute.floats] });
  }
  return create(AttributeProtoSchema, {
    name,
    type: types.STRING,
    s: new Uint8Array(new TextEncoder().encode(attribute.string)),
  });
}

function valueMessage({ name, dtype, shape }: ValueInfo): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: onnxTypes[dtype],
          shape: {
            dim: shape.map((length) => ({
              value:
                typeof length === "number"
                  ? { case: "dimValue" as const, value: BigInt(length) }
                  : { case: "dimParam" as const, value: length },
            })),
          },
        },
      },
    },
  });
}

const WIDTHS: Readonly<Record<DataType, number>> = { float32: 4, int32: 4, int64: 8, uint8: 1, bool: 1 };

function littleEndian({ dtype, data }: Initializer): Uint8Array<ArrayBuffer> {
  const width = WIDTHS[dtype];
  const bytes = new Uint8Array(data.length * width);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < data.length; index++) {
    const value = data[index]!;
    if (dtype === "float32") view.setFloat32(index * width, value, true);
    else if (dtype === "int32") view.setInt32(index * width, value, true);
    else if (dtype === "int64") view.setBigInt64(index * width, BigInt(value), true);
    else view.setUint8(index, value);
  }
  return bytes;
}
