/** What rules ask of the text and the names around a place, beside their patterns. */

import { dataNamesOf, purposeOf } from './evidence.ts';
import type { FlowEvent, Machine } from './machine.ts';
import type { Span } from './form.ts';
import { matchPattern, type Bindings } from './pattern/match-pattern.ts';
import { isNear } from './nearby.ts';
import type { Pattern } from './pattern/pattern.ts';
import { constantOf, type Value } from './value/value.ts';

/** A regular expression, or another one with the same question that runs in linear time. */
export interface TextTest {
  readonly source: string;
  test(text: string): boolean;
}

/** The conditions of a rule; `SinkData` and `SearchData` say what each one means. */
interface Asked {
  readonly not: readonly Pattern[];
  readonly where: readonly (readonly [string, TextTest])[];
  readonly sink: { readonly unless?: RegExp } | undefined;
  readonly search:
    | Readonly<Partial<Record<'near' | 'within' | 'unless' | 'data' | 'purpose' | 'about', RegExp>>>
    | undefined;
}

/** Returns whether what a rule asks of the text around a place holds. */
export function isAsked(
  m: Machine,
  { not, where, sink, search }: Asked,
  { event, bindings }: { readonly event: FlowEvent; readonly bindings: Bindings },
): boolean {
  for (const [name, expression] of where) {
    const value = bindings.get(name);
    const constant = value && knownOf(value, expression);
    if (constant === undefined || !expression.test(String(constant))) return false;
  }
  if (search?.near !== undefined && !isNear(m, search.near, event)) return false;
  if (search?.data?.test(dataNamesOf(m, event)) === false) return false;
  if (search?.purpose?.test(purposeOf(m, event)) === false) return false;
  if (search?.about?.test(`${dataNamesOf(m, event)} ${purposeOf(m, event)}`) === false)
    return false;
  // Outside of functions, only the lines around the place are looked at.
  const around = m.activation.code?.span ?? linesAround(m.text, event.span);
  const text = (): string =>
    m.text.slice(
      Math.max(around.start, event.span.start - MAX_AROUND),
      Math.min(around.end, event.span.end + MAX_AROUND, event.span.start + 2 * MAX_AROUND),
    );
  const unless = search?.unless ?? sink?.unless;
  if (unless?.test(`${event.within}\n${text()}`) === true || search?.within?.test(text()) === false)
    return false;
  return !not.some((pattern) => matchPattern(m, pattern, event) !== undefined);
}

/** Returns the line of a place with the ones before and behind it. */
function linesAround(text: string, { start, end }: Span): Span {
  const line = text.lastIndexOf('\n', start - 1);
  const next = text.indexOf('\n', end);
  const behind = next === -1 ? -1 : text.indexOf('\n', next + 1);
  return {
    start: Math.max(text.lastIndexOf('\n', line - 1) + 1, start - 400),
    end: Math.min(behind === -1 ? text.length : behind, end + 400),
  };
}

/**
 * Of a longer function only this much on each side of a place is looked at, so that many places in
 * it take a bounded time.
 */
const MAX_AROUND = 20_000;

/** Returns a constant. For expressions that mention holes, returns a partly known text too. */
function knownOf(value: Value, expression: TextTest): ReturnType<typeof constantOf> {
  const constant = constantOf(value);
  if (constant === null) return undefined;
  if (constant !== undefined || value.taints.length > 0) return constant;
  return expression.source.includes('\\0') ? value.text : undefined;
}
