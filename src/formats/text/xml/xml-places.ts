/**
 * The elements of an XML document with the places of their tags, attribute values and content, for
 * files that are edited.
 *
 * Source: XML 1.0, read by saxes. Places are offsets into the decoded text, in UTF-16 code units.
 * Prefixes of namespaces are left out of names. Refused: what is not well-formed, nesting beyond
 * {@link MAX_DEPTH}, and more than {@link MAX_ELEMENTS}. Entities of a document type are not
 * defined, so that none can expand.
 */

import { SaxesParser } from 'saxes';

import { errorMessage, ParseError } from '../../../core/base/errors.ts';

/** Project files nest 10 deep. */
const MAX_DEPTH = 64;
/** The largest bill of materials known manages some 3,000 dependencies. */
const MAX_ELEMENTS = 200_000;
const ATTRIBUTE = /(?<name>[^\s=<>/"']{1,256})\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/gu;

/** A half-open range of offsets into the text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** An attribute. */
export interface XmlAttributePlace {
  /** With references replaced. */
  readonly value: string;
  /** Without the quotation marks. */
  readonly range: TextRange;
}

/** An element. */
export interface XmlPlace {
  /** Without prefix. */
  readonly name: string;
  /** The prefix as written, with the colon; empty without one. */
  readonly prefix: string;
  readonly parent: XmlPlace | undefined;
  readonly children: readonly XmlPlace[];
  readonly attributes: ReadonlyMap<string, XmlAttributePlace>;
  /** Text directly inside, trimmed. */
  readonly text: string;
  /** From the opening tag to the end of the closing tag. */
  readonly outer: TextRange;
  /** Between the tags; empty, at the end, for an element without a closing tag. */
  readonly inner: TextRange;
  readonly isSelfClosing: boolean;
}

interface OpenPlace extends XmlPlace {
  children: XmlPlace[];
  text: string;
  outer: TextRange;
  inner: TextRange;
}

/** Returns the root element of a text. @throws ParseError if the text is not well-formed */
export function readXmlPlaces(path: string, text: string): XmlPlace {
  const parser = new SaxesParser();
  const open: OpenPlace[] = [];
  let root: XmlPlace | undefined;
  let count = 0;
  const fail = (reason: string): never => {
    throw new ParseError(path, reason);
  };
  parser.on('error', (error) => fail(`no well-formed XML: ${error.message}`));
  parser.on('opentag', ({ name, attributes, isSelfClosing }) => {
    count += 1;
    if (count > MAX_ELEMENTS) fail(`more than ${MAX_ELEMENTS} elements`);
    if (open.length >= MAX_DEPTH) fail(`nested deeper than ${MAX_DEPTH}`);
    const end = parser.position;
    // No attribute value contains this character.
    const start = text.lastIndexOf('<', end - 1);
    const colon = name.indexOf(':');
    open.push({
      name: name.slice(colon + 1),
      prefix: name.slice(0, colon + 1),
      parent: open.at(-1),
      children: [],
      attributes: attributePlaces(text.slice(start, end), start, attributes),
      text: '',
      outer: { start, end },
      inner: { start: end, end },
      isSelfClosing,
    });
  });
  const append = (piece: string): void => {
    const top = open.at(-1);
    if (top !== undefined) top.text += piece;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const end = parser.position;
    if (!closed.isSelfClosing) {
      closed.inner = { start: closed.inner.start, end: text.lastIndexOf('<', end - 1) };
      closed.outer = { start: closed.outer.start, end };
    }
    closed.text = closed.text.trim();
    const parent = open.at(-1);
    if (parent === undefined) root ??= closed;
    else parent.children.push(closed);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof ParseError) throw error;
    fail(errorMessage(error));
  }
  return root ?? fail('no element');
}

function attributePlaces(
  tag: string,
  start: number,
  values: Readonly<Record<string, string>>,
): ReadonlyMap<string, XmlAttributePlace> {
  const places = new Map<string, XmlAttributePlace>();
  for (const { index, 0: whole, groups } of tag.matchAll(ATTRIBUTE)) {
    const name = groups?.['name'] ?? '';
    const raw = groups?.['double'] ?? groups?.['single'] ?? '';
    const end = start + index + whole.length - 1;
    const value = values[name] ?? raw;
    places.set(name.slice(name.indexOf(':') + 1), {
      value,
      range: { start: end - raw.length, end },
    });
  }
  return places;
}

/** Returns the children of a name, in their order. */
export function childPlaces({ children }: XmlPlace, name: string): readonly XmlPlace[] {
  return children.filter((child) => child.name === name);
}
