/** Checks of steps: what they leave on disk, what they switch on, and what they trust. */

import type { YamlPair, YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import { partsOf } from '../../../../formats/text/yaml/yaml-parts.ts';
import { asScalar, keyOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import type { Hit, HitFix, PipelineCheck } from './check.ts';
import { fixBy, ruleOf, unsafeFixBy } from './check.ts';
import type { PipelineSubject } from '../subject.ts';
import { inputOf, pairOf, type Job, type Step, type Workflow } from '../workflow.ts';
import { pairBefore, pairBehind } from '../edits/yaml-edits.ts';

/** Returns the names of a step in findings. */
export function nameOf(step: Step): readonly string[] {
  return [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? ''];
}

/** Returns the range of a pair of a step, from its key to its value. */
export function pairRange(pair: YamlPair): Hit['range'] {
  return { start: pair.key.range.start, end: pair.value.range.end };
}

function usesAction(step: Step, action: string): boolean {
  return step.uses?.kind === 'repository' && step.uses.action === action;
}

const ARTIPACKED: PipelineCheck = {
  rule: ruleOf({
    name: 'artipacked',
    severity: 'medium',
    title: 'checkout that leaves its token on disk',
    cwe: [522],
    why: 'The action actions/checkout stores the token of the workflow on disk by default. Later steps, and everybody who can download an artifact with the directory .git, can read it.',
    remedy: 'Set persist-credentials: false, or true where later steps push.',
    failing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683, with: {persist-credentials: false}}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      if (!usesAction(step, 'actions/checkout')) continue;
      const value = inputOf(step, 'persist-credentials')?.value.trim().toLowerCase();
      if (value === 'false') continue;
      const computed = asScalar(step.withNode)?.value.includes('${{') === true;
      const withPair = pairOf(step.node, 'with');
      if (computed && withPair !== undefined) {
        yield {
          range: pairRange(withPair),
          message: 'An expression decides whether the checkout leaves its token on disk.',
          names: nameOf(step),
          severity: 'low',
          persona: 'pedantic',
        };
        continue;
      }
      yield {
        range: { start: step.node.range.start, end: step.node.range.end },
        message: 'The checkout leaves the token of the workflow on disk for all later steps.',
        names: nameOf(step),
        ...(value === undefined && { fix: withoutCredentials(subject, step) }),
        // Who writes `true` wants it; an expression may be false.
        ...(value !== undefined && {
          persona: value === 'true' ? ('auditor' as const) : ('pedantic' as const),
        }),
      };
    }
  },
};

/** The input is added where no later step seems to need the token on disk. */
function withoutCredentials(subject: PipelineSubject, step: Step): HitFix | undefined {
  const need = credentialsNeed(subject, step);
  if (need === 'evident') return undefined;
  const fixed = need === 'possible' ? unsafeFixBy : fixBy;
  const description = 'Keep the token of the workflow off the disk.';
  const [key, value] = ['persist-credentials', 'false'];
  const own = pairOf(step.node, 'with');
  const uses = pairOf(step.node, 'uses');
  if (own === undefined) {
    if (uses === undefined || uses.value.kind !== 'scalar') return undefined;
    const added = { key: 'with', value: [[key, value]] as const };
    return fixed(description, pairBehind(subject.yaml, step.node, uses, added));
  }
  if (own.value.kind !== 'mapping') return undefined;
  return fixed(
    description,
    pairBefore(subject.yaml, own.value, own.value.pairs[0], { key, value }),
  );
}

/** Actions that push by the token that a checkout has left. */
const PUSHING: ReadonlySet<string> = new Set([
  'ad-m/github-push-action',
  'changesets/action',
  'endbug/add-and-commit',
  'jamesives/github-pages-deploy-action',
  'peter-evans/create-pull-request',
  'stefanzweifel/git-auto-commit-action',
]);

/**
 * Actions that talk to no remote by git: those that prepare a runner, keep files, look at code or
 * log in.
 */
const GITLESS =
  /^(?:actions\/(?:checkout|setup-[\w-]+|cache(?:\/(?:save|restore))?|upload-artifact|download-artifact|upload-pages-artifact|deploy-pages|configure-pages|labeler|stale|dependency-review-action|attest(?:-[\w-]+)?)|docker\/[\w-]+|github\/codeql-action(?:\/[\w-]+)?|aws-actions\/[\w-]+|azure\/login|google-github-actions\/[\w-]+|hashicorp\/setup-[\w-]+|pnpm\/action-setup|oven-sh\/setup-bun|denoland\/setup-deno|astral-sh\/setup-uv|dtolnay\/rust-toolchain|swatinem\/rust-cache|ruby\/setup-ruby|shivammathur\/setup-php|gradle\/actions(?:\/[\w-]+)?|codecov\/codecov-action|sigstore\/[\w-]+|anchore\/[\w-]+|aquasecurity\/trivy-action|pypa\/gh-action-pypi-publish|step-security\/harden-runner)$/u;

/** Commands that talk to a remote by git, themselves or by what they start. */
const REMOTE_GIT =
  /\bgit\b[^\n]*\b(?:push|fetch|pull|clone|submodule|ls-remote|lfs)\b|\b(?:semantic-release|release-it|lerna|gh-pages|mike)\b/u;
/** Scripts whose names sound as if they published something. */
export const PUBLISHING_SCRIPT: RegExp = /\b(?:release|publish|deploy|bump|tag)\b/u;

/**
 * Whether a step of the job uses the token on disk: evidently, or in something that is not known.
 */
function credentialsNeed(
  subject: PipelineSubject,
  checkout: Step,
): 'evident' | 'possible' | 'none' {
  const steps = subject.steps.filter(({ job }) => job === checkout.job);
  const isEvident = steps.some(({ uses, run }) => {
    if (uses?.kind === 'repository' && PUSHING.has(uses.action)) return true;
    return REMOTE_GIT.test(run?.value ?? '');
  });
  if (isEvident) return 'evident';
  // The steps behind a composite action are in other files.
  if (checkout.job === undefined) return 'possible';
  const isPossible = steps.some(({ uses, run }) => {
    if (uses === undefined) return PUBLISHING_SCRIPT.test(run?.value ?? '');
    return uses.kind !== 'image' && !(uses.kind === 'repository' && GITLESS.test(uses.action));
  });
  return isPossible ? 'possible' : 'none';
}

const INSECURE_COMMANDS: PipelineCheck = {
  rule: ruleOf({
    name: 'insecure-commands',
    severity: 'high',
    title: 'workflow commands that any output can give',
    cwe: [77],
    why: 'With ACTIONS_ALLOW_UNSECURE_COMMANDS every program that can print a line sets environment variables and the search path of later steps.',
    remedy: 'Write to the files $GITHUB_ENV and $GITHUB_PATH instead, and remove the variable.',
    failing:
      'on: push\njobs: {a: {runs-on: x, env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: true}, steps: [{run: make}]}}\n',
    passing: 'on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
  }),
  *find({ workflow, jobs, steps }) {
    const scopes = [
      workflow?.env ?? [],
      ...jobs.map(({ env }) => env),
      ...steps.map(({ env }) => env),
    ];
    for (const pair of wholeEnvironments({ workflow, jobs, steps })) {
      yield {
        range: pairRange(pair),
        message: 'An expression decides whether the workflow allows commands in any output.',
        names: ['env', asScalar(pair.value)?.value.slice(0, 200) ?? ''],
        severity: 'medium',
        persona: 'auditor',
      };
    }
    for (const pair of scopes.flat()) {
      if (keyOf(pair)?.toUpperCase() !== 'ACTIONS_ALLOW_UNSECURE_COMMANDS') continue;
      // The runner compares the text with "true", without its case.
      const value = asScalar(pair.value)?.value.trim().toLowerCase() ?? '';
      if (value !== 'true' && !value.includes('${{')) continue;
      yield {
        range: pairRange(pair),
        message: 'The workflow allows any output to set variables and the search path.',
        names: ['ACTIONS_ALLOW_UNSECURE_COMMANDS'],
        fix: withoutCommands(pair),
      };
    }
  },
};

/** The pairs `env` whose whole value an expression computes. */
function wholeEnvironments({
  workflow,
  jobs,
  steps,
}: {
  readonly workflow: Workflow | undefined;
  readonly jobs: readonly Job[];
  readonly steps: readonly Step[];
}): readonly YamlPair[] {
  return [
    workflow?.root,
    ...jobs.map(({ node }) => node),
    ...steps.map(({ node }) => node),
  ].flatMap((node) => {
    const pair = pairOf(node, 'env');
    return pair !== undefined && asScalar(pair.value)?.value.includes('${{') === true ? [pair] : [];
  });
}

/** `false` in the place of `true`; a step that prints such commands fails then. */
function withoutCommands({ value }: YamlPair): HitFix | undefined {
  // Another place may have the same value by an alias.
  const scalar = value.kind === 'scalar' && value.anchor === undefined ? value : undefined;
  const place = scalar && partsOf(scalar).rangeOf(0, scalar.value.length);
  if (place === undefined || !/^\w+$/u.test(scalar?.value ?? '')) return undefined;
  return unsafeFixBy('Refuse commands in the output.', { range: place, text: 'false' });
}

const MISFEATURE: PipelineCheck = {
  rule: ruleOf({
    name: 'misfeature',
    severity: 'low',
    title: 'feature that is better not used',
    why: 'The input pip-install of actions/setup-python installs into the environment of the system. The shell cmd and shells of your own cannot be read by tools that look for injections.',
    remedy: 'Install into a virtual environment, and use one of the shells that GitHub documents.',
    failing: 'on: push\njobs: {a: {runs-on: x, steps: [{run: dir, shell: cmd}]}}\n',
    passing: 'on: push\njobs: {a: {runs-on: x, steps: [{run: dir, shell: pwsh}]}}\n',
  }),
  *find({ workflow, jobs, steps }) {
    for (const step of steps) {
      const input = step.with.find((pair) => keyOf(pair)?.toLowerCase() === 'pip-install');
      if (usesAction(step, 'actions/setup-python') && input !== undefined) {
        yield {
          range: pairRange(input),
          message: 'The input pip-install changes the Python environment of the system.',
          names: [...nameOf(step), 'pip-install'],
        };
      }
    }
    for (const owner of [workflow, ...jobs, ...steps]) {
      const { shell } = owner ?? {};
      if (shell === undefined || shell.value.includes('${{')) continue;
      yield* unusualShell(
        shell,
        owner === undefined ? undefined : 'node' in owner ? pairOf(owner.node, 'shell') : undefined,
      );
    }
  },
};

const SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'pwsh', 'powershell', 'python', 'cmd']);

function* unusualShell(shell: YamlScalar, pair: YamlPair | undefined): Generator<Hit> {
  const [program = ''] = shell.value.trim().split(/\s+/u);
  const name = program
    .replace(/^.*[/\\]/u, '')
    .replace(/\.exe$/iu, '')
    .toLowerCase();
  const range = pair === undefined ? shell.range : pairRange(pair);
  if (name === 'cmd') {
    yield { range, message: 'The shell cmd cannot be analyzed.', names: [shell.value] };
  } else if (!SHELLS.has(name)) {
    const message = `The shell "${shell.value}" is none that GitHub documents.`;
    yield { range, message, names: [shell.value], persona: 'auditor' };
  }
}

/** Actions that publish what was built. */
const PUBLISHERS: ReadonlySet<string> = new Set([
  'actions/create-release',
  'actions/upload-release-asset',
  'aws-actions/amazon-ecs-deploy-task-definition',
  'changesets/action',
  'cloudflare/wrangler-action',
  'cycjimmy/semantic-release-action',
  'docker/build-push-action',
  'google-github-actions/deploy-cloudrun',
  'google-github-actions/deploy-cloud-functions',
  'google-github-actions/release-please-action',
  'googleapis/release-please-action',
  'goreleaser/goreleaser-action',
  'js-devtools/npm-publish',
  'ncipollo/release-action',
  'pypa/gh-action-pypi-publish',
  'redhat-actions/push-to-registry',
  'release-drafter/release-drafter',
  'rubygems/release-gem',
  'softprops/action-gh-release',
  'svenstaro/upload-release-action',
]);

/** Whether a step publishes by an action. */
export function publishes(step: Step): boolean {
  if (step.uses?.kind !== 'repository' || !PUBLISHERS.has(step.uses.action)) return false;
  return inputOf(step, 'push')?.value.trim().toLowerCase() !== 'false';
}

/** Checks of steps. */
export const STEP_CHECKS: readonly PipelineCheck[] = [ARTIPACKED, INSECURE_COMMANDS, MISFEATURE];
