export { gradients, gradientsOrNull, topologicalOrder } from "./gradients.ts";
export { currentOrigin, type Origin, type Pass, within } from "./origin.ts";
export type { Emitter, OnnxAttribute, Operand, PrimitiveDefinition } from "./primitive.ts";
export { onnxTypes } from "./primitives/elementwise.ts";
export { type AttributesOf, type PrimitiveName, primitives } from "./primitives/index.ts";
export type { ConvolutionAttributes } from "./primitives/products.ts";
export { type DataType, type Shape, ShapeError, sameShape, sizeOf, type TensorType } from "./shape.ts";
export { apply, concat, constant, input, ones, Tensor, type TensorLike, zeros } from "./tensor.ts";
