/**
 * The position of the code in an ELF file, as far as its first bytes show it: half of most
 * programs, without any text that readers search for. Linkers that place texts among the code make
 * no read-only segment, and such files have no result here.
 *
 * Source: System V ABI, generic part, chapter 5, "Program Header", as `elf.ts` reads it. Malformed
 * headers give no result.
 */

/** Number of first bytes that hold the headers: seventeen segments, more than linkers make. */
export const ELF_START_BYTES = 1024;

/** A span of bytes of a file. */
export interface FileSpan {
  readonly start: number;
  readonly end: number;
}

const HEADER_BYTES = 64;
const MAGIC = 0x7f454c46;
const LOAD = 1;
const EXECUTABLE = 1;
const WRITABLE = 2;

/**
 * Returns the spans in ascending order and apart; none if the bytes are not those of such a file.
 */
export function elfCodeSpans(start: Uint8Array): readonly FileSpan[] {
  if (start.length < HEADER_BYTES) return [];
  const bytes = new DataView(start.buffer, start.byteOffset, start.length);
  const [bits, order] = [bytes.getUint8(4), bytes.getUint8(5)];
  if (bytes.getUint32(0) !== MAGIC || bits !== 2 || (order !== 1 && order !== 2)) return [];
  const isLittle = order === 1;
  const rowBytes = 56;
  const first = Number(bytes.getBigUint64(32, isLittle));
  const count = bytes.getUint16(56, isLittle);
  if (bytes.getUint16(54, isLittle) !== rowBytes) return [];
  if (first < HEADER_BYTES || first + count * rowBytes > start.length) return [];
  const code: FileSpan[] = [];
  let hasTexts = false;
  for (let at = first; at < first + count * rowBytes; at += rowBytes) {
    if (bytes.getUint32(at, isLittle) !== LOAD) continue;
    const flags = bytes.getUint32(at + 4, isLittle);
    if ((flags & EXECUTABLE) === 0) {
      hasTexts ||= (flags & WRITABLE) === 0;
      continue;
    }
    const offset = Number(bytes.getBigUint64(at + 8, isLittle));
    code.push({ start: offset, end: offset + Number(bytes.getBigUint64(at + 32, isLittle)) });
  }
  return hasTexts && areApart(code) ? code : [];
}

/** Returns whether the spans are apart, also from the headers, and have countable numbers. */
function areApart(spans: readonly FileSpan[]): boolean {
  let end = ELF_START_BYTES;
  for (const span of spans) {
    if (span.start < end || span.end < span.start || !Number.isSafeInteger(span.end)) return false;
    ({ end } = span);
  }
  return true;
}
