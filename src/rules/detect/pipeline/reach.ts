/**
 * Steps that never run: by their condition, by that of their job, by a job that theirs needs, or
 * because no event starts the workflow.
 *
 * Source: docs.github.com, "Workflow syntax for GitHub Actions", `jobs.<job_id>.needs` and
 * `on.<push|pull_request|pull_request_target>`; "Evaluate expressions in workflows and actions",
 * status check functions.
 */

import { appendTo } from '../../../core/base/maps.ts';
import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import { truthOf } from '../../../formats/text/github-expression/evaluate.ts';
import {
  expressionParts,
  type Expression,
} from '../../../formats/text/github-expression/expression.ts';
import { EvaluationError } from '../../../formats/text/github-expression/functions.ts';
import type { YamlNode, YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import { partsOf, rangeInScalar } from '../../../formats/text/yaml/yaml-parts.ts';
import { asScalar, itemsOf } from '../../../formats/text/yaml/yaml-walk.ts';
import { unreachedSpans } from '../commands/unreached-statements.ts';
import type { StepScript } from './scripts.ts';
import { textOf, type PipelineSubject } from './subject.ts';
import { pairOf, type Job, type Step, type Trigger } from './workflow.ts';

/** The reason why a step never runs. */
export interface Unreached {
  readonly range: ByteRange;
  /** The beginning of a sentence, as in `The condition of the step never holds`. */
  readonly reason: string;
}

/**
 * Returns the reason why a step never runs; `undefined` if it may run. Workflows of which no job
 * ever runs are switched off as a whole, which needs no reason for each of their steps.
 */
export function unreachedStep(subject: PipelineSubject, step: Step): Unreached | undefined {
  const { workflow } = subject;
  if (workflow?.on !== undefined && isNeverStarted(workflow.triggers)) {
    const range = {
      start: workflow.on.key.range.start,
      end: workflow.on.value.range.end,
    };
    return { range, reason: 'No event starts the workflow' };
  }
  if (step.condition !== undefined && neverHolds(step.condition, subject)) {
    return {
      range: step.condition.range,
      reason: 'The condition of the step never holds',
    };
  }
  const unreached = unreachedJobs(subject);
  // All jobs of a workflow that is switched off are among them.
  return step.job === undefined || unreached.size === subject.jobs.length
    ? undefined
    : unreached.get(step.job);
}

const JOBS = new WeakMap<PipelineSubject, ReadonlyMap<Job, Unreached>>();

function unreachedJobs(subject: PipelineSubject): ReadonlyMap<Job, Unreached> {
  let jobs = JOBS.get(subject);
  if (jobs === undefined) {
    jobs = findUnreachedJobs(subject);
    JOBS.set(subject, jobs);
  }
  return jobs;
}

/** Returns the jobs whose condition never holds, and those that need one of them. */
function findUnreachedJobs(subject: PipelineSubject): ReadonlyMap<Job, Unreached> {
  const unreached = new Map<Job, Unreached>();
  const dependents = new Map<string, (readonly [Job, YamlScalar])[]>();
  for (const job of subject.jobs) {
    const { id, condition } = job;
    if (condition !== undefined && neverHolds(condition, subject)) {
      const reason = `The condition of the job "${id}" never holds`;
      unreached.set(job, { range: condition.range, reason });
    } else if (!asksForStatus(condition)) {
      for (const [needed, scalar] of neededIds(job)) appendTo(dependents, needed, [job, scalar]);
    }
  }
  // A map yields what is added while it is walked.
  for (const [{ id }] of unreached) {
    for (const [job, { range }] of dependents.get(id) ?? []) {
      if (unreached.has(job)) continue;
      unreached.set(job, {
        range,
        reason: `The job "${job.id}" needs "${id}", which never runs`,
      });
    }
  }
  return unreached;
}

/** Returns the ids of the jobs that a job needs, with their places. */
export function neededIds(job: Job): readonly (readonly [string, YamlScalar])[] {
  const needs = pairOf(job.node, 'needs')?.value;
  return [needs, ...itemsOf(needs)].flatMap((one) => {
    const scalar = asScalar(one);
    return scalar === undefined ? [] : [[scalar.value, scalar] as const];
  });
}

/** Returns whether a condition runs its job also behind jobs that were skipped. */
function asksForStatus(condition: YamlScalar | undefined): boolean {
  if (condition === undefined) return false;
  return textOf(condition, true).expressions.some(
    ({ expression }) =>
      expression === undefined ||
      [...expressionParts(expression)].some(
        (one) => one.kind === 'call' && ['always', 'cancelled', 'failure'].includes(one.name),
      ),
  );
}

/** GitHub has some forty events. */
const MAX_EVENTS = 60;

/** Returns whether a condition is false for each event that starts the workflow. */
function neverHolds(condition: YamlScalar, { workflow }: PipelineSubject): boolean {
  const {
    expressions: [only],
    isBare,
  } = textOf(condition, true);
  // A text around an expression makes one that is not empty, which counts as true.
  const isWhole = isBare || (only?.start === 0 && only.end === condition.value.length);
  if (only?.expression === undefined || !isWhole) return false;
  const { expression } = only;
  const events = new Set((workflow?.triggers ?? []).map(({ event }) => event));
  // Of a called workflow, the event is that of its caller.
  const isKnown = events.size > 0 && events.size <= MAX_EVENTS && !events.has('workflow_call');
  const values = isKnown ? [...events] : [undefined];
  return values.every((event) => truthFor(expression, event) === false);
}

function truthFor(expression: Expression, event: string | undefined): boolean | undefined {
  try {
    return truthOf(event === undefined ? expression : withEvent(expression, event));
  } catch (error) {
    // GitHub fails the job.
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** Returns an expression with the name of an event in the place of `github.event_name`. */
function withEvent(part: Expression, event: string): Expression {
  switch (part.kind) {
    case 'literal':
    case 'context':
      return part;
    case 'index': {
      const { of, index, range } = part;
      const isGithub = of.kind === 'context' && of.name.toLowerCase() === 'github';
      const name = index !== '*' && index.kind === 'literal' ? String(index.value) : '';
      return isGithub && name.toLowerCase() === 'event_name'
        ? { kind: 'literal', range, value: event }
        : part;
    }
    case 'not':
      return { ...part, operand: withEvent(part.operand, event) };
    case 'comparison':
      return {
        ...part,
        left: withEvent(part.left, event),
        right: withEvent(part.right, event),
      };
    case 'call':
      return {
        ...part,
        arguments: part.arguments.map((one) => withEvent(one, event)),
      };
    case 'chain':
      return {
        ...part,
        operands: part.operands.map((one) => withEvent(one, event)),
      };
  }
}

/** Returns whether the filters of all triggers leave nothing. */
function isNeverStarted(triggers: readonly Trigger[]): boolean {
  return triggers.length > 0 && triggers.every(isNever);
}

function isNever({ event, settings }: Trigger): boolean {
  const has = (key: string): boolean => pairOf(settings, key) !== undefined;
  const excludes = (name: string): boolean =>
    onlyExcludes(pairOf(settings, name)?.value) ||
    excludesAll(pairOf(settings, `${name}-ignore`)?.value);
  const noBranch = excludes('branches') || excludes('paths');
  if (/^pull_request(?:_target)?$/u.test(event)) return noBranch;
  if (event !== 'push') return false;
  const [ofBranches, ofTags] = ['branches', 'tags'].map((one) => has(one) || has(`${one}-ignore`));
  // Filters of one kind exclude references of the other; filters of paths do not hold for tags.
  const noTag = excludes('tags') || (ofBranches === true && ofTags !== true);
  return noTag && (noBranch || (ofTags === true && ofBranches !== true));
}

/** Returns whether a filter has patterns with `!` only, which exclude from nothing. */
function onlyExcludes(filter: YamlNode | undefined): boolean {
  const patterns = patternsOf(filter);
  return patterns.length > 0 && patterns.every((one) => one.startsWith('!'));
}

function excludesAll(filter: YamlNode | undefined): boolean {
  return patternsOf(filter).some((one) => one === '**' || one === '**/*');
}

function patternsOf(filter: YamlNode | undefined): readonly string[] {
  return [filter, ...itemsOf(filter)].flatMap((one) => asScalar(one)?.value.trim() ?? []);
}

/** The parts of scripts that never run, in the order of the file. */
const SPANS = new WeakMap<StepScript, readonly ByteRange[]>();

/** Returns whether a range is in a part of the script of a step that never runs. */
export function isUnreached(
  { start, end }: ByteRange,
  script: StepScript,
  run: YamlScalar,
): boolean {
  let ranges = SPANS.get(script);
  if (ranges === undefined) {
    const parts = partsOf(run);
    const spans = script.body === undefined ? [] : unreachedSpans(script.body, script.text);
    // A part without a place has that of the whole script.
    ranges = spans
      .map((span) => rangeInScalar(run, parts, span))
      .filter((one) => one.start > run.range.start || one.end < run.range.end)
      .sort((a, b) => a.start - b.start);
    SPANS.set(script, ranges);
  }
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.start ?? Infinity) <= start) low = middle + 1;
    else high = middle;
  }
  // Parts do not overlap.
  return end <= (ranges[low - 1]?.end ?? -1);
}
