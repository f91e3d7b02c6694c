/**
 * Patterns of references to actions. Source: zizmor's documentation, "Configuration", "Repository
 * patterns".
 */

import type { UsedRepository } from './uses.ts';

/**
 * `*`, `owner/*`, `owner/repository/*`, `owner/repository`, `owner/repository/path`, the last two
 * also with `@ref`.
 */
export interface RepositoryPattern {
  /** The pattern as written. */
  readonly text: string;
  /** In lower case; absent: any. */
  readonly owner?: string;
  /** In lower case; absent: any. */
  readonly repository?: string;
  /** In lower case, empty for the root; absent: any. */
  readonly path?: string;
  /** Absent: any. */
  readonly ref?: string;
}

const PART = String.raw`[^/@*\s]+`;
const EXACT = new RegExp(
  `^(?<owner>${PART})/(?<repository>${PART})(?<path>(?:/${PART})*)(?:@(?<ref>\\S+))?$`,
  'u',
);
const OWNER = new RegExp(`^(?<owner>${PART})/\\*$`, 'u');
const REPOSITORY = new RegExp(`^(?<owner>${PART})/(?<repository>${PART})/\\*$`, 'u');

/** Reads a pattern; `undefined` for a text that is none. */
export function repositoryPattern(text: string): RepositoryPattern | undefined {
  if (text === '*') return { text };
  const owner = OWNER.exec(text)?.groups?.['owner'];
  if (owner !== undefined) return { text, owner: owner.toLowerCase() };
  const all = REPOSITORY.exec(text)?.groups;
  const exact = all ?? EXACT.exec(text)?.groups;
  if (exact === undefined) return undefined;
  const { owner: of = '', repository = '', path = '', ref } = exact;
  return {
    text,
    owner: of.toLowerCase(),
    repository: repository.toLowerCase(),
    ...(all === undefined && { path: path.replace(/^\//u, '').toLowerCase() }),
    ...(ref !== undefined && { ref }),
  };
}

/**
 * Returns how specific a pattern is that matches a reference, more for a larger number; `undefined`
 * if it does not match.
 */
export function patternRank(pattern: RepositoryPattern, uses: UsedRepository): number | undefined {
  const [owner = '', repository = ''] = uses.repository.split('/');
  const isMatch =
    (pattern.owner ?? owner) === owner &&
    (pattern.repository ?? repository) === repository &&
    (pattern.path ?? uses.path.toLowerCase()) === uses.path.toLowerCase() &&
    (pattern.ref ?? uses.ref) === uses.ref;
  if (!isMatch) return undefined;
  const { owner: one, repository: two, path, ref } = pattern;
  return [one, two, path, ref].filter((part) => part !== undefined).length;
}
