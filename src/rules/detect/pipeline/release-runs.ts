/**
 * The runs of a workflow that release something, and what conditions and inputs are in them.
 *
 * Source: docs.github.com, "Events that trigger workflows" and "Contexts reference" for the values
 * of `github.ref` in each of them.
 */

import { evaluate, truthOf, UNKNOWN } from '../../../formats/text/github-expression/evaluate.ts';
import type { Expression } from '../../../formats/text/github-expression/expression.ts';
import { EvaluationError } from '../../../formats/text/github-expression/functions.ts';
import type { YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import { asScalar, itemsOf } from '../../../formats/text/yaml/yaml-walk.ts';
import { textOf } from './subject.ts';
import { pairOf, type Trigger, type Workflow } from './workflow.ts';

/** A run, by the values of `github` that are known of it. */
export interface Run {
  readonly event: string;
  readonly ref: string;
  /** Whether the trigger alone says that it releases. */
  readonly isRelease: boolean;
}

const TAG = 'refs/tags/v1.0.0';
const BRANCH = 'refs/heads/main';

/** Returns the kinds of runs that a workflow has; an unknown one for each other trigger. */
export function runsOf({ triggers }: Workflow): readonly Run[] {
  return triggers.flatMap((trigger): readonly Run[] => {
    const { event } = trigger;
    if (event === 'release') return [{ event, ref: TAG, isRelease: true }];
    if (event === 'push') return pushes(trigger);
    if (event === 'pull_request') return [{ event, ref: 'refs/pull/1/merge', isRelease: false }];
    if (event === 'workflow_dispatch' || event === 'create') return both(event);
    return [{ event, ref: BRANCH, isRelease: false }];
  });
}

function both(event: string): readonly Run[] {
  return [BRANCH, TAG].map((ref) => ({ event, ref, isRelease: false }));
}

/** With filters of one kind, references of the other start nothing. */
function pushes({ event, settings }: Trigger): readonly Run[] {
  const ofTags = pairOf(settings, 'tags') ?? pairOf(settings, 'tags-ignore');
  const branches = pairOf(settings, 'branches')?.value;
  const ofBranches = branches ?? pairOf(settings, 'branches-ignore')?.value;
  if (ofTags === undefined && ofBranches === undefined) return both(event);
  const name = [branches, ...itemsOf(branches)]
    .map((one) => asScalar(one)?.value ?? '')
    .find((one) => /release/iu.test(one));
  const runs: Run[] = [];
  if (ofTags !== undefined) runs.push({ event, ref: TAG, isRelease: true });
  if (ofBranches !== undefined) {
    const ref = name === undefined ? BRANCH : `refs/heads/${name.replaceAll('*', 'x')}`;
    runs.push({ event, ref, isRelease: name !== undefined });
  }
  return runs;
}

/** Whether a condition may hold in a run. */
export function mayHold(condition: YamlScalar | undefined, run: Run): boolean {
  if (condition === undefined) return true;
  const {
    expressions: [only, ...others],
    isBare,
  } = textOf(condition, true);
  const isWhole = isBare || (only?.start === 0 && only.end === condition.value.trimEnd().length);
  if (only?.expression === undefined || others.length > 0 || !isWhole) return true;
  return safely(only.expression, (one) => truthOf(inRun(one, run))) !== false;
}

/**
 * Returns the text of an input in a run; `undefined` where the run alone does not decide it.
 */
export function textIn(scalar: YamlScalar, run: Run): string | undefined {
  const { expressions } = textOf(scalar, false);
  if (expressions.length === 0) return scalar.value.trim();
  const [only] = expressions;
  const isWhole =
    expressions.length === 1 &&
    scalar.value.slice(0, only?.start).trim() === '' &&
    scalar.value.slice(only?.end).trim() === '';
  if (only?.expression === undefined || !isWhole) return undefined;
  const expression = inRun(only.expression, run, comparesReference);
  const value = safely(expression, (one) => evaluate(one));
  if (value === undefined || value === UNKNOWN) {
    const truth = safely(expression, (one) => truthOf(one));
    return truth === false ? 'false' : undefined;
  }
  return value === null || typeof value === 'object' ? '' : String(value);
}

function safely<T>(expression: Expression, read: (one: Expression) => T): T | undefined {
  try {
    return read(expression);
  } catch (error) {
    // GitHub fails the job.
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** Returns an expression with what a run knows in the place of values of `github`. */
function inRun(
  part: Expression,
  run: Run,
  isUnknown: (part: Expression) => boolean = () => false,
): Expression {
  if (isUnknown(part)) return part;
  switch (part.kind) {
    case 'literal':
    case 'context':
      return part;
    case 'index': {
      const { of, index, range } = part;
      if (of.kind !== 'context' || of.name.toLowerCase() !== 'github') return part;
      const name = index !== '*' && index.kind === 'literal' ? String(index.value) : '';
      const value = valueIn(name.toLowerCase(), run);
      return value === undefined ? part : { kind: 'literal', range, value };
    }
    case 'not':
      return { ...part, operand: inRun(part.operand, run, isUnknown) };
    case 'comparison':
      return {
        ...part,
        left: inRun(part.left, run, isUnknown),
        right: inRun(part.right, run, isUnknown),
      };
    case 'call':
      return { ...part, arguments: part.arguments.map((one) => inRun(one, run, isUnknown)) };
    case 'chain':
      return { ...part, operands: part.operands.map((one) => inRun(one, run, isUnknown)) };
  }
}

/**
 * Whether a reference is compared with one name. For an input that says little about other runs, as
 * those of the same workflow on the branch.
 */
function comparesReference(part: Expression): boolean {
  if (part.kind !== 'comparison') return false;
  return [part.left, part.right].some(
    (one) =>
      one.kind === 'index' &&
      one.of.kind === 'context' &&
      one.index !== '*' &&
      one.index.kind === 'literal' &&
      /^ref(?:_name)?$/iu.test(String(one.index.value)),
  );
}

function valueIn(name: string, { event, ref }: Run): string | undefined {
  switch (name) {
    case 'event_name':
      return event;
    case 'ref':
      return ref;
    case 'ref_name':
      return ref.replace(/^refs\/(?:tags|heads|pull)\//u, '');
    case 'ref_type':
      return ref.startsWith('refs/tags/') ? 'tag' : 'branch';
    default:
      return undefined;
  }
}
