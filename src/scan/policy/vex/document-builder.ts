/**
 * Shared code of the readers of all three forms: collecting statements, and reporting ignored ones.
 */

import type { JsonValue } from '../../../formats/text/json/json.ts';
import {
  PackageUrlError,
  parsePackageUrl,
  type PackageUrl,
} from '../../../core/model/purl/purl.ts';
import { parseInstant } from '../exceptions/parse-instant.ts';
import type { VexDocument, VexIdentity, VexStatement } from './statement.ts';

const DAY_MS = 86_400_000;
/** A hostile document can hold a million bad rows; after these the rest is counted. */
const MAX_PROBLEMS = 20;
const MAX_QUOTED = 120;

/** Collects what one document says. */
export class VexBuilder {
  readonly #path: string;
  readonly #form: VexDocument['form'];
  readonly #now: number;
  readonly #statements: VexStatement[] = [];
  readonly #problems: string[] = [];
  #problemCount = 0;

  constructor(path: string, form: VexDocument['form'], now: number) {
    this.#path = path;
    this.#form = form;
    this.#now = now;
  }

  /**
   * Takes a statement, unless it is dated later than now, or names nothing. `place` says which it
   * is in the file.
   */
  add(statement: Omit<VexStatement, 'from'>, place: string): void {
    const { vulnerabilities, products, at } = statement;
    // Clocks differ; a day is more than any of them does.
    if (at > this.#now + DAY_MS) {
      this.refuse(`${place} is dated ${new Date(at).toISOString()}, which is to come`);
    } else if (vulnerabilities.length === 0) this.refuse(`${place} names no vulnerability`);
    else if (products.length === 0) {
      this.refuse(`${place} names no product by a package URL or digest`);
    } else this.#statements.push({ ...statement, from: `${this.#path}, ${place}` });
  }

  /** Records a problem of the document. */
  refuse(problem: string): void {
    this.#problemCount += 1;
    if (this.#problemCount <= MAX_PROBLEMS) this.#problems.push(problem);
  }

  done(): VexDocument {
    const more = this.#problemCount - this.#problems.length;
    return {
      path: this.#path,
      form: this.#form,
      statements: this.#statements,
      problems:
        more > 0 ? [...this.#problems, `and ${more} more that do not count`] : this.#problems,
    };
  }
}

/**
 * Returns the first of some values that is an instant, in milliseconds; one without any is older
 * than all others.
 */
export function firstInstant(...values: readonly (JsonValue | undefined)[]): number {
  for (const value of values) {
    const instant = typeof value === 'string' ? parseInstant(value) : undefined;
    if (instant !== undefined) return instant;
  }
  return Number.NEGATIVE_INFINITY;
}

/** Returns a text, without white space around; `undefined` where it is none or empty. */
export function textIn(value: JsonValue | undefined): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** Returns the package URL in a text, or `undefined`. */
export function purlIn(text: string | undefined): PackageUrl | undefined {
  if (text?.startsWith('pkg:') !== true) return undefined;
  try {
    return parsePackageUrl(text);
  } catch (error) {
    if (error instanceof PackageUrlError) return undefined;
    throw error;
  }
}

const DIGEST = /^(?:sha256:)?(?<hex>[0-9a-f]{64})$/i;

/** Returns `sha256:...` for a digest with or without that word, in any case. */
export function digestIn(text: string | undefined): string | undefined {
  const hex = DIGEST.exec(text ?? '')?.groups?.['hex'];
  return hex === undefined ? undefined : `sha256:${hex.toLowerCase()}`;
}

/** Returns the identity that a text alone names: a package, or an image by its digest. */
export function identityIn(text: string | undefined): VexIdentity | undefined {
  const purl = purlIn(text);
  if (purl !== undefined) return { purl };
  const digest = digestIn(text);
  return digest === undefined ? undefined : { digest };
}

/** Returns a value for a message, short. */
export function quoteJson(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : 'no text';
  return `"${text.slice(0, MAX_QUOTED)}"`;
}
