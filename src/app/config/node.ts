/** A value of a configuration file that knows where it stands, for messages that say so. */

import { AssayError } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import type { YamlDocument } from '../../formats/text/yaml/yaml.ts';

/** Readers of flags name the flag, which here is the key. */
const FLAG_START = /^--[a-z-]+:? /u;
/** Longest part of a key that a warning repeats. */
const MAX_SHOWN_KEY = 120;
/** Longest part of a value that a message repeats. */
const SHOWN = 60;

/**
 * A value of a configuration file with its place, for messages. Readers narrow it to the type that
 * they expect.
 */
export class ConfigNode {
  readonly value: JsonValue;
  /** With dots, as in `policies.prod.severity`; empty for the whole. */
  readonly key: string;
  /** 1-based; of an item of a list that of the list's key. */
  readonly line: number;
  readonly #file: string;
  readonly #document: YamlDocument;

  constructor(
    place: { readonly file: string; readonly document: YamlDocument; readonly line: number },
    key: string,
    value: JsonValue,
  ) {
    this.#file = place.file;
    this.#document = place.document;
    this.line = place.line;
    this.key = key;
    this.value = value;
  }

  /** Returns the place, as in `assay.yaml:12`. */
  get where(): string {
    return `${this.#file}:${this.line}`;
  }

  /** Returns whether nothing is given, as behind a key without a value. */
  get isEmpty(): boolean {
    return this.value === '' || (isJsonArray(this.value) && this.value.length === 0);
  }

  get isMapping(): boolean {
    return isJsonObject(this.value);
  }

  /** Returns the keys of a mapping. @throws AssayError `CONFIG_INVALID` */
  members(): ReadonlyMap<string, ConfigNode> {
    if (this.isEmpty) return new Map();
    if (!isJsonObject(this.value)) throw this.refuse('must be a mapping of keys to values');
    const mapping: JsonObject = this.value;
    return new Map(
      Object.entries(mapping).map(([name, value = '']) => {
        const line = this.#document.lineOf(mapping, name) ?? this.line;
        const key = this.key === '' ? name : `${this.key}.${name}`;
        return [name, this.#child(key, value, line)];
      }),
    );
  }

  /** Returns the items of a list; what is not a list is its one item. */
  items(): readonly ConfigNode[] {
    if (this.isEmpty) return [];
    const values = isJsonArray(this.value) ? this.value : [this.value];
    return values.map((value) => this.#child(this.key, value, this.line));
  }

  /** @throws AssayError `CONFIG_INVALID` */
  text(): string {
    if (typeof this.value === 'string') return this.value;
    throw this.refuse(
      isJsonArray(this.value) ? 'takes one value, and is a list' : 'must be a text',
    );
  }

  /** @throws AssayError `CONFIG_INVALID` */
  flag(): boolean {
    const text = typeof this.value === 'string' ? this.value.toLowerCase() : undefined;
    if (text === 'true') return true;
    if (text === 'false') return false;
    throw this.refuse('must be true or false');
  }

  /** Returns the error about this value. */
  refuse(problem: string, hint?: string): AssayError {
    const shown = typeof this.value === 'string' ? `: "${this.value.slice(0, SHOWN)}"` : '';
    return new AssayError(
      'CONFIG_INVALID',
      `${this.where}: "${this.key}" ${problem}${shown}`,
      hint === undefined ? {} : { hint },
    );
  }

  /** Returns an error of a reader of values, with the place in front. */
  blame(error: AssayError): AssayError {
    const message = `${this.where}: "${this.key}": ${error.message.replace(FLAG_START, '')}`;
    return new AssayError('CONFIG_INVALID', message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }

  #child(key: string, value: JsonValue, line: number): ConfigNode {
    return new ConfigNode({ file: this.#file, document: this.#document, line }, key, value);
  }
}

/** Returns the message for an unknown key. */
export function unknownKey(node: ConfigNode, known: Iterable<string>): string {
  const near = didYouMean(node.key, known);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `${node.where}: unknown key "${node.key.slice(0, MAX_SHOWN_KEY)}"${hint}`;
}

/**
 * Runs a reader of values. @throws AssayError what it throws, with the place of the node in front
 */
export function blaming<T>(node: ConfigNode, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AssayError) throw node.blame(error);
    throw error;
  }
}
