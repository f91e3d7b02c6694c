/**
 * The branches that a rule is for.
 *
 * Source: GitHub, "REST API endpoints for rules", `conditions.ref_name`; "Creating rulesets for a
 * repository", "Using fnmatch syntax" and "Unsupported fnmatch syntax"; Ruby, `File.fnmatch` with
 * `FNM_PATHNAME`. `*`, `?` and sets stand for no slash. A part `**` stands for any number of parts,
 * but as the last part it is the same as `*`. A pattern of any other kind is not interpreted: it
 * includes no branch and can exclude any.
 */

import { compileGlobs } from '../../../core/base/glob.ts';

/** Patterns of whole references, and the keywords `~ALL` and `~DEFAULT_BRANCH`. */
export interface RefNames {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A branch that is judged. */
export interface NamedBranch {
  /** Without `refs/heads/`. */
  readonly branch: string;
  /** Absent: it is not known. */
  readonly defaultBranch?: string;
}

/** Begins the whole name of a branch. */
export const HEADS = 'refs/heads/';
/**
 * Literal characters, wildcards, and sets without a complement. A slash at the end would be lost.
 */
const INTERPRETED = /^refs\/(?:[^\\{}[\]]|\[[\w.-]+\])*(?<!\/)$/u;
const LAST_GLOBSTAR = /(?<=\/)\*\*$/u;

/** Returns whether a branch is one of the names; a text says why that is not known. */
export function includesBranch(
  { include, exclude }: RefNames,
  named: NamedBranch,
): boolean | string {
  const included = matchAny(include, named);
  if (included !== true) return included;
  const excluded = matchAny(exclude, named);
  return typeof excluded === 'string' ? excluded : !excluded;
}

/** A match counts more than a pattern that is not interpreted. */
function matchAny(patterns: readonly string[], named: NamedBranch): boolean | string {
  const found = patterns.map((pattern) => matchOne(pattern, named));
  return found.includes(true) || (found.find((one) => typeof one === 'string') ?? false);
}

function matchOne(pattern: string, { branch, defaultBranch }: NamedBranch): boolean | string {
  if (pattern === '~ALL') return true;
  if (pattern === '~DEFAULT_BRANCH') {
    if (defaultBranch !== undefined) return branch === defaultBranch;
    return 'it names the default branch (name that with --default-branch)';
  }
  if (!INTERPRETED.test(pattern)) return `its pattern "${pattern}" is not interpreted`;
  return compileGlobs([pattern.replace(LAST_GLOBSTAR, '*')])(HEADS + branch);
}
