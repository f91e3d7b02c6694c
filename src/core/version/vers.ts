/**
 * VERS, the notation for version ranges of all schemes: `vers:npm/>=1.2.3|<2.0.0`.
 *
 * Source: the VERS specification (package-url/vers-spec), "Version range specifier" and "Checking
 * if a version is contained within a range". Refused: white space, empty constraints, schemes
 * without a row in `list.ts`, versions that the scheme cannot read, `*` beside other constraints,
 * broken percent-encoding.
 */

import type { SchemeId } from '../model/package/ecosystem.ts';
import { VERSION_SCHEMES, SCHEME_IDS } from './list.ts';
import { isAllowed } from './range.ts';
import type { Alternatives, Comparator, VersionScheme } from './scheme.ts';

/** A range as VERS states it: the union of its intervals and single versions. */
export interface Vers {
  readonly scheme: SchemeId;
  /** In the order of the text. Empty: every version (`*`). */
  readonly constraints: readonly Comparator[];
}

const START = 'vers:';
/**
 * VERS names a scheme by its package-URL type; these differ from Assay's ids, which are read as
 * well.
 */
const VERS_NAMES: ReadonlyMap<SchemeId, string> = new Map([
  ['go', 'golang'],
  ['gentoo', 'ebuild'],
]);
const ANY = '*';
const OPERATORS = ['!=', '<=', '>=', '<', '>'] as const;
/** Matches characters that belong to the notation, or not into a URL. */
const RESERVED = /[%|<>=!*\s]|[^\x20-\x7e]/gu;
const SPACE = /\s/u;

/** Returns whether the text claims to be a VERS string, readable or not. */
export function isVers(text: string): boolean {
  return text.startsWith(START);
}

/** Reads a VERS string; `undefined` where it breaks the notation. */
export function parseVers(text: string): Vers | undefined {
  const slash = text.indexOf('/');
  if (!isVers(text) || slash === -1 || SPACE.test(text)) return undefined;
  const name = text.slice(START.length, slash);
  const scheme = SCHEME_IDS.find((id) => id === name || VERS_NAMES.get(id) === name);
  if (scheme === undefined) return undefined;
  const rest = text.slice(slash + 1);
  if (rest === ANY) return { scheme, constraints: [] };
  const constraints: Comparator[] = [];
  for (const part of rest.split('|')) {
    const constraint = readConstraint(VERSION_SCHEMES[scheme], part);
    if (constraint === undefined) return undefined;
    constraints.push(constraint);
  }
  return { scheme, constraints };
}

/** Formats the canonical text: constraints sorted by version, versions percent-encoded. */
export function formatVers({ scheme, constraints }: Vers): string {
  const start = `${START}${VERS_NAMES.get(scheme) ?? scheme}/`;
  if (constraints.length === 0) return start + ANY;
  const parts = sorted(VERSION_SCHEMES[scheme], constraints).map(
    ({ operator, version }) => (operator === '=' ? '' : operator) + encode(version),
  );
  return start + parts.join('|');
}

/** Returns the canonical text of a VERS string; `undefined` if it breaks the notation. */
export function normalizeVers(text: string): string | undefined {
  const vers = parseVers(text);
  return vers && formatVers(vers);
}

/** Returns whether the range holds the version; `undefined` where the scheme cannot order it. */
export function versContains(vers: Vers, version: string): boolean | undefined {
  const { compare } = VERSION_SCHEMES[vers.scheme];
  for (const { operator, version: excluded } of vers.constraints) {
    if (operator === '!=' && compare(version, excluded) === 0) return false;
  }
  return isAllowed(compare, version, versBounds(vers));
}

/**
 * Returns the single versions and intervals of the range; what `!=` takes out of it is still in.
 */
export function versBounds({ scheme, constraints }: Vers): Alternatives {
  const singles = constraints.filter(({ operator }) => operator === '=');
  const bounds = constraints.filter(isBound);
  // With `!=` alone, everything else is in.
  if (singles.length === 0 && bounds.length === 0) return [[]];
  const alternating = simplified(sorted(VERSION_SCHEMES[scheme], bounds));
  const alternatives = singles.map((single) => [single]);
  alternating.forEach((bound, at) => {
    const next = alternating[at + 1];
    if (isLower(bound)) alternatives.push(next === undefined ? [bound] : [bound, next]);
    else if (at === 0) alternatives.push([bound]);
  });
  return alternatives;
}

/**
 * Returns a VERS string for a range in the scheme's own notation; `undefined` where that cannot be
 * read.
 */
export function versFromNativeRange(scheme: SchemeId, range: string): string | undefined {
  const constraints = VERSION_SCHEMES[scheme].ranges.constraints(range);
  return constraints && formatVers({ scheme, constraints: withoutRepeats(constraints) });
}

function readConstraint(scheme: VersionScheme, part: string): Comparator | undefined {
  const operator = OPERATORS.find((one) => part.startsWith(one));
  const version = decode(part.slice(operator?.length ?? 0));
  // A version has an order with 0 if it has one at all.
  if (version === undefined || scheme.compare(version, '0') === undefined) return undefined;
  return { operator: operator ?? '=', version };
}

/**
 * Sorts constraints. Stable; at the same version an upper bound closes its interval before a lower
 * one opens the next.
 */
function sorted(scheme: VersionScheme, constraints: readonly Comparator[]): readonly Comparator[] {
  return constraints.toSorted(
    (a, b) => (scheme.compare(a.version, b.version) ?? 0) || precedence(a, b),
  );
}

function precedence(a: Comparator, b: Comparator): number {
  const closesBefore = (x: Comparator, y: Comparator): boolean =>
    (x.operator === '<' && y.operator.startsWith('>')) ||
    (x.operator === '<=' && y.operator === '>');
  return closesBefore(a, b) ? -1 : closesBefore(b, a) ? 1 : 0;
}

/**
 * Simplifies bounds, by the section "Version constraints simplification": the first of several
 * lower bounds and the last of several upper ones.
 */
function simplified(bounds: readonly Comparator[]): readonly Comparator[] {
  return bounds.filter((bound, at) =>
    isLower(bound) ? !isLower(bounds[at - 1]) : !isUpper(bounds[at + 1]),
  );
}

function isBound(constraint: Comparator): boolean {
  return isLower(constraint) || isUpper(constraint);
}

function isLower(bound: Comparator | undefined): boolean {
  return bound?.operator.startsWith('>') ?? false;
}

function isUpper(bound: Comparator | undefined): boolean {
  return bound?.operator.startsWith('<') ?? false;
}

function withoutRepeats(constraints: readonly Comparator[]): readonly Comparator[] {
  const byText = new Map(constraints.map((one) => [one.operator + one.version, one]));
  return [...byText.values()];
}

function encode(version: string): string {
  return version.replace(RESERVED, (char) =>
    Array.from(
      new TextEncoder().encode(char),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  );
}

function decode(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
