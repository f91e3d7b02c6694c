/** Compares an entry of the ledger with the current observation. Pure. */

import { quotedWord } from '../../../core/base/shell-word.ts';
import {
  compareDigest,
  expectedDigest,
  trustedDigests,
  type Ledger,
  type LedgerEntry,
  type SeenDigest,
} from '../../../trust/ledger/ledger.ts';
import { movabilityOf } from '../../../trust/ledger/movability.ts';
import type { LedgerRow } from './outcome.ts';

/** The digests that one place names for a reference now; several are of the same content. */
export interface Observation {
  readonly digests: readonly string[];
  readonly from: string;
}

/**
 * Returns the rows of an entry: one for each digest that contradicts it, else a single row with its
 * state.
 */
export function judgeEntry(
  entry: LedgerEntry,
  observed: readonly Observation[],
  rules: Ledger['rules'],
): readonly LedgerRow[] {
  const { mayMove, rule } = movabilityOf(entry, rules);
  const decided = rule?.line === undefined ? {} : { ruleLine: rule.line };
  const rows = mayMove ? movements(entry, observed) : contradictions(entry, observed);
  if (rows.length > 0) return rows.map((row) => ({ ...row, ...decided }));
  const state = observed.some(({ digests }) => digests.length > 0) ? 'unchanged' : 'not-asked';
  const expected = latestOf(entry);
  const message = state === 'unchanged' ? 'it names the same digest' : 'nothing was asked';
  return [{ ...rowOf(entry, expected), state, message, ...decided }];
}

/**
 * Returns a row for each digest that contradicts a reference that never moves, unless it was
 * accepted.
 */
function contradictions(
  entry: LedgerEntry,
  observed: readonly Observation[],
): readonly LedgerRow[] {
  const rows = new Map<string, LedgerRow>();
  const expected = expectedDigest(entry);
  for (const { digests, from } of observed) {
    const compared = digests.map((digest) => [digest, compareDigest(digest, entry)] as const);
    const moved = compared.filter(([, result]) => result === 'moved');
    for (const [digest] of moved) rows.set(digest, movedRow(entry, digest, from));
    const isKnown = compared.some(([, result]) => result === 'same');
    const [first] = digests;
    if (isKnown || moved.length > 0) continue;
    if (first === undefined) rows.set('', { ...rowOf(entry, expected), from, ...LOST });
    else rows.set(first, incomparableRow(entry, { digest: first, from }));
  }
  const trusted = new Set(trustedDigests(entry).map(({ digest }) => digest));
  for (const { digest, from, firstAt } of entry.seen) {
    if (trusted.has(digest) || rows.has(digest)) continue;
    if (compareDigest(digest, entry) !== 'moved') continue;
    rows.set(digest, movedRow(entry, digest, `${from}, on ${firstAt}`));
  }
  return [...rows.values()];
}

function movedRow(entry: LedgerEntry, digest: string, from: string): LedgerRow {
  const same = entry.seen.find(
    (one) => trustedDigests(entry).includes(one) && isAlike(one, digest),
  );
  return {
    ...rowOf(entry, same ?? expectedDigest(entry), { digest, from }),
    state: 'moved',
    message: MOVED[entry.kind],
    advice: acceptAdvice(entry),
  };
}

const MOVED: Readonly<Record<LedgerEntry['kind'], string>> = {
  image: 'a rule says that this tag never moves, and it has moved',
  action: 'the tag of a release has moved to another commit',
  git: 'the tag of a release has moved to another commit',
  package: 'the same version has another integrity',
};

function incomparableRow(
  entry: LedgerEntry,
  found: { readonly digest: string; readonly from: string },
): LedgerRow {
  return {
    ...rowOf(entry, expectedDigest(entry), found),
    state: 'incomparable',
    message: 'it has only a digest of another algorithm, which the ledger cannot compare',
    advice: acceptAdvice(entry),
  };
}

function acceptAdvice({ ref }: LedgerEntry): string {
  return `Find out why before you build from it. To accept it: assay ledger verify --accept ${quotedWord(ref)} --reason TEXT`;
}

const LOST = {
  state: 'incomparable',
  message: 'it is named without its integrity, which the ledger has',
  advice: 'Write the lockfile again; if it cannot name one, add a rule "may-move" with a reason.',
} as const;

/** A digest of the same form is shown beside another one. */
function isAlike({ digest }: SeenDigest, other: string): boolean {
  return digest.length === other.length && digest.split(':', 1)[0] === other.split(':', 1)[0];
}

/** A reference that may move is compared with the digest that was seen last. */
function movements(entry: LedgerEntry, observed: readonly Observation[]): readonly LedgerRow[] {
  const last = latestOf(entry);
  for (const { digests, from } of observed) {
    const [digest] = digests;
    if (digest === undefined || digests.includes(last?.digest ?? '')) continue;
    const message = 'it names another digest now, which is allowed';
    return [{ ...rowOf(entry, last, { digest, from }), state: 'moves', message }];
  }
  return [];
}

function latestOf(entry: LedgerEntry): SeenDigest | undefined {
  return entry.seen.at(-1);
}

function rowOf(
  { kind, ref, platform }: LedgerEntry,
  expected: SeenDigest | undefined,
  found?: { readonly digest: string; readonly from: string },
): Omit<LedgerRow, 'state' | 'message'> {
  return {
    kind,
    ref,
    ...(platform !== undefined && { platform }),
    ...(expected && { expected: expected.digest, expectedSince: expected.firstAt }),
    ...(found && { found: found.digest, from: found.from }),
  };
}
