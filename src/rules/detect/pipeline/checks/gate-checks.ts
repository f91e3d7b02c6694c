/** Checks of gates: programs that are there to fail a run, and cannot. */

import { appendTo } from '../../../../core/base/maps.ts';
import { textOf as bytesText } from '../../../../formats/bytes/byte-range.ts';
import { truthOf } from '../../../../formats/text/github-expression/evaluate.ts';
import { EvaluationError } from '../../../../formats/text/github-expression/functions.ts';
import {
  expressionParts,
  type Expression,
} from '../../../../formats/text/github-expression/expression.ts';
import type { YamlPair } from '../../../../formats/text/yaml/yaml-node.ts';
import { asScalar } from '../../../../formats/text/yaml/yaml-walk.ts';
import type { RunCommand } from '../../commands/run-command.ts';
import type { Hit, PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import { gateOf, type GateCommand } from '../gates/gate-commands.ts';
import { handlesFailure, isErrorEnd, isOr, MAX_BETWEEN } from '../gates/gate-handlers.ts';
import { GATE_ACTIONS } from '../gates/gates.ts';
import { readsStatus } from '../gates/gate-status.ts';
import { powershellGates, type PowershellGate } from '../gates/powershell-gates.ts';
import { isPublishingStep } from '../publishers.ts';
import { isUnreached, neededIds, unreachedStep } from '../reach.ts';
import type { StepScript } from '../scripts.ts';
import { textOf, type PipelineSubject } from '../subject.ts';
import { inputOf, pairOf, type Job, type Step } from '../workflow.ts';

/** The reason why a gate cannot fail. */
interface Weakness extends Pick<Hit, 'range' | 'message' | 'persona'> {
  readonly gate: string;
}

const GATE: PipelineCheck = {
  rule: ruleOf({
    name: 'gate-cannot-fail',
    isOwn: true,
    severity: 'medium',
    title: 'check whose failure changes nothing',
    cwe: [252, 754],
    why: 'What the scanner or the verification finds stops nothing, or it never runs: what it was to keep back is built and published nevertheless.',
    remedy:
      'Let the failure of the command end the job: remove || true, continue-on-error and --exit-code 0, set pipefail before a pipe, read $LASTEXITCODE in PowerShell, and publish only after success.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: npm audit || true}]}}\n',
    passing: 'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: npm audit}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      for (const { gate, ...hit } of weaknesses(subject, step)) {
        yield {
          ...hit,
          names: [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? '', gate],
        };
      }
    }
    for (const job of subject.jobs) yield* alwaysPublishing(subject, job);
  },
};

function* weaknesses(subject: PipelineSubject, step: Step): Generator<Weakness> {
  const gates = [...commandGates(subject, step)];
  const others = powershellGates(subject, step);
  const action = actionGate(step);
  const [first = action] = [...gates, ...others].map(({ name }) => name);
  if (first === undefined) return;
  const unreached = unreachedStep(subject, step);
  if (unreached !== undefined) {
    const { range, reason } = unreached;
    yield { range, message: `${reason}, so that ${first} does not run.`, gate: first };
    return;
  }
  const { pair, isCertain } = continuing(step, subject) ?? {};
  if (pair !== undefined) {
    const range = { start: pair.key.range.start, end: pair.value.range.end };
    if (isCertain === true) {
      yield { range, message: `The job goes on when ${first} fails.`, gate: first };
      return;
    }
    const message = `An expression decides whether the job goes on when ${first} fails.`;
    yield { range, message, gate: first, persona: 'pedantic' };
  }
  yield* weakAction(step);
  for (const command of gates) yield* weakCommand(command, subject, step);
  for (const one of others) yield* weakPowershell(one, subject, step);
}

function* weakPowershell(
  { range, name: gate, words, program: { off, needs }, loss }: PowershellGate,
  subject: PipelineSubject,
  step: Step,
): Generator<Weakness> {
  if (off?.test(words) === true) yield { range, message: withOption(gate), gate };
  else if (loss !== undefined) yield { range, message: loss, gate };
  else if (needs !== undefined && !needs.test(words) && !hasVariable(gate, step, subject)) {
    yield { range, message: withoutOption(gate), gate, persona: 'pedantic' };
  }
}

function withOption(gate: string): string {
  return `An option keeps ${gate} from failing.`;
}

function withoutOption(gate: string): string {
  return `Without an option that asks for it, ${gate} does not fail, whatever it finds.`;
}

/**
 * Yields the commands of a step that are gates. Those that another program runs are listed once, as
 * themselves.
 */
function* commandGates(subject: PipelineSubject, step: Step): Generator<GateCommand> {
  for (const command of subject.scripts().get(step)?.commands ?? []) {
    const gate = gateOf(command);
    if (gate !== undefined) yield gate;
  }
}

function actionGate({ uses }: Step): string | undefined {
  return uses?.kind === 'repository' && GATE_ACTIONS.has(uses.action) ? uses.action : undefined;
}

interface Continuing {
  readonly pair: YamlPair;
  /** Whether the value is `true`, and not an expression that may be. */
  readonly isCertain: boolean;
}

/** `continue-on-error` of a step, or of its job, whose outcome nothing asks for. */
function continuing(step: Step, { texts }: PipelineSubject): Continuing | undefined {
  const own = pairOf(step.node, 'continue-on-error');
  const ofJob = pairOf(step.job?.node, 'continue-on-error');
  const id = step.id?.value.toLowerCase();
  const isAsked =
    id !== undefined &&
    texts.some(({ scalar }) => scalar.value.toLowerCase().includes(`steps.${id}.outcome`));
  const pairs = [isAsked ? undefined : own, ofJob].flatMap((pair) =>
    pair === undefined ? [] : [{ pair, truth: truthOfPair(pair) }],
  );
  const found =
    pairs.find(({ truth }) => truth === true) ?? pairs.find(({ truth }) => truth === undefined);
  return found && { pair: found.pair, isCertain: found.truth === true };
}

/** The value of a switch; `undefined` where an expression decides it. */
function truthOfPair({ value }: YamlPair): boolean | undefined {
  const scalar = asScalar(value);
  if (scalar === undefined) return false;
  const text = scalar.value.trim();
  if (!text.includes('${{')) return text.toLowerCase() === 'true';
  const [only] = textOf(scalar, false).expressions;
  if (only?.expression === undefined) return undefined;
  try {
    return truthOf(only.expression);
  } catch (error) {
    // GitHub refuses what cannot be computed.
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

function* weakAction(step: Step): Generator<Weakness> {
  const gate = actionGate(step);
  const { off, isOffByDefault = false } = GATE_ACTIONS.get(gate ?? '') ?? {};
  if (gate === undefined || off === undefined || step.uses === undefined) return;
  const input = inputOf(step, off[0]);
  if (input !== undefined && off[1].includes(input.value.trim().toLowerCase())) {
    const message = `The input ${off[0]} keeps ${gate} from failing.`;
    yield { range: input.range, message, gate };
  } else if (input === undefined && isOffByDefault) {
    const message = `Without the input ${off[0]}, ${gate} does not fail, whatever it finds.`;
    yield { range: step.uses.scalar.range, message, gate, persona: 'pedantic' };
  }
}

function* weakCommand(
  { command, name: gate, words, program: { off, needs } }: GateCommand,
  subject: PipelineSubject,
  step: Step,
): Generator<Weakness> {
  const { range, called } = command;
  if (off?.test(words) === true) {
    yield { range, message: withOption(gate), gate };
  } else if (called.length > 0 && !called.some((one) => gateOf(one) !== undefined)) {
    yield { range, message: `A function of the script stands in the place of ${gate}.`, gate };
  } else if (isBehindEnd(command, subject, step)) {
    yield { range, message: `The script never comes to ${gate}.`, gate };
  } else if (isIgnored(command, subject, step)) {
    yield { range, message: `The script goes on when ${gate} fails.`, gate };
  } else if (needs !== undefined && !needs.test(words) && !hasVariable(gate, step, subject)) {
    yield { range, message: withoutOption(gate), gate, persona: 'pedantic' };
  }
}

/** Returns whether a variable such as `TRIVY_EXIT_CODE` may ask for what no option asks for. */
function hasVariable(gate: string, step: Step, { workflow }: PipelineSubject): boolean {
  const prefix = `${gate.toUpperCase()}_`;
  const scopes = [step.env, step.job?.env ?? [], workflow?.env ?? []];
  return scopes.flat().some(({ key }) => asScalar(key)?.value.startsWith(prefix) === true);
}

/**
 * Returns whether nothing changes when a command fails: the script does not end, and no command
 * behind it depends on it. What ends a function only is judged by the calls of the function.
 */
function isIgnored(command: RunCommand, subject: PipelineSubject, step: Step, depth = 0): boolean {
  const { failure, range } = command;
  const script = subject.scripts().get(step);
  if (script === undefined) return false;
  const facts = factsOf(script, step);
  const at = facts.places.get(command) ?? 0;
  if (at > facts.endsWellFrom) return true;
  if (failure.isFatal) {
    const calls = failure.isOfFunction === true ? (facts.calls.get(command) ?? []) : [];
    if (calls.length === 0 || calls.length > MAX_CALLS || depth >= MAX_CALL_DEPTH) return false;
    return calls.every((call) => isIgnored(call, subject, step, depth + 1));
  }
  const isAsked = failure.groups.some((group) =>
    facts.groups.get(group)?.some((one) => one.at > at && one.start >= range.end),
  );
  return (
    !isAsked && !facts.readsStatus && !isHandled(script.commands, at, { subject, step, depth })
  );
}

/** Returns whether what stands behind a command in a chain handles its failure. */
function isHandled(
  commands: readonly RunCommand[],
  at: number,
  {
    subject,
    step,
    depth,
  }: { readonly subject: PipelineSubject; readonly step: Step; readonly depth: number },
): boolean {
  const [command, next] = commands.slice(at, at + 2);
  if (command === undefined || next === undefined) return false;
  const { end } = command.range;
  const { start } = next.range;
  if (start < end || start - end > MAX_BETWEEN) return false;
  const between = bytesText(subject.yaml.bytes, { start: end, end: start });
  if (handlesFailure(next, between)) return true;
  if (!isOr(between) || gateOf(next) === undefined || depth >= MAX_CALL_DEPTH) return false;
  return !isIgnored(next, subject, step, depth + 1);
}

/** Returns whether a command stands in a part of its script that never runs. */
function isBehindEnd({ range }: RunCommand, subject: PipelineSubject, step: Step): boolean {
  const script = subject.scripts().get(step);
  return script !== undefined && step.run !== undefined && isUnreached(range, script, step.run);
}

/** Calls of one function that are followed, and functions that call each other. */
const MAX_CALLS = 20;
const MAX_CALL_DEPTH = 4;

/** What the gates of a script have in common. */
interface ScriptFacts {
  readonly places: ReadonlyMap<RunCommand, number>;
  /** The calls of the function that a command is in. */
  readonly calls: ReadonlyMap<RunCommand, readonly RunCommand[]>;
  /** The place of the first command behind which the script ends without an error. */
  readonly endsWellFrom: number;
  /**
   * The commands that depend on others, by group; those that do nothing with the result are left
   * out.
   */
  readonly groups: ReadonlyMap<number, readonly { readonly at: number; readonly start: number }[]>;
  readonly readsStatus: boolean;
}

const FACTS = new WeakMap<StepScript, ScriptFacts>();

function factsOf(script: StepScript, step: Step): ScriptFacts {
  let facts = FACTS.get(script);
  if (facts === undefined) {
    const { commands } = script;
    const groups = new Map<number, { readonly at: number; readonly start: number }[]>();
    const calls = new Map<RunCommand, RunCommand[]>();
    const lastAt = commands.findLastIndex((one) => !isIdle(one) && !endsWithout(one));
    const errorAt = commands.findLastIndex(isErrorEnd);
    for (const [at, one] of commands.entries()) {
      for (const inner of one.called) appendTo(calls, inner, one);
      // The end of a script without an error guards what stands behind it.
      if (isIdle(one) || (endsWithout(one) && at > lastAt)) continue;
      // To leave a loop saves it from the error that stands behind.
      if (LEAVING.has(one.name ?? '') && at > errorAt) continue;
      for (const group of one.failure.groups)
        appendTo(groups, group, { at, start: one.range.start });
    }
    const trap = commands.findIndex(endsWell);
    facts = {
      places: new Map(commands.map((one, at) => [one, at])),
      calls,
      endsWellFrom: trap < 0 ? Infinity : trap,
      groups,
      readsStatus: readsStatus(step.run?.value ?? ''),
    };
    FACTS.set(script, facts);
  }
  return facts;
}

/** Commands that do nothing with the result that is asked for. */
function isIdle({ name = '' }: RunCommand): boolean {
  return ['echo', 'printf', ':', 'true'].includes(name);
}

const LEAVING: ReadonlySet<string> = new Set(['break', 'continue']);

/**
 * Returns whether a command ends the script or a function without an error. Without a status it may
 * have that of the gate, whose failure is then fatal, which is asked before.
 */
function endsWithout({ name, args: [status] }: RunCommand): boolean {
  return (name === 'exit' || name === 'return') && (status === undefined || status.value === '0');
}

/**
 * Returns whether a command makes the script end without an error whatever fails, as in `trap 'exit
 * 0' EXIT`.
 */
function endsWell({ name, args: [action, ...signals] }: RunCommand): boolean {
  if (name !== 'trap' || !/\bexit\s+0\b/u.test(action?.value ?? '')) return false;
  return signals.some(({ value = '' }) => /^(?:SIG)?(?:EXIT|ERR)$|^0$/iu.test(value));
}

/** Steps and jobs that publish also after a gate in front of them has failed. */
function* alwaysPublishing(subject: PipelineSubject, job: Job): Generator<Hit> {
  if (![job, ...job.steps].some(({ condition }) => ignoresFailure(condition))) return;
  const isGate = (one: Step): boolean =>
    actionGate(one) !== undefined || !commandGates(subject, one).next().done;
  let hasGate = false;
  for (const step of job.steps) {
    if (hasGate && isPublishingStep(subject, step) && ignoresFailure(step.condition)) {
      yield alwaysHit(step.node, step.condition, [job.id, step.name?.value ?? 'publish']);
    }
    hasGate ||= isGate(step);
  }
  const needed = neededJobs(job, subject);
  if (!needed.some((one) => one.steps.some(isGate)) || !ignoresFailure(job.condition)) return;
  if (!job.steps.some((step) => isPublishingStep(subject, step))) return;
  yield alwaysHit(job.node, job.condition, [job.id, 'job']);
}

function alwaysHit(node: Job['node'], condition: Step['condition'], names: readonly string[]): Hit {
  const range = condition?.range ?? node.range;
  return {
    range,
    message: 'What is published is published also when the check before it has failed.',
    names,
  };
}

function neededJobs(job: Job, { jobs }: PipelineSubject): readonly Job[] {
  const names = new Set(neededIds(job).map(([id]) => id));
  return jobs.filter(({ id }) => names.has(id));
}

/**
 * Returns whether a condition holds after a failure: it asks for `always()`, `failure()` or
 * `!cancelled()`, and for no result.
 */
function ignoresFailure(condition: Step['condition']): boolean {
  if (condition === undefined) return false;
  const parts = textOf(condition, true).expressions.flatMap(({ expression }) =>
    expression === undefined ? [] : [...expressionParts(expression)],
  );
  const calls = (name: string): boolean =>
    parts.some((one) => one.kind === 'call' && one.name === name);
  if (calls('success') || parts.some(isResult)) return false;
  return calls('always') || calls('failure') || calls('cancelled');
}

function isResult(part: Expression): boolean {
  return (
    part.kind === 'index' &&
    part.index !== '*' &&
    part.index.kind === 'literal' &&
    ['result', 'outcome', 'conclusion'].includes(String(part.index.value).toLowerCase())
  );
}

/** Checks of gates. */
export const GATE_CHECKS: readonly PipelineCheck[] = [GATE];
