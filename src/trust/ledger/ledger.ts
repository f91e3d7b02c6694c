/**
 * The ledger: for each reference every digest that was seen under it, when first, and where. The
 * functions here are pure; `ledger-text.ts` has the form of the file.
 */

import { compareText } from '../../core/base/compare.ts';

/**
 * The kind of a reference. `image`: `REGISTRY/REPOSITORY:TAG`. `action`: `OWNER/REPOSITORY@REF` at
 * the host of actions. `git`: `URL@REF`. `package`: a package URL with its version.
 */
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** All kinds, in the order of the file. */
export const LEDGER_KINDS = ['action', 'git', 'image', 'package'] as const;

/** A reference. Two with the same {@link ledgerKey} are the same. */
export interface LedgerReference {
  readonly kind: LedgerKind;
  /** In full, as in `docker.io/library/debian:12`. */
  readonly ref: string;
  /**
   * For an image whose digest is that of one platform, as in `linux/arm64`. Absent: the digest of
   * the tag itself.
   */
  readonly platform?: string;
}

/** A digest that was seen under a reference. */
export interface SeenDigest {
  /** `ALGORITHM:HEX`, or the whole id of a commit. */
  readonly digest: string;
  /** When it was seen first: `2026-11-28T07:36:12Z`. */
  readonly firstAt: string;
  /** The registry, repository or file that named it. */
  readonly from: string;
  /** Set where a person has accepted that the reference names this digest now. */
  readonly accepted?: { readonly at: string; readonly reason: string };
}

/** A reference with all that was seen under it. */
export interface LedgerEntry extends LedgerReference {
  /** The first one first; at least one; no digest twice. */
  readonly seen: readonly SeenDigest[];
}

/** A rule of the file, which decides whether references may move. */
export interface LedgerRule {
  /**
   * `immutable`: a move is an error. `may-move`: a move is only listed. `immutable` wins where both
   * match.
   */
  readonly rule: 'immutable' | 'may-move';
  readonly kind: LedgerKind;
  /** The whole reference; `*` stands for any characters. */
  readonly match: string;
  /** Required for `may-move`. */
  readonly reason?: string;
  /** Number of its line in the file. */
  readonly line?: number;
}

/** The content of a ledger. */
export interface Ledger {
  /** By {@link ledgerKey}. */
  readonly entries: ReadonlyMap<string, LedgerEntry>;
  readonly rules: readonly LedgerRule[];
}

/** A digest that is seen now. */
export interface Sighting extends LedgerReference {
  readonly digest: string;
  readonly from: string;
}

/** A ledger without entries and rules. */
export const EMPTY_LEDGER: Ledger = { entries: new Map(), rules: [] };

/** Returns the key of a reference, as in `image docker.io/library/debian:12`. */
export function ledgerKey({ kind, ref, platform }: LedgerReference): string {
  return `${kind} ${ref}${platform === undefined ? '' : ` ${platform}`}`;
}

/** Returns the text of an instant, to the second: `2026-11-28T07:36:12Z`. */
export function ledgerInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/u, 'Z');
}

/** The forms of {@link SeenDigest.digest}. */
export const LEDGER_DIGEST: RegExp =
  /^(?:(?:md5|sha1|sha256|sha384|sha512):[0-9a-f]{32,128}|h1:[\w+/=]+|[0-9a-f]{40}|[0-9a-f]{64})$/u;

/**
 * Returns the ledger with digests that were seen at `seenAt` (`2026-11-28T07:36:12Z`). A digest
 * that the entry has already keeps its first time and place.
 */
export function recordSightings(
  ledger: Ledger,
  sightings: Iterable<Sighting>,
  seenAt: string,
): Ledger {
  const entries = new Map(ledger.entries);
  for (const sighting of sightings) {
    const { kind, ref, platform, digest, from } = sighting;
    // What is written has to be readable.
    if (!LEDGER_DIGEST.test(digest)) throw new RangeError(`"${digest}" is not a digest`);
    const key = ledgerKey(sighting);
    const known = entries.get(key);
    if (known?.seen.some((seen) => seen.digest === digest) === true) continue;
    const seen = [...(known?.seen ?? []), { digest, firstAt: seenAt, from }].sort(compareSeen);
    entries.set(key, { kind, ref, ...(platform !== undefined && { platform }), seen });
  }
  return { ...ledger, entries };
}

/**
 * Returns the ledger with one digest of a reference accepted. The digest is added if the entry does
 * not have it.
 */
export function acceptDigest(
  ledger: Ledger,
  sighting: Sighting,
  accepted: { readonly at: string; readonly reason: string },
): Ledger {
  const recorded = recordSightings(ledger, [sighting], accepted.at);
  const key = ledgerKey(sighting);
  const entry = recorded.entries.get(key);
  if (entry === undefined) return recorded;
  const seen = entry.seen
    .map((one) => (one.digest === sighting.digest ? { ...one, accepted } : one))
    .sort(compareSeen);
  return { ...recorded, entries: new Map(recorded.entries).set(key, { ...entry, seen }) };
}

/**
 * Unites two entries of one reference: all digests, each with its earliest time and its earliest
 * acceptance.
 */
export function mergeEntries(a: LedgerEntry, b: LedgerEntry): LedgerEntry {
  const byDigest = new Map<string, SeenDigest>();
  for (const seen of [...a.seen, ...b.seen].sort(compareSeen)) {
    const known = byDigest.get(seen.digest);
    const accepted = earlierAcceptance(known?.accepted, seen.accepted);
    byDigest.set(seen.digest, { ...(known ?? seen), ...(accepted && { accepted }) });
  }
  return { ...a, seen: [...byDigest.values()].sort(compareSeen) };
}

/**
 * Returns the digests that a reference may name if it is one that never moves: the one seen first,
 * those of other algorithms that were seen together with it, and those that a person has accepted.
 */
export function trustedDigests({ seen }: LedgerEntry): readonly SeenDigest[] {
  const algorithms = new Set<string>();
  return seen.filter(({ digest, firstAt, accepted }) => {
    const isFirst = firstAt === seen[0]?.firstAt && !algorithms.has(algorithmOf(digest));
    if (isFirst) algorithms.add(algorithmOf(digest));
    return isFirst || accepted !== undefined;
  });
}

/**
 * Returns the digest that a reference should have now: the one that was accepted last, else the one
 * seen first.
 */
export function expectedDigest(entry: LedgerEntry): SeenDigest | undefined {
  const accepted = entry.seen.filter((seen) => seen.accepted !== undefined);
  accepted.sort((a, b) => compareText(a.accepted?.at ?? '', b.accepted?.at ?? ''));
  return accepted.at(-1) ?? entry.seen[0];
}

/**
 * Result of comparing a digest with the trusted ones of an entry. `incomparable`: all of them are
 * of other algorithms, so that the content may be the same or another one.
 */
export type DigestComparison = 'same' | 'moved' | 'incomparable';

/** Compares a digest with those that an entry trusts. */
export function compareDigest(digest: string, entry: LedgerEntry): DigestComparison {
  const trusted = trustedDigests(entry).map((seen) => seen.digest);
  if (trusted.includes(digest)) return 'same';
  const algorithm = algorithmOf(digest);
  return trusted.some((other) => algorithmOf(other) === algorithm) ? 'moved' : 'incomparable';
}

/**
 * Commits have no algorithm in front of them; SHA-1 and SHA-256 name commits of different
 * repositories.
 */
function algorithmOf(digest: string): string {
  const colon = digest.indexOf(':');
  return colon < 0 ? 'commit' : digest.slice(0, colon);
}

/**
 * Orders digests, the first one first. Of two that were seen in one second the one that needed no
 * acceptance was there before.
 */
function compareSeen(a: SeenDigest, b: SeenDigest): number {
  return (
    compareText(a.firstAt, b.firstAt) ||
    Number(a.accepted !== undefined) - Number(b.accepted !== undefined) ||
    compareText(a.digest, b.digest) ||
    compareText(a.from, b.from)
  );
}

function earlierAcceptance(
  a: SeenDigest['accepted'],
  b: SeenDigest['accepted'],
): SeenDigest['accepted'] {
  if (a === undefined || b === undefined) return a ?? b;
  return (compareText(a.at, b.at) || compareText(a.reason, b.reason)) <= 0 ? a : b;
}
