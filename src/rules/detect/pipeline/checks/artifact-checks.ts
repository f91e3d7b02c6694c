/**
 * Checks of what comes from other runs: artifacts of `workflow_run`, and caches of releases that
 * commands publish.
 */

import { contextPaths } from '../../../../formats/text/github-expression/context-paths.ts';
import type { RunCommand } from '../../commands/run-command.ts';
import { SHELLS } from '../../commands/commands.ts';
import type { PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import { textOf, type PipelineSubject } from '../subject.ts';
import { inputOf, type Step } from '../workflow.ts';

const COMMIT = 'd3f86a106a0bac45b974a628896c90dbdf5c8093';

const UNTRUSTED_ARTIFACT: PipelineCheck = {
  rule: ruleOf({
    name: 'untrusted-artifact',
    isOwn: true,
    severity: 'high',
    title: 'artifact of a run that outsiders start is run',
    cwe: [494, 829],
    why: 'A workflow on workflow_run has the rights of the repository, and the artifacts of the run that started it may come from a pull request of a fork. A program, a script or a setting in them then runs with these rights.',
    remedy:
      'Run only artifacts of runs whose event is push: compare github.event.workflow_run.event in the condition of the job. Read others as data, and check each value.',
    failing: `on: {workflow_run: {workflows: [b]}}\npermissions: {}\njobs: {a: {runs-on: x, steps: [{uses: actions/download-artifact@${COMMIT}, with: {run-id: "\${{ github.event.workflow_run.id }}", github-token: t}}, {run: ./dist/report}]}}\n`,
    passing: `on: {workflow_run: {workflows: [b]}}\npermissions: {}\njobs: {a: {runs-on: x, if: github.event.workflow_run.event == 'push', steps: [{uses: actions/download-artifact@${COMMIT}, with: {run-id: "\${{ github.event.workflow_run.id }}", github-token: t}}, {run: ./dist/report}]}}\n`,
  }),
  *find(subject) {
    if (subject.workflow?.triggers.some(({ event }) => event === 'workflow_run') !== true) return;
    for (const job of subject.jobs) {
      if (asksForSource(job.condition)) continue;
      for (const [at, step] of job.steps.entries()) {
        if (!downloads(subject, step) || asksForSource(step.condition)) continue;
        const runs = job.steps
          .slice(at)
          .some((one) => !asksForSource(one.condition) && runsFiles(subject, one));
        if (!runs) continue;
        yield {
          range: (step.uses?.scalar ?? step.run ?? step.node).range,
          message: `The job "${job.id}" runs what an artifact of the triggering run brings.`,
          names: [job.id, step.name?.value ?? step.id?.value ?? ''],
        };
      }
    }
  },
};

/** Returns whether a condition compares what started the triggering run, or whose code it had. */
function asksForSource(condition: Step['condition']): boolean {
  if (condition === undefined) return false;
  return textOf(condition, true).expressions.some(({ expression }) =>
    (expression === undefined ? [] : contextPaths(expression)).some(({ parts }) =>
      /^github\.event\.workflow_run\.(?:event$|head_repository(?:\.|$))/u.test(parts.join('.')),
    ),
  );
}

/** Returns whether a step fetches artifacts of the triggering run. */
function downloads(subject: PipelineSubject, step: Step): boolean {
  if (step.uses?.kind === 'repository') {
    const { action } = step.uses;
    if (action === 'actions/download-artifact') {
      return inputOf(step, 'run-id')?.value.includes('workflow_run') === true;
    }
    if (action === 'actions/github-script') {
      return inputOf(step, 'script')?.value.includes('downloadArtifact') === true;
    }
    return action === 'dawidd6/action-download-artifact';
  }
  const commands = subject.scripts().get(step)?.commands ?? [];
  return commands.some(
    ({ name, args }) => name === 'gh' && args[0]?.value === 'run' && args[1]?.value === 'download',
  );
}

/** Programs that run files of the working directory, or take over settings from them. */
const RUNNERS: ReadonlySet<string> = new Set([
  ...SHELLS,
  ...['npm', 'pnpm', 'yarn', 'npx', 'make', 'pip', 'pip3', 'python', 'python3', 'node', 'ruby'],
  ...['bundle', 'cargo', 'go', 'mvn', 'gradle', 'source', '.', 'dotnet', 'php', 'composer', 'java'],
]);

function runsFiles(subject: PipelineSubject, step: Step): boolean {
  if (step.uses?.kind === 'path') return step.uses.path.startsWith('.');
  const commands = subject.scripts().get(step)?.commands ?? [];
  return commands.some(isRunner);
}

function isRunner({ name, program, args, shell }: RunCommand): boolean {
  if (program?.text.startsWith('../') === true || (name !== undefined && RUNNERS.has(name))) {
    return true;
  }
  if (name === 'docker' && args[0]?.value === 'load') return true;
  return (shell?.redirects ?? []).some(
    ({ operator, target }) =>
      operator.startsWith('>') && /GITHUB_(?:ENV|PATH)/u.test(target?.text ?? ''),
  );
}

/** Checks of artifacts. */
export const ARTIFACT_CHECKS: readonly PipelineCheck[] = [UNTRUSTED_ARTIFACT];
