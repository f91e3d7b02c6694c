/** Versions that the tags of a repository name, and which of several is the most specific. */

import { compareText } from '../../core/base/compare.ts';

/** A tag that is a version: `v4`, `v4.2.1`, `cli/v1.2.3-rc.1`. */
export interface TagVersion {
  readonly tag: string;
  /** Text in front of the numbers and its `v`, as in `cli/`. */
  readonly prefix: string;
  readonly numbers: readonly number[];
  /** The suffix behind the numbers, as in `-rc.1`. */
  readonly suffix: string;
}

const VERSION =
  /^(?<prefix>(?:.*[^\d.a-z])??(?:[a-z]+[-_/])?)v?(?<numbers>\d{1,9}(?:\.\d{1,9}){0,5})(?<suffix>(?:[-+.]?[a-z][\w.+-]*|[-+][\w.+-]*)?)$/iu;

/** No project writes longer ones. */
const MAX_TAG_CHARS = 255;

/** Reads a tag as a version; `undefined` for a tag that is none, as `latest`. */
export function readTagVersion(tag: string): TagVersion | undefined {
  if (tag.length > MAX_TAG_CHARS) return undefined;
  const { prefix = '', numbers, suffix = '' } = VERSION.exec(tag)?.groups ?? {};
  if (numbers === undefined) return undefined;
  return { tag, prefix, numbers: numbers.split('.').map(Number), suffix };
}

/**
 * Returns the most specific of several tags: one of the same prefix as `like`, a version, with the
 * most numbers, without a suffix, the highest.
 */
export function mostSpecificTag(tags: Iterable<string>, like = ''): string | undefined {
  const all = [...tags];
  const { prefix } = readTagVersion(like) ?? { prefix: '' };
  const versions = versionsOf(all).sort((a, b) => compareSpecific(a, b, prefix));
  return versions.at(-1)?.tag ?? all.sort(compareText)[0];
}

/**
 * Returns the highest release of the same prefix and first number as `like`, as `v4.3.0` for
 * `v4.2.1`, and never a lower one; `undefined` if there is none. A tag with fewer than three
 * numbers moves, and is taken only where no full version is there.
 */
export function newestOfMajor(tags: Iterable<string>, like: string): string | undefined {
  const from = readTagVersion(like);
  if (from === undefined) return undefined;
  const same = versionsOf([...tags]).filter((version) => {
    if (version.prefix !== from.prefix || version.suffix !== '') return false;
    return version.numbers[0] === from.numbers[0] && compareNumbers(version, from) >= 0;
  });
  const full = same.filter(({ numbers }) => numbers.length >= 3);
  const candidates = full.length > 0 ? full : same;
  return candidates
    .sort((a, b) => compareNumbers(a, b) || compareSpecific(a, b, from.prefix))
    .at(-1)?.tag;
}

/** Returns whether a version names another one more exactly: `v4` names `v4.2.1`. */
export function isPartOfVersion(part: string, whole: string): boolean {
  const [a, b] = [readTagVersion(part), readTagVersion(whole)];
  if (a === undefined || b === undefined) return false;
  if (a.prefix !== b.prefix || a.suffix !== '' || a.numbers.length >= b.numbers.length)
    return false;
  return a.numbers.every((number, index) => number === b.numbers[index]);
}

function versionsOf(tags: readonly string[]): TagVersion[] {
  return tags.flatMap((tag) => readTagVersion(tag) ?? []);
}

function compareSpecific(a: TagVersion, b: TagVersion, prefix: string): number {
  return (
    Number(a.prefix === prefix) - Number(b.prefix === prefix) ||
    Math.min(a.numbers.length, 3) - Math.min(b.numbers.length, 3) ||
    Number(a.suffix === '') - Number(b.suffix === '') ||
    compareNumbers(a, b) ||
    a.numbers.length - b.numbers.length ||
    compareText(b.tag, a.tag)
  );
}

function compareNumbers({ numbers: a }: TagVersion, { numbers: b }: TagVersion): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
