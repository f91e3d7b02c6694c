/**
 * Matches the encoding that an XML document declares.
 *
 * Source: XML 1.0, 4.3.3 and appendix F: a byte order mark takes precedence over the declaration,
 * and without both it is UTF-8.
 */

const DECLARED_ENCODING =
  /^<\?xml[^>]{0,100}?\bencoding\s*=\s*["'](?<name>[A-Za-z0-9._-]{1,40})["']/;
const HEAD_BYTES = 256;

/** Decodes bytes; those that the encoding does not have become U+FFFD. */
export function decodeXml(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1').replace(/^\W*</, '<');
  const name = DECLARED_ENCODING.exec(head)?.groups?.['name'] ?? 'utf-8';
  try {
    return new TextDecoder(encodingByMark(bytes) ?? name).decode(bytes);
  } catch {
    // A name that the runtime does not know.
    return new TextDecoder().decode(bytes);
  }
}

/** Returns the encoding of a byte order mark, which takes precedence over a declaration. */
function encodingByMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined;
}

const MARK = '\uFEFF';

/**
 * Returns the function that writes a text in the encoding of a document; `undefined` if the bytes
 * of the document cannot be written back from its text.
 */
export function encodedLike(bytes: Uint8Array): ((text: string) => Uint8Array) | undefined {
  const text = decodeXml(bytes);
  return ENCODERS.find((encode) => Buffer.compare(encode(text), bytes) === 0);
}

const ENCODERS: readonly ((text: string) => Uint8Array)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(MARK + text),
  (text) => Buffer.from(MARK + text, 'utf16le'),
  (text) => Buffer.from(MARK + text, 'utf16le').swap16(),
  (text) => Buffer.from(text, 'latin1'),
];
