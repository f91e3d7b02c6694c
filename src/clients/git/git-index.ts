/**
 * Paths of submodules in the index of a working tree.
 *
 * Source: gitformat-index(5). Only gitlinks (mode 160000) are returned. A damaged index ends the
 * list where the damage begins: git itself refuses such a repository.
 */

const SIGNATURE = 'DIRC';
const HEADER_BYTES = 12;
/** Up to and with the file size: ten numbers of 32 bit. */
const STAT_BYTES = 40;
const MODE_AT = 24;
const TYPE_BITS = 0o170000;
const GITLINK = 0o160000;
const EXTENDED = 0x4000;
const NAME_LENGTH = 0x0fff;

/** Returns the paths of all gitlinks, relative to the top of the working tree, each once. */
export function gitlinksIn(index: Buffer, digestBytes: 20 | 32): readonly string[] {
  if (index.length < HEADER_BYTES || index.toString('latin1', 0, 4) !== SIGNATURE) return [];
  const version = index.readUInt32BE(4);
  const count = index.readUInt32BE(8);
  if (version < 2 || version > 4) return [];
  const paths = new Set<string>();
  let last: Name = { bytes: Buffer.alloc(0), end: HEADER_BYTES };
  for (let row = 0; row < count; row += 1) {
    const start = last.end;
    const flagsAt = start + STAT_BYTES + digestBytes;
    if (flagsAt + 4 > index.length) break;
    const flags = index.readUInt16BE(flagsAt);
    const isExtended = (flags & EXTENDED) !== 0 && version > 2;
    const nameAt = flagsAt + (isExtended ? 4 : 2);
    const name =
      version === 4
        ? shortenedName(index, nameAt, last.bytes)
        : paddedName(index, { start, nameAt, stated: flags & NAME_LENGTH });
    if (name === undefined) break;
    const isLink = (index.readUInt32BE(start + MODE_AT) & TYPE_BITS) === GITLINK;
    if (isLink) paths.add(name.bytes.toString());
    last = name;
  }
  return [...paths];
}

/** The name of an entry, and where the next entry begins. */
interface Name {
  readonly bytes: Buffer;
  readonly end: number;
}

/**
 * Reads a name of version 4, which stores it without the part that it shares with the name before.
 */
function shortenedName(index: Buffer, nameAt: number, before: Buffer): Name | undefined {
  const { value, next } = offsetAt(index, nameAt);
  const end = index.indexOf(0, next);
  if (end < 0 || value > before.length) return undefined;
  const shared = before.subarray(0, before.length - value);
  return { bytes: Buffer.concat([shared, index.subarray(next, end)]), end: end + 1 };
}

/**
 * Reads a name of older versions: one to eight zero bytes make the length of the entry a multiple
 * of eight.
 */
function paddedName(
  index: Buffer,
  {
    start,
    nameAt,
    stated,
  }: { readonly start: number; readonly nameAt: number; readonly stated: number },
): Name | undefined {
  const end = stated < NAME_LENGTH ? nameAt + stated : index.indexOf(0, nameAt);
  if (end < 0 || end > index.length) return undefined;
  return { bytes: index.subarray(nameAt, end), end: start + ((end - start + 8) & ~7) };
}

/** Reads a number of variable width, as in offsets of pack files. */
function offsetAt(bytes: Buffer, start: number): { readonly value: number; readonly next: number } {
  let at = start;
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0 && at < bytes.length) {
    byte = bytes[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, next: at };
}
