/**
 * Checks of expressions that become code. GitHub replaces `${{ }}` in a script before a shell reads
 * it, so that a value with the right characters becomes commands.
 *
 * Source: docs.github.com, "Script injections"; "Contexts reference" for the values of contexts.
 */

import {
  contextPaths,
  type ContextPath,
} from '../../../../formats/text/github-expression/context-paths.ts';
import type { YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import type { Severity } from '../../../../core/model/advisory/advisory.ts';
import type { Hit, HitFix, PipelineCheck } from './check.ts';
import { fixBy, ruleOf, unsafeFixBy } from './check.ts';
import { CODE_INPUTS } from '../data/code-inputs.ts';
import { injectedPaths } from '../data/context-values.ts';
import { sourcesOf } from '../data/data-sources.ts';
import { scriptEdits } from '../edits/script-edits.ts';
import type { Persona } from '../../persona.ts';
import { textOf, type PipelineSubject, type PlacedExpression } from '../subject.ts';
import { inputOf, type Step } from '../workflow.ts';

const TEMPLATE_INJECTION: PipelineCheck = {
  rule: ruleOf({
    name: 'template-injection',
    severity: 'high',
    title: 'expression that becomes a part of a script',
    cwe: [78, 94],
    why: 'GitHub writes the value of an expression into the script before the shell reads it. A title, a branch or an input with the right characters then becomes a command that has the secrets of the job.',
    remedy:
      'Set an environment variable to the expression, and use the variable in quotes in the script.',
    failing:
      'on: issues\njobs: {a: {runs-on: x, steps: [{run: "echo ${{ github.event.issue.title }}"}]}}\n',
    passing:
      'on: issues\njobs: {a: {runs-on: x, steps: [{run: "echo \\"$TITLE\\"", env: {TITLE: "${{ github.event.issue.title }}"}}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      for (const code of codeOf(step)) yield* injectionsIn(code, step, subject);
    }
    for (const {
      shell,
      steps: [first],
    } of subject.jobs) {
      if (shell !== undefined && first !== undefined) yield* injectionsIn(shell, first, subject);
    }
  },
};

/**
 * Returns the scalars of a step that are run as code; `shell` is the command that runs a script.
 */
function codeOf(step: Step): readonly YamlScalar[] {
  const code = [step.run, step.shell].filter((one) => one !== undefined);
  if (step.uses?.kind !== 'repository') return code;
  for (const input of CODE_INPUTS.get(step.uses.action) ?? []) {
    const scalar = inputOf(step, input);
    if (scalar !== undefined) code.push(scalar);
  }
  return code;
}

function* injectionsIn(code: YamlScalar, step: Step, subject: PipelineSubject): Generator<Hit> {
  const fixAt = code === step.run ? movingFixes(step, subject) : () => undefined;
  for (const placed of textOf(code, false).expressions) {
    const { expression } = placed;
    if (expression === undefined) continue;
    const fix = fixAt(placed.start);
    const paths = contextPaths(expression);
    const injected = new Set(injectedPaths(expression));
    for (const path of paths) {
      const name = path.parts.join('.');
      yield {
        range: placed.rangeOf(path.expression.range),
        message: `The value of ${name} becomes a part of the script.`,
        names: [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? '', name],
        ...(injected.has(path) ? withFix(judged(path, step, subject), fix) : HARMLESS),
      };
    }
  }
}

/** Only expressions with untrusted values are moved. */
function withFix(judgement: Judgement, fix: HitFix | undefined): Judgement {
  return judgement === HARMLESS || fix === undefined ? judgement : { ...judgement, fix };
}

const BY_VARIABLES = 'Pass the values by environment variables.';

/**
 * The fix for the expression at an offset of a script, by whether a program of which nothing is
 * known gets the value.
 */
function movingFixes(step: Step, subject: PipelineSubject): (offset: number) => HitFix | undefined {
  const isMoved = ({ expression }: PlacedExpression): boolean => {
    if (expression === undefined) return false;
    return injectedPaths(expression).some((path) => judged(path, step, subject) !== HARMLESS);
  };
  const count =
    step.run === undefined ? 0 : textOf(step.run, false).expressions.filter(isMoved).length;
  if (count === 0) return () => undefined;
  const known = scriptEdits(subject, step, isMoved);
  const fix = known && fixBy(BY_VARIABLES, ...known.edits);
  const isWhole = known === undefined || known.moved.size === count;
  const unknown = isWhole ? undefined : scriptEdits(subject, step, isMoved, true);
  const unsafe = unknown && unsafeFixBy(BY_VARIABLES, ...unknown.edits);
  return (offset) => {
    if (known?.moved.has(offset) === true) return fix;
    return unknown?.moved.has(offset) === true ? unsafe : undefined;
  };
}

/** Expressions in scripts that add nothing that anybody chooses. */
const HARMLESS: Judgement = { severity: 'low', persona: 'pedantic' };

interface Judgement {
  readonly severity?: Severity;
  readonly persona?: Persona;
  readonly fix?: HitFix;
}

function judged(path: ContextPath, step: Step, subject: PipelineSubject): Judgement {
  switch (sourcesOf(subject).of(path, step)) {
    case 'free':
      return {};
    case 'chosen':
      return { severity: 'medium' };
    case 'fixed':
      return HARMLESS;
  }
}

/** Checks of injections. */
export const INJECTION_CHECKS: readonly PipelineCheck[] = [TEMPLATE_INJECTION];
