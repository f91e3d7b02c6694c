/** The values of parameters and of `this` and `super` when a function is called. */

import type { Parameter } from './form.ts';
import { newObject, type EvaluatedArgument, type Machine } from './machine.ts';
import { classMember, listOf, withStep } from './value/objects.ts';
import { joinValues, UNKNOWN, type ClassValue, type Closure, type Value } from './value/value.ts';

/** Gives the parameters of a function their values, in the frame of the call. */
export function bindArguments(
  m: Machine,
  closure: Closure,
  { args, self }: { readonly args: readonly EvaluatedArgument[]; readonly self: Value | undefined },
): void {
  const { code, home } = closure;
  const isPython = m.program.language === 'python';
  if (self !== undefined && !isPython && !code.isArrow) setVariable(m, 'this', self);
  if (home !== undefined && self !== undefined) bindSuper(m, closure, { home, self });
  const marks = code.decorators.flatMap((one) => (one.kind === 'name' ? [one.name] : []));
  const own = ownArgument(closure, isPython ? self : undefined, marks);
  const all: readonly EvaluatedArgument[] =
    isPython && own ? [{ value: own, span: code.span }, ...args] : args;
  const named = new Map(
    all.flatMap((one) => (one.name === undefined || one.name === '**' ? [] : [[one.name, one]])),
  );
  const placed = all.filter(({ name }) => name === undefined);
  const spread = all.find(({ isSpread }) => isSpread === true);
  let place = 0;
  for (const parameter of code.parameters) {
    const value = argumentFor(m, parameter, { named, placed, place, spread });
    if (parameter.rest === undefined) place += 1;
    const shown = parameter.target.kind === 'variable' ? ` as "${parameter.target.name}"` : '';
    const message = `passed to ${code.name === '' ? 'a function' : `"${code.name}"`}${shown}`;
    m.assign(parameter.target, withStep(value, parameter.target.span, message));
  }
}

/** Returns the argument that Python passes in front of the others. */
function ownArgument(
  closure: Closure,
  self: Value | undefined,
  marks: readonly string[],
): Value | undefined {
  if (marks.includes('staticmethod')) return undefined;
  if (marks.includes('classmethod')) return self ?? UNKNOWN;
  return closure.self !== undefined || closure.home !== undefined ? self : undefined;
}

function setVariable(m: Machine, name: string, value: Value): void {
  m.state.setVariable(m.frame.slot(name), value);
}

/** `super` is an object with the methods of the classes that the class extends. */
function bindSuper(
  m: Machine,
  { code }: Closure,
  { home, self }: { readonly home: ClassValue; readonly self: Value },
): void {
  const { start, end } = code.span;
  if (!m.text.slice(start, end).includes('super')) return;
  const fields = new Map<string, Value>();
  for (const base of home.bases.flatMap(({ classes }) => classes)) {
    for (const { name } of base.code.members) {
      const member = classMember(m, base, name, false);
      if (member === undefined) continue;
      const closures = member.closures.map((one) => ({ ...one, self }));
      fields.set(name, { ...member, closures });
    }
  }
  setVariable(m, 'super', { ...UNKNOWN, ...newObject(m, { isList: false, fields }) });
}

interface GivenArguments {
  readonly named: Map<string, EvaluatedArgument>;
  readonly placed: readonly EvaluatedArgument[];
  readonly place: number;
  readonly spread: EvaluatedArgument | undefined;
}

function argumentFor(
  m: Machine,
  { target, fallback, rest }: Parameter,
  { named, placed, place, spread }: GivenArguments,
): Value {
  if (rest === 'list') {
    const values = placed.slice(place).map(({ value }) => value);
    return listOf(m, values.length === 0 ? undefined : values.reduce(joinValues));
  }
  if (rest === 'record') {
    const fields = new Map([...named].map(([name, one]) => [name, one.value]));
    const all = { isList: false, fields, rest: spread?.value };
    return { ...UNKNOWN, ...newObject(m, all) };
  }
  const name = target.kind === 'variable' ? target.name : '';
  const argument = named.get(name) ?? placed[place] ?? spread;
  if (argument !== undefined) {
    named.delete(name);
    return argument.value;
  }
  return fallback === undefined ? UNKNOWN : m.evaluate(fallback);
}
