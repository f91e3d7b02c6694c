/** Checks of the events that start a workflow. */

import type { PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import type { PipelineSubject } from '../subject.ts';
import type { Trigger } from '../workflow.ts';

/**
 * Events that run with the secrets and the rights of the repository, and that outsiders can cause.
 */
const DANGEROUS: ReadonlySet<string> = new Set([
  'pull_request_target',
  'workflow_run',
  'issue_comment',
]);

/** Actions that read the configuration of the base branch, and run no code of the pull request. */
const LABELERS: ReadonlySet<string> = new Set(['actions/labeler']);

/** Whether each job does nothing but to label pull requests. */
function onlyLabels({ jobs }: PipelineSubject): boolean {
  return (
    jobs.length > 0 &&
    jobs.every(
      ({ steps, uses }) =>
        uses === undefined &&
        steps.length > 0 &&
        steps.every((step) => step.uses?.kind === 'repository' && LABELERS.has(step.uses.action)),
    )
  );
}

/** Returns the dangerous triggers of a workflow. */
export function dangerousTriggers({ workflow }: PipelineSubject): readonly Trigger[] {
  return (workflow?.triggers ?? []).filter(({ event }) => DANGEROUS.has(event));
}

const DANGEROUS_TRIGGERS: PipelineCheck = {
  rule: ruleOf({
    name: 'dangerous-triggers',
    severity: 'high',
    title: 'workflow that outsiders start with the rights of the repository',
    cwe: [284],
    why: 'Workflows on pull_request_target, workflow_run and issue_comment have the secrets and the write token of the repository, while anybody can start them by a pull request from a fork or by a comment. Code, names or files of that pull request and the text of the comment then run with these rights.',
    remedy:
      'Use pull_request, or workflow_call instead of workflow_run. Where the event is needed, run no code of the pull request and give the jobs permissions: {}.',
    failing: 'on: pull_request_target\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
    passing: 'on: pull_request\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
  }),
  *find(subject) {
    const on = subject.workflow?.on;
    if (on === undefined) return;
    const isLabeling = onlyLabels(subject);
    for (const { event, node } of dangerousTriggers(subject)) {
      if (event === 'pull_request_target' && isLabeling) continue;
      const isWhole = node === on.value;
      yield {
        range: isWhole ? { start: on.key.range.start, end: on.value.range.end } : node.range,
        message: `Outsiders can start the workflow by ${event}, with the rights of the repository.`,
        names: [event],
      };
    }
  },
};

/** Checks of triggers. */
export const TRIGGER_CHECKS: readonly PipelineCheck[] = [DANGEROUS_TRIGGERS];
