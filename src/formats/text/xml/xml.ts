/**
 * Small XML documents of untrusted files, as a tree of elements.
 *
 * Source: XML 1.0, read by saxes. Prefixes of namespaces are left out. The encoding is the one that
 * the XML declaration or a byte order mark names. Refused: what is not well-formed, nesting beyond
 * {@link MAX_DEPTH}, and more than {@link MAX_ELEMENTS}. Entities of a document type are not
 * defined, so that none can expand.
 */

import { SaxesParser } from 'saxes';

import { errorMessage, ParseError } from '../../../core/base/errors.ts';
import { decodeXml } from './xml-encoding.ts';

/** Project files nest 10 deep. */
const MAX_DEPTH = 64;
/** The largest generated project file seen has some 20,000. */
const MAX_ELEMENTS = 200_000;
const MAX_TEXT_LENGTH = 65_536;
const MAX_QUOTED_LENGTH = 100;

/** An element, its attributes and what is inside. */
export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, trimmed; of a very long one the beginning. */
  readonly text: string;
  /** 1-based, of its start. */
  readonly line: number;
}

/**
 * Returns the root element of a document. Where `onCut` is given, elements beyond
 * {@link MAX_ELEMENTS} are passed over, and it is called with their number; they are those nearest
 * to the end.
 *
 * @throws ParseError where it is not well-formed, or not one of this name.
 */
export function readXml(
  path: string,
  bytes: Uint8Array,
  rootName?: string,
  onCut?: (elementCount: number) => void,
): XmlElement {
  const builder = new TreeBuilder(path, onCut !== undefined);
  const parser = new SaxesParser();
  let startLine = 1;
  parser.on('error', (error) => builder.fail(`no well-formed XML: ${error.message}`));
  parser.on('opentagstart', () => {
    startLine = parser.line;
  });
  parser.on('opentag', ({ name, attributes }) => builder.open(name, attributes, startLine));
  parser.on('text', (piece) => builder.append(piece));
  parser.on('cdata', (piece) => builder.append(piece));
  parser.on('closetag', () => builder.close());
  try {
    parser.write(decodeXml(bytes)).close();
  } catch (error) {
    if (error instanceof ParseError) throw error;
    builder.fail(errorMessage(error));
  }
  const root = builder.root ?? builder.fail('no element');
  if (builder.leftOutCount > 0) onCut?.(builder.leftOutCount);
  if (rootName !== undefined && root.name !== rootName) {
    builder.fail(`the root is "${root.name.slice(0, MAX_QUOTED_LENGTH)}" and not "${rootName}"`);
  }
  return root;
}

/** Returns the children of that name, in order. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
  readonly line: number;
}

class TreeBuilder {
  root: XmlElement | undefined;
  readonly #path: string;
  readonly #open: OpenElement[] = [];
  readonly #mayCut: boolean;
  #elementCount = 0;
  /** Elements that are open and not part of the tree. */
  #passedDepth = 0;

  constructor(path: string, mayCut: boolean) {
    this.#path = path;
    this.#mayCut = mayCut;
  }

  get leftOutCount(): number {
    return this.#mayCut ? Math.max(0, this.#elementCount - MAX_ELEMENTS) : 0;
  }

  open(name: string, attributes: Readonly<Record<string, string>>, line: number): void {
    this.#elementCount += 1;
    const isBeyond = this.#elementCount > MAX_ELEMENTS;
    if (isBeyond && !this.#mayCut) this.fail(`more than ${MAX_ELEMENTS} elements`);
    const depth = this.#open.length + this.#passedDepth;
    if (depth >= MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH}`);
    if (isBeyond) {
      this.#passedDepth += 1;
      return;
    }
    this.#open.push({
      name: localName(name),
      attributes: new Map(
        Object.entries(attributes).map(([key, value]) => [localName(key), value]),
      ),
      children: [],
      text: '',
      line,
    });
  }

  append(piece: string): void {
    const top = this.#passedDepth > 0 ? undefined : this.#open.at(-1);
    if (top === undefined || top.text.length > MAX_TEXT_LENGTH) return;
    top.text += piece.slice(0, MAX_TEXT_LENGTH);
  }

  close(): void {
    if (this.#passedDepth > 0) {
      this.#passedDepth -= 1;
      return;
    }
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const element: XmlElement = { ...closed, text: closed.text.trim() };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.root ??= element;
    else parent.children.push(element);
  }

  fail(reason: string): never {
    throw new ParseError(this.#path, reason);
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
