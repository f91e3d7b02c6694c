/**
 * JSON documents of any size, read piece by piece. Of a list or an object with more items than the
 * bounds allow, the first ones are read and the others are passed over and counted, so that memory
 * does not grow with the document.
 *
 * Source and refusals are those of `json.ts`. The items that are passed over are not checked; a
 * string that is read has at most {@link MAX_SCALAR_LENGTH} characters.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { emptyObject, JsonReader } from './json-reader.ts';
import type { JsonArray, JsonDocument, JsonObject, JsonValue } from './json.ts';
import { JsonSkip } from './json-skip.ts';

/** A stored file that is read in parts. */
export interface StoredJson {
  readonly path: string;
  readonly sizeBytes: number;
  readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
}

/** Limits for reading a document. */
export interface JsonBounds {
  /** Items of one list or object that is larger than a piece. */
  readonly maxItems: number;
  /** Characters of the items that are read; parts of them are held as long as the values. */
  readonly maxTextLength: number;
  /** Bytes that are read at a time; absent: {@link PIECE_BYTES}. */
  readonly pieceBytes?: number;
}

/** Items of a list or an object that were passed over. */
export interface JsonLeftOut {
  /** The list or object that has them; empty for members of the root. */
  readonly path: JsonPath;
  readonly count: number;
}

/** Keys of objects and indexes of lists from the root to a value. */
export type JsonPath = readonly (string | number)[];

/** A list whose items do not become part of the document. */
export interface StreamedList {
  /** Keys from the root to the list. `*` stands for every item of a list on the way. */
  readonly keys: readonly string[];
  /** Takes one item. Absent: the items are passed over unread, and counted as left out. */
  readonly item?: (
    value: JsonValue,
    place: { readonly path: JsonPath; readonly line: number },
  ) => void;
}

/**
 * A JSON document of a file that is too large to be parsed at once, without the items that were
 * left out.
 */
export interface JsonFileDocument extends JsonDocument {
  readonly leftOut: readonly JsonLeftOut[];
}

/** Bytes that are read at a time. A larger item is read item by item itself. */
const PIECE_BYTES = 256 * 1024;
/** Bills of materials hold texts of licenses, which have some 30,000 characters. */
const MAX_SCALAR_LENGTH = 16 * 1024 * 1024;
/**
 * Objects and lists after which no more items are read: half of what one text may have in
 * `json-reader.ts`.
 */
const MAX_CONTAINERS = 500_000;

/** Factor by which more may be read if only members of the root are added. */
const ROOT_FACTOR = 1.25;

/** Characters that continue a number. */
const NUMBER_UNITS = '+-.0123456789Ee';

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Reads the object that a file holds. The items of a streamed list are not part of the document and
 * have no lines in it.
 *
 * @throws ParseError where the file is not JSON, or not an object; whatever
 * {@link StreamedList.item} throws.
 */
export async function readJsonFile(
  file: StoredJson,
  bounds: JsonBounds,
  options: { readonly isJsonc?: boolean; readonly streamed?: StreamedList } = {},
): Promise<JsonFileDocument> {
  const { isJsonc = false, streamed } = options;
  const lines = new Map<JsonObject | JsonArray, number>();
  const rootKeyLines = new Map<string, number>();
  const trace = streamed === undefined ? { lines, rootKeyLines } : { rootKeyLines };
  const reader = new JsonReader(file.path, '', trace, isJsonc);
  const pieces = new PieceReader(file, reader, {
    ...bounds,
    isJsonc,
    ...(streamed && { streamed }),
  });
  const root = await pieces.read();
  return {
    root,
    duplicateKeys: reader.duplicateKeys,
    leftOut: pieces.leftOut,
    lineOf: (container) => lines.get(container),
    lineOfRootKey: (key) => rootKeyLines.get(key),
    lineOfKey: () => undefined,
  };
}

/** The options of a reader of pieces. */
type Plan = JsonBounds & { readonly isJsonc: boolean; readonly streamed?: StreamedList };

class PieceReader {
  readonly leftOut: JsonLeftOut[] = [];
  readonly #file: StoredJson;
  readonly #reader: JsonReader;
  readonly #bounds: Plan;
  readonly #decoder = new TextDecoder('utf-8');
  #offset = 0;
  #textLength = 0;
  #passedLength = 0;

  constructor(file: StoredJson, reader: JsonReader, bounds: Plan) {
    this.#file = file;
    this.#reader = reader;
    this.#bounds = bounds;
  }

  async read(): Promise<JsonObject> {
    await this.#space();
    if (this.#reader.next !== OPEN_BRACE) {
      await this.#value([]);
      throw new ParseError(this.#file.path, 'not a JSON object');
    }
    const root = await this.#container([]);
    await this.#space();
    if (this.#reader.restLength > 0) this.#reader.fail('text after the end');
    return root as JsonObject;
  }

  get #pieceBytes(): number {
    return this.#bounds.pieceBytes ?? PIECE_BYTES;
  }

  get #hasEnded(): boolean {
    return this.#offset >= this.#file.sizeBytes;
  }

  /**
   * Adds a piece; as much as is there already, so that a long string is not begun again for each
   * piece.
   */
  async #fill(): Promise<void> {
    const lengthBytes = Math.min(
      Math.max(this.#pieceBytes, this.#reader.restLength),
      this.#file.sizeBytes - this.#offset,
    );
    const bytes = await this.#file.readAt(this.#offset, lengthBytes);
    if (bytes.length === 0) throw new ParseError(this.#file.path, 'cut off');
    this.#offset += bytes.length;
    const text = this.#decoder.decode(bytes, { stream: !this.#hasEnded });
    this.#textLength += text.length;
    this.#reader.extend(text);
  }

  /**
   * Does something that needs the text behind the place as well, and begins again with more of it
   * where that fails. Returns `undefined` where so much text is not enough.
   */
  async #attempt<T>(read: () => T, maxLength: number): Promise<T | undefined> {
    const reader = this.#reader;
    for (;;) {
      const mark = reader.mark();
      try {
        const result = read();
        // A number may go on in the next piece.
        if (reader.restLength > 0 || this.#hasEnded) return result;
      } catch (error) {
        if (!(error instanceof ParseError) || this.#hasEnded) throw error;
      }
      reader.goBack(mark);
      if (reader.restLength >= maxLength) return undefined;
      await this.#fill();
    }
  }

  async #space(): Promise<void> {
    const reader = this.#reader;
    do {
      if (reader.restLength === 0 && !this.#hasEnded) await this.#fill();
      const pass = (): true => {
        reader.skipSpace();
        return true;
      };
      // A comment may go on in the next piece; white space is passed as far as it goes.
      const isPassed = this.#bounds.isJsonc && (await this.#attempt(pass, MAX_SCALAR_LENGTH));
      if (isPassed !== true) pass();
    } while (reader.restLength === 0 && !this.#hasEnded);
  }

  async #accept(unit: number): Promise<boolean> {
    await this.#space();
    return this.#reader.accept(unit);
  }

  async #value(path: JsonPath): Promise<JsonValue> {
    const reader = this.#reader;
    const isContainer = reader.next === OPEN_BRACE || reader.next === OPEN_BRACKET;
    if (isContainer && this.#leadsToStream(path)) return this.#container(path);
    const read = (): JsonValue => {
      const value = reader.readValue(path.length);
      const isPart =
        typeof value === 'number' && NUMBER_UNITS.includes(String.fromCharCode(reader.next));
      return isPart ? reader.fail('a value was expected') : value;
    };
    const value = await this.#attempt(read, isContainer ? this.#pieceBytes : MAX_SCALAR_LENGTH);
    if (value !== undefined) return value;
    return isContainer ? this.#container(path) : read();
  }

  /** Returns whether the streamed list has this path, or lies below it. */
  #leadsToStream(path: JsonPath): boolean {
    const keys = this.#bounds.streamed?.keys ?? [];
    if (path.length > keys.length) return false;
    return path.every((part, at) => (typeof part === 'number' ? '*' : part) === keys[at]);
  }

  /** Reads a list or an object item by item. */
  async #container(path: JsonPath): Promise<JsonArray | JsonObject> {
    const reader = this.#reader;
    const depth = path.length + 1;
    const { streamed } = this.#bounds;
    const isStreamed = path.length === streamed?.keys.length && this.#leadsToStream(path);
    const isObject = reader.next === OPEN_BRACE;
    const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
    const object = emptyObject();
    const list: JsonValue[] = [];
    const container = isObject ? object : list;
    reader.enter(container, depth);
    if (await this.#accept(close)) return container;
    for (let count = 0; ; count += 1) {
      await this.#space();
      if (this.#isFull(count, depth) || (isStreamed && streamed.item === undefined)) {
        await this.#passRest(path);
        return container;
      }
      if (isStreamed && !isObject) await this.#streamItem([...path, count]);
      else if (isObject) {
        const { line } = reader;
        const readKey = (): string => reader.readKey();
        const key = (await this.#attempt(readKey, MAX_SCALAR_LENGTH)) ?? readKey();
        await this.#space();
        const value = await this.#value([...path, key]);
        reader.set(object, key, value, { line, depth });
      } else list.push(await this.#value([...path, count]));
      if (!(await this.#accept(COMMA))) break;
      if (this.#bounds.isJsonc) {
        await this.#space();
        if (reader.next === close) break;
      }
    }
    if (!(await this.#accept(close))) reader.fail(`"," or "${isObject ? '}' : ']'}" was expected`);
    return container;
  }

  /** Reads an item and forgets it: the bounds are those of what the document holds. */
  async #streamItem(path: JsonPath): Promise<void> {
    const { line, containerCount } = this.#reader;
    const before = this.#heldLength;
    const value = await this.#value(path);
    this.#reader.discount(this.#reader.containerCount - containerCount);
    this.#passedLength += this.#heldLength - before;
    this.#bounds.streamed?.item?.(value, { path, line });
  }

  /** Returns the characters that were read and not passed over. */
  get #heldLength(): number {
    return this.#textLength - this.#reader.restLength - this.#passedLength;
  }

  /** Members of the root say what the document is; those behind a long list still have room. */
  #isFull(count: number, depth: number): boolean {
    const { maxItems, maxTextLength } = this.#bounds;
    const factor = depth === 1 ? ROOT_FACTOR : 1;
    const isMuch =
      this.#heldLength > maxTextLength * factor ||
      this.#reader.containerCount > MAX_CONTAINERS * factor;
    return count >= maxItems || isMuch;
  }

  /** Passes the items that are left, and the bracket behind them. */
  async #passRest(path: JsonPath): Promise<void> {
    const skip = new JsonSkip();
    for (;;) {
      const { restLength } = this.#reader;
      this.#reader.pass(skip.over);
      this.#passedLength += restLength - this.#reader.restLength;
      if (skip.hasEnded) break;
      if (this.#hasEnded) this.#reader.fail('a list or an object without its end');
      await this.#fill();
    }
    this.leftOut.push({ path, count: skip.itemCount });
  }
}
