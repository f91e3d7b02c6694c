/** Functions of the file that check their parameters: by raising, or by what they return. */

import type { Expression, FunctionCode, Span } from './form.ts';
import {
  deepTaints,
  type CheckedParameter,
  type EvaluatedArgument,
  type Machine,
  type Predicate,
} from './machine.ts';
import { ALL_KINDS } from './models.ts';
import { trustSame } from './origins.ts';
import { State } from './state.ts';
import { truthOf, type Closure, type Frame, type Value } from './value.ts';

/** Returns the parameters of a call that a check may concern, right after they got their values. */
export function parametersOf(
  m: Machine,
  code: FunctionCode,
  frame: Frame,
): readonly CheckedParameter[] {
  if (m.program.language !== 'python') return [];
  return code.parameters.flatMap(({ target }): readonly CheckedParameter[] => {
    if (target.kind !== 'variable') return [];
    const slot = frame.slot(target.name);
    const bound = m.state.variable(slot);
    if (bound === undefined || bound.taints.length === 0) return [];
    return mayChange(m, code, target.name) ? [] : [{ slot, bound }];
  });
}

const CHANGED = new WeakMap<FunctionCode, Map<string, boolean>>();

/** Whether a function may give one of its parameters another value. */
function mayChange(m: Machine, code: FunctionCode, name: string): boolean {
  const known = CHANGED.get(code) ?? new Map<string, boolean>();
  CHANGED.set(code, known);
  const is = known.get(name) ?? isChanged(m.text, code.span, name);
  known.set(name, is);
  return is;
}

function isChanged(text: string, { start, end }: Span, name: string): boolean {
  const targets = String.raw`(?:^|[;:=])\s*(?:[(*]?[\w.]+\)?\s*,\s*){0,9}[(*]?${name}\)?\s*(?:,[\w\s.,*)]*)?`;
  const change = new RegExp(
    String.raw`${targets}(?::[^=]+)?(?:[-+*/%|&]|//)?=(?!=)|\b${name}\s*:=|\b(?:for|as)\s[^:]*\b${name}\b`,
    'u',
  );
  // Parameters with a default look like assignments: the body alone counts.
  const body = text.indexOf(':\n', start);
  return (
    body === -1 ||
    body > end ||
    text
      .slice(body, end)
      .split('\n')
      .some((line) => change.test(line))
  );
}

/** Returns the kinds that a parameter has become harmless to since the call. */
export function kindsOf(state: State, { slot, bound }: CheckedParameter): number {
  const value = state.variable(slot);
  if (value === undefined) return 0;
  let kinds = ALL_KINDS;
  for (const { trail, cleared, origin } of value.taints) {
    const before = bound.taints.find((one) => one.trail === trail || one.origin === origin);
    kinds &= before === undefined ? 0 : cleared & ~before.cleared;
  }
  return kinds;
}

/** Does what the check of a parameter says about the argument. */
export function trustArguments(
  m: Machine,
  args: readonly EvaluatedArgument[],
  { bound, kinds }: { readonly bound: Value; readonly kinds: number },
): void {
  if (kinds === 0) return;
  for (const { value } of args) {
    const isArgument = value.taints.some(({ trail }) =>
      bound.taints.some((one) => {
        const { trail: last } = one;
        return [last, last.before, last.before?.before].includes(trail);
      }),
    );
    if (isArgument) trustSame(m, value, kinds);
  }
}

/** A condition that is a call of a function of the file holds: what the function has checked is checked. */
export function refineByBody(
  m: Machine,
  closure: Closure,
  args: readonly EvaluatedArgument[],
): void {
  if (!args.some(({ value }) => deepTaints(m, value).length > 0)) return;
  const base = m.state;
  const predicate: Predicate = { kinds: new Map() };
  m.state = new State(base);
  m.call(closure, args, { predicate });
  m.state = base;
  for (const { bound, kinds } of predicate.bound ?? []) trustArguments(m, args, { bound, kinds });
}

/** Notes a return of a function that a condition calls. */
export function notePredicate(m: Machine, returned: Expression | undefined, value: Value): void {
  const { predicate, parameters } = m.activation;
  if (predicate === undefined || parameters === undefined) return;
  const truth = truthOf(value);
  if (returned === undefined || truth === false) return;
  const base = m.state;
  m.state = new State(base);
  if (truth === undefined) m.refine(returned, true);
  for (const one of parameters) {
    const known = predicate.kinds.get(one.slot) ?? ALL_KINDS;
    predicate.kinds.set(one.slot, known & kindsOf(m.state, one));
  }
  predicate.bound = parameters.map((one) => ({
    bound: one.bound,
    kinds: predicate.kinds.get(one.slot) ?? 0,
  }));
  m.state = base;
}
