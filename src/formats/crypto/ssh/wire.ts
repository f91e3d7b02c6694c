/**
 * A reader for the binary encoding that SSH uses for keys, certificates and signatures.
 *
 * Source: RFC 4251, section 5. Refused: values that run beyond the bytes, and negative numbers.
 */

/** Reads values one after another. */
export class SshReader {
  readonly #bytes: Buffer;
  readonly #fail: (what: string) => Error;
  #at = 0;

  /**
   * `fail` makes the error for bytes that cannot be read; its argument is a clause, as in
   * `it is cut off`.
   */
  constructor(bytes: Uint8Array, fail: (what: string) => Error) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fail = fail;
  }

  /** Returns whether no bytes are left. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Returns the number of bytes read. */
  get offset(): number {
    return this.#at;
  }

  /** Makes the error of this reader. */
  error(what: string): Error {
    return this.#fail(what);
  }

  /** Reads one byte. */
  byte(): number {
    return this.#take(1).readUInt8();
  }

  /** Reads a number of four bytes. */
  number(): number {
    return this.#take(4).readUInt32BE();
  }

  /** Reads a number of eight bytes. */
  longNumber(): bigint {
    return this.#take(8).readBigUInt64BE();
  }

  /** Reads a string, which begins with its length. */
  string(): Buffer {
    return this.#take(this.number());
  }

  /** Reads a string as text; each byte is one character. */
  text(): string {
    return this.string().toString('latin1');
  }

  /** Reads a positive number, without the zero in front that marks it as positive. */
  integer(): Buffer {
    const value = this.string();
    if ((value[0] ?? 0) >= 0x80) throw this.#fail('a number is negative');
    return value[0] === 0 ? value.subarray(1) : value;
  }

  /** Reads all bytes that are left. */
  rest(): Buffer {
    return this.#take(this.#bytes.length - this.#at);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw this.#fail('it is cut off');
    const value = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return value;
  }
}

/** Encodes a string: its length in four bytes, then its bytes. */
export function sshString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
