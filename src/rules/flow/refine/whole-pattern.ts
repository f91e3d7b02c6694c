/** Regular expressions that describe all of a text. */

import { constantOf, HOLE, type Value } from '../value/value.ts';

/**
 * Characters that mean something to shells, paths, pages and statements of SQL, and those of
 * encodings.
 */
const HARMFUL = Array.from(' \t\r\n/\\;&|<>\'"`$(){}*%');

/**
 * Returns whether a text that an expression matches has letters, digits and the like only. `isFull`
 * means that the call matches whole texts, so that the expression needs no anchors.
 */
export function isWholePattern(source: string, isFull: boolean): boolean {
  if (source.includes(HOLE)) return false;
  const anchored = /^(?:\^|\\A)(?<inner>.*)(?:\$|\\Z|\\z)$/su.exec(source)?.groups?.['inner'];
  const inner = anchored ?? (isFull ? source : undefined);
  if (inner === undefined || /(?<!\\)\|/u.test(inner.replaceAll(/\((?:[^()\\]|\\.)*\)/gu, '')))
    return false;
  const withoutClasses = inner.replaceAll(/\[(?:[^\]\\]|\\.)*\]/gsu, (one) =>
    isHarmlessClass(one) ? 'x' : '.',
  );
  return !HARMFUL_OUTSIDE.test(withoutClasses);
}

/**
 * A dot, white space, a negated class, and what means something by itself or behind a backslash.
 */
const HARMFUL_OUTSIDE = /(?<!\\)\.|\\[SWDspPnrtvfxuc]|\\[()|{}*$/\\]|[;&<>'"`%/]/u;

/** Returns whether a class of an expression matches no character that harms a sink. */
export function isHarmlessClass(source: string): boolean {
  try {
    const expression = new RegExp(`^${source}$`, /\\p/iu.test(source) ? 'u' : '');
    return !HARMFUL.some((one) => expression.test(one));
  } catch {
    return false;
  }
}

/**
 * A domain of at least two labels, which a dot, the beginning, or a first group that ends in a dot
 * comes before.
 */
const FIXED_DOMAIN = /(?:^\^|\\\.|^\^\((?:\?:)?[^()]*\\\.\)[?*+]?)[\w-]+(?:\\\.[\w-]+)+\$$/u;

/**
 * Returns whether names of hosts that an expression matches end in a fixed domain, as with
 * `^(?:[a-z]+\.)?a\.example$`.
 */
export function isHostPattern(source: string): boolean {
  return !source.includes('|') && !source.includes('\\\\') && FIXED_DOMAIN.test(source);
}

/** Flags of `re` under which anchors and classes mean what they mean without any. */
const HARMLESS_FLAGS: ReadonlySet<string> = new Set(
  ['I', 'IGNORECASE', 'A', 'ASCII', 'U', 'UNICODE'].map((name) => `re.${name}`),
);

/**
 * Returns whether an expression of JavaScript, or flags for a function of `re`, leave anchors and
 * classes what they are.
 */
export function areFlagsHarmless({ refs }: Value, flags: Value | undefined): boolean {
  // With `m` an expression describes one line of a text, and not all of it.
  return (
    !refs.includes('RegExp/m') &&
    (flags === undefined || flags.refs.some((ref) => HARMLESS_FLAGS.has(ref)))
  );
}

/**
 * Returns names for the flags of an expression that `RegExp(text, flags)` makes. Flags that are not
 * known may be `m`.
 */
export function flagRefs(flags: Value | undefined): readonly string[] {
  if (flags === undefined) return [];
  return Array.from(constantText(flags) ?? 'm', (flag) => `RegExp/${flag}`);
}

function constantText(value: Value): string | undefined {
  const constant = constantOf(value);
  return typeof constant === 'string' ? constant : undefined;
}
