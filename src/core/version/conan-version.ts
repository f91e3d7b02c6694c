/**
 * Reads Conan versions: `item{.item}[-prerelease][+build]`.
 *
 * Source: the Conan 2 documentation, "Version ranges", section "Semantic versioning". The first
 * hyphen begins the pre-release, the last `+` the build metadata. Refused: empty text and white
 * space.
 */

import { cacheParsed } from './scheme-factories.ts';
import { endOfDigits, isSpace, readDigits, type Digits } from './digits.ts';

/** A version as read. */
export interface ConanVersion {
  readonly items: readonly ConanItem[];
  readonly prerelease: readonly ConanItem[] | undefined;
  readonly build: readonly ConanItem[] | undefined;
}

/** A number, text after it, or both; neither where the item is empty. */
export interface ConanItem {
  readonly number: Digits | undefined;
  readonly rest: string;
}

/** Reads a version; `undefined` where it is none. */
export const parseConan = cacheParsed(read);

function read(text: string): ConanVersion | undefined {
  const version = text.trim();
  if (version === '') return undefined;
  for (let at = 0; at < version.length; at++) {
    if (isSpace(version.charCodeAt(at))) return undefined;
  }
  const plus = version.lastIndexOf('+');
  const main = plus === -1 ? version : version.slice(0, plus);
  const hyphen = main.indexOf('-');
  return {
    items: readItems(hyphen === -1 ? main : main.slice(0, hyphen)),
    prerelease: hyphen === -1 ? undefined : readItems(main.slice(hyphen + 1)),
    build: plus === -1 ? undefined : readItems(version.slice(plus + 1)),
  };
}

function readItems(text: string): readonly ConanItem[] {
  return text.split('.').map((item) => {
    const end = endOfDigits(item, 0);
    return { number: end === 0 ? undefined : readDigits(item, 0, end), rest: item.slice(end) };
  });
}
