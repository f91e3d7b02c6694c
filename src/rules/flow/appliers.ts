/** Calls that call a function with arguments of their own: threads, timers and executors. */

import type { Span } from './form.ts';
import type { EvaluatedArgument, EvaluatedCall, Machine } from './machine.ts';
import { lookUpAny, type ApplierModel } from './models.ts';
import { elementOf } from './value/objects.ts';
import { joinInto, State } from './value/state.ts';
import type { Value } from './value/value.ts';

/** Takes apart an argument that holds several: a list, or a map of named arguments. */
export function spread(
  m: Machine,
  value: Value,
  { span, isNamed }: { readonly span: Span; readonly isNamed: boolean },
): readonly EvaluatedArgument[] {
  const [id] = value.objects;
  const object = id === undefined || value.objects.length > 1 ? undefined : m.state.object(id);
  if (object === undefined || object.rest !== undefined) {
    return [{ value: isNamed ? value : elementOf(m, value), span, isSpread: true }];
  }
  return [...object.fields].map(([name, field]) =>
    isNamed ? { value: field, span, name } : { value: field, span },
  );
}

/**
 * Calls the function that a thread, a timer or an executor runs, each parameter with its own
 * argument. Returns the results, or `undefined` for other calls.
 */
export function appliedLater(m: Machine, call: EvaluatedCall): readonly Value[] | undefined {
  const model = m.models.appliers && lookUpAny(m.models.appliers, call.callee.refs);
  const run = model && argumentOf(call.args, model.runs, model.runsName);
  if (model === undefined || run === undefined || run.value.closures.length === 0) return undefined;
  const given = givenTo(m, call, model);
  return run.value.closures.map((closure) => {
    const base = m.state;
    m.state = new State(base);
    const bound = closure.bound?.map((value) => ({ value, span: call.span })) ?? [];
    const result = m.call(closure, [...bound, ...given]);
    const end = m.state;
    m.state = base;
    joinInto(base, [end, new State(base)]);
    return result;
  });
}

function givenTo(
  m: Machine,
  { args, span }: EvaluatedCall,
  { passes, list, map }: ApplierModel,
): readonly EvaluatedArgument[] {
  if (passes !== undefined) return args.filter(({ name }, index) => index >= passes || name);
  const placed = list && argumentOf(args, ...list);
  const named = map && argumentOf(args, ...map);
  return [
    ...(placed ? spread(m, placed.value, { span, isNamed: false }) : []),
    ...(named ? spread(m, named.value, { span, isNamed: true }) : []),
  ];
}

function argumentOf(
  args: readonly EvaluatedArgument[],
  at: number,
  name?: string,
): EvaluatedArgument | undefined {
  const named = name === undefined ? undefined : args.find((one) => one.name === name);
  return named ?? args.filter((one) => one.name === undefined)[at];
}
