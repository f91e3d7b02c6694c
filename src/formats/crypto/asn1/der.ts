/**
 * Values in DER, as far as signatures of archives need them.
 *
 * Source: ITU-T X.690, sections 8.1 and 10: definite lengths only, tags below 31. Refused: what
 * runs beyond its parent, lengths of more than four bytes, and indefinite ones.
 */

/** One value; `bytes` is all of it, `content` what is behind its tag and length. */
export interface DerValue {
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

/** Identifier octets of the DER types that are read (ITU-T X.690, 8.1.2). */
export const DER_TAG = {
  integer: 0x02,
  octetString: 0x04,
  objectId: 0x06,
  sequence: 0x30,
  set: 0x31,
  /** `[0]` of a structure, constructed. */
  context0: 0xa0,
  context1: 0xa1,
} as const;

const LONG_FORM = 0x80;
const MAX_LENGTH_BYTES = 4;
const LONG_TAG = 0x1f;

/** Returns the value at an offset; `undefined` where there is none. */
export function readDer(bytes: Uint8Array, offset = 0): DerValue | undefined {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & LONG_TAG) === LONG_TAG) return undefined;
  let start = offset + 2;
  let length = first;
  if (first >= LONG_FORM) {
    const count = first - LONG_FORM;
    if (count === 0 || count > MAX_LENGTH_BYTES || start + count > bytes.length) return undefined;
    length = 0;
    for (const byte of bytes.subarray(start, start + count)) length = length * 256 + byte;
    start += count;
  }
  const end = start + length;
  if (end > bytes.length) return undefined;
  return { tag, bytes: bytes.subarray(offset, end), content: bytes.subarray(start, end) };
}

/** Returns the values in a constructed one, `undefined` where it holds anything else. */
export function readDerChildren(parent: DerValue | undefined): readonly DerValue[] | undefined {
  if (parent === undefined) return undefined;
  const children: DerValue[] = [];
  for (let offset = 0; offset < parent.content.length;) {
    const child = readDer(parent.content, offset);
    if (child === undefined) return undefined;
    children.push(child);
    offset += child.bytes.length;
  }
  return children;
}

/** Returns the dotted form of an object identifier, `''` for any other value. */
export function readObjectId(value: DerValue | undefined): string {
  if (value?.tag !== DER_TAG.objectId) return '';
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of value.content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= LONG_FORM) continue;
    if (arcs.length === 0)
      arcs.push(Math.min(Math.floor(arc / 40), 2), arc - Math.min(Math.floor(arc / 40), 2) * 40);
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}
