/**
 * Conclusions from conditions that are calls. What a call says is in the tables of each language:
 * `javascript/guards.ts` and `python/guards.ts`.
 */

import type { Expression, ExpressionOf } from './form.ts';
import { bitsOf } from './value/kinds.ts';
import { partsOf, type EvaluatedArgument, type Machine } from './machine.ts';
import { ALL_KINDS, lookUpAny, type GuardModel } from './models.ts';
import { readMember } from './value/objects.ts';
import { trustExtended, trustOrigins } from './refine/origins.ts';
import { limited, refineSlashes, textsOf } from './refine/refine-beginning.ts';
import { refineEach } from './refine-each.ts';
import { refineByHelper } from './refine/refine-by-helper.ts';
import { excludedBy, isLocalPattern, NO_DOTS } from './value/replaced.ts';
import { doubtChecked, escapeAt, trust, trustAddress, trustPath } from './trust.ts';
import { areFlagsHarmless, isHostPattern, isWholePattern } from './refine/whole-pattern.ts';
import type { Value } from './value/value.ts';
import { isTrusted, trustWhole } from './value/whole-values.ts';

/** A call in a condition, with its guard and the values of its parts. */
interface GuardedCall {
  readonly test: ExpressionOf<'call'>;
  readonly guard: GuardModel;
  readonly truth: boolean;
  /** The object of a method, and the place that it is read from. */
  readonly receiver: Value | undefined;
  readonly object: Expression | undefined;
  readonly args: readonly EvaluatedArgument[];
}

/** Notes what follows if a call in a condition has returned true, or false. */
export function refineCall(m: Machine, test: ExpressionOf<'call'>, truth: boolean): void {
  if (refineEach(m, test, truth)) return;
  const object = test.callee.kind === 'member' ? test.callee.object : undefined;
  const receiver = object && m.evaluate(object);
  const callee =
    test.callee.kind === 'member' && receiver !== undefined
      ? readMember(m, receiver, test.callee.name, test.callee.span)
      : m.evaluate(test.callee);
  if (callee.closures.length > 0) {
    refineByHelper(m, test, { callee, truth });
    return;
  }
  const name = test.callee.kind === 'member' ? [`?.${test.callee.name}`] : [];
  const guard = lookUpAny(m.models.guards, [...callee.refs, ...name]);
  if (guard === undefined) {
    doubtChecked(m, test, truth);
    return;
  }
  const args = test.args.map(({ value }) => ({ value: m.evaluate(value), span: value.span }));
  const call = { test, guard, truth, receiver, object, args };
  if (RULES.some((rule) => rule(m, call))) return;
  conclude(m, call);
}

/** Notes something that follows. Returns whether nothing else does. */
type GuardRule = (m: Machine, call: GuardedCall) => boolean;

/** `url.hostname.endsWith('.a.example')` */
function refineEnd(m: Machine, { guard, truth, object, args: [first] }: GuardedCall): boolean {
  if (guard.isEnd !== true || !truth || object === undefined || first === undefined) return false;
  if (first.value.taints.length === 0 && isDomain(first.value.text)) trustAddress(m, object);
  return false;
}

/** `if (name.includes('..')) return;` */
function refineDots(m: Machine, call: GuardedCall): boolean {
  const { guard, truth, receiver, object, args } = call;
  const [first] = args;
  if (guard.needsTrusted !== true || receiver === undefined || object === undefined) return false;
  if (receiver.objects.length > 0 || first === undefined || !isDots(first.value)) return false;
  if (!truth) {
    trustPath(m, object);
    trust(m, object, m.models.checks.withoutDots);
  }
  return true;
}

/** A list of names that are refused has not had the key. */
function refineRefused(m: Machine, { guard, truth, receiver, test }: GuardedCall): boolean {
  const refused = test.args[0]?.value;
  if (truth || receiver === undefined || refused === undefined || guard.needsTrusted !== true)
    return false;
  refineKeys(m, refused, receiver);
  return false;
}

/** A list of names has not had the key. */
export function refineKeys(m: Machine, place: Expression, list: Value): void {
  if (list.objects.length === 0) return;
  for (const part of partsOf(m, list)) refineKey(m, place, part);
}

/** `/[<>]/.test(x)` has not held. */
function refineExcluded(m: Machine, { guard, truth, receiver, test }: GuardedCall): boolean {
  const refused = test.args[0]?.value;
  if (guard.excludes === true && !truth && receiver !== undefined && refused !== undefined) {
    escapeAt(m, refused, ...excludedBy(receiver));
  }
  return false;
}

/** `x.startsWith('/')`, which means something only together with `!x.startsWith('//')`. */
function refineFirstSlash(m: Machine, call: GuardedCall): boolean {
  const { guard, truth, object, args } = call;
  const [first] = args;
  const begin = first?.value.text;
  if (guard.isBeginning !== true || object === undefined || first === undefined) return false;
  if (begin === undefined || !isTrusted(m, first.value)) return false;
  return refineSlashes(m, object, { begin, truth });
}

/** An expression that lets only paths of the own site, or hosts of one domain, through. */
function refinePattern(m: Machine, call: GuardedCall): boolean {
  const { guard, truth, receiver, test, args } = call;
  const first = test.args[0]?.value;
  if (!truth) return false;
  if (
    guard.needsWholePattern === 'object' &&
    first !== undefined &&
    isLocalPattern(receiver?.text ?? '')
  ) {
    trust(m, first, bitsOf('redirect'));
  }
  const pattern = patternOf(call);
  if (pattern?.text === undefined || !isHostPattern(pattern.text)) return false;
  const host = guard.checks === 'object' ? undefined : test.args[guard.checks]?.value;
  if (host !== undefined && areFlagsHarmless(pattern, args[2]?.value)) {
    trustAddress(m, host);
    trustWhole(m, host, {});
  }
  return false;
}

const RULES: readonly GuardRule[] = [
  refineEnd,
  refineDots,
  refineRefused,
  refineExcluded,
  refineFirstSlash,
  refinePattern,
];

/** Notes what the table of the language says about the checked value. */
function conclude(m: Machine, call: GuardedCall): void {
  const { guard, truth, object, test, args } = call;
  if (guard.holdsWhen !== truth) return;
  const checked = guard.checks === 'object' ? object : test.args[guard.checks]?.value;
  if (!holds(m, call)) {
    if (guard.checks === 'object' || checked === undefined) return;
    if (otherOf(call)?.taints.length === 0) trust(m, checked, guard.clearsOwn ?? 0);
    return;
  }
  if (checked === undefined) return;
  const made = m.evaluate(insideText(m, checked));
  const clears = limited(guard, made, guard.checks === 'object' ? textsOf(m, args[0]?.value) : []);
  if (guard.needsTrusted === true) trustExtended(m, made, clears & bitsOf('path'));
  if (guard.clears === ALL_KINDS) trustAddress(m, checked);
  trust(m, checked, clears);
  // `str(path).startswith(…)` says as much about `path`.
  if (
    m.models.checks.reachOrigins === true &&
    checked.kind === 'call' &&
    clears !== ALL_KINDS &&
    clears !== 0
  ) {
    trustOrigins(m, made, clears);
  }
  if (guard.needsTrusted === true && isDomain(args[0]?.value.text)) trustWhole(m, checked, {});
}

/** `str(path)` says as much as `path`. */
function insideText(m: Machine, place: Expression): Expression {
  if (place.kind !== 'call') return place;
  const { refs } = m.evaluate(place.callee);
  const isText = refs.some((ref) => m.models.checks.textOf.has(ref));
  return (isText ? place.args[0]?.value : undefined) ?? place;
}

/** Returns the value that a guard compares the checked part with. */
function otherOf({ guard: { checks, against }, receiver, args }: GuardedCall): Value | undefined {
  if (checks === 'object') return args[0]?.value;
  return against === undefined ? receiver : args[against]?.value;
}

/** Returns the regular expression of a guard that needs one. */
function patternOf({ guard, receiver, args }: GuardedCall): Value | undefined {
  const { needsWholePattern: at } = guard;
  if (at === undefined) return undefined;
  return at === 'object' ? receiver : args[at]?.value;
}

function holds(m: Machine, call: GuardedCall): boolean {
  const { guard, args } = call;
  if (guard.needsTrusted === true) {
    const other = otherOf(call);
    if (other === undefined || !isTrusted(m, other)) return false;
    if (guard.checks !== 'object' && !isAllowList(m, other)) return false;
  }
  const { needsRefs } = guard;
  if (needsRefs !== undefined) {
    const value = args[needsRefs.argument]?.value;
    const all = value === undefined ? [] : value.objects.length > 0 ? partsOf(m, value) : [value];
    const isNamed = all.every(({ refs }) => refs.some((ref) => needsRefs.refs.has(ref)));
    if (all.length === 0 || !isNamed) return false;
  }
  if (guard.needsText !== undefined && !guard.needsText.test(args[0]?.value.text ?? ''))
    return false;
  if (guard.needsWholePattern === undefined) return true;
  const value = patternOf(call);
  if (value?.text === undefined || !areFlagsHarmless(value, args[2]?.value)) return false;
  return isWholePattern(value.text, guard.isFull === true);
}

/** `key === '__proto__'` has not held. */
export function refineKey(m: Machine, place: Expression, other: Value): void {
  const { text } = other;
  const part = text === '__proto__' ? 'prototype __proto__' : undefined;
  const isMaker = text === 'constructor' || text === 'prototype';
  if (text === '..') escapeAt(m, place, NO_DOTS);
  const escape = part ?? (isMaker ? 'prototype constructor' : undefined);
  if (escape !== undefined) escapeAt(m, place, escape);
}

/**
 * Returns whether a value may be a list of what is allowed: no text, and not empty, as a list that
 * other functions fill is at first. A part of a text is no element of a list.
 */
export function isAllowList(m: Machine, value: Value): boolean {
  if (value.text !== undefined) return false;
  if (value.refs.some((ref) => m.models.checks.texts.test(ref))) return false;
  return value.objects.length === 0 || partsOf(m, value).length > 0;
}

/**
 * Matches top-level domains without public registration: RFC 2606, RFC 6761, RFC 6762 appendix G,
 * and `internal` (ICANN, 2024).
 */
const PRIVATE = /^\.(?:internal|local|localhost|test|example|intranet|private|corp|home|lan)$/u;

/** Returns whether a text ends names of hosts in a domain that has an owner: `.com` has many. */
function isDomain(text: string | undefined): boolean {
  return text !== undefined && (/^\.[\w-]+(?:\.[\w-]+)+$/u.test(text) || PRIVATE.test(text));
}

/** Returns whether a value is the text that leads to the directory above. */
export function isDots({ text }: Value): boolean {
  return text === '..' || text === '../../';
}
