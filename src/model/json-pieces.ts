/**
 * JSON documents that are written piece by piece, so that a document of any length takes the memory of one item. The
 * text is that of `JSON.stringify`, indented by two or not at all.
 */

/** What `JSON.stringify` takes without loss. */
export type Json =
  string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

/** An object whose long fields are made while it is written. Fields whose value is `undefined` are left out. */
export class StreamedObject {
  readonly fields: Iterable<readonly [string, StreamedJson | undefined]>;

  constructor(fields: Iterable<readonly [string, StreamedJson | undefined]>) {
    this.fields = fields;
  }
}

/** A list whose items are made while it is written. */
export class StreamedList {
  readonly items: Iterable<StreamedJson>;

  constructor(items: Iterable<StreamedJson>) {
    this.items = items;
  }
}

/** A value whose text is made already: valid JSON without line ends. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type StreamedJson = Json | StreamedObject | StreamedList | JsonText;

/** Small items are joined to pieces of this length, because each piece is waited for where it is written. */
const PIECE_LENGTH = 64 * 1024;
/** Items that are stringified at once: a call for each would cost more than the text. */
const BATCH = 64;

type Indent = '' | '  ';

interface Layout {
  /** Indentation of each level of streamed objects and lists. */
  readonly indent: Indent;
  /** Indentation within plain values. */
  readonly inner: Indent;
}

/**
 * Yields the text of a value. `indent` is the indentation of each level; empty for text without white space. With an
 * empty `inner`, plain values take one line each, which is faster to write and to read.
 */
export function* jsonPieces(
  value: StreamedJson,
  indent: Indent = '  ',
  inner = indent,
): Generator<string> {
  let piece = '';
  for (const part of partsOf(value, { indent, inner }, '')) {
    piece += part;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function* partsOf(value: StreamedJson, layout: Layout, margin: string): Generator<string> {
  const { indent } = layout;
  if (value instanceof StreamedList) {
    yield* group(batched(value.items), ['[', ']'], { indent, margin }, (item, inner) =>
      item instanceof Batch ? [item.text(layout, inner)] : partsOf(item, layout, inner),
    );
  } else if (value instanceof StreamedObject) {
    const present = presentFields(value);
    yield* group(present, ['{', '}'], { indent, margin }, function* ([key, field], inner) {
      yield `${JSON.stringify(key)}:${indent === '' ? '' : ' '}`;
      yield* partsOf(field, layout, inner);
    });
  } else if (value instanceof JsonText) {
    yield value.text;
  } else {
    const text = JSON.stringify(value, undefined, layout.inner);
    // Texts in JSON hold no line ends, so every one of them begins a line.
    yield margin === '' || layout.inner === '' ? text : text.replaceAll('\n', `\n${margin}`);
  }
}

/** Items of a list that are written together. */
class Batch {
  readonly items: Json[] = [];

  /** The text of the items, with the commas between them. */
  text({ indent, inner }: Layout, margin: string): string {
    const { items } = this;
    if (indent === '') return JSON.stringify(items).slice(1, -1);
    if (inner === '') return items.map((item) => JSON.stringify(item)).join(`,\n${margin}`);
    // Inside of as many lists as the margin asks for, the items are indented as they have to be.
    const depth = margin.length / indent.length;
    let nested: readonly Json[] = items;
    for (let level = 1; level < depth; level += 1) nested = [nested];
    // Before the items, each list has its bracket, a line end and the margin of the next; behind them the same in reverse.
    const around = depth * 2 + (indent.length * depth * (depth + 1)) / 2;
    const behind = around - margin.length;
    return JSON.stringify(nested, undefined, indent).slice(around, -behind);
  }
}

/** Puts neighbouring items that are plain values together. */
function* batched(items: Iterable<StreamedJson>): Generator<StreamedJson | Batch> {
  let batch = new Batch();
  for (const item of items) {
    if (!isPlain(item)) {
      if (batch.items.length > 0) yield batch;
      batch = new Batch();
      yield item;
      continue;
    }
    batch.items.push(item);
    if (batch.items.length < BATCH) continue;
    yield batch;
    batch = new Batch();
  }
  if (batch.items.length > 0) yield batch;
}

function isPlain(value: StreamedJson): value is Json {
  return !(
    value instanceof StreamedList ||
    value instanceof StreamedObject ||
    value instanceof JsonText
  );
}

function* presentFields({ fields }: StreamedObject): Generator<readonly [string, StreamedJson]> {
  for (const [key, field] of fields) if (field !== undefined) yield [key, field];
}

function* group<T>(
  items: Iterable<T>,
  [open, close]: readonly [string, string],
  { indent, margin }: { readonly indent: string; readonly margin: string },
  write: (item: T, margin: string) => Iterable<string>,
): Generator<string> {
  const inner = margin + indent;
  const line = indent === '' ? '' : '\n';
  let count = 0;
  for (const item of items) {
    yield `${count === 0 ? open : ','}${line}${inner}`;
    yield* write(item, inner);
    count += 1;
  }
  yield count === 0 ? `${open}${close}` : `${line}${margin}${close}`;
}
