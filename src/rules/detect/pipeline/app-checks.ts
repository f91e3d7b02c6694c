/**
 * Checks of tokens of GitHub Apps. Source: the inputs of actions/create-github-app-token, as its
 * `action.yml` describes them.
 */

import { asScalar, keyOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Hit, PipelineCheck } from './checks/check.ts';
import { ruleOf } from './checks/check.ts';
import { nameOf, pairRange } from './checks/step-checks.ts';
import { pairOf, type Step } from './workflow.ts';

const GITHUB_APP: PipelineCheck = {
  rule: ruleOf({
    name: 'github-app',
    severity: 'high',
    title: 'token of an app with more rights than needed',
    cwe: [272, 613],
    why: 'Without permission-* the token has all permissions of the installation of the app. With an owner and without repositories it reaches all repositories of the owner, and with skip-token-revoke it works for an hour after the job.',
    remedy:
      'Name the repositories and the permissions, as in permission-contents: read, and let the action revoke the token.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{uses: actions/create-github-app-token@11bd71901bbe5b1630ceea73d27597364c9af683, with: {app-id: 1, private-key: "${{ secrets.K }}"}}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{uses: actions/create-github-app-token@11bd71901bbe5b1630ceea73d27597364c9af683, with: {app-id: 1, private-key: "${{ secrets.K }}", permission-issues: write}}]}}\n',
  }),
  *find({ steps }) {
    for (const step of steps) {
      const isApp =
        step.uses?.kind === 'repository' && step.uses.action === 'actions/create-github-app-token';
      if (isApp) yield* tokenHits(step);
    }
  },
};

function* tokenHits(step: Step): Generator<Hit> {
  const inputs = new Map(step.with.map((pair) => [keyOf(pair)?.toLowerCase() ?? '', pair]));
  const valueOf = (name: string): string => asScalar(inputs.get(name)?.value)?.value.trim() ?? '';
  const skip = inputs.get('skip-token-revoke');
  const skipped = valueOf('skip-token-revoke');
  const isComputed = skipped.includes('${{');
  if (skip !== undefined && (isComputed || /^true$/iu.test(skipped))) {
    yield {
      range: pairRange(skip),
      message: isComputed
        ? 'An expression decides whether the token works after the job.'
        : 'The token works after the job, because it is not revoked.',
      names: [...nameOf(step), 'skip-token-revoke'],
      ...(isComputed && { severity: 'medium' as const }),
    };
  }
  const owner = inputs.get('owner');
  if (owner !== undefined && !inputs.has('repositories')) {
    yield {
      range: pairRange(owner),
      message: 'The token reaches all repositories of the owner on which the app is installed.',
      names: [...nameOf(step), 'owner'],
    };
  }
  // An expression as a whole may have any input.
  if (asScalar(step.withNode)?.value.includes('${{') === true) return;
  if ([...inputs.keys()].some((name) => name.startsWith('permission-'))) return;
  const uses = pairOf(step.node, 'uses');
  yield {
    range: uses?.value.range ?? step.node.range,
    message: 'The token has all permissions of the installation of the app.',
    names: [...nameOf(step), 'permissions'],
  };
}

/** Checks of tokens of apps. */
export const APP_CHECKS: readonly PipelineCheck[] = [GITHUB_APP];
