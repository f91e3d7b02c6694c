/**
 * What exported rulesets and branch protection demand of the default branch and of tags.
 *
 * Sources: docs.github.com, "REST API endpoints for rules" (the form that the settings export as
 * well) and "REST API endpoints for protected branches". Rules of several rulesets add up, and the
 * strictest counts; so does branch protection. What is neither form is refused with `ParseError`.
 *
 * Reads: `.github/rulesets/`, `.github/branch-protection/`.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { JsonDocument, JsonObject } from '../../../formats/text/json/json.ts';
import {
  compileOwnerPattern,
  matchesOwnerPattern,
} from '../../../formats/text/code-owners/code-owners-pattern.ts';
import { listAt, objectAt, objectsAt, textAt, textsAt } from './json-texts.ts';

/** A ruleset, or the protection of one branch. */
export interface Protection {
  readonly path: string;
  /** The name of the ruleset, or of the protected branch. */
  readonly name: string;
  readonly form: 'ruleset' | 'branch protection';
  readonly target: 'branch' | 'tag' | 'push' | 'other';
  /**
   * `active`, `evaluate`, `disabled`; branch protection is active. Another text is none of them.
   */
  readonly enforcement: string;
  /**
   * Whether it is about the default branch; for tags, whether it is about all tags or those of
   * versions.
   */
  readonly covers: boolean;
  readonly demands: Demands;
  /** Who may pass it by; absent: the export does not say it. */
  readonly bypasses?: readonly Bypass[];
  /** Returns the 1-based line of a key of the document. */
  readonly lineOf: (key: string) => number;
}

/** What a ruleset demands. What is absent is not demanded. */
export interface Demands {
  readonly signatures: boolean;
  readonly blocksForcePushes: boolean;
  readonly blocksDeletion: boolean;
  readonly blocksUpdates: boolean;
  readonly review?: Review;
  readonly checks?: Checks;
}

/** The review of a pull request. */
export interface Review {
  readonly approvals: number;
  readonly dismissesStale: boolean;
  readonly byOwners: boolean;
  readonly afterLastPush: boolean;
}

/** Checks that must have passed. */
export interface Checks {
  readonly count: number;
  /** Whether the branch must be up to date. */
  readonly isStrict: boolean;
}

/** Who can bypass the rules. */
export interface Bypass {
  /** As in `the role of administrators`. */
  readonly who: string;
  /** `pull_request`: only when a pull request is merged. */
  readonly mode: string;
}

/**
 * Reads an exported ruleset, or the answer of the interface about the protection of a branch.
 *
 * @throws ParseError for what is neither
 */
export function readProtection(path: string, document: JsonDocument): Protection {
  const { root } = document;
  const lineOf = (key: string): number => document.lineOfRootKey(key) ?? 1;
  if (textAt(root, 'enforcement') !== undefined && Array.isArray(root['rules'])) {
    return { ...rulesetOf(path, root), lineOf };
  }
  const isProtection =
    BRANCH_URL.test(textAt(root, 'url') ?? '') || PROTECTION_KEYS.some((key) => key in root);
  if (isProtection) return { ...branchProtectionOf(path, root), lineOf };
  throw new ParseError(path, 'neither a ruleset with rules nor the protection of a branch');
}

const BRANCH_URL = /\/branches\/(?<branch>[^?#]+)\/protection$/u;
const PROTECTION_KEYS = ['enforce_admins', 'allow_force_pushes', 'required_pull_request_reviews'];

type WithoutLines = Omit<Protection, 'lineOf'>;

function rulesetOf(path: string, root: JsonObject): WithoutLines {
  const rules = new Map<string, JsonObject[]>();
  for (const rule of objectsAt(root, 'rules')) {
    const type = textAt(rule, 'type') ?? '';
    rules.set(type, [...(rules.get(type) ?? []), objectAt(rule, 'parameters') ?? {}]);
  }
  const target = targetOf(textAt(root, 'target') ?? 'branch');
  const actors = root['bypass_actors'];
  const reviews = rules.get('pull_request')?.map(reviewOf) ?? [];
  const review = reviews.length > 0 ? reviews.reduce(strictestReview) : undefined;
  const checks = rules.get('required_status_checks')?.map(checksOf).reduce(strictestChecks);
  return {
    ...{ path, target, form: 'ruleset' },
    name: textAt(root, 'name') ?? '',
    enforcement: textAt(root, 'enforcement') ?? '',
    covers: isCovered(objectAt(objectAt(root, 'conditions'), 'ref_name'), target),
    demands: {
      signatures: rules.has('required_signatures'),
      blocksForcePushes: rules.has('non_fast_forward') || rules.has('update'),
      blocksDeletion: rules.has('deletion'),
      blocksUpdates: rules.has('update'),
      ...(review && { review }),
      ...(checks && { checks }),
    },
    ...(Array.isArray(actors) && {
      bypasses: objectsAt(root, 'bypass_actors').map(bypassOf),
    }),
  };
}

function targetOf(text: string): Protection['target'] {
  return text === 'branch' || text === 'tag' || text === 'push' ? text : 'other';
}

function reviewOf(parameters: JsonObject): Review {
  const count = parameters['required_approving_review_count'];
  return {
    approvals: typeof count === 'number' ? count : 0,
    dismissesStale: parameters['dismiss_stale_reviews_on_push'] === true,
    byOwners: parameters['require_code_owner_review'] === true,
    afterLastPush: parameters['require_last_push_approval'] === true,
  };
}

function checksOf(parameters: JsonObject): Checks {
  return {
    count: listAt(parameters, 'required_status_checks').length,
    isStrict: parameters['strict_required_status_checks_policy'] === true,
  };
}

/** Returns what two rules demand together. */
export function strictestReview(a: Review, b: Review): Review {
  return {
    approvals: Math.max(a.approvals, b.approvals),
    dismissesStale: a.dismissesStale || b.dismissesStale,
    byOwners: a.byOwners || b.byOwners,
    afterLastPush: a.afterLastPush || b.afterLastPush,
  };
}

/** Returns what two rules demand together. */
export function strictestChecks(a: Checks, b: Checks): Checks {
  return { count: a.count + b.count, isStrict: a.isStrict || b.isStrict };
}

/** Numbers of the roles that every repository has and that may be named here. */
const ROLES: ReadonlyMap<number, string> = new Map([
  [2, 'the role of maintainers'],
  [4, 'the role of writers'],
  [5, 'the role of administrators'],
]);
const ACTORS: ReadonlyMap<string, string> = new Map([
  ['OrganizationAdmin', 'the administrators of the organization'],
  ['EnterpriseOwner', 'the owners of the enterprise'],
  ['DeployKey', 'every deploy key'],
  ['Integration', 'the application'],
  ['Team', 'the team'],
  ['User', 'the user'],
  ['RepositoryRole', 'the role'],
]);

function bypassOf(actor: JsonObject): Bypass {
  const type = textAt(actor, 'actor_type') ?? '';
  const id = actor['actor_id'];
  const number = typeof id === 'number' ? id : undefined;
  const role = type === 'RepositoryRole' && number !== undefined ? ROLES.get(number) : undefined;
  const isAll = type === 'OrganizationAdmin' || type === 'EnterpriseOwner' || type === 'DeployKey';
  const name = ACTORS.get(type) ?? `an actor of the type "${type.slice(0, 40)}"`;
  const who = role ?? (isAll || number === undefined ? name : `${name} ${number}`);
  return { who, mode: textAt(actor, 'bypass_mode') ?? 'always' };
}

/** Names of default branches, where a pattern and not `~DEFAULT_BRANCH` names the branch. */
const DEFAULT_BRANCHES = ['refs/heads/main', 'refs/heads/master', 'refs/heads/trunk'];
/** Tags of versions, as a pattern names them. */
const VERSION_TAGS = ['refs/tags/v1.2.3', 'refs/tags/1.2.3', 'refs/tags/v1'];

/**
 * Returns whether the conditions of a ruleset include the default branch or tags of versions. Which
 * branch is the default is not in the file, so a pattern for one of the usual names counts, and so
 * does one that excludes such a name.
 */
function isCovered(names: JsonObject | undefined, target: Protection['target']): boolean {
  const known = target === 'tag' ? VERSION_TAGS : DEFAULT_BRANCHES;
  const special = target === 'tag' ? ['~ALL'] : ['~ALL', '~DEFAULT_BRANCH'];
  const include = textsAt(names, 'include');
  const exclude = textsAt(names, 'exclude');
  if (exclude.some((one) => special.includes(one))) return false;
  const left = known.filter((name) => !exclude.some((one) => matchesRef(one, name)));
  if (include.some((one) => special.includes(one))) return left.length === known.length;
  return left.some((name) => include.some((one) => matchesRef(one, name)));
}

/**
 * Patterns of rulesets are those of `fnmatch` with `FNM_PATHNAME`; longer ones than references are
 * none.
 */
function matchesRef(pattern: string, name: string): boolean {
  if (pattern.length > 1024) return false;
  return matchesOwnerPattern(compileOwnerPattern(`/${pattern}`, 'gitlab'), name);
}

function branchProtectionOf(path: string, root: JsonObject): WithoutLines {
  const branch = BRANCH_URL.exec(textAt(root, 'url') ?? '')?.groups?.['branch'];
  const name = branch === undefined ? '' : decoded(branch);
  const reviews = objectAt(root, 'required_pull_request_reviews');
  const checks = objectAt(root, 'required_status_checks');
  const isOn = (key: string): boolean => objectAt(root, key)?.['enabled'] === true;
  const approvals = reviews?.['required_approving_review_count'];
  return {
    ...{ path, name, form: 'branch protection', target: 'branch', enforcement: 'active' },
    covers: name === '' || DEFAULT_BRANCHES.includes(`refs/heads/${name}`),
    demands: {
      signatures: isOn('required_signatures'),
      blocksForcePushes: !isOn('allow_force_pushes'),
      blocksDeletion: !isOn('allow_deletions'),
      blocksUpdates: false,
      ...(reviews && {
        review: {
          approvals: typeof approvals === 'number' ? approvals : 0,
          dismissesStale: reviews['dismiss_stale_reviews'] === true,
          byOwners: reviews['require_code_owner_reviews'] === true,
          afterLastPush: reviews['require_last_push_approval'] === true,
        },
      }),
      ...(checks && {
        checks: {
          count: new Set([
            ...textsAt(checks, 'contexts'),
            ...objectsAt(checks, 'checks').map((one) => textAt(one, 'context') ?? ''),
          ]).size,
          isStrict: checks['strict'] === true,
        },
      }),
    },
    bypasses: [
      ...(isOn('enforce_admins') ? [] : [{ who: 'the role of administrators', mode: 'always' }]),
      ...allowances(objectAt(reviews, 'bypass_pull_request_allowances')),
    ],
  };
}

function allowances(of: JsonObject | undefined): readonly Bypass[] {
  const mode = 'pull_request';
  return [
    ...objectsAt(of, 'users').map((one) => ({ who: `the user ${nameIn(one, 'login')}`, mode })),
    ...objectsAt(of, 'teams').map((one) => ({ who: `the team ${nameIn(one, 'slug')}`, mode })),
    ...objectsAt(of, 'apps').map((one) => ({
      who: `the application ${nameIn(one, 'slug')}`,
      mode,
    })),
  ];
}

function nameIn(of: JsonObject, key: string): string {
  return (textAt(of, key) ?? '').slice(0, 100);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
