/**
 * A value of a SARIF document together with its place, which errors name as
 * `runs[0].results[3].level`. What has another type than the specification gives it is refused.
 * `null` stands for an absent property, as some serializers write it.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import type { JsonPath } from '../../../formats/text/json/json-file.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';

/** Characters of a text that are used; the longest messages of known analyzers have some 1,000. */
const MAX_TEXT_LENGTH = 2000;

/** An object of a document. */
export class SarifNode {
  readonly #file: string;
  readonly #path: JsonPath;
  readonly #value: JsonObject;

  /** @throws AssayError `CONFIG_INVALID` if the value is not an object */
  constructor(file: string, path: JsonPath, value: JsonValue | undefined) {
    this.#file = file;
    this.#path = path;
    if (!isJsonObject(value)) throw sarifError(file, 'it is not an object', path);
    this.#value = value;
  }

  /** Returns the names of the properties, as of a property bag. */
  get keys(): readonly string[] {
    return Object.keys(this.#value);
  }

  /** Returns whether the property has a value. */
  has(key: string): boolean {
    return this.#get(key) !== undefined;
  }

  /** Returns an object; `undefined` if it is absent. */
  object(key: string): SarifNode | undefined {
    const value = this.#get(key);
    return value === undefined ? undefined : new SarifNode(this.#file, [...this.#path, key], value);
  }

  /** Returns an object that must be present. */
  required(key: string): SarifNode {
    return this.object(key) ?? this.fail(`"${key}" is missing`);
  }

  /** Returns the objects of a list, which is empty if it is absent. */
  list(key: string): readonly SarifNode[] {
    const path = [...this.#path, key];
    return this.#list(key).map(
      (value, index) => new SarifNode(this.#file, [...path, index], value),
    );
  }

  /** Returns one object of a list. @throws AssayError if the list does not reach that far */
  item(key: string, index: number): SarifNode {
    const items = this.#list(key);
    if (index < items.length)
      return new SarifNode(this.#file, [...this.#path, key, index], items[index]);
    return this.fail(`index ${index} is beyond the ${items.length} items of "${key}"`);
  }

  /** Returns the number of items of a list. */
  length(key: string): number {
    return this.#list(key).length;
  }

  /** Returns the texts of a list; items of other types are left out. */
  texts(key: string): readonly string[] {
    const texts: string[] = [];
    for (const value of this.#list(key))
      if (typeof value === 'string') texts.push(printable(value));
    return texts;
  }

  /** Returns a text as it is written, for addresses and for hashes. */
  raw(key: string): string | undefined {
    const value = this.#get(key);
    if (value === undefined || typeof value === 'string') return value;
    return this.fail(`"${key}" is not a string`);
  }

  /**
   * Returns a text on one line, without control characters and of a bounded length; `undefined` for
   * an empty one.
   */
  text(key: string): string | undefined {
    const text = printable(this.raw(key) ?? '');
    return text === '' ? undefined : text;
  }

  /** Returns an integer that is not negative; -1, the default of SARIF for indexes, is absent. */
  index(key: string): number | undefined {
    const value = this.#get(key);
    if (value === undefined || value === -1) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return this.fail(`"${key}" is not an index`);
  }

  /** Returns a boolean; `undefined` if it is absent. */
  flag(key: string): boolean | undefined {
    const value = this.#get(key);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.fail(`"${key}" is not true or false`);
  }

  /** Returns one of the values that the specification lists; `undefined` if it is absent. */
  oneOf<Name extends string>(key: string, names: readonly Name[]): Name | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    const name = names.find((one) => one === value);
    const shown = printable(value).slice(0, 40);
    return name ?? this.fail(`"${key}" is "${shown}", and SARIF has ${names.join(', ')}`);
  }

  /** Returns a number that is written as a number or as a text; `undefined` for anything else. */
  decimal(key: string): number | undefined {
    const value = this.#get(key);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  }

  /** @throws AssayError with the place of this object */
  fail(reason: string, hint?: string): never {
    throw sarifError(this.#file, reason, this.#path, hint);
  }

  #get(key: string): JsonValue | undefined {
    return this.#value[key] ?? undefined;
  }

  #list(key: string): readonly JsonValue[] {
    const value = this.#get(key);
    if (value === undefined) return [];
    return isJsonArray(value) ? value : this.fail(`"${key}" is not a list`);
  }
}

/** Returns the error for a document that cannot be used. */
export function sarifError(
  file: string,
  reason: string,
  path: JsonPath = [],
  hint = 'Write the document again as SARIF 2.1.0, or leave it out.',
): AssayError {
  const place = path.length === 0 ? '' : `${placeText(path)}: `;
  return new AssayError('CONFIG_INVALID', `cannot read "${file}" as SARIF: ${place}${reason}`, {
    hint,
  });
}

function placeText(path: JsonPath): string {
  const [first = '', ...others] = path.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${printable(part).slice(0, 60)}`,
  );
  return [first.slice(1), ...others].join('');
}

function printable(text: string): string {
  return stripControl(text.slice(0, MAX_TEXT_LENGTH)).trim();
}
