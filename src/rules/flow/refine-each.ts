/**
 * Conclusions from conditions about all elements of a list: `parts.some(p => BAD.includes(p))` and
 * `any(p in BAD for p in parts)`.
 */

import type { Expression, ExpressionOf } from './form.ts';
import { bitsOf } from './value/kinds.ts';
import { enterBlock, type Machine } from './machine.ts';
import { elementOf } from './value/objects.ts';
import { trustOrigins } from './refine/origins.ts';
import { State } from './value/state.ts';
import { trust } from './trust.ts';
import { ALL_KINDS } from './models.ts';
import { NO_DOTS } from './value/replaced.ts';
import type { Value } from './value/value.ts';

/**
 * Notes what follows for a list, and for the text that it was split from, if a condition holds for
 * none or for all of its elements. Returns whether the call is such a condition.
 */
export function refineEach(m: Machine, test: ExpressionOf<'call'>, truth: boolean): boolean {
  const asked = elementTestOf(m, test);
  if (asked === undefined || asked.holds !== truth) return asked !== undefined;
  const { list, run } = asked;
  const place = m.evaluate(list);
  const element = elementOf(m, place);
  if (element.taints.length === 0) return true;
  const after = aside(m, () => run(element, truth));
  if (after === undefined) return true;
  const all = after.taints.length === 0;
  let bits = all ? ALL_KINDS : after.taints.reduce((now, { cleared }) => now & cleared, ALL_KINDS);
  // A part of a path that is no `..` leads to no directory above.
  if (after.taints.every(({ escapes }) => escapes?.includes(NO_DOTS) === true))
    bits |= bitsOf('path');
  if (bits === 0) return true;
  trust(m, list, bits);
  const source = list.kind === 'call' && list.callee.kind === 'member' ? list.callee.object : list;
  trust(m, source, bits);
  trustOrigins(m, place, bits);
  return true;
}

interface ElementTest {
  readonly list: Expression;
  /** What the call has returned if the condition tells something about all elements. */
  readonly holds: boolean;
  /** Returns what the element is after the condition has held or has not. */
  readonly run: (element: Value, truth: boolean) => Value | undefined;
}

function elementTestOf(
  m: Machine,
  { callee, args }: ExpressionOf<'call'>,
): ElementTest | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  const { each } = m.models.checks;
  if (callee.kind === 'member' && first.value.kind === 'closure') {
    const holds = each.get(callee.name);
    const { code } = first.value;
    const target = code.parameters[0]?.target;
    if (holds === undefined || target?.kind !== 'variable') return undefined;
    const run = (element: Value, truth: boolean): Value | undefined => {
      m.assign({ ...target, declares: 'block' }, element);
      const [only] = code.body();
      if (only?.kind !== 'return' || only.value === undefined) return undefined;
      m.refine(only.value, truth);
      return m.evaluate({ kind: 'name', name: target.name, span: target.span });
    };
    return { list: callee.object, holds, run };
  }
  if (callee.kind !== 'name' && callee.kind !== 'symbol') return undefined;
  const holds = each.get(callee.kind === 'name' ? callee.name : callee.ref);
  const { value } = first;
  const [loop, ...more] = value.kind === 'each' ? value.loops : [];
  if (holds === undefined || value.kind !== 'each' || loop === undefined || more.length > 0)
    return undefined;
  const { target } = loop;
  if (target.kind !== 'variable' || loop.tests.length > 0) return undefined;
  const run = (element: Value, truth: boolean): Value => {
    m.assign({ ...target, declares: 'block' }, element);
    m.refine(value.value, truth);
    return m.evaluate({ kind: 'name', name: target.name, span: target.span });
  };
  return { list: loop.iterable, holds, run };
}

/** Evaluates something without any effect. */
function aside(m: Machine, run: () => Value | undefined): Value | undefined {
  const { state } = m;
  const outer = enterBlock(m);
  m.state = new State(state);
  const value = run();
  m.state = state;
  m.frame = outer;
  return value;
}
