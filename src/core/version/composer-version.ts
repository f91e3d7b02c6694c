/**
 * The normal form of Composer versions: `1.0-beta2` is `1.0.0.0-beta2`.
 *
 * Source: the Composer documentation, "Versions and constraints", and the behaviour of
 * composer/semver's `VersionParser::normalize`. A version is up to four numbers or a date, with a
 * stability and `-dev`, or the name of a branch. What Composer refuses but begins with a number
 * still gets four numbers, so that it can be ordered; it is not valid.
 */

import { cacheParsed } from './scheme-factories.ts';

/** A version in its normal form. */
export interface ComposerVersion {
  readonly text: string;
  /** A branch has a name and no place among the versions. */
  readonly isBranch: boolean;
  /** Composer reads it. */
  readonly isValid: boolean;
}

/** Pattern of the text behind the numbers; every part of it may be absent. */
export const MODIFIER =
  '[._-]?(?:(?<stability>stable|beta|b|RC|alpha|a|patch|pl|p)(?<count>(?:[.-]?\\d+(?:[.-]\\d+)*)?))?(?<dev>[.-]?dev)?';
const CLASSIC = new RegExp(
  `^v?(?<major>\\d{1,5})(?<minor>\\.\\d+)?(?<patch>\\.\\d+)?(?<fourth>\\.\\d+)?${MODIFIER}$`,
  'i',
);
const DATE = new RegExp(
  `^v?(?<date>\\d{4}(?:[.:-]?\\d{2}){1,6}(?:[.:-]?\\d{1,3}){0,2})${MODIFIER}$`,
  'i',
);
const OTHER = /^v?(?<major>\d+)(?<minor>\.\d+)?(?<patch>\.\d+)?(?<fourth>\.\d+)?(?<rest>.*)$/s;
const ALIAS = /^(?<version>[^,\s]+)\s+as\s+[^,\s]+$/;
const STABILITY_FLAG = /@(?:stable|RC|beta|alpha|dev)$/i;
const BUILD = /^(?<version>[^,\s+]+)\+\S+$/;
const BRANCH_PREFIX = /^dev-/i;
const DEV_SUFFIX = /[.-]?dev$/i;
const NUMERIC_BRANCH =
  /^v?(?<major>\d+)(?:\.(?<minor>\d+|[xX*]))?(?:\.(?<patch>\d+|[xX*]))?(?:\.(?<fourth>\d+|[xX*]))?$/;
const NOT_A_NUMBER = /\D/;
/** Branches with these names need no `dev-`. */
const MAIN_BRANCHES = new Set(['master', 'trunk', 'default']);
/** Composer's number for the x of a branch. */
const HIGHEST = '9999999';
const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['p', 'patch'],
  ['pl', 'patch'],
  ['rc', 'RC'],
]);

/** Reads a version; `undefined` where it neither is one nor begins with a number. */
export const readComposer = cacheParsed(read);

function read(given: string): ComposerVersion | undefined {
  const version = withoutFlags(given.trim());
  if (MAIN_BRANCHES.has(version)) return branch(version);
  if (BRANCH_PREFIX.test(version)) return branch(version.slice('dev-'.length));
  const plain = BUILD.exec(version)?.groups?.['version'] ?? version;
  const text = readClassic(plain) ?? readDate(plain) ?? readNumericBranch(plain);
  if (text !== undefined) return { text, isBranch: false, isValid: true };
  const other = readOther(version);
  return other === undefined ? undefined : { text: other, isBranch: false, isValid: false };
}

function withoutFlags(version: string): string {
  const named = ALIAS.exec(version)?.groups?.['version'] ?? version;
  return named.replace(STABILITY_FLAG, '');
}

function branch(name: string): ComposerVersion {
  return { text: `dev-${name}`, isBranch: true, isValid: true };
}

function readClassic(version: string): string | undefined {
  const groups = CLASSIC.exec(version)?.groups;
  return groups && fourNumbers(groups) + readModifier(groups);
}

function readDate(version: string): string | undefined {
  const groups = DATE.exec(version)?.groups;
  return groups && (groups['date'] ?? '').replace(/\D/g, '.') + readModifier(groups);
}

function fourNumbers(groups: Readonly<Record<string, string | undefined>>): string {
  const { major = '0', minor = '.0', patch = '.0', fourth = '.0' } = groups;
  return major + minor + patch + fourth;
}

function readModifier(groups: Readonly<Record<string, string | undefined>>): string {
  const { stability, count = '', dev } = groups;
  const lower = stability?.toLowerCase();
  if (lower === 'stable') return '';
  const named = lower === undefined ? '' : `-${LONG_NAMES.get(lower) ?? lower}`;
  const number = lower === undefined ? '' : count.replace(/^[.-]/, '');
  return named + number + (dev === undefined ? '' : '-dev');
}

/** Reads the end of a line of versions, as in `1.x-dev`, `041.2-dev`. */
function readNumericBranch(version: string): string | undefined {
  const name = version.replace(DEV_SUFFIX, '');
  if (name === version) return undefined;
  const groups = NUMERIC_BRANCH.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const { major = '', minor = 'x', patch = 'x', fourth = 'x' } = groups;
  const numbers = [major, minor, patch, fourth];
  return `${numbers.map((one) => (NOT_A_NUMBER.test(one) ? HIGHEST : one)).join('.')}-dev`;
}

/** Returns the numbers, and whatever follows them. */
function readOther(version: string): string | undefined {
  const groups = OTHER.exec(version)?.groups;
  if (groups === undefined) return undefined;
  const rest = groups['rest'] ?? '';
  return fourNumbers(groups) + (rest === '' || rest.startsWith('-') ? rest : `-${rest}`);
}
