/** From the bytes of an ignore file to its text. */

import { ParseError } from '../../base/errors.ts';

/**
 * UTF-8, or UTF-16 where the first bytes say so, as PowerShell writes it; a byte order mark is no part of the text. Bytes
 * that are not UTF-8 become replacement characters.
 *
 * @throws ParseError where there is a zero byte: that is no text, and its lines would silently mean nothing.
 */
export function decodeText(path: string, bytes: Uint8Array): string {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  const zero = text.indexOf('\0');
  if (zero === -1) return text;
  throw new ParseError(path, `no text file: there is a zero byte near position ${zero}`, {
    hint: 'An ignore file is UTF-8 text. Is this the right file?',
  });
}

/** The encoding that the byte order mark names. */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}
