/** Versions that the tags of a repository name, and which of several is the most specific. */

import { compareText } from '../base/compare.ts';

/** A tag that is a version: `v4`, `v4.2.1`, `cli/v1.2.3-rc.1`. */
export interface TagVersion {
  readonly tag: string;
  /** Text in front of the numbers and its `v`, as in `cli/`. */
  readonly prefix: string;
  readonly numbers: readonly number[];
  /** What follows the numbers, as in `-rc.1`. */
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
 * Returns the most specific of several tags: one of the same prefix as `like`, a version, with the most numbers, without a
 * suffix, the highest.
 */
export function mostSpecificTag(tags: Iterable<string>, like = ''): string | undefined {
  const { prefix } = readTagVersion(like) ?? { prefix: '' };
  return [...tags].sort((a, b) => compareSpecific(a, b, prefix)).at(-1);
}

/**
 * Returns the highest release of the same prefix and first number as `like`, as `v4.3.0` for `v4.2.1`, and never a lower
 * one; `undefined` if there is none. A tag with fewer
 * than three numbers moves, and is taken only where no full version is there.
 */
export function newestOfMajor(tags: Iterable<string>, like: string): string | undefined {
  const from = readTagVersion(like);
  if (from === undefined) return undefined;
  const same = [...tags].filter((tag) => {
    const version = readTagVersion(tag);
    if (version === undefined || version.prefix !== from.prefix) return false;
    const isSameMajor = version.numbers[0] === from.numbers[0];
    return isSameMajor && version.suffix === '' && compareVersion(tag, like) >= 0;
  });
  const full = same.filter((tag) => (readTagVersion(tag)?.numbers.length ?? 0) >= 3);
  const candidates = full.length > 0 ? full : same;
  return candidates
    .sort((a, b) => compareVersion(a, b) || compareSpecific(a, b, from.prefix))
    .at(-1);
}

/** Whether a version names another one more exactly: `v4` names `v4.2.1`. */
export function isPartOfVersion(part: string, whole: string): boolean {
  const [a, b] = [readTagVersion(part), readTagVersion(whole)];
  if (a === undefined || b === undefined) return false;
  if (a.prefix !== b.prefix || a.suffix !== '' || a.numbers.length >= b.numbers.length)
    return false;
  return a.numbers.every((number, index) => number === b.numbers[index]);
}

function compareSpecific(a: string, b: string, prefix: string): number {
  const [one, other] = [readTagVersion(a), readTagVersion(b)];
  if (one === undefined || other === undefined) {
    return Number(one !== undefined) - Number(other !== undefined) || compareText(b, a);
  }
  return (
    Number(one.prefix === prefix) - Number(other.prefix === prefix) ||
    Math.min(one.numbers.length, 3) - Math.min(other.numbers.length, 3) ||
    Number(one.suffix === '') - Number(other.suffix === '') ||
    compareVersion(a, b) ||
    one.numbers.length - other.numbers.length ||
    compareText(b, a)
  );
}

function compareVersion(a: string, b: string): number {
  const [one, other] = [readTagVersion(a)?.numbers ?? [], readTagVersion(b)?.numbers ?? []];
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
