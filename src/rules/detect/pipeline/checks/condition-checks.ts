/** Checks of conditions, and of expressions that are not what they seem. */

import {
  contextPaths,
  type ContextPath,
} from '../../../../formats/text/github-expression/context-paths.ts';
import { evaluate, UNKNOWN } from '../../../../formats/text/github-expression/evaluate.ts';
import {
  childrenOf,
  expressionParts,
  type Expression,
} from '../../../../formats/text/github-expression/expression.ts';
import { EvaluationError } from '../../../../formats/text/github-expression/functions.ts';
import { isTruthy } from '../../../../formats/text/github-expression/value.ts';
import type { YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import { asScalar } from '../../../../formats/text/yaml/yaml-walk.ts';
import type { Hit, PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import { byAuthor, byList, withoutBreak } from '../edits/condition-edits.ts';
import { expressionsOf, textOf, type ExpressionText, type PipelineSubject } from '../subject.ts';
import { pairOf, type Step } from '../workflow.ts';

/** A condition of a job or a step, with its owner. */
interface Condition {
  readonly scalar: YamlScalar;
  readonly text: ExpressionText;
  readonly names: readonly string[];
}

/** Several checks look at the conditions of a file. */
const CONDITIONS = new WeakMap<PipelineSubject, readonly Condition[]>();

function conditionsOf(subject: PipelineSubject): readonly Condition[] {
  let conditions = CONDITIONS.get(subject);
  if (conditions === undefined) {
    conditions = readConditions(subject);
    CONDITIONS.set(subject, conditions);
  }
  return conditions;
}

function readConditions({ jobs, steps }: PipelineSubject): readonly Condition[] {
  const of = (scalar: YamlScalar | undefined, names: readonly string[]): readonly Condition[] =>
    scalar === undefined ? [] : [{ scalar, text: textOf(scalar, true), names }];
  return [
    ...jobs.flatMap((job) => of(job.condition, [job.id])),
    ...steps.flatMap((step) =>
      of(step.condition, [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? '']),
    ),
  ];
}

const BOT: PipelineCheck = {
  rule: ruleOf({
    name: 'bot-conditions',
    severity: 'high',
    title: 'condition on a bot that others can meet',
    cwe: [290],
    why: 'The value of github.actor is who acted last, not who opened the pull request. An attacker can open a pull request with their own code and let the bot act on it, for example by asking Dependabot to rebase.',
    remedy:
      'Compare github.event.pull_request.user.login, and do not merge or run with rights what comes from a fork.',
    failing:
      'on: pull_request_target\njobs: {a: {runs-on: x, if: "github.actor == \'dependabot[bot]\'", steps: [{run: make}]}}\n',
    passing:
      'on: pull_request\njobs: {a: {runs-on: x, if: "github.event.pull_request.user.login == \'dependabot[bot]\'", steps: [{run: make}]}}\n',
  }),
  *find(subject) {
    if (subject.workflow === undefined) return;
    for (const { text, names } of conditionsOf(subject)) {
      for (const placed of text.expressions) {
        if (placed.expression === undefined) continue;
        if (!MAY_NAME_BOT.test(placed.scalar.value)) continue;
        const comparison = [...expressionParts(placed.expression)].find(isBotComparison);
        if (comparison === undefined) continue;
        yield {
          range: placed.rangeOf(placed.expression.range),
          message:
            'The condition compares who acted last with a bot, which an attacker can arrange.',
          names: [...names, 'actor'],
          fix: byAuthor(subject, placed, comparison),
        };
      }
    }
  },
};

/** The id of Dependabot's account, which is also the actor of its events. */
const BOT_IDS: ReadonlySet<string> = new Set(['49699333', '29139614']);
/** The name of a bot, or an id. */
const MAY_NAME_BOT = /\[bot\]|\d/iu;
const ACTORS: ReadonlySet<string> = new Set([
  'github.actor',
  'github.triggering_actor',
  'github.event.pull_request.sender.login',
  'github.event.sender.login',
]);
const ACTOR_IDS: ReadonlySet<string> = new Set(['github.actor_id', 'github.event.sender.id']);

function isBotComparison(part: Expression): boolean {
  if (part.kind !== 'comparison' || part.operator !== '==') return false;
  return [
    [part.left, part.right],
    [part.right, part.left],
  ].some(([actor, bot]) => {
    const [path] = actor === undefined ? [] : contextPaths(actor);
    const name = path?.expression === actor ? path?.parts.join('.') : undefined;
    if (name === undefined || bot?.kind !== 'literal') return false;
    const value = String(bot.value).toLowerCase();
    return (
      (ACTORS.has(name) && value.endsWith('[bot]')) || (ACTOR_IDS.has(name) && BOT_IDS.has(value))
    );
  });
}

const UNSOUND_CONDITION: PipelineCheck = {
  rule: ruleOf({
    name: 'unsound-condition',
    severity: 'high',
    title: 'condition that always holds',
    cwe: [670],
    why: 'Text around ${{ }} in a condition, also a line break at the end of a block, makes the whole a text that is not empty, which counts as true whatever the expression says.',
    remedy:
      'Write the condition without ${{ }}, or with nothing around it, for example in a block that begins with |-.',
    failing:
      'on: push\njobs:\n  a:\n    runs-on: x\n    if: ${{ false }} && true\n    steps: [{run: make}]\n',
    passing:
      'on: push\njobs:\n  a:\n    runs-on: x\n    if: ${{ false && true }}\n    steps: [{run: make}]\n',
  }),
  *find(subject) {
    for (const { scalar, text, names } of conditionsOf(subject)) {
      if (text.isBare || text.expressions.length === 0 || !isSurrounded(scalar.value, text))
        continue;
      yield {
        range: keyRange(subject, scalar),
        message:
          'The condition always holds, because text around ${{ }} makes it a text that is not empty.',
        names,
        fix: withoutBreak(scalar, text),
      };
    }
  },
};

/** Returns whether anything but one expression is in the text. */
function isSurrounded(value: string, { expressions: [first] }: ExpressionText): boolean {
  return first !== undefined && (first.start > 0 || first.end < value.length);
}

/** Returns the range from the key of a condition to its value. */
function keyRange({ jobs, steps }: PipelineSubject, scalar: YamlScalar): Hit['range'] {
  for (const { node } of [...jobs, ...steps]) {
    const pair = node.pairs.find(({ value }) => value === scalar);
    if (pair !== undefined) return { start: pair.key.range.start, end: scalar.range.end };
  }
  return scalar.range;
}

/**
 * Contexts whose value an outsider or a person who may push chooses. Others cannot be chosen to fit
 * into a text.
 */
const CHOSEN = [
  'env',
  'github.actor',
  'github.base_ref',
  'github.event',
  'github.head_ref',
  'github.ref',
  'github.ref_name',
  'github.sha',
  'github.triggering_actor',
  'inputs',
];

const UNSOUND_CONTAINS: PipelineCheck = {
  rule: ruleOf({
    name: 'unsound-contains',
    severity: 'high',
    title: 'condition that a part of an allowed name meets',
    cwe: [185],
    why: "The condition contains('refs/heads/main refs/heads/develop', github.ref) also holds for the branch mai, because the first argument is a text and not a list.",
    remedy: 'Compare with ==, or pass a list: contains(fromJSON(\'["a", "b"]\'), x).',
    failing:
      'on: push\njobs: {a: {runs-on: x, if: "contains(\'main develop\', github.ref_name)", steps: [{run: make}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, if: "github.ref_name == \'main\'", steps: [{run: make}]}}\n',
  }),
  *find(subject) {
    for (const { scalar, text, names } of conditionsOf(subject)) {
      for (const placed of text.expressions) {
        const { expression } = placed;
        if (expression === undefined) continue;
        for (const part of expressionParts(expression)) {
          if (part.kind !== 'call' || part.name !== 'contains') continue;
          const [list, item] = part.arguments;
          if (list?.kind !== 'literal' || typeof list.value !== 'string' || item === undefined)
            continue;
          const path = contextPaths(item)[0];
          if (path === undefined) continue;
          const isChosen = isBelow(path, CHOSEN);
          yield {
            range: keyRange(subject, scalar),
            message: `The condition looks for ${path.parts.join('.')} in a text, so that a part of an allowed value meets it.`,
            names: [...names, path.parts.join('.')],
            ...(!isChosen && { severity: 'low' as const }),
            fix: byList(placed, list),
          };
        }
      }
    }
  },
};

function isBelow({ parts }: ContextPath, names: readonly string[]): boolean {
  const path = parts.join('.');
  return names.some((name) => path === name || path.startsWith(`${name}.`));
}

const UNSOUND_TERNARY: PipelineCheck = {
  rule: ruleOf({
    name: 'unsound-ternary',
    severity: 'low',
    title: 'choice whose first value is never chosen',
    cwe: [670],
    why: "In a && '' || 'b' the result is always 'b', because the empty text counts as false.",
    remedy: "Swap the values and negate the condition: !a && 'b' || ''. Or use case(a, '', 'b').",
    failing:
      "on: push\njobs: {a: {runs-on: x, steps: [{run: \"make ${{ env.A && '' || 'b' }}\"}]}}\n",
    passing:
      "on: push\njobs: {a: {runs-on: x, steps: [{run: \"make ${{ !env.A && 'b' || '' }}\"}]}}\n",
  }),
  *find(subject) {
    for (const { placed, expression } of expressionsOf(subject)) {
      if (!placed.scalar.value.includes('||')) continue;
      for (const part of expressionParts(expression)) {
        if (part.kind !== 'chain' || part.operator !== '||') continue;
        const falsy = part.operands.slice(0, -1).find(isFalsyChoice);
        if (falsy === undefined) continue;
        yield {
          range: placed.rangeOf(part.range),
          message:
            'The first value of the choice counts as false, so that the other one is always chosen.',
          names: [placed.scalar.value.slice(0, 200)],
        };
      }
    }
  },
};

/**
 * Returns whether a part is a chain of `&&` whose last operand is a constant that counts as false.
 */
function isFalsyChoice(part: Expression): boolean {
  if (part.kind !== 'chain' || part.operator !== '&&') return false;
  const last = part.operands.at(-1);
  if (last === undefined) return false;
  const value = constantOf(last);
  return value !== UNKNOWN && !isTruthy(value);
}

function constantOf(part: Expression): ReturnType<typeof evaluate> {
  try {
    return evaluate(part);
  } catch (error) {
    if (error instanceof EvaluationError) return UNKNOWN;
    throw error;
  }
}

const OBFUSCATED: PipelineCheck = {
  rule: ruleOf({
    name: 'obfuscation',
    severity: 'low',
    title: 'expression or path that hides what it means',
    cwe: [1357],
    why: 'Paths with superfluous parts and expressions that compute a constant hide from readers and tools what they mean.',
    remedy: 'Write the value that results.',
    failing:
      "on: push\njobs: {a: {runs-on: x, steps: [{run: \"make ${{ format('{0}', 'all') }}\"}]}}\n",
    passing: 'on: push\njobs: {a: {runs-on: x, steps: [{run: make all}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      yield* obfuscatedPath(step.node.range.start, step.uses?.scalar);
      yield* computedInputs(step);
    }
    for (const job of subject.jobs) yield* obfuscatedPath(undefined, job.uses?.scalar);
    for (const { placed, expression } of expressionsOf(subject)) {
      for (const part of constantsIn(expression)) {
        yield {
          range: placed.rangeOf(part.range),
          message: 'The expression computes a constant.',
          names: [placed.scalar.value.slice(0, 200)],
        };
      }
    }
  },
};

/** Expressions that files repeat are parsed once, and evaluated once. */
const CONSTANTS = new WeakMap<Expression, readonly Expression[]>();

function constantsIn(expression: Expression): readonly Expression[] {
  let parts = CONSTANTS.get(expression);
  if (parts === undefined) {
    parts = [...constantParts(expression)];
    CONSTANTS.set(expression, parts);
  }
  return parts;
}

/**
 * Yields the largest parts that compute a constant; a literal that is part of a larger expression
 * is none.
 */
function* constantParts(root: Expression): Generator<Expression> {
  const value = constantOf(root);
  // Lists and objects have no other spelling than fromJSON.
  if (value !== UNKNOWN && typeof value === 'object' && value !== null) return;
  if (value !== UNKNOWN && !isStatus(root)) {
    yield root;
    return;
  }
  for (const part of childrenOf(root)) {
    if (part.kind !== 'literal') yield* constantParts(part);
  }
}

/** `always()` is what it says. */
function isStatus(part: Expression): boolean {
  return part.kind === 'call' && part.name === 'always';
}

/** Inputs that one expression computes as a whole, so that no reader sees which are set. */
function* computedInputs({ node, withNode }: Step): Generator<Hit> {
  const value = asScalar(withNode);
  const pair = pairOf(node, 'with');
  if (value === undefined || pair === undefined || !value.value.includes('${{')) return;
  yield {
    range: { start: pair.key.range.start, end: pair.value.range.end },
    message: 'An expression computes all inputs of the action.',
    names: [value.value.slice(0, 200)],
  };
}

/** Nothing, one or two dots between slashes. */
const SUPERFLUOUS_PART = /(?:^|\/)\.{0,2}(?:\/|$)/u;

/** Yields the paths of actions with empty parts, `.` and `..`. */
function* obfuscatedPath(start: number | undefined, uses: YamlScalar | undefined): Generator<Hit> {
  const value = uses?.value;
  if (uses === undefined || value === undefined || value.startsWith('.') || value.includes('${{'))
    return;
  if (value.startsWith('docker://')) return;
  const [path = ''] = value.split('@');
  if (!SUPERFLUOUS_PART.test(path)) return;
  yield {
    range: start === undefined ? uses.range : { start, end: uses.range.end },
    message: `The path "${path}" has superfluous parts.`,
    names: [path],
  };
}

/** Checks of conditions and expressions. */
export const CONDITION_CHECKS: readonly PipelineCheck[] = [
  BOT,
  UNSOUND_CONDITION,
  UNSOUND_CONTAINS,
  UNSOUND_TERNARY,
  OBFUSCATED,
];
