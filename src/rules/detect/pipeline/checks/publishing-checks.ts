/**
 * Checks of how packages are published.
 *
 * Source: "Trusted Publishers for All Package Repositories" of the OpenSSF, and the documentation
 * of the actions.
 */

import { asScalar, keyOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import type { Hit, PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import { stepPackageCommands } from '../step-commands.ts';
import type { PipelineSubject } from '../subject.ts';
import { accessTo, permissionsOf } from '../token-permissions.ts';
import { inputOf, pairOf, type Step } from '../workflow.ts';

const TRUSTED_PUBLISHING: PipelineCheck = {
  rule: ruleOf({
    name: 'use-trusted-publishing',
    severity: 'low',
    title: 'package published with a long-lived token',
    cwe: [798],
    why: 'A token that does not expire can be stolen and used from anywhere. With trusted publishing the index gives the workflow a token for minutes.',
    remedy:
      'Register the workflow as a trusted publisher at the index, give the job id-token: write, and remove the token.',
    failing:
      'on: release\njobs: {a: {runs-on: x, steps: [{run: npm publish, env: {T: "${{ secrets.T }}"}}]}}\n',
    passing:
      'on: release\njobs: {a: {runs-on: x, permissions: {id-token: write}, steps: [{run: npm publish}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      const uses = pairOf(step.node, 'uses');
      if (uses !== undefined && usesToken(step)) {
        yield {
          range: { start: uses.key.range.start, end: uses.value.range.end },
          message: `The action ${step.uses?.scalar.value.split('@')[0] ?? ''} publishes with a long-lived token.`,
          names: namesOf(step),
        };
      }
      if (!hasIdToken(step, subject)) yield* publishingCommands(subject, step);
    }
  },
};

function namesOf(step: Step): readonly string[] {
  return [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? ''];
}

/** Indexes that know trusted publishing. */
const PYPI = /^https:\/\/(?:upload|test)\.pypi\.org\/legacy\/?$/iu;
const RUBYGEMS = /^https:\/\/rubygems\.org\/?$/iu;
const NPM = /^https:\/\/registry\.npmjs\.[a-z]+\/?$/iu;

/**
 * Returns whether an action is configured to publish by a token to an index that knows trusted
 * publishing.
 */
function usesToken(step: Step): boolean {
  if (step.uses?.kind !== 'repository') return false;
  const text = (name: string): string | undefined => inputOf(step, name)?.value.trim();
  const isKnown = (address: string | undefined, index: RegExp): boolean =>
    address === undefined || index.test(address);
  switch (step.uses.action) {
    case 'pypa/gh-action-pypi-publish':
      return (
        text('password') !== undefined &&
        isKnown(text('repository-url') ?? text('repository_url'), PYPI)
      );
    case 'rubygems/release-gem':
      return text('setup-trusted-publisher')?.toLowerCase() === 'false';
    case 'rubygems/configure-rubygems-credentials':
      return text('api-token') !== undefined && isKnown(text('gem-server'), RUBYGEMS);
    case 'actions/setup-node':
      return text('always-auth')?.toLowerCase() === 'true' && isKnown(text('registry-url'), NPM);
    default:
      return false;
  }
}

/** Returns whether the job may ask for a token of its own, with which trusted publishing works. */
function hasIdToken({ job }: Step, { workflow }: PipelineSubject): boolean {
  return job !== undefined && accessTo(permissionsOf(job, workflow), 'id-token') === 'write';
}

/** Programs whose indexes know trusted publishing. */
const TRUSTED: ReadonlySet<string> = new Set([
  ...[
    'npm',
    'pnpm',
    'yarn',
    'bun',
    'gem',
    'twine',
    'cargo',
    'uv',
    'poetry',
    'hatch',
    'pdm',
    'flit',
  ],
  ...['dotnet', 'nuget'],
]);

function* publishingCommands(subject: PipelineSubject, step: Step): Generator<Hit> {
  const reported = new Set<number>();
  for (const { command, range } of stepPackageCommands(subject, step)) {
    if (command.act !== 'publish' || command.isDry || !TRUSTED.has(command.program)) continue;
    if (reported.has(range.start)) continue;
    reported.add(range.start);
    yield {
      range,
      message: 'The command publishes a package, and the job has no token of its own for it.',
      names: [...namesOf(step), command.program, ...command.path],
    };
  }
}

/**
 * Actions that install a tool, the input that names its version, and whether they take the newest
 * without it.
 */
const TOOL_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['1password/load-secrets-action', 'version'],
  ['aquasecurity/setup-trivy', 'version'],
  ['azure/setup-helm', 'version'],
  ['extractions/setup-just', 'just-version'],
  ['hashicorp/setup-terraform', 'terraform_version'],
]);

const UNPINNED_TOOLS: PipelineCheck = {
  rule: ruleOf({
    name: 'unpinned-tools',
    severity: 'medium',
    title: 'action that installs the newest version of a tool',
    cwe: [1357, 494],
    why: 'The action is pinned, but it fetches whatever version of the tool is the newest when it runs.',
    remedy: 'Name the version of the tool in the input of the action.',
    failing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: aquasecurity/setup-trivy@3fb12ec12f41e471780db15c232d5dd185dcb514}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: aquasecurity/setup-trivy@3fb12ec12f41e471780db15c232d5dd185dcb514, with: {version: v0.69.2}}]}}\n',
  }),
  *find({ steps }) {
    for (const step of steps) {
      if (step.uses?.kind !== 'repository') continue;
      const input = TOOL_VERSIONS.get(step.uses.action);
      if (input === undefined) continue;
      const pair = step.with.find((one) => keyOf(one)?.toLowerCase() === input);
      const value = asScalar(pair?.value)?.value.trim().toLowerCase();
      if (value !== undefined && value !== '' && value !== 'latest' && !value.includes('${{'))
        continue;
      const message =
        value?.includes('${{') === true
          ? `An expression decides which version ${step.uses.action} installs.`
          : `The action ${step.uses.action} installs the newest version of its tool.`;
      const range =
        pair === undefined
          ? step.uses.scalar.range
          : { start: pair.key.range.start, end: pair.value.range.end };
      yield { range, message, names: [...namesOf(step), step.uses.action] };
    }
  },
};

/** Checks of publishing, and of tools that actions install. */
export const PUBLISHING_CHECKS: readonly PipelineCheck[] = [TRUSTED_PUBLISHING, UNPINNED_TOOLS];
