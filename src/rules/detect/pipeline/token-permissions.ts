/**
 * The permissions that the token of a job has when it runs: those of the job, else those of the
 * workflow, else the defaults of the repository; in a called workflow at most those of the caller.
 *
 * Source: docs.github.com, "Workflow syntax for GitHub Actions", `permissions` and
 * `jobs.<job_id>.permissions`; "Reusing workflow configurations", "Supported keywords and access";
 * "GITHUB_TOKEN", "Permissions".
 */

import type { YamlPair } from '../../../formats/text/yaml/yaml-node.ts';
import { asScalar, keyOf, pairsOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Job, Workflow } from './workflow.ts';

/** Accesses that a token may have in a scope, in ascending order. */
export const ACCESSES = ['none', 'read', 'write'] as const;

/** See {@link ACCESSES}. */
export type Access = (typeof ACCESSES)[number];

/** The permissions of a token. */
export interface TokenPermissions {
  /**
   * Whether the settings of the repository decide, which the files do not have: then {@link rest}
   * and {@link scopes} say nothing.
   */
  readonly isDefault: boolean;
  /** For the scopes that are not named. */
  readonly rest: Access;
  readonly scopes: ReadonlyMap<string, Access>;
}

const DEFAULT: TokenPermissions = { isDefault: true, rest: 'none', scopes: new Map() };

/**
 * Returns the permissions that a pair `permissions` sets; `undefined` where there is none, or
 * GitHub refuses its value.
 */
function setPermissions(pair: YamlPair | undefined): TokenPermissions | undefined {
  if (pair === undefined) return undefined;
  const all = asScalar(pair.value);
  if (all !== undefined) {
    const text = all.value.trim();
    if (text === 'read-all') return { isDefault: false, rest: 'read', scopes: new Map() };
    if (text === 'write-all') return { isDefault: false, rest: 'write', scopes: new Map() };
    // An absent value sets nothing.
    return undefined;
  }
  const scopes = new Map<string, Access>();
  for (const one of pairsOf(pair.value)) {
    const [scope, access] = [keyOf(one), asScalar(one.value)?.value.trim()];
    const known = ACCESSES.find((name) => name === access);
    if (scope !== undefined && known !== undefined) scopes.set(scope, known);
  }
  return { isDefault: false, rest: 'none', scopes };
}

/**
 * Returns the permissions of a job.
 *
 * @param caller those of the calling job, for a workflow that is called
 */
export function permissionsOf(
  job: Pick<Job, 'permissions'>,
  workflow: Pick<Workflow, 'permissions'> | undefined,
  caller?: TokenPermissions,
): TokenPermissions {
  const own = setPermissions(job.permissions) ?? setPermissions(workflow?.permissions);
  if (own === undefined) return caller ?? DEFAULT;
  if (caller === undefined || caller.isDefault) return own;
  const names = new Set([...own.scopes.keys(), ...caller.scopes.keys()]);
  const scopes = [...names].map(
    (name) => [name, lesser(accessTo(own, name), accessTo(caller, name))] as const,
  );
  return { isDefault: false, rest: lesser(own.rest, caller.rest), scopes: new Map(scopes) };
}

/** Returns what a token may do in a scope. All tokens may read the metadata of the repository. */
export function accessTo({ rest, scopes }: TokenPermissions, scope: string): Access {
  const access = scopes.get(scope) ?? rest;
  return scope === 'metadata' && access === 'none' ? 'read' : access;
}

/**
 * Returns the scopes in which the first permissions allow more than the second; `*` for those that
 * none names.
 */
export function exceeding(a: TokenPermissions, b: TokenPermissions): readonly string[] {
  if (a.isDefault || b.isDefault) return [];
  const names = new Set([...a.scopes.keys(), ...b.scopes.keys()]);
  const named = [...names].filter((name) => rank(accessTo(a, name)) > rank(accessTo(b, name)));
  return rank(a.rest) > rank(b.rest) ? [...named, '*'] : named;
}

function lesser(a: Access, b: Access): Access {
  return rank(a) <= rank(b) ? a : b;
}

function rank(access: Access): number {
  return ACCESSES.indexOf(access);
}
