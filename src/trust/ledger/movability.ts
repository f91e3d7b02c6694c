/**
 * The references that may move. Versions of packages and tags of git that are full versions never
 * do; tags of images, branches and other tags may. Rules in the ledger decide otherwise, and one
 * that demands immutability wins.
 */

import type { Ledger, LedgerEntry, LedgerReference, LedgerRule } from './ledger.ts';

/** The decision whether a reference may move, and its reason. */
export interface Movability {
  readonly mayMove: boolean;
  /** The rule of the file that decided; absent if the kind of the reference did. */
  readonly rule?: LedgerRule;
}

/**
 * Matches at least three numbers and an optional suffix: `v4.2.1`, `1.2.3-rc.1`, `cli/v1.2.3`,
 * `release-2024.10.1`.
 */
const FULL_VERSION = /^(?:.*[^\d.])?\d+\.\d+\.\d+(?:\.\d+)*(?:[-+][\w.+-]*|[a-z]+\d*)?$/iu;

/**
 * Returns whether a tag is a full version such as `v4.2.1`, which projects do not move. They do
 * move `v4` and `v4.2`.
 */
export function isFullVersion(tag: string): boolean {
  return FULL_VERSION.test(tag);
}

/** Decides whether a reference may move, by the rules of the ledger and by its kind. */
export function movabilityOf(reference: LedgerReference, rules: Ledger['rules']): Movability {
  const matching = rules.filter((rule) => matches(rule, reference));
  const rule = matching.find((one) => one.rule === 'immutable') ?? matching[0];
  if (rule !== undefined) return { mayMove: rule.rule === 'may-move', rule };
  return { mayMove: !isImmutableByNature(reference) };
}

/**
 * Returns the entries that a pattern matches: a whole reference, with or without its kind, where
 * `*` is any characters.
 */
export function matchingEntries(pattern: string, ledger: Ledger): readonly LedgerEntry[] {
  return [...ledger.entries.values()].filter(
    ({ kind, ref }) => matchesWildcard(pattern, ref) || matchesWildcard(pattern, `${kind} ${ref}`),
  );
}

function isImmutableByNature({ kind, ref }: LedgerReference): boolean {
  switch (kind) {
    case 'package':
      return true;
    case 'image':
      return false;
    case 'action':
    case 'git':
      return isFullVersion(ref.slice(ref.lastIndexOf('@') + 1));
  }
}

function matches({ kind, match }: LedgerRule, reference: LedgerReference): boolean {
  return kind === reference.kind && matchesWildcard(match, reference.ref);
}

/**
 * Returns whether a pattern matches a whole text. Compares piece by piece, so that no pattern takes
 * more time than its length times that of the text.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces.shift() ?? '';
  if (pieces.length === 0) return pattern === text;
  const last = pieces.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  if (!text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
