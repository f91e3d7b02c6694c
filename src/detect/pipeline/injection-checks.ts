/**
 * Checks of expressions that become code. GitHub replaces `${{ }}` in a script before a shell reads it, so that a value with
 * the right characters becomes commands.
 *
 * Source: docs.github.com, "Script injections"; "Contexts reference" for the values of contexts.
 */

import { contextPaths, type ContextPath } from '../../format/github-expression/context-paths.ts';
import { expressionParts, type Expression } from '../../format/github-expression/expression.ts';
import type { Severity } from '../../model/advisory.ts';
import type { YamlNode, YamlScalar } from '../../format/yaml-node.ts';
import {
  asMapping,
  asScalar,
  itemsOf,
  keyOf,
  pairsOf,
  resolveAlias,
  valueOf,
} from '../../format/yaml-walk.ts';
import type { Hit, HitFix, PipelineCheck } from './check.ts';
import { fixBy, ruleOf } from './check.ts';
import { CODE_INPUTS } from './code-inputs.ts';
import { scriptEdits } from './script-edits.ts';
import type { Persona } from './settings.ts';
import { textOf, type PipelineSubject } from './subject.ts';
import { inputOf, type Step, type Workflow } from './workflow.ts';

/** How much a value of a context can do: `free` text of an outsider, `chosen` by somebody with rights, or `fixed`. */
type Freedom = 'free' | 'chosen' | 'fixed';

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

const TEMPLATE_INJECTION: PipelineCheck = {
  rule: ruleOf({
    name: 'template-injection',
    severity: 'high',
    title: 'expression that becomes a part of a script',
    cwe: [78, 94],
    why: 'GitHub writes the value of an expression into the script before the shell reads it. A title, a branch or an input with the right characters then becomes a command that has the secrets of the job.',
    remedy:
      'Set an environment variable to the expression, and use the variable in quotes in the script.',
    failing:
      'on: issues\njobs: {a: {runs-on: x, steps: [{run: "echo ${{ github.event.issue.title }}"}]}}\n',
    passing:
      'on: issues\njobs: {a: {runs-on: x, steps: [{run: "echo \\"$TITLE\\"", env: {TITLE: "${{ github.event.issue.title }}"}}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      for (const code of codeOf(step)) yield* injectionsIn(code, step, subject);
    }
  },
};

/** The scalars of a step that are run as code. */
function codeOf(step: Step): readonly YamlScalar[] {
  const code = step.run === undefined ? [] : [step.run];
  if (step.uses?.kind !== 'repository') return code;
  for (const input of CODE_INPUTS.get(step.uses.action) ?? []) {
    const scalar = inputOf(step, input);
    if (scalar !== undefined) code.push(scalar);
  }
  return code;
}

function* injectionsIn(code: YamlScalar, step: Step, subject: PipelineSubject): Generator<Hit> {
  const edits = code === step.run ? movedExpressions(step, subject) : undefined;
  const fix = edits && fixBy('Pass the values by environment variables.', ...edits);
  for (const placed of textOf(code, false).expressions) {
    const { expression } = placed;
    if (expression === undefined) continue;
    const paths = contextPaths(expression);
    const injected = new Set(injectedPaths(expression, paths));
    for (const path of paths) {
      const name = path.parts.join('.');
      yield {
        range: placed.rangeOf(path.expression.range),
        message: `The value of ${name} becomes a part of the script.`,
        names: [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? '', name],
        ...(injected.has(path) ? withFix(judged(path, step, subject), fix) : HARMLESS),
      };
    }
  }
}

/** Only expressions with untrusted values are moved. */
function withFix(judgement: Judgement, fix: HitFix | undefined): Judgement {
  return judgement === HARMLESS || fix === undefined ? judgement : { ...judgement, fix };
}

function movedExpressions(step: Step, subject: PipelineSubject): ReturnType<typeof scriptEdits> {
  return scriptEdits(subject, step, ({ expression }) => {
    if (expression === undefined) return false;
    return injectedPaths(expression, contextPaths(expression)).some(
      (path) => judged(path, step, subject) !== HARMLESS,
    );
  });
}

/** Expressions in scripts that add nothing that anybody chooses. */
const HARMLESS: Judgement = { severity: 'low', persona: 'pedantic' };

/** The contexts whose values reach the result: not those of conditions and of functions that return a boolean. */
function injectedPaths(
  expression: Expression,
  paths: readonly ContextPath[],
): readonly ContextPath[] {
  const reaching = new Set(resultParts(expression));
  return paths.filter((path) => reaching.has(path.expression));
}

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

interface Judgement {
  readonly severity?: Severity;
  readonly persona?: Persona;
  readonly fix?: HitFix;
}

function judged(path: ContextPath, step: Step, subject: PipelineSubject): Judgement {
  switch (freedomOf(path, step, subject)) {
    case 'free':
      return {};
    case 'chosen':
      return { severity: 'medium' };
    case 'fixed':
      return HARMLESS;
  }
}

/** Judges the path of a value behind the name of its context. */
type FreedomRule = (names: readonly string[], step: Step, subject: PipelineSubject) => Freedom;

/** By context; those that are not here hold nothing that anybody chooses. */
const FREEDOM: Readonly<Record<string, FreedomRule>> = {
  github: ([first, ...rest]) => githubFreedom(first, rest),
  inputs: ([name = '*'], _step, subject) => inputFreedom(name, subject),
  env: ([name = '*'], step, { workflow }) => envFreedom(name, step, workflow),
  matrix: ([key = '*'], step) => matrixFreedom(key, step),
  steps: (names) => (names.length < 2 || names.includes('outputs') ? 'chosen' : 'fixed'),
  needs: (names) => (names.length === 2 && names[1] === 'result' ? 'fixed' : 'chosen'),
  vars: () => 'chosen',
};

function freedomOf(
  { parts: [context = '', ...names] }: ContextPath,
  step: Step,
  subject: PipelineSubject,
): Freedom {
  const rule = Object.hasOwn(FREEDOM, context) ? FREEDOM[context] : undefined;
  return rule?.(names, step, subject) ?? 'fixed';
}

function githubFreedom(first: string | undefined, rest: readonly string[]): Freedom {
  if (first === undefined || first === 'head_ref' || first === '*') return 'free';
  if (first !== 'event') return FIXED_GITHUB.has(first) ? 'fixed' : 'chosen';
  // There a name such as "url" does not bound the value.
  if (rest.some((name) => FREE_PARTS.has(name))) return 'free';
  return FIXED_NAMES.has(rest.at(-1) ?? '') ? 'fixed' : 'free';
}

/** Inputs of an action are texts of its user; those of a workflow are so unless their type bounds them. */
function inputFreedom(name: string, { workflow, action }: PipelineSubject): Freedom {
  if (action !== undefined) return 'free';
  const declared = (workflow?.triggers ?? []).flatMap(({ settings }) => {
    const input = pairsOf(valueOf(settings, 'inputs')).find(
      (pair) => keyOf(pair)?.toLowerCase() === name,
    );
    return input === undefined ? [] : [asScalar(valueOf(input.value, 'type'))?.value ?? 'string'];
  });
  if (declared.length === 0) return 'free';
  return declared.every((type) => ['boolean', 'number', 'choice', 'environment'].includes(type))
    ? 'fixed'
    : 'free';
}

/** A variable whose value in the file is a constant is one, unless a step of the job writes variables. */
function envFreedom(name: string, step: Step, workflow: Workflow | undefined): Freedom {
  for (const scope of [step.env, step.job?.env ?? [], workflow?.env ?? []]) {
    const pair = scope.find((one) => keyOf(one)?.toLowerCase() === name);
    if (pair === undefined) continue;
    if (scope !== step.env && step.job?.steps.some(writesVariables) === true) return 'chosen';
    const value = asScalar(pair.value)?.value;
    return value !== undefined && !value.includes('${{') ? 'fixed' : 'chosen';
  }
  return 'chosen';
}

function writesVariables({ run }: Step): boolean {
  return run !== undefined && /GITHUB_ENV|github\.env/iu.test(run.value);
}

/** A value of a matrix is a constant unless an expression computes it. */
function matrixFreedom(key: string, { job }: Step): Freedom {
  const matrix = asMapping(job?.matrix);
  const included = valueOf(matrix, 'include');
  if (matrix === undefined || asScalar(included) !== undefined) return 'chosen';
  const items = itemsOf(included);
  if (items.some((item) => asMapping(item) === undefined)) return 'chosen';
  const values = [matrix, ...items].flatMap((one) =>
    pairsOf(one).flatMap((pair) => {
      const name = keyOf(pair)?.toLowerCase();
      return key === '*' || name === key ? [pair.value] : [];
    }),
  );
  return values.length === 0 || values.some(hasExpression) ? 'chosen' : 'fixed';
}

function hasExpression(root: YamlNode): boolean {
  const node = resolveAlias(root);
  if (node === undefined) return true;
  if (node.kind === 'scalar') return node.value.includes('${{');
  if (node.kind === 'sequence') return node.items.some(hasExpression);
  return node.pairs.some(({ value }) => hasExpression(value));
}

/** Checks of injections. */
export const INJECTION_CHECKS: readonly PipelineCheck[] = [TEMPLATE_INJECTION];
