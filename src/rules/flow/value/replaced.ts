/**
 * The parts that a program removes from untrusted data itself: characters that it replaces, and
 * beginnings that it rules out.
 */

import { bitsOf, type FlowKind } from './kinds.ts';
import type { EvaluatedCall, Machine } from '../machine.ts';
import { lookUpAny } from '../models.ts';
import { isHarmlessClass } from '../refine/whole-pattern.ts';
import { constantOf, HOLE, type Taint, type Trail, type Value } from './value.ts';

/** Returns the characters of a text in the Basic Multilingual Plane. */
function characters(text: string): readonly string[] {
  return Array.from(text);
}

/**
 * Without these, data is harmless to a kind of sinks. Sources: HTML Living Standard 13.1.2.3
 * (attributes in double quotes) and 13.1.3, RFC 4515 section 3, ECMA-262 section 22.2.1
 * (SyntaxCharacter), RFC 9110 section 5.5.
 */
const NEEDS: readonly (readonly [FlowKind, readonly string[]])[] = [
  ['html', characters('<"')],
  ['ldap', characters('\\*()')],
  ['regex', characters('.*+?([\\')],
  ['header', characters('\r\n')],
  ['log', characters('\r\n')],
  ['path', characters('/\\')],
  ['command', characters(' ;&|$`<>(){}\n\'"\\')],
  ['sql', characters(' ;()\'"`\\')],
  ['xpath', characters('\'"[]()')],
  ['prototype', ['__proto__', 'constructor']],
  ['redirect', ['begins with /', 'not with //']],
];

/** Marks data that is not `..`. Only of a part of a path it says something. */
export const NO_DOTS = 'part ..';

/** Returns untrusted data with the characters that it is known not to contain. */
export function withEscapes(
  taints: readonly Taint[],
  escapes: readonly string[],
): readonly Taint[] {
  if (escapes.length === 0) return taints;
  return taints.map((one) => {
    const all = new Set([...(one.escapes ?? []), ...escapes]);
    const kinds = NEEDS.flatMap(([kind, needed]) =>
      needed.every((part) => all.has(`${kind} ${part}`)) ? [kind] : [],
    );
    return { ...one, escapes: [...all], cleared: one.cleared | bitsOf(...kinds) };
  });
}

/** Returns what a call of `replace` or `replaceAll` takes out of its object. */
export function replacedBy(m: Machine, call: EvaluatedCall): readonly string[] {
  const { callee, method, receiver } = call;
  if (callee.refs.includes('JSON.stringify')) return ['html "'];
  const { what, by, isMatched } = replacementOf(m, call);
  if (what === undefined || by === undefined) return [];
  if (method === 'replace' && areSlashesJoined(what.value, constantOf(by.value))) {
    const isPath = receiver?.taints.every(isPathOfRequest) === true;
    return ['redirect not with //', ...(isPath ? ['redirect begins with /'] : [])];
  }
  const isReplaced = isMatched ?? matcherOf(what.value, method ?? '');
  const constant = constantOf(by.value);
  if (isReplaced === undefined || (constant !== undefined && typeof constant !== 'string'))
    return [];
  return NEEDS.flatMap(([kind, needed]) =>
    needed
      .filter((part) => part.length === 1 && isReplaced(part) && isHarmless(kind, part, constant))
      .map((part) => `${kind} ${part}`),
  );
}

/** What a call replaces, and by what. */
interface Replacement {
  readonly what?: { readonly value: Value };
  readonly by?: { readonly value: Value };
  /** Whether a character is replaced wherever it stands. */
  readonly isMatched?: (part: string) => boolean;
}

function replacementOf(m: Machine, { callee, method, args, receiver }: EvaluatedCall): Replacement {
  const form = lookUpAny(m.models.checks.replaces, callee.refs);
  if (form !== undefined) {
    const what = form.what === 'object' ? receiver && { value: receiver } : args[form.what];
    const by = args[form.by];
    if (what === undefined || by === undefined) return {};
    const isMatched = form.isText === true ? textMatcher(what.value) : allMatcher(what.value);
    return isMatched === undefined ? {} : { what, by, isMatched };
  }
  if (method !== 'replace' && method !== 'replaceAll') return {};
  const [what, by] = args;
  return { ...(what && { what }), ...(by && { by }) };
}

function textMatcher(what: Value): ((part: string) => boolean) | undefined {
  const text = constantOf(what);
  return typeof text === 'string' ? (part) => part === text : undefined;
}

/** Returns a test for what an expression matches that is replaced wherever it matches. */
function allMatcher({ text }: Value): ((part: string) => boolean) | undefined {
  if (text === undefined || text.length > 200 || text.includes(HOLE)) return undefined;
  let pattern: RegExp;
  try {
    // Texts of three characters end any expression at once.
    pattern = new RegExp(text, 'g');
  } catch {
    return undefined;
  }
  return (part) =>
    [`a${part}a`, `${part}${part}`, part].every(
      (probe) => !probe.replaceAll(pattern, '').includes(part),
    );
}

/** All but some characters, as in `[^a-z0-9_-]+`. */
const ALL_BUT = /^\[\^(?<left>(?:[^\]\\]|\\.)+)\][+*]?$/su;
/** A text of letters and digits may be the name of a host, or of a field that all objects have. */
const TEXT_ONLY = -1 & ~bitsOf('url', 'prototype');

/**
 * Returns bits of the kinds of sinks that a text is harmless to of which a call leaves only letters,
 * digits and the like.
 */
export function leftBits(m: Machine, call: EvaluatedCall): number {
  const { what, by } = replacementOf(m, call);
  const left = ALL_BUT.exec(what?.value.text ?? '')?.groups?.['left'];
  const text = by && constantOf(by.value);
  if (left === undefined || typeof text !== 'string' || !/^[\w-]*$/u.test(text)) return 0;
  const isAll =
    lookUpAny(m.models.checks.replaces, call.callee.refs) !== undefined ||
    what?.value.refs.includes('RegExp/g') === true;
  return isAll && isHarmlessClass(`[${left}]`) ? TEXT_ONLY : 0;
}

/** Steps that may take a part from the middle of a path. */
const PART = /(?:slice|substr|substring|split|match|exec|query|get|searchParams|replace)"/u;

/** The target of a request begins with a slash (RFC 9112, section 3.2.1). */
function isPathOfRequest({ source, trail }: Taint): boolean {
  if (!/\brequest (?:path|url|originalUrl)$/u.test(source)) return false;
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) {
    if (PART.test(at.message)) return false;
  }
  return true;
}

/** Expressions for several slashes at the beginning, and anywhere. */
const FIRST_SLASHES = /^\^(?:\\?\/\+|\\?\/\{2,\}|\\?\/\\?\/\+|\[\\?\/\\\\\]\+)$/u;
const ALL_SLASHES = /^(?:\\?\/\+|\\?\/\{2,\}|\\?\/\\?\/\+|\[\\?\/\\\\\]\+)$/u;

/** `x.replace(/^\/+/, '/')`: the text begins with one slash at most. */
function areSlashesJoined({ text, refs }: Value, by: ReturnType<typeof constantOf>): boolean {
  if (text === undefined || by !== '/' || refs.includes('RegExp/y')) return false;
  if (!refs.some((ref) => /^RegExp(?:$|\/)/u.test(ref))) return false;
  return FIRST_SLASHES.test(text) || (refs.includes('RegExp/g') && ALL_SLASHES.test(text));
}

/** Texts of these alphabets have no character that matters to markup or statements. */
const ENCODED = bitsOf('html', 'header', 'sql', 'command', 'xpath', 'ldap', 'log', 'code', 'regex');

/** Returns bits of the kinds of sinks that `x.toString('base64')` makes harmless. */
export function encodedBits({ method, args }: EvaluatedCall): number {
  if (method !== 'toString' || args[0] === undefined) return 0;
  const alphabet = constantOf(args[0].value);
  return typeof alphabet === 'string' && /^(?:base64(?:url)?|hex)$/u.test(alphabet) ? ENCODED : 0;
}

/** Returns what a text does not have that an expression does not match anywhere. */
export function excludedBy(expression: Value): readonly string[] {
  const { text, refs } = expression;
  if (
    text === undefined ||
    text.length > 200 ||
    refs.includes('RegExp/y') ||
    !refs.some((ref) => /^RegExp(?:\(\))?$/u.test(ref))
  )
    return [];
  let pattern: RegExp;
  try {
    pattern = new RegExp(text);
  } catch {
    return [];
  }
  return NEEDS.flatMap(([kind, needed]) =>
    needed
      .filter(
        (part) =>
          part.length === 1 &&
          [`a${part}a`, part].every((one) => pattern.test(one)) &&
          !pattern.test('aa'),
      )
      .map((part) => `${kind} ${part}`),
  );
}

/** Returns a test for the characters that a call replaces wherever they stand. */
function matcherOf(what: Value, method: string): ((part: string) => boolean) | undefined {
  const { text, refs } = what;
  if (text === undefined || text.length > 200) return undefined;
  // With `y` an expression looks at one place only.
  if (refs.includes('RegExp()') || refs.includes('RegExp/y')) return undefined;
  if (!refs.includes('RegExp')) {
    return method === 'replaceAll' && constantOf(what) !== undefined
      ? (part) => part === text
      : undefined;
  }
  if (!refs.includes('RegExp/g')) return undefined;
  return allMatcher(what);
}

/** Returns whether a text in place of a character does not bring it back. */
function isHarmless(kind: FlowKind, part: string, by: string | undefined): boolean {
  if (by === undefined) return true;
  if (kind === 'regex' && /^\\\$[&1]$/u.test(by)) return true;
  if (kind === 'regex' && by === `\\${part}`) return true;
  if (kind === 'ldap' && /^\\[0-9a-f]{2}$/iu.test(by)) return true;
  return !by.includes(part) && !/\$[&\d]/u.test(by);
}

/** Returns whether an expression lets only paths of the own site through. */
export function isLocalPattern(source: string): boolean {
  if (!source.startsWith('^')) return false;
  try {
    // The texts are short and fixed.
    const pattern = new RegExp(source, 'u');
    const isOpen = ['//e.x', '//e.x/a', 'http://e.x', 'https://e.x/', 'e.x', 'data:a', ''].some(
      (one) => pattern.test(one),
    );
    return !isOpen && /^\^\(?(?:\?:)?\\?\//u.test(source);
  } catch {
    return false;
  }
}
