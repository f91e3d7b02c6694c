/**
 * Image references as texts of a file: whether a value is one, and how a new one is written in its
 * place.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { parseWrittenReference } from '../../../clients/oci/index.ts';
import type { Obstacle } from '../finder.ts';
import { digestOf, withoutDigest } from '../reference-value.ts';

/**
 * Placeholders of template languages: `{{ x }}`, `{% x %}`, `<%= x %>`, `@x@`, `@@x@@`, `__x__`,
 * `[[x]]`.
 */
const TEMPLATE = /\{[{%]|[%}]\}|<%|%>|@@?\w+@|^__\w+__$|\[\[/u;

/** Returns why a value is not an image reference; `undefined` for one that is. */
export function imageObstacle(value: string): Obstacle | undefined {
  if (TEMPLATE.test(value)) {
    // The file does not say where the value of the placeholder comes from, so that nothing else
    // reads it.
    return { id: 'computed-name', message: `a template computes "${value}"` };
  }
  try {
    parseWrittenReference(value);
    return undefined;
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return {
      id: 'not-a-reference',
      message: error.message.replace(/\.$/u, ''),
      ...(error.hint !== undefined && { advice: error.hint }),
    };
  }
}

/**
 * Returns whether a text is a value as it is written, in quotes or not, so that any other value can
 * take its place.
 */
export function isPlain(raw: string, value: string): boolean {
  return [value, `"${value}"`, `'${value}'`].includes(raw);
}

/**
 * Returns the text that reads as a new value where `raw` reads as `old`. Quotes around the whole
 * stay. Text that is written in an unusual way, such as a name that spans lines or contains a
 * variable, stays too if only its end is new or another digest.
 */
export function inPlaceOf(raw: string, old: string, value: string): string {
  if (isPlain(raw, old)) return raw.replace(old, () => value);
  if (old !== '' && value.startsWith(old)) return raw + value.slice(old.length);
  const digest = digestOf('image', old);
  const digestAt = digest === undefined ? -1 : raw.lastIndexOf(digest);
  const isOtherDigest = withoutDigest('image', old) === withoutDigest('image', value);
  if (digest === undefined || digestAt < 0 || !isOtherDigest) return value;
  const after = raw.slice(digestAt + digest.length);
  return raw.slice(0, digestAt) + (digestOf('image', value) ?? '') + after;
}
