/** Checks of jobs, and of the secrets that they get. */

import { contextPaths } from '../../../../formats/text/github-expression/context-paths.ts';
import {
  expressionParts,
  type Expression,
} from '../../../../formats/text/github-expression/expression.ts';
import type { YamlNode } from '../../../../formats/text/yaml/yaml-node.ts';
import {
  asScalar,
  itemsOf,
  keyOf,
  pairsOf,
  resolveAlias,
  valueOf,
} from '../../../../formats/text/yaml/yaml-walk.ts';
import type { HitFix, PipelineCheck } from './check.ts';
import { fixBy, ruleOf } from './check.ts';
import { calledWorkflow, usesOnlySecrets } from '../called-workflow.ts';
import { expressionsOf, textOf, type PipelineSubject } from '../subject.ts';
import { pairOf, scalarAt, type Job } from '../workflow.ts';
import { valueText } from '../edits/yaml-edits.ts';

const SELF_HOSTED: PipelineCheck = {
  persona: 'auditor',
  rule: ruleOf({
    settings: { persona: 'auditor' },
    name: 'self-hosted-runner',
    severity: 'medium',
    title: 'job on a machine of your own',
    cwe: [653],
    why: 'What a job leaves on a machine of your own meets the next job. In a public repository a pull request from a fork can run there.',
    remedy:
      'Use runners that are made new for each job, and let outsiders run nothing without approval.',
    failing: 'on: push\njobs: {a: {runs-on: [self-hosted, linux], steps: [{run: make}]}}\n',
    passing: 'on: push\njobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}\n',
  }),
  *find({ jobs }) {
    for (const job of jobs) {
      const pair = pairOf(job.node, 'runs-on');
      if (pair === undefined || !isSelfHosted(pair.value, job)) continue;
      yield {
        range: { start: pair.key.range.start, end: pair.value.range.end },
        message: `The job "${job.id}" can run on a machine of your own.`,
        names: [job.id],
      };
    }
  },
};

/** Returns whether a job names the label `self-hosted` or a group, itself or by its matrix. */
function isSelfHosted(runsOn: YamlNode, job: Job): boolean {
  const node = resolveAlias(runsOn);
  if (node?.kind === 'mapping') return true;
  const labels = [node, ...itemsOf(node)].flatMap((one) => asScalar(one) ?? []);
  return labels.some((label) => {
    if (label.value.trim().toLowerCase() === 'self-hosted') return true;
    return textOf(label, false).expressions.some(({ expression }) =>
      (expression === undefined ? [] : contextPaths(expression)).some(
        ({ parts: [context, key = ''] }) => context === 'matrix' && isInMatrix(job, key),
      ),
    );
  });
}

function isInMatrix({ matrix }: Job, key: string): boolean {
  const included = itemsOf(valueOf(matrix, 'include')).map((one) => valueOf(one, key));
  if (included.some(isOwnLabel)) return true;
  const own = valueOf(matrix, key);
  const values = [own, ...itemsOf(own)].filter(isOwnLabel);
  return values.length > 0 && !isExcluded(matrix, key);
}

function isOwnLabel(root: YamlNode | undefined): boolean {
  const node = root && resolveAlias(root);
  if (node?.kind === 'scalar') return node.value.trim().toLowerCase() === 'self-hosted';
  if (node?.kind === 'sequence') return node.items.some(isOwnLabel);
  return false;
}

/** Combinations of a matrix; real ones have some dozens. */
const MAX_COMBINATIONS = 10_000;

/** Whether `exclude` removes all combinations with the label `self-hosted`. */
function isExcluded(matrix: YamlNode | undefined, key: string): boolean {
  const excluded = itemsOf(valueOf(matrix, 'exclude')).flatMap((item) => {
    const pairs = pairsOf(item).map((pair) => [keyOf(pair) ?? '', pair.value] as const);
    const value = pairs.find(([name]) => name === key)?.[1];
    if (value !== undefined && !isOwnLabel(value)) return [];
    return [
      pairs.filter(([name]) => name !== key).map(([name, one]) => [name, textIn(one)] as const),
    ];
  });
  if (excluded.length === 0) return false;
  const others = pairsOf(matrix).flatMap((pair) => {
    const name = keyOf(pair) ?? '';
    const isAxis = name !== key && name !== 'include' && name !== 'exclude';
    return isAxis ? [[name, itemsOf(pair.value).map(textIn)] as const] : [];
  });
  const count = others.reduce((all, [, values]) => all * Math.max(values.length, 1), 1);
  if (count * excluded.length > MAX_COMBINATIONS) return false;
  return combinations(others).every((one) =>
    excluded.some((pairs) => pairs.every(([name, value]) => one.get(name) === value)),
  );
}

function textIn(node: YamlNode): string {
  return asScalar(node)?.value.trim() ?? '';
}

function combinations(
  axes: readonly (readonly [string, readonly string[]])[],
): readonly ReadonlyMap<string, string>[] {
  let all: readonly ReadonlyMap<string, string>[] = [new Map()];
  for (const [name, values] of axes) {
    all = all.flatMap((one) => values.map((value) => new Map([...one, [name, value]])));
  }
  return all;
}

const SECRETS_INHERIT: PipelineCheck = {
  rule: ruleOf({
    name: 'secrets-inherit',
    severity: 'medium',
    title: 'reusable workflow that gets all secrets',
    cwe: [272],
    why: 'The setting secrets: inherit hands every secret of the repository to the called workflow, also those that are added later.',
    remedy: 'Name each secret that the called workflow needs.',
    failing:
      'on: push\njobs: {a: {uses: o/r/.github/workflows/b.yml@11bd71901bbe5b1630ceea73d27597364c9af683, secrets: inherit}}\n',
    passing:
      'on: push\njobs: {a: {uses: o/r/.github/workflows/b.yml@11bd71901bbe5b1630ceea73d27597364c9af683, secrets: {T: "${{ secrets.T }}"}}}\n',
  }),
  *find(subject) {
    for (const job of subject.jobs) {
      if (job.uses === undefined || asScalar(job.secrets?.value)?.value !== 'inherit') continue;
      yield {
        range: job.uses.scalar.range,
        message: `The job "${job.id}" hands all secrets to the workflow that it calls.`,
        names: [job.id],
        fix: namedSecrets(subject, job),
      };
    }
  },
};

/** Returns the secrets that the called workflow of the same repository declares. */
function namedSecrets(subject: PipelineSubject, { uses, secrets }: Job): HitFix | undefined {
  const called = uses === undefined ? undefined : calledWorkflow(subject, uses);
  const call = called?.triggers.find(({ event }) => event === 'workflow_call');
  if (call === undefined || secrets === undefined) return undefined;
  const names = pairsOf(valueOf(call.settings, 'secrets')).flatMap((pair) => keyOf(pair) ?? []);
  if (names.length === 0 || names.some((name) => !/^[A-Za-z_]\w*$/u.test(name))) return undefined;
  if (uses === undefined || !usesOnlySecrets(subject, uses, names)) return undefined;
  const pairs = names.map((name) => [name, `\${{ secrets.${name} }}`] as const);
  const isInFlow = asScalar(secrets.value)?.isInFlow === true;
  return fixBy(
    'Name the secrets that the called workflow declares.',
    valueText(subject.yaml, secrets, { isInFlow, pairs }),
  );
}

const CREDENTIALS: PipelineCheck = {
  rule: ruleOf({
    name: 'hardcoded-container-credentials',
    severity: 'high',
    title: 'password of a registry in a workflow',
    cwe: [798],
    why: 'Everybody who can read the repository can read the password.',
    remedy: 'Store the password as a secret, write ${{ secrets.NAME }}, and change the password.',
    failing:
      'on: push\njobs: {a: {runs-on: x, container: {image: "b@sha256:01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b", credentials: {username: u, password: example}}, steps: [{run: make}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, container: {image: "b@sha256:01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b", credentials: {username: u, password: "${{ secrets.P }}"}}, steps: [{run: make}]}}\n',
  }),
  *find({ jobs }) {
    for (const job of jobs) {
      for (const { credentials } of job.containers) {
        const password = scalarAt(credentials, 'password');
        if (password === undefined || password.value === '' || password.value.includes('${{'))
          continue;
        yield {
          range: pairOf(credentials, 'password')?.key.range ?? password.range,
          message: `The job "${job.id}" has the password of a registry in the file.`,
          names: [job.id, 'password'],
        };
      }
    }
  },
};

const OVERPROVISIONED: PipelineCheck = {
  rule: ruleOf({
    name: 'overprovisioned-secrets',
    severity: 'medium',
    title: 'expression with all secrets',
    cwe: [272],
    why: 'The expressions toJSON(secrets) and secrets[…] with a computed name give the job every secret of the repository, where it needs one.',
    remedy: 'Name each secret: ${{ secrets.NAME }}.',
    failing:
      'on: push\njobs: {a: {runs-on: x, steps: [{run: make, env: {ALL: "${{ toJSON(secrets) }}"}}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, steps: [{run: make, env: {ONE: "${{ secrets.ONE }}"}}]}}\n',
  }),
  *find(subject) {
    for (const { placed, expression } of expressionsOf(subject)) {
      for (const path of contextPaths(expression)) {
        if (path.parts[0] !== 'secrets' || (path.parts.length > 1 && path.parts[1] !== '*'))
          continue;
        yield {
          range: placed.rangeOf(expression.range),
          message: 'The expression loads all secrets.',
          names: ['secrets', placed.scalar.value.slice(0, 200)],
        };
        break;
      }
    }
  },
};

const UNREDACTED: PipelineCheck = {
  rule: ruleOf({
    name: 'unredacted-secrets',
    severity: 'medium',
    title: 'part of a secret that logs do not hide',
    cwe: [532],
    why: 'GitHub hides the value of a secret in logs, and not the fields of a secret that is JSON.',
    remedy: 'Store each field as a secret of its own.',
    failing:
      'on: push\njobs: {a: {runs-on: x, steps: [{run: make, env: {P: "${{ fromJSON(secrets.S).p }}"}}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, steps: [{run: make, env: {P: "${{ secrets.P }}"}}]}}\n',
  }),
  *find(subject) {
    for (const { placed, expression } of expressionsOf(subject)) {
      if (!/fromjson/iu.test(placed.scalar.value)) continue;
      const part = [...expressionParts(expression)].find(isParsedSecret);
      if (part === undefined) continue;
      yield {
        range: placed.rangeOf(part.range),
        message: 'The fields of the secret are not hidden in logs.',
        names: ['fromJSON', placed.scalar.value.slice(0, 200)],
      };
    }
  },
};

function isParsedSecret(part: Expression): boolean {
  return (
    part.kind === 'call' &&
    part.name === 'fromjson' &&
    part.arguments.some((one) => contextPaths(one).some(({ parts }) => parts[0] === 'secrets'))
  );
}

const OUTSIDE_ENV: PipelineCheck = {
  persona: 'auditor',
  rule: ruleOf({
    settings: { persona: 'auditor' },
    name: 'secrets-outside-env',
    severity: 'medium',
    title: 'secret without an environment that protects it',
    cwe: [272],
    why: 'A secret of the repository is there for every workflow on every branch. One of an environment is there only where the rules of the environment hold.',
    remedy: 'Move the secret into an environment, and name the environment in the job.',
    failing:
      'on: push\njobs: {a: {runs-on: x, steps: [{run: make, env: {K: "${{ secrets.KEY }}"}}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, environment: live, steps: [{run: make, env: {K: "${{ secrets.KEY }}"}}]}}\n',
  }),
  *find(subject) {
    for (const { placed, expression } of expressionsOf(subject)) {
      const job = subject.jobs.find(({ node }) => isInside(placed.scalar, node));
      if (job === undefined || job.environment !== undefined || job.uses !== undefined) continue;
      for (const path of contextPaths(expression)) {
        const [context, name = '*'] = path.parts;
        if (context !== 'secrets' || name === 'github_token' || name === '*') continue;
        if (subject.settings.secretsWithoutEnvironment?.has(name) === true) continue;
        yield {
          range: placed.rangeOf(path.expression.range),
          message: `The job "${job.id}" uses the secret ${name} without an environment.`,
          names: [job.id, name],
        };
      }
    }
  },
};

function isInside(inner: YamlNode, { range }: YamlNode): boolean {
  return inner.range.start >= range.start && inner.range.end <= range.end;
}

const CONCURRENCY: PipelineCheck = {
  persona: 'pedantic',
  rule: ruleOf({
    settings: { persona: 'pedantic' },
    name: 'concurrency-limits',
    severity: 'low',
    title: 'workflow without a limit of parallel runs',
    cwe: [400],
    why: 'Each push starts a run beside those that it supersedes. Outsiders can use up the minutes that way, and runs can meet artifacts of each other.',
    remedy: 'Set concurrency with cancel-in-progress: true.',
    failing: 'on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
    passing:
      'on: push\nconcurrency: {group: "${{ github.ref }}", cancel-in-progress: true}\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
  }),
  *find({ workflow, jobs }) {
    if (workflow?.on === undefined) return;
    if (workflow.triggers.every(({ event }) => UNLIMITED.has(event))) return;
    const own = pairOf(workflow.root, 'concurrency');
    if (own !== undefined) {
      if (asScalar(own.value) === undefined) return;
      yield {
        range: { start: own.key.range.start, end: own.value.range.end },
        message: 'Runs that are superseded go on beside the new ones.',
        names: ['concurrency'],
      };
      return;
    }
    const isLimited = jobs.some((job) => {
      const pair = pairOf(job.node, 'concurrency');
      return pair !== undefined && asScalar(pair.value) === undefined;
    });
    // The jobs of called workflows have the limits that are set there.
    if (isLimited || jobs.every(({ uses }) => uses !== undefined)) return;
    yield {
      range: { start: workflow.on.key.range.start, end: workflow.on.value.range.end },
      message: 'Nothing limits how many runs of the workflow there are at the same time.',
      names: ['concurrency'],
    };
  },
};

/** A called workflow has the limits of its caller. */
const UNLIMITED: ReadonlySet<string> = new Set(['workflow_call']);

const ANONYMOUS: PipelineCheck = {
  persona: 'pedantic',
  rule: ruleOf({
    settings: { persona: 'pedantic' },
    name: 'anonymous-definition',
    severity: 'low',
    title: 'workflow, job or action without a name',
    why: 'GitHub shows the path of the file or the id of the job where a name would say what runs.',
    remedy: 'Give the workflow, the job or the action a name.',
    failing: 'on: push\njobs: {a: {name: Build, runs-on: x, steps: [{run: make}]}}\n',
    passing: 'name: Build\non: push\njobs: {a: {name: Build, runs-on: x, steps: [{run: make}]}}\n',
  }),
  *find({ workflow, action, jobs }) {
    const root = workflow?.root ?? action?.root;
    if (root === undefined) return;
    if (pairOf(root, 'name') === undefined) {
      yield {
        range: { start: root.range.start, end: root.range.start },
        message: `The ${workflow === undefined ? 'action' : 'workflow'} has no name.`,
        names: ['name'],
      };
    }
    for (const job of jobs) {
      // The jobs of a called workflow have names of their own.
      if (job.uses !== undefined || pairOf(job.node, 'name') !== undefined) continue;
      const message = `The job "${job.id}" has no name.`;
      yield { range: job.pair.key.range, message, names: ['name', job.id] };
    }
  },
};

/** Checks of jobs. */
export const JOB_CHECKS: readonly PipelineCheck[] = [
  SELF_HOSTED,
  SECRETS_INHERIT,
  CREDENTIALS,
  OVERPROVISIONED,
  UNREDACTED,
  OUTSIDE_ENV,
  CONCURRENCY,
  ANONYMOUS,
];
