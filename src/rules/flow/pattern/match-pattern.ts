/** Whether a call, an assignment or a returned value matches the pattern of a rule. */

import type { EvaluatedArgument, FlowEvent, Machine } from '../machine.ts';
import type { ArgumentPattern, Pattern, ValuePattern } from './pattern.ts';
import { union } from '../value/combine.ts';
import { constantOf, UNKNOWN, type Value } from '../value/value.ts';

/** What the names with a `$` in a pattern stand for. */
export type Bindings = ReadonlyMap<string, Value>;

/** Returns what names of the pattern stand for; `undefined` if the event does not match. */
export function matchPattern(m: Machine, pattern: Pattern, event: FlowEvent): Bindings | undefined {
  if (pattern.kind !== event.kind) return undefined;
  const bindings = new Map<string, Value>();
  if (pattern.kind === 'call' && event.kind === 'call') {
    if (pattern.isNew && !event.isNew) return undefined;
    if (event.receiver !== undefined) bindings.set('RECEIVER', event.receiver);
    return matchArguments(m, pattern.args, { args: event.args, bindings }) ? bindings : undefined;
  }
  if (pattern.kind === 'call' || event.kind === 'call') return undefined;
  return matchValue(m, pattern.value, { value: event.value, bindings }) ? bindings : undefined;
}

/** In place of the name of an argument: all that are passed by their names. */
const ANY_NAME = '*';

function allNamed(m: Machine, args: readonly EvaluatedArgument[]): EvaluatedArgument | undefined {
  const named = args.filter(({ name }) => name !== undefined);
  const [first] = named;
  if (first === undefined) return undefined;
  const values = named.map(({ value }) => value);
  return { span: first.span, value: union(m, values) };
}

function matchArguments(
  m: Machine,
  patterns: readonly ArgumentPattern[],
  {
    args,
    bindings,
  }: { readonly args: readonly EvaluatedArgument[]; readonly bindings: Map<string, Value> },
): boolean {
  const placed = args.filter(({ name }) => name === undefined);
  const spread = placed.find(({ isSpread }) => isSpread === true);
  const isOpen = patterns.some(({ value }) => value.kind === 'rest');
  let place = 0;
  for (const { name, value } of patterns) {
    if (value.kind === 'rest') continue;
    const argument =
      name === undefined
        ? (placed[place] ?? spread)
        : name === ANY_NAME
          ? allNamed(m, args)
          : args.find((one) => one.name === name);
    if (name === undefined) place += 1;
    if (argument === undefined) return false;
    if (!matchValue(m, value, { value: argument.value, bindings })) return false;
  }
  const [last] = patterns
    .slice(-1)
    .flatMap(({ name, value }) => (name === undefined ? [value] : []));
  // The last argument, behind any others.
  if (patterns[0]?.value.kind === 'rest' && last?.kind === 'any' && patterns.length === 2) {
    const argument = placed.at(-1);
    if (argument === undefined) return false;
    bindings.set(last.name, argument.value);
    return true;
  }
  const namedCount = patterns.filter(({ name }) => name !== undefined).length;
  return isOpen || (placed.length === place && args.length - placed.length === namedCount);
}

function matchValue(
  m: Machine,
  pattern: ValuePattern,
  { value, bindings }: { readonly value: Value; readonly bindings: Map<string, Value> },
): boolean {
  switch (pattern.kind) {
    case 'any':
      bindings.set(pattern.name, value);
      return true;
    case 'rest':
      return true;
    case 'some-text':
      return typeof constantOf(value) === 'string';
    case 'literal':
      return constantOf(value) === pattern.value;
    case 'ref':
      return value.refs.includes(pattern.ref);
    case 'list':
      return matchParts(m, value, (fields) => {
        let index = 0;
        for (const item of pattern.items) {
          if (item.kind === 'rest') return true;
          const field = fields.get(String(index));
          index += 1;
          if (field === undefined || !matchValue(m, item, { value: field, bindings })) return false;
        }
        return fields.size === index;
      });
    case 'record':
      return matchParts(m, value, (fields) =>
        pattern.entries.every((entry) => {
          const field = fields.get(entry.key);
          return field !== undefined && matchValue(m, entry.value, { value: field, bindings });
        }),
      );
  }
}

function matchParts(
  m: Machine,
  value: Value,
  matches: (fields: ReadonlyMap<string, Value>) => boolean,
): boolean {
  return value.objects.some((id) =>
    matches(m.state.object(id)?.fields ?? new Map([['', UNKNOWN]])),
  );
}
