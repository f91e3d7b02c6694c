/** From the bytes of an ignore file to its text. */

import { ParseError } from '../../../core/base/errors.ts';
import { detectEncoding } from '../../../core/base/text-encoding.ts';

/**
 * Decodes UTF-8, or UTF-16 where the first bytes say so, as PowerShell writes it; a byte order mark
 * is not a part of the text. Bytes that are not UTF-8 become replacement characters.
 *
 * @throws ParseError where there is a zero byte: that is not text, and its lines would silently
 * mean nothing.
 */
export function decodeIgnoreText(path: string, bytes: Uint8Array): string {
  const text = new TextDecoder(detectEncoding(bytes)).decode(bytes);
  const zero = text.indexOf('\0');
  if (zero === -1) return text;
  throw new ParseError(path, `no text file: there is a zero byte near position ${zero}`, {
    hint: 'An ignore file is UTF-8 text. Is this the right file?',
  });
}
