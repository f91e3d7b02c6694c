/** Notes that what is at a place of a program is harmless, or in part. */

import { assume, isOutside, reassume } from './assign.ts';
import { isCheck, isRefusal } from './value/doubt.ts';
import type { Expression, ExpressionOf } from './form.ts';
import { bitsOf } from './value/kinds.ts';
import type { Machine } from './machine.ts';
import { ALL_KINDS } from './models.ts';
import { trustOrigins } from './refine/origins.ts';
import { withEscapes } from './value/replaced.ts';
import { clearTaints, stepped, type Doubt } from './value/value.ts';

/** The parts of an address that fix its server. */
const SERVER: ReadonlySet<string> = new Set(['host', 'hostname', 'origin']);

/**
 * An address whose server is known leads to no other one, and so does the text that it was made of.
 */
export function trustAddress(m: Machine, place: Expression): void {
  if (place.kind !== 'member' || !SERVER.has(place.name)) return;
  const address = m.evaluate(place.object);
  if (!address.refs.includes('URL')) return;
  const clears = bitsOf('url', 'redirect');
  trust(m, place.object, clears);
  trustOrigins(m, address, clears);
}

/** A relative path that does not lead out of a directory: the path that it leads to is in there. */
export function trustPath(m: Machine, place: Expression): void {
  const relative = m.evaluate(place);
  if (relative.refs.includes('path.relative()')) trustOrigins(m, relative, bitsOf('path'));
}

/** Notes what a text at a place does not have. */
export function escapeAt(m: Machine, place: Expression, ...escapes: readonly string[]): void {
  reassume(m, place, (known) =>
    known.taints.length === 0 ? known : { ...known, taints: withEscapes(known.taints, escapes) },
  );
}

/** Notes that what is at a place is harmless to kinds of sinks. */
export function trust(m: Machine, place: Expression, clears: number): void {
  if (clears === 0) return;
  // `x.lower() in LIST` says as much about `x`.
  const same = sameTextOf(m, place);
  if (same !== undefined) trust(m, same, clears & ~LINES);
  if (isOutside(m, place)) {
    assume(m, place, clears);
    return;
  }
  const at = place.kind === 'call' && place.args.length === 0 ? place.callee : place;
  reassume(m, at, (known) =>
    known.taints.length === 0
      ? known
      : { ...known, taints: clears === ALL_KINDS ? [] : clearTaints(known.taints, clears) },
  );
}

/** Line breaks around a text are no part of it after `strip()`. */
const LINES = bitsOf('header', 'log');

/** Returns the text that a call changes the case of, or the space around. */
function sameTextOf(m: Machine, place: Expression): Expression | undefined {
  if (place.kind !== 'call' || place.args.length > 0 || place.callee.kind !== 'member')
    return undefined;
  return m.models.checks.sameText.has(place.callee.name) ? place.callee.object : undefined;
}

/**
 * A function of another file that is named as a check has held, or has not thrown: its arguments
 * are harmless more often than not.
 */
export function doubtChecked(
  m: Machine,
  { callee, args, span }: ExpressionOf<'call'>,
  truth = true,
): void {
  if (callee.kind !== 'member' && callee.kind !== 'name' && callee.kind !== 'symbol') return;
  const name = callee.kind === 'symbol' ? callee.ref.replace(/^.*\./u, '') : callee.name;
  if (truth && isCheck(name)) doubtArguments(m, { args, span }, { name, doubt: 'lookup' });
  if (!truth && isRefusal(name)) doubtArguments(m, { args, span }, { name, doubt: 'sanitizer' });
}

function doubtArguments(
  m: Machine,
  { args, span }: Pick<ExpressionOf<'call'>, 'args' | 'span'>,
  { name, doubt }: { readonly name: string; readonly doubt: Doubt },
): void {
  for (const { value: place } of args) {
    reassume(m, place, (known) =>
      known.taints.length === 0
        ? known
        : { ...known, taints: stepped(known.taints, span, `passes "${name}"`, doubt) },
    );
  }
}

/** Functions that find nothing, or end the request, for a name that the program has not stored. */
const FINDERS = /^(?:get_object_or_404|get_or_404|one_or_404|first_or_404)$/u;

/**
 * The result of a check is stored, and asked for later: `const isAllowed = isAllowedUrl(url)`. Only
 * functions of other files are doubted; those of the file are followed.
 */
export function doubtUnknownCheck(m: Machine, call: ExpressionOf<'call'>): void {
  const { callee } = call;
  if (callee.kind !== 'member' && callee.kind !== 'name' && callee.kind !== 'symbol') return;
  const name = callee.kind === 'symbol' ? callee.ref.replace(/^.*\./u, '') : callee.name;
  const isFinder =
    FINDERS.test(name) ||
    (name === 'get' &&
      callee.kind === 'member' &&
      callee.object.kind === 'member' &&
      callee.object.name === 'objects');
  if (!isFinder && !isCheck(name)) return;
  if (m.evaluate(callee).closures.length > 0) return;
  doubtArguments(m, call, { name, doubt: 'lookup' });
}
