/**
 * Reads one entry of an ignore file that is a mapping: fields by name, with a message for each that
 * is not as it should be.
 */

import { didYouMean } from '../../../core/base/did-you-mean.ts';
import {
  PackageUrlError,
  parsePackageUrl,
  type PackageUrl,
} from '../../../core/model/purl/purl.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { ExceptionProblem, IgnoreEntry } from './exception.ts';

/** The fields of one entry, and what is wrong with them. */
export class EntryFields {
  readonly from: string;
  readonly #fields: JsonObject;
  readonly #problems: ExceptionProblem[] = [];

  constructor(fields: JsonObject, from: string) {
    this.#fields = fields;
    this.from = from;
  }

  has(key: string): boolean {
    return this.#fields[key] !== undefined;
  }

  /** Returns a text; `undefined` where it is absent, empty, or no text, which is a problem. */
  text(key: string): string | undefined {
    const value = this.#fields[key];
    if (value === undefined || value === '' || value === null) return undefined;
    if (typeof value === 'string') return value.trim();
    if (typeof value === 'number' || typeof value === 'bigint') return String(value);
    // A date of TOML.
    if (value instanceof Date) return value.toISOString();
    this.refuse(`"${key}" is not text`);
    return undefined;
  }

  /** Returns a list of texts, or one text alone; empty where it is absent. */
  texts(key: string): readonly string[] {
    const value = this.#fields[key];
    if (value === undefined || value === '' || value === null) return [];
    if (typeof value === 'string') return [value];
    const list: readonly JsonValue[] = isJsonArray(value) ? value : [];
    const texts = list.filter((item) => typeof item === 'string');
    if (texts.length === 0 || texts.length < list.length)
      this.refuse(`"${key}" is not a list of texts`);
    return texts;
  }

  /** Returns package URLs, read as {@link EntryFields.texts}. */
  purls(key: string): readonly PackageUrl[] {
    return this.texts(key).flatMap((text) => {
      try {
        return [parsePackageUrl(text)];
      } catch (error) {
        if (!(error instanceof PackageUrlError)) throw error;
        this.refuse(error.message);
        return [];
      }
    });
  }

  mapping(key: string): JsonObject | undefined {
    const value = this.#fields[key];
    if (value === undefined || value === '' || value === null) return undefined;
    if (isJsonObject(value)) return value;
    this.refuse(`"${key}" is not a mapping`);
    return undefined;
  }

  /** Reads yes or no, in the spellings of YAML 1.2 and TOML. */
  flag(key: string): boolean {
    const value = this.#fields[key];
    if (value === undefined || value === '' || value === false || value === 'false') return false;
    if (value === true || value === 'true') return true;
    this.refuse(`"${key}" is neither true nor false`);
    return false;
  }

  /**
   * Names keys that are not among the known ones. A strict form makes the entry not count, because
   * the key may be a limit that was mistyped; a form of another tool does so where the key is near
   * one of its own.
   */
  checkKeys(known: readonly string[], isStrict: boolean): void {
    for (const key of Object.keys(this.#fields)) {
      if (known.includes(key)) continue;
      const near = didYouMean(key, known);
      const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`;
      const message = `the key "${key}" is not known (${hint})`;
      if (isStrict || near !== undefined) this.refuse(message);
      else this.#problems.push({ kind: 'note', from: this.from, message });
    }
  }

  /** Marks the entry as not counting, for this reason; the first reason is enough. */
  refuse(message: string): void {
    if (this.#problems.some(({ kind }) => kind === 'unusable')) return;
    const problem = `${message.slice(0, MAX_MESSAGE)}; the entry does not count`;
    this.#problems.push({ kind: 'unusable', from: this.from, message: problem });
  }

  get problems(): readonly ExceptionProblem[] {
    return this.#problems;
  }

  /** Returns the entry, unless it was refused. */
  ifUsable(entry: Omit<IgnoreEntry, 'from'>): IgnoreEntry | undefined {
    return this.#problems.some(({ kind }) => kind === 'unusable')
      ? undefined
      : { ...entry, from: this.from };
  }
}

/** A value can be megabytes long. */
const MAX_MESSAGE = 300;
