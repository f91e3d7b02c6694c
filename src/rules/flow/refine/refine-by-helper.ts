/** Conclusions about arguments from the result of a helper of the file. */

import type { ExpressionOf, Span } from '../form.ts';
import type { Machine, Question } from '../machine.ts';
import { ALL_KINDS } from '../models.ts';
import { doubtChecked, trust } from '../trust.ts';
import { joinValues, UNKNOWN, type Closure, type Taint, type Value } from '../value/value.ts';

/**
 * A helper of the file has returned true, or false: what holds for its parameters then holds for
 * the arguments.
 */
export function refineByHelper(
  m: Machine,
  { args, span }: ExpressionOf<'call'>,
  { callee, truth }: { readonly callee: Value; readonly truth: boolean | undefined },
): void {
  const [closure] = callee.closures;
  if (closure === undefined || callee.closures.length > 1) return;
  if (
    closure.code.isGenerator ||
    args.some(({ isSpread, name }) => isSpread === true || name !== undefined)
  )
    return;
  if (isPromise(m, closure, span)) return;
  const given = args.map(({ value }) => ({ value: m.evaluate(value), span: value.span }));
  if (given.every(({ value }) => value.taints.length === 0)) return;
  const question: Question = { truth, ends: [], assigned: new Set() };
  m.call(closure, given, { question });
  if (question.ends.length === 0) return;
  args.forEach(({ value: place }, index) => {
    const parameter = closure.code.parameters[index];
    if (parameter?.target.kind !== 'variable' || parameter.rest !== undefined) return;
    const before = given[index]?.value.taints ?? [];
    if (before.length === 0) return;
    const known = question.ends.map((end) => end[index]);
    if (known.includes(undefined)) return;
    const after = known.map((end) => end ?? UNKNOWN).reduce(joinValues).taints;
    if (after.length === 0) trust(m, place, ALL_KINDS);
    else if (before.every((one) => after.some((other) => isSameOrigin(one, other)))) {
      trust(
        m,
        place,
        after.reduce((bits, { cleared }) => bits & cleared, ALL_KINDS),
      );
    }
  });
}

/** A helper that throws for some values has ended: the arguments are none of those. */
export function refineByEnd(m: Machine, call: ExpressionOf<'call'>): void {
  if (call.args.length === 0) return;
  // Only named functions are called for such checks. The text of the function shows whether it can
  // throw.
  const { kind } = call.callee;
  const callee = kind === 'name' || kind === 'member' ? m.evaluate(call.callee) : UNKNOWN;
  if (kind === 'member' && callee.closures.length > 0) return;
  const [closure] = callee.closures;
  if (closure === undefined) {
    doubtChecked(m, call);
    return;
  }
  const { start, end } = closure.code.span;
  if (!/\b(?:throw|raise)\b/u.test(m.text.slice(start, end))) return;
  refineByHelper(m, call, { callee, truth: undefined });
}

/**
 * A call of an `async` function without `await` returns at once, and what it returns holds in every
 * condition.
 */
function isPromise(m: Machine, { code }: Closure, call: Span): boolean {
  const isAsync = /^async\b/u.test(m.text.slice(code.span.start, code.span.end));
  return (
    isAsync && !/\bawait\s*\(?\s*$/u.test(m.text.slice(Math.max(0, call.start - 40), call.start))
  );
}

function isSameOrigin(a: Taint, b: Taint): boolean {
  return a.origin.start === b.origin.start && a.source === b.source;
}
