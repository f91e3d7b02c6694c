/**
 * In which encoding a text is, by its first bytes: the Unicode Standard, 23.8 "Byte Order Mark",
 * and, where there is none, the zeros between the first characters, which are ASCII in every format
 * that is read here (RFC 4627, 3).
 */

/** Number of first bytes that determine the encoding. */
export const ENCODING_BYTES = 4;

/** Returns the encoding of a text; PowerShell writes UTF-16 where nothing else is asked for. */
export function detectEncoding(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (isAscii(first) && second === 0 && isAscii(third) && fourth === 0) return 'utf-16le';
  if (first === 0 && isAscii(second) && third === 0 && isAscii(fourth)) return 'utf-16be';
  return 'utf-8';
}

/** Returns whether a byte is a character of a text, or a tab or the end of a line. */
function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x09 && byte < 0x7f;
}

/** The hint for text in another encoding where only UTF-8 is read, as for JSON (RFC 8259, 8.1). */
export const UTF_8_HINT = 'save it as UTF-8, as with iconv -f UTF-16 -t UTF-8';
