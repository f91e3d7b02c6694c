/** The text of a request in a `package.json`: ranges, aliases, and what is neither. */

import { satisfies } from '../../../../core/version/index.ts';

const ALIAS = /^(?<prefix>npm:(?:@[^/]+\/)?[^@/]+@)(?<range>.*)$/u;
const OTHER = /^(?:file|link|workspace|portal|patch|git|git\+[a-z]+|https?|github):|\//u;
const OPERATOR =
  /^(?<operator>\^|~|>=|=|v)?\s*\d+(?:\.\d+){2}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/u;

/** A request for versions. The prefix of an alias is kept apart. */
interface VersionRequest {
  readonly prefix: string;
  readonly range: string;
}

/**
 * Returns the range of a request; `undefined` for an address or a path, which no version satisfies.
 */
function versionRequest(text: string): VersionRequest | undefined {
  const alias = ALIAS.exec(text)?.groups;
  if (alias !== undefined) return { prefix: alias['prefix'] ?? '', range: alias['range'] ?? '' };
  return OTHER.test(text) ? undefined : { prefix: '', range: text };
}

/** Returns whether a request accepts a version. */
export function accepts(request: string, version: string): boolean {
  const read = versionRequest(request);
  return read !== undefined && satisfies('npm', version, read.range) === true;
}

/** Returns whether a request names versions at all. */
export function isVersionRequest(request: string): boolean {
  return versionRequest(request) !== undefined;
}

/**
 * Returns the request for a new version with the operator of the old one; another range becomes a
 * caret range.
 */
export function requestFor(request: string, version: string): string {
  const { prefix = '', range = '' } = versionRequest(request) ?? {};
  const match = OPERATOR.exec(range.trim());
  const operator = match === null ? '^' : (match.groups?.['operator'] ?? '');
  return `${prefix}${operator}${version}`;
}

/** Returns the request for exactly one version. */
export function exactRequest(request: string, version: string): string {
  return `${versionRequest(request)?.prefix ?? ''}${version}`;
}
