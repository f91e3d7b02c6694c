/**
 * JSON documents that are written piece by piece, so that a document of any length takes the memory
 * of one item. The text is that of `JSON.stringify`, indented by two or not at all.
 */

import {
  JsonText,
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from './streamed-json.ts';

/**
 * Small items are joined to pieces of this length, because each piece is waited for where it is
 * written.
 */
const PIECE_LENGTH = 64 * 1024;
/** Items that are stringified at once: a call for each would cost more than the text. */
const BATCH = 16;

type Indent = '' | '  ';

interface Layout {
  /** Indentation of each level of streamed objects and lists. */
  readonly indent: Indent;
  /** Indentation within plain values. */
  readonly inner: Indent;
  /** Applied to the text of keys and plain values. */
  readonly escape: (json: string) => string;
}

/**
 * Yields the text of a value. `indent` is the indentation of each level; empty for text without
 * white space. With an empty `inner`, plain values take one line each, which is faster to write and
 * to read. `escape` may replace characters by their escapes; it is not applied to a
 * {@link JsonText}.
 */
export function* jsonPieces(
  value: StreamedJson,
  indent: Indent = '  ',
  inner = indent,
  escape: Layout['escape'] = (json) => json,
): Generator<string> {
  const layout = { indent, inner, escape };
  const first = groupOf(value, layout, '');
  if (first === undefined) {
    yield value instanceof JsonText ? value.text : plainText([value as Json], layout, '');
    return;
  }
  // One loop over a stack of open groups: a generator for each level would be resumed once for each
  // of its items.
  const open = [first];
  let piece = '';
  for (let group = open.at(-1); group !== undefined; group = open.at(-1)) {
    piece += group.write();
    const inside = group.takeInside();
    if (inside !== undefined) open.push(inside);
    else if (group.isClosed) open.pop();
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** A list or an object that is being written. */
interface Group {
  /** Whether the closing bracket is written. */
  readonly isClosed: boolean;
  /** Returns the text up to the next group inside, the end of a piece or the end of this group. */
  write(): string;
  /** Returns the group that comes next, once. */
  takeInside(): Group | undefined;
}

function groupOf(value: StreamedJson, layout: Layout, margin: string): Group | undefined {
  if (value instanceof StreamedList) return new OpenList(value, layout, margin);
  return value instanceof StreamedObject ? new OpenObject(value, layout, margin) : undefined;
}

/** The shared parts of lists and objects: brackets, commas and margins. */
class OpenGroup {
  isClosed = false;
  readonly layout: Layout;
  /** Margin of the items. */
  readonly margin: string;
  readonly #between: string;
  readonly #open: string;
  readonly #close: string;
  #hasItems = false;
  #inside: Group | undefined;

  constructor(brackets: '[]' | '{}', layout: Layout, margin: string) {
    const line = layout.indent === '' ? '' : '\n';
    const [open = '', close = ''] = brackets;
    this.layout = layout;
    this.margin = margin + layout.indent;
    this.#between = `,${line}${this.margin}`;
    this.#open = `${open}${line}${this.margin}`;
    this.#close = `${line}${margin}${close}`;
  }

  /** Returns what stands before an item. */
  lead(): string {
    if (this.#hasItems) return this.#between;
    this.#hasItems = true;
    return this.#open;
  }

  end(): string {
    this.isClosed = true;
    return this.#hasItems ? this.#close : `${this.#open.charAt(0)}${this.#close.at(-1) ?? ''}`;
  }

  takeInside(): Group | undefined {
    const inside = this.#inside;
    this.#inside = undefined;
    return inside;
  }

  /** Returns the text of a value without groups inside; keeps a group for {@link takeInside}. */
  valueText(value: StreamedJson): string {
    if (value instanceof JsonText) return value.text;
    this.#inside = groupOf(value, this.layout, this.margin);
    return this.#inside === undefined ? plainText([value as Json], this.layout, this.margin) : '';
  }

  get hasInside(): boolean {
    return this.#inside !== undefined;
  }
}

class OpenObject extends OpenGroup implements Group {
  readonly #fields: Iterator<readonly [string, StreamedJson | undefined]>;
  readonly #colon: string;

  constructor({ fields }: StreamedObject, layout: Layout, margin: string) {
    super('{}', layout, margin);
    this.#fields = fields[Symbol.iterator]();
    this.#colon = layout.indent === '' ? ':' : ': ';
  }

  write(): string {
    let text = '';
    while (text.length < PIECE_LENGTH && !this.hasInside) {
      const next = this.#fields.next();
      if (next.done === true) return text + this.end();
      const [key, field] = next.value;
      if (field === undefined) continue;
      text += `${this.lead()}${this.layout.escape(JSON.stringify(key))}${this.#colon}`;
      text += this.valueText(field);
    }
    return text;
  }
}

class OpenList extends OpenGroup implements Group {
  readonly #items: Iterator<StreamedJson>;
  /** Neighboring plain values, which are written together. */
  #batch: Json[] = [];

  constructor({ items }: StreamedList, layout: Layout, margin: string) {
    super('[]', layout, margin);
    this.#items = items[Symbol.iterator]();
  }

  write(): string {
    let text = '';
    while (text.length < PIECE_LENGTH && !this.hasInside) {
      const next = this.#items.next();
      if (next.done === true) return text + this.#batchText() + this.end();
      const { value } = next;
      if (isPlain(value)) {
        this.#batch.push(value);
        if (this.#batch.length === BATCH) text += this.#batchText();
      } else {
        text += this.#batchText() + this.lead() + this.valueText(value);
      }
    }
    return text;
  }

  #batchText(): string {
    if (this.#batch.length === 0) return '';
    const text = this.lead() + plainText(this.#batch, this.layout, this.margin);
    this.#batch = [];
    return text;
  }
}

function isPlain(value: StreamedJson): value is Json {
  return !(
    value instanceof JsonText ||
    value instanceof StreamedList ||
    value instanceof StreamedObject
  );
}

/** Returns the text of plain values at one margin, with the commas between them. */
function plainText(items: readonly Json[], layout: Layout, margin: string): string {
  return layout.escape(unescapedText(items, layout, margin));
}

function unescapedText(items: readonly Json[], { indent, inner }: Layout, margin: string): string {
  if (indent === '') return JSON.stringify(items).slice(1, -1);
  if (inner === '') return items.map((item) => JSON.stringify(item)).join(`,\n${margin}`);
  // Inside of as many lists as the margin asks for, the items are indented as they have to be.
  const depth = margin.length / indent.length;
  if (depth === 0) return items.map((item) => JSON.stringify(item, undefined, indent)).join(',\n');
  let nested: readonly Json[] = items;
  for (let level = 1; level < depth; level += 1) nested = [nested];
  // Before the items, each list has its bracket, a line end and the margin of the next; behind them
  // the same in reverse.
  const around = depth * 2 + (indent.length * depth * (depth + 1)) / 2;
  const behind = around - margin.length;
  return JSON.stringify(nested, undefined, indent).slice(around, -behind);
}
