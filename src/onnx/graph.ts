// An ONNX graph while it is being written: nodes, constants and named values, before they become protocol
// buffers. A Loop's body is a graph of its own that sees the values of the graph around it.

import type { DataType, Emitter, OnnxAttribute, Origin, TensorType } from "../tensor/index.ts";

/** A free length is written by name; all free lengths of one name are equal. */
export type Dimension = number | string;

export interface ValueInfo {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly Dimension[];
}

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  readonly body?: OnnxGraph;
  /** Where what it computes was written down. */
  readonly origin?: Origin;
}

export interface Initializer extends TensorType {
  readonly data: ArrayLike<number>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, Initializer>;
}

/** Collects nodes; the `Emitter` that primitives write to. */
export class GraphBuilder implements Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, Initializer>();
  /** That of the nodes to come. */
  origin: Origin | undefined;
  private readonly constants = new Map<string, string>();
  private readonly made = new Set<string>();
  private readonly renamed = new Map<string, string>();
  private readonly prefix: string;
  private count = 0;

  /** @param prefix begins every name, so that a body's names differ from those of the graph around it */
  constructor(prefix = "") {
    this.prefix = prefix;
  }

  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    return this.outputsOf(operator, inputs, attributes, 1)[0]!;
  }

  /** A node of several outputs, with a body where it is a Loop. */
  outputsOf(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    outputs: number,
    body?: OnnxGraph,
  ): string[] {
    const name = this.fresh(operator);
    const names = Array.from({ length: outputs }, (_, index) => (outputs === 1 ? name : `${name}_${index}`));
    for (const made of names) this.made.add(made);
    this.nodes.push({
      operator,
      inputs,
      outputs: names,
      attributes,
      ...(body === undefined ? {} : { body }),
      ...(this.origin === undefined ? {} : { origin: this.origin }),
    });
    return names;
  }

  /**
   * Gives a value the name that the outside knows it by. The node that makes it is given the name outright; what
   * no node of this graph makes, or what has such a name already, is copied.
   */
  rename(value: string, name: string): void {
    if (this.made.has(value) && !this.renamed.has(value)) this.renamed.set(value, name);
    else this.nodes.push({ operator: "Identity", inputs: [value], outputs: [name], attributes: {} });
  }

  integers(values: readonly number[]): string {
    return this.constant({ shape: [values.length], dtype: "int64" }, values);
  }

  scalar(value: number): string {
    return this.constant({ shape: [], dtype: "float32" }, [value]);
  }

  constant(type: TensorType, data: ArrayLike<number>): string {
    const key =
      data.length <= 32
        ? `${type.dtype}[${type.shape.join()}]${Array.from(data, (value) => (Object.is(value, -0) ? "-0" : value)).join()}`
        : undefined;
    const known = key === undefined ? undefined : this.constants.get(key);
    if (known !== undefined) return known;
    const name = this.fresh("constant");
    this.initializers.set(name, { ...type, data });
    if (key !== undefined) this.constants.set(key, name);
    return name;
  }

  finish(name: string, inputs: readonly ValueInfo[], outputs: readonly ValueInfo[]): OnnxGraph {
    const final = (value: string) => this.renamed.get(value) ?? value;
    const nodes = this.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(final),
      outputs: node.outputs.map(final),
    }));
    return { name, inputs, outputs, nodes, initializers: this.initializers };
  }

  private fresh(stem: string): string {
    return `${this.prefix}${stem}_${this.count++}`;
  }
}
