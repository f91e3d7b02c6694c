/**
 * Messages of Protocol Buffers in their binary form, field by field.
 *
 * Source: protobuf.dev, "Encoding" (varints, wire types, default values). Refused: groups, numbers
 * beyond 64 bits, fields that run beyond their message, a field of another wire type than the one
 * that is asked for, and a field twice that may be there once: of these, readers take the first,
 * the last or both. Fields that are not asked for are passed over.
 */

import { ParseError } from '../../core/base/errors.ts';
import { appendTo } from '../../core/base/maps.ts';

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [WIRE.fixed64, 8],
  [WIRE.fixed32, 4],
]);
const WIRE_BITS = 3n;
const MAX_NUMBER = 2n ** 64n;

/**
 * A message whose fields are read by their number. A field that is absent has the default of its
 * type.
 */
export class ProtobufMessage {
  readonly #path: string;
  readonly #fields = new Map<number, (bigint | Uint8Array)[]>();

  /** Reads the fields. `path` stands for the message in errors. @throws ParseError */
  constructor(path: string, bytes: Uint8Array) {
    this.#path = path;
    const cursor = new Cursor(bytes, () => this.#error('a field is not whole'));
    while (!cursor.isAtEnd) {
      const key = cursor.varint();
      const value = this.#readValue(cursor, Number(key & 7n));
      appendTo(this.#fields, Number(key >> WIRE_BITS), value);
    }
  }

  /** Returns a number from 0 to 2^53 - 1. @throws ParseError */
  count(field: number): number {
    const value = this.#single(field) ?? 0n;
    if (typeof value !== 'bigint' || value > Number.MAX_SAFE_INTEGER) {
      throw this.#error(`the field ${field} is not a number that is possible`);
    }
    return Number(value);
  }

  /** @throws ParseError */
  bytes(field: number): Uint8Array {
    const value = this.#single(field) ?? new Uint8Array();
    if (typeof value === 'bigint') throw this.#error(`the field ${field} is a number`);
    return value;
  }

  /** @throws ParseError */
  text(field: number): string {
    return Buffer.from(this.bytes(field)).toString('utf8');
  }

  /** Returns the values of a field that may be there several times. @throws ParseError */
  list(field: number): readonly Uint8Array[] {
    return (this.#fields.get(field) ?? []).map((value) => {
      if (typeof value === 'bigint') throw this.#error(`the field ${field} is a number`);
      return value;
    });
  }

  /** Returns a message inside of this one; `undefined` if it is absent. @throws ParseError */
  message(field: number): ProtobufMessage | undefined {
    return this.#fields.has(field) ? new ProtobufMessage(this.#path, this.bytes(field)) : undefined;
  }

  #single(field: number): bigint | Uint8Array | undefined {
    const [value, second] = this.#fields.get(field) ?? [];
    if (second !== undefined) throw this.#error(`the field ${field} is there twice`);
    return value;
  }

  #readValue(cursor: Cursor, wire: number): bigint | Uint8Array {
    if (wire === WIRE.varint) return cursor.varint();
    if (wire === WIRE.bytes) return cursor.take(Number(cursor.varint()));
    const length = FIXED_BYTES.get(wire);
    if (length === undefined) throw this.#error(`a field has the wire type ${wire}`);
    return cursor.take(length);
  }

  #error(what: string): ParseError {
    return new ParseError(this.#path, `no message of Protocol Buffers: ${what}`);
  }
}

class Cursor {
  readonly #bytes: Uint8Array;
  readonly #error: () => ParseError;
  #at = 0;

  constructor(bytes: Uint8Array, error: () => ParseError) {
    this.#bytes = bytes;
    this.#error = error;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Returns a number in groups of seven bits, the lowest first. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw this.#error();
      value |= BigInt(byte & 0x7f) << shift;
      if (value >= MAX_NUMBER) throw this.#error();
      if (byte < 0x80) return value;
    }
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw this.#error();
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}
