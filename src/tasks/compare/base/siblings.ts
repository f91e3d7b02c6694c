/**
 * Chooses the siblings of a tag: other variants of the same version in the same repository. Pure;
 * `find-siblings.ts` asks the registry.
 */

import { compareText } from '../../../core/base/compare.ts';
import { appendTo } from '../../../core/base/maps.ts';
import { compareTagVersions, parseTag, variantKey, type ParsedTag } from './tag-grammar.ts';

/** Reason for omitting a tag. */
export type LeftReason =
  | 'otherVersion'
  | 'olderPatch'
  | 'otherFlavor'
  | 'prerelease'
  | 'dated'
  | 'platform'
  | 'build'
  | 'signature'
  | 'other';

/** The siblings of a tag. */
export interface SiblingChoice {
  /** The tag that was asked for first, then one for each variant, the most different first. */
  readonly candidates: readonly ParsedTag[];
  /** Number of omitted tags, by reason. */
  readonly left: ReadonlyMap<LeftReason, number>;
}

/** Chooses from the tags of a repository. `asked` need not be among them. */
export function chooseSiblings(asked: string, tags: readonly string[]): SiblingChoice {
  const own = parseTag(asked);
  const left = new Map<LeftReason, number>();
  const leave = (reason: LeftReason, count = 1): void => {
    left.set(reason, (left.get(reason) ?? 0) + count);
  };
  const variants = new Map<string, ParsedTag[]>();
  let newestLine: readonly number[] = [];
  for (const tag of new Set(tags)) {
    if (tag === asked) continue;
    const parsed = parseTag(tag);
    const reason = reasonAgainst(parsed, own);
    if (reason !== undefined) {
      leave(reason);
      continue;
    }
    const key = variantKey(parsed);
    if (compareLines(lineOf(parsed), newestLine) > 0) newestLine = lineOf(parsed);
    appendTo(variants, key, parsed);
  }
  const ownKey = variantKey(own);
  const chosen: ParsedTag[] = [];
  for (const [key, group] of variants) {
    // Other patches of the variant that was asked for are no siblings, but updates.
    const newest = key === ownKey ? undefined : newestOf(group, own, newestLine);
    if (newest !== undefined) chosen.push(newest);
    leave('olderPatch', group.length - Number(newest !== undefined));
  }
  if (left.get('olderPatch') === 0) left.delete('olderPatch');
  return { candidates: [own, ...chosen.sort(compareVariants)], left };
}

/** Newer versions of the same variant. */
export interface NewerTags {
  /** The newest version of the same line: 3.12.7 for 3.12.3. */
  readonly patch?: string;
  /** The newest version of the same major version: 3.13 for 3.12. */
  readonly minor?: string;
}

/** Chooses newer versions of the variant that was asked for, written with as many numbers. */
export function newerTags(asked: string, tags: readonly string[]): NewerTags {
  const own = parseTag(asked);
  const key = variantKey(own);
  if (own.version.length < 2 || own.kind !== 'release') return {};
  const later = tags
    .map(parseTag)
    .filter(
      (one) =>
        one.kind === 'release' &&
        samePlatform(one, own) &&
        variantKey(one) === key &&
        one.version.length === own.version.length &&
        startsAlike(one.tag, asked) &&
        compareTagVersions(one, own) > 0,
    )
    .sort((a, b) => compareTagVersions(b, a));
  const isOfLine = (one: ParsedTag): boolean => isPrefix(lineOf(own), one.version);
  const patch = own.version.length < 3 ? undefined : later.find(isOfLine);
  const minor = later.find((one) => one.version[0] === own.version[0] && !isOfLine(one));
  return {
    ...(patch !== undefined && { patch: patch.tag }),
    ...(minor !== undefined && { minor: minor.tag }),
  };
}

/** `v1.2` and `1.2` are different series of tags. */
function startsAlike(a: string, b: string): boolean {
  return a.startsWith('v') === b.startsWith('v');
}

function reasonAgainst(tag: ParsedTag, own: ParsedTag): LeftReason | undefined {
  const { kind } = tag;
  if (kind === 'signature' || kind === 'build' || kind === 'other') return kind;
  if (!samePlatform(tag, own)) return 'platform';
  if ((kind === 'prerelease' || kind === 'dated') && kind !== own.kind) return kind;
  if (kind !== own.kind || !isSameVersion(tag, own)) return 'otherVersion';
  return sameSet(tag.flavors, own.flavors) ? undefined : 'otherFlavor';
}

/**
 * Returns whether two tags are of the same version. A tag with numbers is if it is of the same
 * line: 3.12 for 3.12.4 and for 3.12. A tag without numbers is, if it stands for the same release
 * of a distribution or, as `latest` does, for the newest version.
 */
function isSameVersion(tag: ParsedTag, own: ParsedTag): boolean {
  if (!sameSet(tag.channels, own.channels) || !sameSet(tag.dates, own.dates)) return false;
  if (own.kind === 'prerelease') return firstWord(tag) === firstWord(own);
  if (own.version.length > 0) {
    return startsAlike(tag.tag, own.tag) && isPrefix(lineOf(own), tag.version);
  }
  if (tag.version.length > 0) return false;
  const isNamed = own.distributions[0] === firstWord(own);
  return !isNamed || firstWord(tag) === firstWord(own);
}

function firstWord({ tag }: ParsedTag): string {
  return (tag.split('-')[0] ?? '').toLowerCase();
}

/** Returns the numbers that patches have in common. */
function lineOf({ version }: ParsedTag): readonly number[] {
  return version.slice(0, 2);
}

function compareLines(a: readonly number[], b: readonly number[]): number {
  return compareTagVersions({ version: a, build: 0 }, { version: b, build: 0 });
}

function isPrefix(prefix: readonly number[], version: readonly number[]): boolean {
  return prefix.every((number, index) => version[index] === number);
}

function samePlatform(a: ParsedTag, b: ParsedTag): boolean {
  return sameSet(a.platforms, b.platforms);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join(' ') === [...b].sort().join(' ');
}

/**
 * Returns the tag of a variant that is written with as many numbers as the tag that was asked for,
 * the newest of several. Without one it is the newest of all: a tag with fewer numbers moves, and
 * is newer than each that it stands for.
 */
function newestOf(
  group: readonly ParsedTag[],
  own: ParsedTag,
  newestLine: readonly number[],
): ParsedTag | undefined {
  const sameForm = group.filter(({ version }) => version.length === own.version.length);
  // A variant that was given up keeps its tags of older versions.
  const current = group.filter((one) => compareLines(lineOf(one), newestLine) === 0);
  const [newest] = (sameForm.length > 0 ? sameForm : current).toSorted(
    (a, b) => compareTagVersions(b, a) || compareText(a.tag, b.tag),
  );
  return newest;
}

/**
 * Orders variants: short names first, names without a number before those with one, and the newest
 * number first.
 */
function compareVariants(a: ParsedTag, b: ParsedTag): number {
  const words = (one: ParsedTag): readonly string[] => [...one.distributions, ...one.sizes];
  const [ours, theirs] = [words(a), words(b)];
  const numbered = (all: readonly string[]): number => Number(all.some((word) => /\d/u.test(word)));
  return (
    ours.length - theirs.length ||
    numbered(ours) - numbered(theirs) ||
    compareNumbered(ours.join('-'), theirs.join('-'))
  );
}

const NUMBER = /\d+(?:\.\d+)*/u;

function compareNumbered(a: string, b: string): number {
  const byWord = compareText(a.replace(NUMBER, ''), b.replace(NUMBER, ''));
  if (byWord !== 0) return byWord;
  const numbersOf = (text: string): readonly number[] =>
    (NUMBER.exec(text)?.[0] ?? '').split('.').map(Number);
  return compareTagVersions(
    { version: numbersOf(b), build: 0 },
    { version: numbersOf(a), build: 0 },
  );
}
