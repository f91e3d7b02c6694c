/**
 * Builds nodes with places from the events of js-yaml. Events have the places of scalars and of the
 * first character of collections. The ends of collections, the places of absent values, headers of
 * block scalars and comments are found in the text between the tokens.
 */

import {
  CHOMPING_MODE,
  COLLECTION_STYLE,
  EVENT_ID,
  getScalarValue,
  SCALAR_STYLE,
  type AliasEvent,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';

import { appendTo } from '../../../core/base/maps.ts';
import type { ByteRange } from '../../bytes/byte-range.ts';
import type { ByteOffsetOf } from '../../bytes/utf8-offsets.ts';
import { YamlGaps } from './yaml-gaps.ts';
import { pairsFrom, type ReportProblem } from './yaml-pairs.ts';
import type {
  BlockLayout,
  PlacedDocument,
  YamlAlias,
  YamlComment,
  YamlNode,
  YamlProblemId,
  YamlScalar,
  YamlScalarStyle,
  YamlWord,
} from './yaml-node.ts';

/**
 * The source that a builder reads, and its problem report. Positions in the text count UTF-16
 * units.
 */
export interface TreeSource {
  /** The text that the events belong to. */
  readonly text: string;
  /** Position of the text in the file. */
  readonly base: number;
  readonly byteOf: ByteOffsetOf;
  /** Bound for the values of the file, those that aliases repeat included. */
  readonly maxNodes: number;
  readonly report: ReportProblem;
}

/** The documents and comments of a text. */
export interface BuiltTree {
  readonly documents: readonly PlacedDocument[];
  readonly comments: readonly YamlComment[];
}

/** Returns the documents and comments of a text. Stops at the bound for nodes, which it reports. */
export function buildTree(events: readonly Event[], source: TreeSource): BuiltTree {
  const builder = new TreeBuilder(source);
  for (let at = 0; at < events.length && !builder.isFull; at += 1) {
    const event = events[at];
    if (event !== undefined) builder.take(event, events[at + 1]);
  }
  return builder.finish();
}

type Collection = SequenceEvent | MappingEvent;
type Target = Exclude<YamlNode, YamlAlias>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A document or collection whose end is not reached. */
type Open =
  | { readonly kind: 'document'; root: YamlNode | undefined }
  | {
      readonly kind: 'collection';
      readonly isMapping: boolean;
      readonly node: Writable<Target>;
      /** The items, or keys and values in turn. */
      readonly children: YamlNode[];
      /** The closing bracket; empty if there is none. */
      readonly closer: string;
      readonly start: number;
      /** Number of nodes before this one. */
      readonly countBefore: number;
      isInFlow: boolean;
    };

const STYLES: Readonly<Record<ScalarEvent['style'], YamlScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
};

const CHOMPINGS: Readonly<Record<ScalarEvent['chomping'], BlockLayout['chomping']>> = {
  [CHOMPING_MODE.CLIP]: 'clip',
  [CHOMPING_MODE.STRIP]: 'strip',
  [CHOMPING_MODE.KEEP]: 'keep',
};

/**
 * Characters that parsers read differently outside of quotes: line breaks of YAML 1.1 (section
 * 5.4), which are ordinary in YAML 1.2, and byte order marks, which libyaml and its ports leave out
 * at the start of any line.
 */
const UNCLEAR = /[\u0085\u2028\u2029\uFEFF]/u;

class TreeBuilder {
  isFull = false;
  readonly #source: TreeSource;
  readonly #text: string;
  readonly #documents: PlacedDocument[] = [];
  readonly #comments: YamlComment[] = [];
  readonly #open: Open[] = [];
  readonly #hasUnclear: boolean;
  readonly #gaps: YamlGaps;
  #count = 0;
  #anchors = new Map<string, { node: Target; size: number | undefined }>();
  #aliases = new Map<YamlNode, YamlAlias[]>();

  constructor(source: TreeSource) {
    this.#source = source;
    this.#text = source.text;
    this.#gaps = new YamlGaps(source.text, this.#comment.bind(this));
    this.#hasUnclear = UNCLEAR.test(source.text);
  }

  take(event: Event, next: Event | undefined): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#open.push({ kind: 'document', root: undefined });
        break;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        this.#openCollection(event, next);
        break;
      case EVENT_ID.SCALAR:
        this.#put(this.#scalar(event));
        break;
      case EVENT_ID.ALIAS:
        this.#put(this.#alias(event));
        break;
      case EVENT_ID.POP:
        this.#close();
        break;
    }
  }

  finish(): BuiltTree {
    this.#gaps.passTo(this.#text.length);
    return { documents: this.#documents, comments: this.#comments };
  }

  #openCollection(event: Collection, next: Event | undefined): void {
    const { text } = this.#source;
    const isMapping = event.type === EVENT_ID.MAPPING;
    const isPair = isMapping && isBracelessPair(event, next, text);
    const isFlow = event.style === COLLECTION_STYLE.FLOW;
    this.#gaps.passTo(event.start);
    if (isFlow && !isPair) this.#gaps.at = event.start + 1;
    const countBefore = this.#count;
    const node: Writable<Target> = isMapping
      ? { kind: 'mapping', isFlow, pairs: [], range: EMPTY }
      : { kind: 'sequence', isFlow, items: [], range: EMPTY };
    this.#setProperties(event, node);
    this.#name(event, node);
    this.#put(node);
    this.#open.push({
      kind: 'collection',
      isMapping,
      node,
      children: [],
      closer: isFlow && !isPair ? (isMapping ? '}' : ']') : '',
      start: event.start,
      countBefore,
      isInFlow: isFlow,
    });
  }

  #close(): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    if (closed.kind === 'document') {
      if (closed.root !== undefined) {
        this.#documents.push({ root: closed.root, aliases: this.#aliases });
      }
      this.#anchors = new Map();
      this.#aliases = new Map();
      return;
    }
    if (closed.closer !== '') {
      const end = this.#gaps.next(this.#gaps.at, ',') + 1;
      this.#gaps.passTo(end);
    }
    closed.node.range = this.#range(closed.start, this.#gaps.at);
    if (closed.node.kind === 'mapping')
      closed.node.pairs = pairsFrom(closed.children, this.#source.report);
    else if (closed.node.kind === 'sequence') closed.node.items = closed.children;
    const named = closed.node.anchor && this.#anchors.get(closed.node.anchor.text);
    if (named?.node === closed.node) named.size = this.#count - closed.countBefore;
  }

  #put(node: YamlNode): void {
    this.#countOne();
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    if (parent.kind === 'document') parent.root = node;
    else parent.children.push(node);
  }

  #scalar(event: ScalarEvent): YamlScalar {
    const style = STYLES[event.style];
    const isAbsent = event.valueStart < 0;
    const header = style === 'literal' || style === 'folded' ? this.#header(event) : undefined;
    const quote = style === 'single' || style === 'double' ? 1 : 0;
    let start = isAbsent ? this.#placeOfAbsent(event) : event.valueStart - quote;
    let end = isAbsent ? start : event.valueEnd + quote;
    if (header !== undefined) {
      start = header;
      end = Math.max(event.valueEnd, event.valueStart);
    }
    this.#gaps.passTo(start);
    if (header !== undefined) {
      this.#gaps.at = header + 1;
      this.#gaps.passTo(event.valueStart);
    }
    this.#gaps.at = end;
    const source = this.#text.slice(start, end);
    if (this.#hasUnclear && quote === 0) this.#checkUnclear(source, start);
    const node: Writable<YamlScalar> = {
      kind: 'scalar',
      style,
      value: this.#value(event),
      source,
      isAbsent,
      isInFlow: this.#isInFlow(),
      range: this.#range(start, end),
    };
    if (header !== undefined) node.block = this.#layout(event, header);
    this.#setProperties(event, node);
    this.#name(event, node);
    return node;
  }

  #layout(event: ScalarEvent, header: number): BlockLayout {
    return {
      header: this.#text.slice(header, event.valueStart),
      indent: event.indent,
      chomping: CHOMPINGS[event.chomping],
    };
  }

  #value(event: ScalarEvent): string {
    try {
      return getScalarValue(this.#text, event);
    } catch {
      this.#report('syntax', 'invalid YAML: a scalar cannot be decoded', event.valueStart);
      return '';
    }
  }

  #alias(event: AliasEvent): YamlAlias {
    const name = this.#text.slice(event.anchorStart, event.anchorEnd);
    const start = event.anchorStart - 1;
    this.#gaps.passTo(start);
    this.#gaps.at = event.anchorEnd;
    const named = this.#anchors.get(name);
    const node: Writable<YamlAlias> = {
      kind: 'alias',
      name,
      range: this.#range(start, event.anchorEnd),
    };
    if (named === undefined) {
      this.#report('alias', `there is no anchor "${name.slice(0, 80)}" before its alias`, start);
    } else if (named.size === undefined) {
      this.#report('alias', `the anchor "${name.slice(0, 80)}" contains its own alias`, start);
    } else if (this.#count + named.size > this.#source.maxNodes) {
      this.isFull = true;
      const limit = this.#source.maxNodes.toLocaleString('en-US');
      this.#report('count', `with its aliases, the file has more than ${limit} values`, start);
    } else {
      this.#count += named.size;
      node.target = named.node;
      appendTo(this.#aliases, named.node, node);
    }
    return node;
  }

  #name(event: Collection | ScalarEvent, node: Target): void {
    if (event.anchorStart < 0) return;
    const name = this.#text.slice(event.anchorStart, event.anchorEnd);
    this.#anchors.set(name, { node, size: node.kind === 'scalar' ? 1 : undefined });
  }

  #setProperties(event: Collection | ScalarEvent, node: Writable<Target>): void {
    if (event.tagStart >= 0) node.tag = this.#word(event.tagStart, event.tagEnd, 0);
    if (event.anchorStart >= 0) node.anchor = this.#word(event.anchorStart, event.anchorEnd, 1);
  }

  #word(start: number, end: number, signLength: number): YamlWord {
    return { text: this.#text.slice(start, end), range: this.#range(start - signLength, end) };
  }

  /** Returns the position of the `|` or `>` of a block scalar. */
  #header(event: ScalarEvent): number {
    let at = Math.max(this.#gaps.at, event.anchorEnd, event.tagEnd);
    for (; at < event.valueStart; at += 1) {
      at = this.#gaps.next(at);
      const sign = this.#text[at];
      if (sign === '|' || sign === '>') break;
    }
    return at;
  }

  /** Returns where a value could stand that is absent: behind its properties or its indicator. */
  #placeOfAbsent(event: ScalarEvent): number {
    const afterProperties = Math.max(event.anchorEnd, event.tagEnd);
    if (afterProperties >= 0) return afterProperties;
    const parent = this.#open.at(-1);
    const at = this.#gaps.next();
    const sign = this.#text[at];
    if (parent?.kind !== 'collection')
      return this.#text.startsWith('---', at) ? at + 3 : this.#gaps.at;
    if (!parent.isMapping) return sign === '-' && parent.closer === '' ? at + 1 : this.#gaps.at;
    if (parent.children.length % 2 === 1) return sign === ':' ? at + 1 : this.#gaps.at;
    if (sign === '?') return at + 1;
    return sign === ':' ? at : this.#gaps.at;
  }

  #comment(start: number, end: number): void {
    if (this.isFull) return;
    this.#countOne();
    const text = this.#text.slice(start, end);
    if (this.#hasUnclear) this.#checkUnclear(text, start);
    this.#comments.push({ range: this.#range(start, end), text });
  }

  /** Counts a value or a comment. */
  #countOne(): void {
    this.#count += 1;
    if (this.#count <= this.#source.maxNodes || this.isFull) return;
    this.isFull = true;
    const limit = this.#source.maxNodes.toLocaleString('en-US');
    this.#report('count', `the file has more than ${limit} values and comments`, this.#gaps.at);
  }

  #isInFlow(): boolean {
    const parent = this.#open.at(-1);
    return parent?.kind === 'collection' && parent.isInFlow;
  }

  #range(start: number, end: number): ByteRange {
    const { base, byteOf } = this.#source;
    return { start: byteOf(base + start), end: byteOf(base + end) };
  }

  #checkUnclear(text: string, start: number): void {
    const found = UNCLEAR.exec(text);
    if (found === null) return;
    const isMark = found[0] === '\uFEFF';
    const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message = isMark
      ? 'some tools leave out the byte order mark (U+FEFF) here, others count it as text'
      : `the character U+${code} ends a line in YAML 1.1, but not in YAML 1.2`;
    this.#report('line-break', message, start + found.index);
  }

  #report(id: YamlProblemId, message: string, position: number): void {
    this.#source.report(id, message, this.#source.byteOf(this.#source.base + position));
  }
}

const EMPTY: ByteRange = { start: 0, end: 0 };

/** Returns whether a mapping is a single pair of a list without braces, as in `[a: b]`. */
function isBracelessPair(event: MappingEvent, next: Event | undefined, text: string): boolean {
  if (event.style !== COLLECTION_STYLE.FLOW) return false;
  if (text[event.start] !== '{') return true;
  return next?.type === EVENT_ID.MAPPING && next.start === event.start;
}
