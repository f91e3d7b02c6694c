/** The place of a version in the text of an XML element or in an attribute. */

import { readXmlPlaces, type TextRange } from '../../../../formats/text/xml/xml-places.ts';
import type { TextFile } from './text-file.ts';

/** Comments, CDATA and references make the raw text differ from the value. */
const MARKUP = /[<&]/u;
/** A value has a version once or twice. */
const MAX_PLACES = 8;

/**
 * Returns the place of a version in a range, with which the value reads as it was meant to;
 * `undefined` if there is none.
 */
export function versionRange(
  { text }: Pick<TextFile, 'text'>,
  range: TextRange,
  version: string,
): TextRange | undefined {
  const raw = text.slice(range.start, range.end);
  let at = version === '' ? -1 : raw.indexOf(version);
  if (!MARKUP.test(raw)) return at < 0 ? undefined : rangeAt(range, at, version);
  const fragment = fragmentAt(text, range);
  const before = valueIn(fragment(raw));
  // No version is written like this, so that the value is seen to change.
  const probe = version.replaceAll(/[0-9A-Za-z]/gu, 'x');
  for (let count = 0; at >= 0 && count < MAX_PLACES; count += 1) {
    const edited = raw.slice(0, at) + probe + raw.slice(at + version.length);
    const after = valueIn(fragment(edited));
    if (after !== undefined && after === before?.replace(version, () => probe)) {
      return rangeAt(range, at, version);
    }
    at = raw.indexOf(version, at + 1);
  }
  return undefined;
}

/**
 * Returns the function that makes a document of the content of a range, which is an attribute or
 * the inside of an element.
 */
function fragmentAt(text: string, { start }: TextRange): (raw: string) => string {
  const quote = text[start - 1];
  const isAttribute = quote === '"' || quote === "'";
  return (raw) => (isAttribute ? `<x a=${quote}${raw}${quote}/>` : `<x>${raw}</x>`);
}

/** Returns the value of such a document; `undefined` if it is not well-formed, or has elements. */
function valueIn(document: string): string | undefined {
  try {
    const { children, text, attributes } = readXmlPlaces('value', document);
    return children.length > 0 ? undefined : (attributes.get('a')?.value ?? text);
  } catch {
    return undefined;
  }
}

function rangeAt({ start }: TextRange, at: number, { length }: string): TextRange {
  return { start: start + at, end: start + at + length };
}
