// Numbers as bytes, one after the other: whole numbers take seven bits a byte, the lowest first, and the eighth bit
// says that more follow.

import { UserError } from "../../errors.ts";

export class ByteWriter {
  private readonly parts: Uint8Array[] = [];

  bytes(bytes: Uint8Array): this {
    this.parts.push(bytes);
    return this;
  }

  /** Whole numbers from 0 on. */
  whole(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
    return this.bytes(Uint8Array.of(...bytes, rest));
  }

  uint32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return this.bytes(bytes);
  }

  float64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.bytes(bytes);
  }

  finish(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.parts));
  }
}

/** Reads what a writer wrote. */
export class ByteReader {
  /** How many bytes have been read. */
  position = 0;
  private readonly content: Uint8Array;

  constructor(content: Uint8Array) {
    this.content = content;
  }

  /** @throws UserError where fewer are left */
  bytes(count: number): Uint8Array {
    const end = this.position + count;
    if (end > this.content.length) throw new UserError("it ends too early");
    const bytes = this.content.subarray(this.position, end);
    this.position = end;
    return bytes;
  }

  /** @throws UserError for numbers beyond 2⁵³ too */
  whole(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 53; factor *= 128) {
      const byte = this.bytes(1)[0]!;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
    throw new UserError("it holds no such number");
  }

  uint32(): number {
    return this.view(4).getUint32(0, true);
  }

  float64(): number {
    return this.view(8).getFloat64(0, true);
  }

  rest(): Uint8Array {
    return this.bytes(this.content.length - this.position);
  }

  private view(count: number): DataView {
    const bytes = this.bytes(count);
    return new DataView(bytes.buffer, bytes.byteOffset, count);
  }
}
