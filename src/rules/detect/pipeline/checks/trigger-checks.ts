/** Checks of the events that start a workflow. */

import type { PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import type { PipelineSubject } from '../subject.ts';
import type { Trigger } from '../workflow.ts';

/**
 * Events that run with the secrets and the rights of the repository, and that outsiders can cause.
 */
const DANGEROUS: ReadonlySet<string> = new Set(['pull_request_target', 'workflow_run']);

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
    why: 'Workflows on pull_request_target and workflow_run have the secrets and the write token of the repository, while anybody can start them by a pull request from a fork. Code, names or files of that pull request then run with these rights.',
    remedy:
      'Use pull_request, or workflow_call instead of workflow_run. Where the event is needed, run no code of the pull request and give the jobs permissions: {}.',
    failing: 'on: pull_request_target\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
    passing: 'on: pull_request\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
  }),
  *find(subject) {
    const [first, ...others] = dangerousTriggers(subject);
    const on = subject.workflow?.on;
    if (first === undefined || on === undefined) return;
    const events = [first, ...others].map(({ event }) => event);
    yield {
      range: { start: on.key.range.start, end: on.value.range.end },
      message: `Outsiders can start the workflow by ${events.join(' and ')}, with the rights of the repository.`,
      names: events,
    };
  },
};

/** Checks of triggers. */
export const TRIGGER_CHECKS: readonly PipelineCheck[] = [DANGEROUS_TRIGGERS];
