/**
 * Partial npm versions: one to three numbers, any of which may be `x`, `X` or `*`. Source:
 * node-semver, "Range Grammar".
 */

import { endOfDigits } from './digits.ts';
import { parseSemantic } from './semantic-version.ts';

/** A partial version; a number that is `undefined` stands for any. */
export interface PartialVersion {
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly patch: number | undefined;
  /** With its hyphen; empty where there is none. */
  readonly prerelease: string;
  /** Number of written places, 1 to 3. */
  readonly count: number;
  /** Number of places that are written as numbers. */
  readonly writtenCount: number;
  /** No number follows an x. */
  readonly isOrderly: boolean;
}

/**
 * Reads a partial version without prefix; build metadata is passed over. Loosely as node-semver
 * does.
 */
export function readPartial(text: string, isLoose: boolean): PartialVersion | undefined {
  const places: (number | undefined)[] = [];
  let at = 0;
  while (places.length < 3) {
    const end = endOfPlace(text, at);
    if (end === at) return undefined;
    const digits = text.slice(at, end);
    if (!isLoose && digits.length > 1 && digits.startsWith('0')) return undefined;
    const isAny = digits === 'x' || digits === 'X' || digits === '*';
    if (!isAny && !Number.isSafeInteger(Number(digits))) return undefined;
    places.push(isAny ? undefined : Number(digits));
    at = end;
    if (text.charAt(at) !== '.' || places.length === 3) break;
    at++;
  }
  const prerelease = readPrerelease(text.slice(at), places.length, isLoose);
  if (prerelease === undefined) return undefined;
  const [major, minor, patch] = places;
  return {
    major,
    minor: major === undefined ? undefined : minor,
    patch: major === undefined ? undefined : patch,
    prerelease,
    count: places.length,
    writtenCount: places.filter((place) => place !== undefined).length,
    isOrderly: isOrderly(places),
  };
}

function endOfPlace(text: string, at: number): number {
  const char = text.charAt(at);
  return char === 'x' || char === 'X' || char === '*' ? at + 1 : endOfDigits(text, at);
}

/**
 * Reads the text behind the numbers: a pre-release only after the third; build metadata anywhere.
 */
function readPrerelease(rest: string, count: number, isLoose: boolean): string | undefined {
  if (rest === '') return '';
  const whole = parseSemantic(`0.0.0${rest}`);
  if (whole?.isComplete !== true) return undefined;
  const plus = rest.indexOf('+');
  const text = plus === -1 ? rest : rest.slice(0, plus);
  if (text === '') return '';
  if (count !== 3 || (!isLoose && !whole.isStrict)) return undefined;
  // A digit would have belonged to the third number.
  if (endOfDigits(text, 0) > 0) return undefined;
  return text.startsWith('-') && whole.isStrict ? text : `-${text.replace(/^-(?=.)/, '')}`;
}

function isOrderly([major, minor, patch]: readonly (number | undefined)[]): boolean {
  if (major === undefined && minor !== undefined) return false;
  return minor !== undefined || patch === undefined;
}
