/** The place of a version in the text of an XML element or in an attribute. */

import { readXmlPlaces, type TextRange, type XmlPlace } from '../../../format/xml-places.ts';
import type { TextFile } from './text-file.ts';

/** Comments, CDATA and references make the raw text differ from the value. */
const MARKUP = /[<&]/u;
/** A value has a version once or twice. */
const MAX_PLACES = 8;

/**
 * Returns the place of a version in a range, with which the document reads as before but for this value; `undefined` if there is
 * none.
 */
export function versionRange(
  { path, text }: Pick<TextFile, 'path' | 'text'>,
  range: TextRange,
  version: string,
): TextRange | undefined {
  const raw = text.slice(range.start, range.end);
  let at = version === '' ? -1 : raw.indexOf(version);
  if (!MARKUP.test(raw)) return at < 0 ? undefined : rangeAt(range, at, version);
  const before = valuesOf(readXmlPlaces(path, text));
  // No version is written like this, so that the value alone changes.
  const probe = version.replaceAll(/[0-9A-Za-z]/gu, 'x');
  for (let count = 0; at >= 0 && count < MAX_PLACES; count += 1) {
    const place = rangeAt(range, at, version);
    const edited = text.slice(0, place.start) + probe + text.slice(place.end);
    if (isOneValue(before, edited, { path, version, probe })) return place;
    at = raw.indexOf(version, at + 1);
  }
  return undefined;
}

function rangeAt({ start }: TextRange, at: number, { length }: string): TextRange {
  return { start: start + at, end: start + at + length };
}

/** Whether one value of the edited text has the probe in the place of the version, and all others are as before. */
function isOneValue(
  before: readonly string[],
  edited: string,
  {
    path,
    version,
    probe,
  }: { readonly path: string; readonly version: string; readonly probe: string },
): boolean {
  let after: readonly string[];
  try {
    after = valuesOf(readXmlPlaces(path, edited));
  } catch {
    return false;
  }
  const different = before.flatMap((value, index) => (after[index] === value ? [] : [index]));
  const [only = -1] = different;
  return (
    after.length === before.length &&
    different.length === 1 &&
    before[only]?.replace(version, () => probe) === after[only]
  );
}

function valuesOf(root: XmlPlace): readonly string[] {
  const values: string[] = [];
  const queue = [root];
  for (const { name, text, attributes, children } of queue) {
    values.push(`${name}\0${text}`);
    for (const [key, { value }] of attributes) values.push(`${key}\0${value}`);
    queue.push(...children);
  }
  return values;
}
