/**
 * A mapping of a file with rules, with the lines that messages name. Every value of such a file is
 * a text, a list or a mapping.
 */

import { didYouMean } from '../../../core/base/did-you-mean.ts';
import { AssayError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { YamlDocument } from '../../../formats/text/yaml/yaml.ts';

/** Longest part of a value that a message repeats. */
const SHOWN = 120;

/** A mapping and its place. */
export class RuleNode {
  readonly #path: string;
  readonly #document: YamlDocument;
  readonly #mapping: JsonObject;

  constructor(path: string, document: YamlDocument, mapping: JsonObject) {
    this.#path = path;
    this.#document = document;
    this.#mapping = mapping;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#mapping);
  }

  /** `path:line` of a key. */
  where(key: string): string {
    const line = this.#document.lineOf(this.#mapping, key);
    return line === undefined ? this.#path : `${this.#path}:${line}`;
  }

  /**
   * Ends the run because of a key. @throws AssayError `CONFIG_INVALID` that names the file and the
   * line
   */
  refuse(key: string, reason: string): never {
    throw new AssayError('CONFIG_INVALID', `${this.where(key)}: "${shown(key)}" ${reason}`, {
      hint: 'Correct it, or take the rule out. The form of rules: docs/writing-rules.md',
    });
  }

  /** Refuses keys that are not known. @throws AssayError `CONFIG_INVALID` */
  refuseOthers(known: readonly string[]): void {
    const key = this.keys.find((one) => !known.includes(one));
    if (key === undefined) return;
    const near = didYouMean(key, known);
    this.refuse(key, `is not a known key${near === undefined ? '' : `; did you mean "${near}"?`}`);
  }

  /** Returns the first key that is not among some. */
  unknownKey(known: readonly string[]): string | undefined {
    return this.keys.find((one) => !known.includes(one));
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#mapping, key);
  }

  /**
   * Returns a text that is not empty; `undefined` without the key. @throws AssayError
   * `CONFIG_INVALID`
   */
  text(key: string, maxLength: number): string | undefined {
    if (!this.has(key)) return undefined;
    const value = this.#mapping[key];
    if (typeof value !== 'string') return this.refuse(key, 'is no text');
    const text = value.trim();
    if (text === '') return this.refuse(key, 'is empty');
    if (text.length > maxLength) {
      return this.refuse(key, `has ${text.length} characters, and may have ${maxLength}`);
    }
    return text;
  }

  /** As {@link RuleNode.text} @throws AssayError `CONFIG_INVALID` */
  required(key: string, maxLength: number): string {
    return this.text(key, maxLength) ?? this.#lacks(key);
  }

  /** Returns one of some words, in any case of letters. @throws AssayError `CONFIG_INVALID` */
  choice<T extends string>(key: string, choices: readonly T[]): T | undefined {
    const text = this.text(key, SHOWN);
    if (text === undefined) return undefined;
    const chosen = choices.find((one) => one === text.toLowerCase());
    return chosen ?? this.refuse(key, `cannot be "${text}"; there are: ${choices.join(', ')}`);
  }

  /**
   * As {@link RuleNode.choice}, of a key that has to be there. @throws AssayError `CONFIG_INVALID`
   */
  requiredChoice<T extends string>(key: string, choices: readonly T[]): T {
    return this.choice(key, choices) ?? this.#lacks(key);
  }

  /** @throws AssayError `CONFIG_INVALID` */
  flag(key: string): boolean {
    return this.choice(key, ['true', 'false'] as const) === 'true';
  }

  /** Returns a mapping below; `undefined` without the key. @throws AssayError `CONFIG_INVALID` */
  mapping(key: string): RuleNode | undefined {
    if (!this.has(key)) return undefined;
    const value = this.#mapping[key];
    if (!isJsonObject(value)) return this.refuse(key, 'is not a mapping of keys to values');
    return this.#below(value);
  }

  /**
   * Returns a list of texts that are not empty; one text is a list of one. @throws AssayError
   * `CONFIG_INVALID`
   */
  texts(key: string): readonly string[] {
    return this.#items(key).map((one) => {
      if (typeof one === 'string' && one.trim() !== '') return one.trim();
      return this.refuse(key, 'has an item that is no text');
    });
  }

  /**
   * As {@link RuleNode.texts}, of a key that has to be there. @throws AssayError `CONFIG_INVALID`
   */
  requiredTexts(key: string): readonly string[] {
    return this.has(key) ? this.texts(key) : this.#lacks(key);
  }

  /** Returns a list of mappings. @throws AssayError `CONFIG_INVALID` */
  mappings(key: string): readonly RuleNode[] {
    return this.#items(key).map((one) =>
      isJsonObject(one)
        ? this.#below(one)
        : this.refuse(key, 'has an item that is not a mapping of keys to values'),
    );
  }

  /** Returns a list of texts and mappings. @throws AssayError `CONFIG_INVALID` */
  textsAndMappings(key: string): readonly (string | RuleNode)[] {
    return this.#items(key).map((one) => {
      if (isJsonObject(one)) return this.#below(one);
      if (typeof one === 'string' && one.trim() !== '') return one.trim();
      return this.refuse(key, 'has an item that is neither a text nor a mapping');
    });
  }

  /**
   * Runs a check of a value, and puts the place and the value in front of its reason. @throws
   * AssayError `CONFIG_INVALID`
   */
  check<T>(key: string, value: string, check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      return this.refuse(key, `cannot be "${shown(value)}": it ${error.message}`);
    }
  }

  #items(key: string): readonly JsonValue[] {
    const value = this.#mapping[key];
    if (value === undefined) return [];
    if (value === '' || (isJsonArray(value) && value.length === 0)) this.refuse(key, 'is empty');
    return isJsonArray(value) ? value : [value];
  }

  #below(mapping: JsonObject): RuleNode {
    return new RuleNode(this.#path, this.#document, mapping);
  }

  #lacks(key: string): never {
    const [first] = this.keys;
    const place = first === undefined ? this.#path : this.where(first);
    throw new AssayError('CONFIG_INVALID', `${place}: "${key}" is missing`, {
      hint: 'The form of rules: docs/writing-rules.md',
    });
  }
}

/** Returns the beginning of a value, for messages. */
function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
