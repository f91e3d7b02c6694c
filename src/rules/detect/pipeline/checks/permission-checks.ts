/**
 * Checks of the permissions of the token of a workflow. Source: "Workflow syntax for GitHub
 * Actions", `permissions`.
 */

import type { Severity } from '../../../../core/model/advisory/advisory.ts';
import type { YamlPair } from '../../../../formats/text/yaml/yaml-node.ts';
import { asScalar, keyOf, pairsOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import type { Hit, HitFix, PipelineCheck } from './check.ts';
import { fixBy, ruleOf, unsafeFixBy } from './check.ts';
import type { PipelineSubject } from '../subject.ts';
import type { Job, Workflow } from '../workflow.ts';
import { PUBLISHING_SCRIPT } from './step-checks.ts';
import { pairBefore, valueText } from '../edits/yaml-edits.ts';

/**
 * Scopes with which a holder of the token can change code, releases or programs that others run.
 * Other scopes are of medium severity.
 */
const POWERFUL: ReadonlySet<string> = new Set([
  'actions',
  'attestations',
  'contents',
  'deployments',
  'id-token',
  'packages',
  'pages',
  'security-events',
  'workflows',
  'issues',
  'pull-requests',
  'discussions',
  'repository-projects',
  'statuses',
  'checks',
]);

const LOW_SCOPES: ReadonlySet<string> = new Set(['models']);

const EXCESSIVE: PipelineCheck = {
  rule: ruleOf({
    name: 'excessive-permissions',
    severity: 'high',
    title: 'token with more permissions than needed',
    cwe: [272],
    why: 'Every step of a job can use the token, also the code of actions and dependencies. Permissions of the whole workflow hold for all jobs, and without any the defaults of the repository hold, which may allow to write.',
    remedy: 'Set permissions: {} for the workflow, and give each job the scopes that it needs.',
    failing: 'on: push\npermissions: write-all\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
    passing: 'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
  }),
  *find(subject) {
    const { workflow } = subject;
    if (workflow === undefined) return;
    yield* broadPermissions(subject, workflow.permissions, { owner: 'the workflow', names: [] });
    if (workflow.permissions !== undefined) {
      // Jobs with permissions of their own do not have those of the workflow.
      const isShared =
        workflow.jobs.length > 1 && workflow.jobs.some((job) => job.permissions === undefined);
      yield* scopesOfWorkflow(workflow.permissions, isShared ? 'regular' : 'pedantic');
    }
    for (const job of workflow.jobs) {
      const owner = { owner: `the job "${job.id}"`, names: [job.id], job };
      yield* broadPermissions(subject, job.permissions, owner);
    }
    yield* defaults(subject, workflow);
  },
};

/** `write-all`, `read-all`. */
function* broadPermissions(
  subject: PipelineSubject,
  permissions: YamlPair | undefined,
  {
    owner,
    names,
    job,
  }: { readonly owner: string; readonly names: readonly string[]; readonly job?: Job },
): Generator<Hit> {
  const value = asScalar(permissions?.value)?.value;
  if (permissions === undefined || (value !== 'write-all' && value !== 'read-all')) return;
  const isShared =
    job !== undefined ||
    (subject.jobs.length > 1 && subject.jobs.some((one) => one.permissions === undefined));
  yield {
    range: { start: permissions.key.range.start, end: permissions.value.range.end },
    message: `${capital(owner)} has the permissions ${value}.`,
    names: [...names, value],
    severity: value === 'write-all' ? 'high' : 'medium',
    // To read all with one job is what the job would state itself.
    ...(value === 'read-all' && !isShared && { persona: 'pedantic' as const }),
    fix: readingPermissions(subject, permissions, job),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Scopes that all jobs of a workflow have. */
function* scopesOfWorkflow(permissions: YamlPair, persona: 'regular' | 'pedantic'): Generator<Hit> {
  for (const pair of pairsOf(permissions.value)) {
    const scope = keyOf(pair);
    if (scope === undefined || asScalar(pair.value)?.value !== 'write') continue;
    yield {
      range: { start: pair.key.range.start, end: pair.value.range.end },
      message: `All jobs of the workflow have the permission ${scope}: write.`,
      names: [scope],
      severity: severityOf(scope),
      persona,
    };
  }
}

function severityOf(scope: string): Severity {
  if (LOW_SCOPES.has(scope)) return 'low';
  return POWERFUL.has(scope) ? 'high' : 'medium';
}

/**
 * Yields the jobs for which the defaults of the repository hold. Reusable workflows have at most
 * the permissions of their callers.
 */
function* defaults(subject: PipelineSubject, workflow: Workflow): Generator<Hit> {
  if (workflow.permissions !== undefined) return;
  const isOnlyCalled = workflow.triggers.every(({ event }) => event === 'workflow_call');
  const without = workflow.jobs.filter((job) => job.permissions === undefined);
  const fix = leastPermissions(subject, workflow, without);
  const isShared = without.length > 0 && workflow.jobs.length > 1 && !isOnlyCalled;
  yield {
    range: { start: workflow.root.range.start, end: workflow.root.range.start },
    message: 'The workflow sets no permissions, so that the defaults of the repository hold.',
    names: ['default'],
    severity: 'medium',
    ...(without.length > 0 && { fix }),
    ...(!isShared && { persona: 'pedantic' as const }),
  };
  for (const job of without) {
    yield {
      range: rangeOfJob(job),
      message: `The job "${job.id}" has the default permissions of the repository, because neither it nor the workflow sets any.`,
      names: ['default', job.id],
      severity: 'medium',
      fix,
      ...(isOnlyCalled && { persona: 'pedantic' as const }),
    };
  }
}

/** Actions that need no more of the token than reading the code. */
const READING =
  /^actions\/(?:checkout|setup-[\w-]+|cache(?:\/(?:save|restore))?|upload-artifact|download-artifact)$/u;

/**
 * Whether jobs evidently need no more of their token than reading the code, evidently more, or
 * something that is not known.
 */
function tokenNeed(
  { texts }: PipelineSubject,
  jobs: readonly Job[],
): 'reading' | 'unknown' | 'more' {
  const usesToken = texts.some(({ scalar }) =>
    /github_token|github\.token|toJSON\(/iu.test(scalar.value),
  );
  const steps = jobs.flatMap((job) => job.steps);
  const isMore = steps.some(({ run }) =>
    /\b(?:git\s[^\n]*push|gh|hub|docker|npm\s+publish)\b/u.test(run?.value ?? ''),
  );
  if (usesToken || isMore || jobs.some(({ uses }) => uses !== undefined)) return 'more';
  const isReading = steps.every(({ uses, run }) =>
    uses === undefined
      ? !PUBLISHING_SCRIPT.test(run?.value ?? '')
      : uses.kind === 'repository' && READING.test(uses.action),
  );
  return isReading ? 'reading' : 'unknown';
}

/** Programs that ask for a token of identity, which `write-all` allows. */
const IDENTITY =
  /\b(?:cosign|gitsign|sigstore|oidc|attest\w*|provenance|goreleaser|twine|gcloud|aws|az)\b|ID_TOKEN/iu;

const READ_ONLY = 'Let the token read the code, and nothing else.';

/** `contents: read` for the workflow, unless its jobs evidently need more. */
function leastPermissions(
  subject: PipelineSubject,
  workflow: Workflow,
  jobs: readonly Job[],
): HitFix | undefined {
  const need = tokenNeed(subject, jobs);
  if (need === 'more') return undefined;
  const pair = pairsOf(workflow.root).find((one) => keyOf(one) === 'jobs');
  const added = { key: 'permissions', value: [['contents', 'read']] as const };
  const edit = pairBefore(subject.yaml, workflow.root, pair, added);
  return need === 'reading' ? fixBy(READ_ONLY, edit) : unsafeFixBy(READ_ONLY, edit);
}

/** `contents: read` in the place of `write-all` and `read-all`. */
function readingPermissions(
  subject: PipelineSubject,
  permissions: YamlPair,
  job: Job | undefined,
): HitFix | undefined {
  const own =
    job === undefined ? subject.jobs.filter((one) => one.permissions === undefined) : [job];
  const need = tokenNeed(subject, own);
  if (need === 'more' || permissions.value.kind !== 'scalar') return undefined;
  const usesIdentity = own.some((one) =>
    one.steps.some(({ run }) => IDENTITY.test(run?.value ?? '')),
  );
  if (permissions.value.value === 'write-all' && usesIdentity) return undefined;
  const { isInFlow, anchor } = permissions.value;
  if (anchor !== undefined) return undefined;
  const pairs = [['contents', 'read']] as const;
  const edit = valueText(subject.yaml, permissions, { isInFlow, pairs });
  return need === 'reading' ? fixBy(READ_ONLY, edit) : unsafeFixBy(READ_ONLY, edit);
}

function rangeOfJob({ pair }: Job): Hit['range'] {
  return pair.key.range;
}

const UNDOCUMENTED: PipelineCheck = {
  persona: 'pedantic',
  rule: ruleOf({
    settings: { persona: 'pedantic' },
    name: 'undocumented-permissions',
    severity: 'low',
    title: 'permission without a comment that explains it',
    why: 'A reader cannot know whether a permission is still needed if nothing says what it is for.',
    remedy: 'Write behind each permission what needs it.',
    failing:
      'on: push\npermissions:\n  packages: read\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
    passing:
      'on: push\npermissions:\n  packages: read # to fetch the base image\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
  }),
  *find(subject) {
    const { workflow } = subject;
    const commented = commentedLines(subject);
    const blocks = [workflow?.permissions, ...subject.jobs.map((job) => job.permissions)];
    for (const block of blocks) {
      for (const pair of pairsOf(block?.value)) {
        const [scope, value] = [keyOf(pair), asScalar(pair.value)];
        if (scope === undefined || value === undefined) continue;
        if (scope === 'contents' && value.value === 'read') continue;
        if (commented.has(subject.yaml.placeOf(value.range.end).line)) continue;
        yield {
          range: { start: pair.key.range.start, end: value.range.end },
          message: `Nothing explains the permission ${scope}: ${value.value}.`,
          names: [scope, value.value],
        };
      }
    }
  },
};

/** Returns the lines that end with a comment that has a word. */
function commentedLines({ yaml }: PipelineSubject): ReadonlySet<number> {
  const comments = yaml.comments.filter(({ text }) => /\w/u.test(text));
  return new Set(comments.map(({ range }) => yaml.placeOf(range.start).line));
}

/** Checks of permissions. */
export const PERMISSION_CHECKS: readonly PipelineCheck[] = [EXCESSIVE, UNDOCUMENTED];
