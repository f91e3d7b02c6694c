/** The files of a repository that have no owner. */

import { groupBy } from '../../../core/base/maps.ts';
import type { CodeOwners, CodeOwnersRule } from '../../../formats/text/code-owners/code-owners.ts';
import type { FileIndex } from './file-index.ts';
import type { RepositorySubject } from './subject.ts';

/** Files that are looked up; more are a gap. */
const MAX_LOOKED_UP = 2000;

/** Files without an owner. */
interface Ownership {
  readonly unowned: readonly string[];
  /** A rule that takes the ownership of one of them away. */
  readonly takenBy?: CodeOwnersRule;
}

/** Looks up the owners of some files. What could not be decided is noted. */
export function ownershipOf(
  paths: readonly string[],
  { owners, index, note }: Pick<RepositorySubject, 'owners' | 'index' | 'note'>,
): Ownership {
  if (owners?.content === undefined) return { unowned: [] };
  const { path: at, content } = owners;
  const unowned: string[] = [];
  let takenBy: CodeOwnersRule | undefined;
  for (const path of paths.slice(0, MAX_LOOKED_UP)) {
    const found = ownersOf(path, content, index);
    if (found === undefined) break;
    if (found.isOwned) continue;
    unowned.push(path);
    takenBy ??= found.takenBy;
  }
  const more = paths.length - MAX_LOOKED_UP;
  if (more > 0) {
    note({ path: at, gap: 'limit', message: `the owners of ${more} files were not looked up` });
  }
  return { unowned, ...(takenBy && { takenBy }) };
}

interface FoundOwners {
  readonly isOwned: boolean;
  readonly takenBy?: CodeOwnersRule;
}

/**
 * Returns whether a file has an owner whose approval can be required; `undefined` once too many
 * comparisons were made. On GitLab each section counts by itself, and those with optional approval
 * require nothing.
 */
function ownersOf(path: string, { rules }: CodeOwners, index: FileIndex): FoundOwners | undefined {
  let takenBy: CodeOwnersRule | undefined;
  for (const ofSection of sectionsOf(rules)) {
    const last = lastMatch(path, ofSection, index);
    if (last === undefined) return undefined;
    if (last === 'none') continue;
    if (last.owners.length > 0 && last.isOptional !== true) return { isOwned: true };
    if (last.owners.length === 0) takenBy ??= last;
  }
  return { isOwned: false, ...(takenBy && { takenBy }) };
}

const SECTIONS = new WeakMap<readonly CodeOwnersRule[], readonly (readonly CodeOwnersRule[])[]>();

/** Returns the rules of each section, the last ones first. */
function sectionsOf(rules: readonly CodeOwnersRule[]): readonly (readonly CodeOwnersRule[])[] {
  const known = SECTIONS.get(rules);
  if (known !== undefined) return known;
  const sections = [...groupBy(rules.toReversed(), ({ section }) => section).values()];
  SECTIONS.set(rules, sections);
  return sections;
}

/** An exclusion of GitLab counts wherever it stands in its section. */
function lastMatch(
  path: string,
  rules: readonly CodeOwnersRule[],
  index: FileIndex,
): CodeOwnersRule | 'none' | undefined {
  let first: CodeOwnersRule | undefined;
  for (const rule of rules) {
    if (first !== undefined && rule.isExclusion !== true) continue;
    const matches = index.matches(rule.pattern, path);
    if (matches === undefined) return undefined;
    if (!matches) continue;
    if (rule.isExclusion === true) return rule;
    first = rule;
  }
  return first ?? 'none';
}
