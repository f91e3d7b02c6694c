/**
 * YAML of untrusted files, for lockfiles: every scalar is its text.
 *
 * Source: YAML 1.2.2, section 10.1 (failsafe schema), parsed by js-yaml into events. A version such
 * as `1.10` is text and no number; `~` is its text, and an absent value is the empty text. Tags are
 * passed over. Refused: what YAML refuses, aliases (no tool writes them into a lockfile, and a few
 * of them describe gigabytes), keys that are not scalars, keys given twice, nesting beyond
 * {@link MAX_DEPTH}.
 *
 * Mappings have no prototype, so that `__proto__` and `constructor` are keys like any other.
 */

import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';

import { errorMessage, ParseError } from '../../../core/base/errors.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';

/** No lockfile nests deeper than 8. */
const MAX_DEPTH = 100;

/** A parsed text that still knows on which line keys stood. */
export interface YamlDocument {
  /** Text, list or mapping; the empty text where there is nothing. */
  readonly root: JsonValue;
  /** Returns the 1-based line of a key of a mapping in this document. */
  lineOf(mapping: JsonObject, key: string): number | undefined;
}

/**
 * Returns all documents of a file; none of an empty one.
 * @throws ParseError where it is not YAML.
 */
export function readYamlDocuments(path: string, bytes: Uint8Array): readonly YamlDocument[] {
  const text = new TextDecoder().decode(bytes);
  const builder = new DocumentBuilder(path, text);
  for (const event of eventsOf(path, text)) builder.take(event);
  const lineStarts = startsOf(text);
  return builder.documents.map((root) => ({
    root,
    lineOf: (mapping, key) => {
      const offset = builder.keyOffsets.get(mapping)?.get(key);
      return offset === undefined ? undefined : lineAt(lineStarts, offset);
    },
  }));
}

/** Matches the parser's notation of a place. */
const PLACE = / \((?<line>\d+):(?<column>\d+)\)$/u;

function eventsOf(path: string, text: string): readonly Event[] {
  try {
    return parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    const [reason = ''] = errorMessage(error).split('\n', 1);
    const where = reason.replace(PLACE, ' (line $<line>, column $<column>)');
    throw new ParseError(path, `invalid YAML: ${where}`, { cause: error });
  }
}

/** A list or a mapping whose end has not come yet. */
type Open =
  | { readonly kind: 'document'; value: JsonValue }
  | { readonly kind: 'list'; readonly value: JsonValue[] }
  | {
      readonly kind: 'mapping';
      readonly value: Record<string, JsonValue>;
      readonly offsets: Map<string, number>;
      /** The key of the next value. */
      key: string | undefined;
    };

class DocumentBuilder {
  readonly documents: JsonValue[] = [];
  readonly keyOffsets = new Map<JsonObject, ReadonlyMap<string, number>>();
  readonly #path: string;
  readonly #text: string;
  readonly #open: Open[] = [];

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#open.push({ kind: 'document', value: '' });
        break;
      case EVENT_ID.SEQUENCE: {
        const value: JsonValue[] = [];
        this.#put(value);
        this.#open.push({ kind: 'list', value });
        break;
      }
      case EVENT_ID.MAPPING: {
        const value = Object.create(null) as Record<string, JsonValue>;
        const offsets = new Map<string, number>();
        this.#put(value);
        this.keyOffsets.set(value, offsets);
        this.#open.push({ kind: 'mapping', value, offsets, key: undefined });
        break;
      }
      case EVENT_ID.SCALAR:
        this.#put(event.valueStart < 0 ? '' : this.#scalar(event), event.valueStart);
        break;
      case EVENT_ID.ALIAS:
        throw new ParseError(this.#path, 'an alias');
      case EVENT_ID.POP: {
        const closed = this.#open.pop();
        if (closed?.kind === 'document') this.documents.push(closed.value);
        break;
      }
    }
  }

  #scalar(event: Event & { type: typeof EVENT_ID.SCALAR }): string {
    try {
      return getScalarValue(this.#text, event);
    } catch (error) {
      throw new ParseError(this.#path, `invalid YAML: ${errorMessage(error)}`, { cause: error });
    }
  }

  #put(value: JsonValue, offset?: number): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    if (parent.kind === 'document') parent.value = value;
    else if (parent.kind === 'list') parent.value.push(value);
    else if (parent.key !== undefined) {
      parent.value[parent.key] = value;
      parent.key = undefined;
    } else if (typeof value !== 'string')
      throw new ParseError(this.#path, 'a key that is not text');
    else if (value in parent.value) {
      throw new ParseError(this.#path, `key "${value.slice(0, 80)}" is given twice`);
    } else {
      parent.key = value;
      parent.offsets.set(value, offset ?? 0);
    }
  }
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Returns the 1-based line of an offset, by halving. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
