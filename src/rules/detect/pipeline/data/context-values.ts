/**
 * Values of contexts that an outsider can choose.
 *
 * Source: docs.github.com, "Contexts reference", "Webhook events and payloads" and "Script
 * injections".
 */

import {
  contextPaths,
  type ContextPath,
} from '../../../../formats/text/github-expression/context-paths.ts';
import {
  expressionParts,
  type Expression,
} from '../../../../formats/text/github-expression/expression.ts';

/**
 * The freedom of a context's value: `free` text of an outsider, `chosen` by a person with rights,
 * or `fixed`.
 */
export type Freedom = 'free' | 'chosen' | 'fixed';

/** Names at the end of paths of `github.event` whose values have a fixed form. */
const FIXED_NAMES: ReadonlySet<string> = new Set([
  ...[
    'action',
    'after',
    'before',
    'base_sha',
    'changed_files',
    'comments',
    'commit_id',
    'commits_url',
  ],
  ...[
    'created_at',
    'deletions',
    'additions',
    'draft',
    'head_sha',
    'id',
    'locked',
    'merge_commit_sha',
  ],
  ...[
    'merged',
    'merged_at',
    'node_id',
    'number',
    'position',
    'prerelease',
    'private',
    'run_attempt',
  ],
  ...[
    'run_id',
    'run_number',
    'sha',
    'size',
    'state',
    'updated_at',
    'workflow_id',
    'conclusion',
    'status',
  ],
  ...[
    'type',
    'closed_at',
    'published_at',
    'pushed_at',
    'deleted',
    'created',
    'forced',
    'fork',
    'admin',
  ],
  ...[
    'html_url',
    'url',
    'clone_url',
    'ssh_url',
    'git_url',
    'diff_url',
    'patch_url',
    'full_name',
    'login',
  ],
]);

/** Objects of `github.event` whose properties can have any name and any value. */
const FREE_PARTS: ReadonlySet<string> = new Set(['client_payload', 'inputs', 'payload']);

/** Values of `github` that have a fixed form, or that only an administrator chooses. */
const FIXED_GITHUB: ReadonlySet<string> = new Set([
  ...['action_path', 'action_repository', 'action_status', 'actor', 'actor_id', 'api_url', 'env'],
  ...['event_name', 'event_path', 'graphql_url', 'job', 'job_workflow_sha', 'output', 'path'],
  ...['ref_protected', 'ref_type', 'repository', 'repository_id', 'repository_owner'],
  ...['repository_owner_id', 'repositoryurl', 'repository_url', 'retention_days', 'run_attempt'],
  ...['run_id', 'run_number', 'secret_source', 'server_url', 'sha', 'token', 'triggering_actor'],
  ...['workflow_sha', 'workspace', 'state', 'step_summary', 'artifact_cache_size_limit'],
]);

/**
 * Beginnings of paths of `github.event` that belong to the repository itself, so that only a person
 * with rights chooses the values: its names, the branch that a pull request is for, the branch or
 * tag of a push, and the names of a release. The text of a release is not among them, because
 * GitHub can make it from titles of pull requests.
 */
const OWN_PARTS: readonly (readonly string[])[] = [
  ['repository'],
  ['pull_request', 'base'],
  ['ref'],
  ['base_ref'],
  ...['name', 'tag_name', 'target_commitish'].map((name) => ['release', name]),
];

const ORDER: readonly Freedom[] = ['fixed', 'chosen', 'free'];

/** Returns the freedom of a value that consists of parts with these ones; `fixed` without any. */
export function mostFree(...parts: readonly Freedom[]): Freedom {
  let most: Freedom = 'fixed';
  for (const one of parts) if (ORDER.indexOf(one) > ORDER.indexOf(most)) most = one;
  return most;
}

/** Returns who chooses a value of `github`, by the names behind that of the context. */
export function githubFreedom(first: string | undefined, rest: readonly string[]): Freedom {
  if (first === undefined || first === 'head_ref' || first === '*') return 'free';
  if (first !== 'event') return FIXED_GITHUB.has(first) ? 'fixed' : 'chosen';
  // There a name such as "url" does not bound the value.
  if (rest.some((name) => FREE_PARTS.has(name))) return 'free';
  if (FIXED_NAMES.has(rest.at(-1) ?? '')) return 'fixed';
  const isOwn = OWN_PARTS.some((parts) => parts.every((part, at) => rest[at] === part));
  return isOwn ? 'chosen' : 'free';
}

/**
 * Returns the contexts whose values reach the result: not those of conditions and of functions that
 * return a boolean.
 */
export function injectedPaths(expression: Expression): readonly ContextPath[] {
  let injected = INJECTED.get(expression);
  if (injected === undefined) {
    const reaching = new Set(resultParts(expression));
    injected = contextPaths(expression).filter((path) => reaching.has(path.expression));
    INJECTED.set(expression, injected);
  }
  return injected;
}

/** Checks and the sources of data ask for the same expressions. */
const INJECTED = new WeakMap<Expression, readonly ContextPath[]>();

function* resultParts(expression: Expression): Generator<Expression> {
  switch (expression.kind) {
    case 'literal':
    case 'not':
    case 'comparison':
      return;
    case 'context':
    case 'index':
      yield* expressionParts(expression);
      return;
    case 'call': {
      const { name, arguments: given } = expression;
      if (name === 'case') {
        for (const [at, part] of given.entries()) {
          if (at % 2 === 1 || at === given.length - 1) yield* resultParts(part);
        }
      } else if (['format', 'fromjson', 'join', 'tojson'].includes(name)) {
        for (const part of given) yield* resultParts(part);
      }
      return;
    }
    case 'chain': {
      const { operator, operands } = expression;
      // `a && b` returns `a` only if it counts as false.
      const parts = operator === '&&' ? operands.slice(-1) : operands;
      for (const part of parts) yield* resultParts(part);
    }
  }
}
