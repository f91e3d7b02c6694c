/** Conclusions about a value after a condition has held, or has not held. */

import { isTrusted, trustWhole } from '../value/whole-values.ts';
import { areFlagsHarmless, isHostPattern, isWholePattern } from './whole-pattern.ts';
import { isOwnName } from './own-name.ts';
import { limited, refineBeginning, refineSlashes, textsOf } from './refine-beginning.ts';
import { refineByHelper } from './refine-by-helper.ts';
import { reassume } from '../assign.ts';
import { partsOf, type EvaluatedArgument, type Machine } from '../machine.ts';
import { ALL_KINDS, lookUpAny, type GuardModel } from '../models.ts';
import { readMember } from '../value/objects.ts';
import { bitsOf } from '../value/kinds.ts';
import { trustExtended, trustOrigins } from './origins.ts';
import type { Expression, ExpressionOf } from '../form.ts';
import { excludedBy, isLocalPattern } from '../value/replaced.ts';
import { joinInto, State } from '../value/state.ts';
import { doubtChecked, escapeAt, trust, trustAddress, trustPath } from '../trust.ts';
import { constantOf, UNKNOWN, type Value } from '../value/value.ts';

/** Notes what follows from a condition. */
export function refine(m: Machine, test: Expression, truth: boolean): void {
  switch (test.kind) {
    case 'operation':
      refineOperation(m, test, truth);
      return;
    case 'logic':
      // Both sides of `and` have held, and neither side of `or`.
      if (test.op === 'nullish') return;
      if ((test.op === 'and') !== truth) {
        refineEither(m, test, truth);
        return;
      }
      refine(m, test.left, truth);
      refine(m, test.right, truth);
      return;
    case 'assign':
      refine(m, test.value, truth);
      return;
    case 'call':
      refineCall(m, test, truth);
      return;
    case 'member':
    case 'name':
      if (!truth) trustWhole(m, test, { isEmpty: true });
      return;
    case 'opaque':
      if (test.parts.length === 1 && test.parts[0] !== undefined) refine(m, test.parts[0], truth);
      return;
    default:
  }
}

/** `or` has held, or `and` has not: the left side says it, or the right side after it. */
function refineEither(m: Machine, { left, right }: ExpressionOf<'logic'>, truth: boolean): void {
  const base = m.state;
  const first = new State(base);
  m.state = first;
  refine(m, left, truth);
  const second = new State(base);
  m.state = second;
  refine(m, left, !truth);
  refine(m, right, truth);
  m.state = base;
  joinInto(base, [first, second]);
}

const EQUAL: ReadonlySet<string> = new Set(['==', '===', 'is']);
const UNEQUAL: ReadonlySet<string> = new Set(['!=', '!==', 'is not']);

function refineOperation(
  m: Machine,
  { op, args }: ExpressionOf<'operation'>,
  truth: boolean,
): void {
  const [left, right] = args;
  if (left === undefined) return;
  if (op === 'not') refine(m, left, !truth);
  if (right === undefined) return;
  if (EQUAL.has(op) || UNEQUAL.has(op)) {
    if (EQUAL.has(op) !== truth) {
      refineKey(m, left, m.evaluate(right));
      if (isCharacter(left, 1) && m.evaluate(right).text === '/') {
        escapeAt(m, left.object, 'redirect not with //');
      }
      refineIndexOf(m, left, right);
      return;
    }
    refineEqual(m, left, right);
    refineEqual(m, right, left);
  }
  if (op === 'in' || op === 'not in') {
    const value = m.evaluate(right);
    if ((op === 'in') === truth) {
      if (isTrusted(m, value) && isAllowList(m, value)) {
        trustWhole(m, left, {});
        trust(m, left, ALL_KINDS);
      } else if (isTrusted(m, m.evaluate(left))) trustWhole(m, right, { isOneOf: true });
    } else if (m.evaluate(left).text === '\n') {
      trust(m, right, bitsOf('log', 'header'));
    } else if (isDots(m.evaluate(left))) {
      trust(m, right, m.models.guards.get('*.includes()path')?.clears ?? 0);
    } else if (m.evaluate(left).text === '/') escapeAt(m, right, 'path /', 'path \\');
  }
  if ((op === '>=' || op === '>') && truth) refineIndexOf(m, left, right);
}

/** `list.indexOf(x) !== -1` and `>= 0`. */
function refineIndexOf(m: Machine, left: Expression, right: Expression): void {
  if (left.kind !== 'call' || left.callee.kind !== 'member') return;
  if (left.callee.name !== 'indexOf' || typeof constantOf(m.evaluate(right)) !== 'number') return;
  const [item] = left.args;
  const list = m.evaluate(left.callee.object);
  if (item !== undefined && list.objects.length > 0 && isTrusted(m, list)) {
    trust(m, item.value, ALL_KINDS);
  }
}

function refineEqual(m: Machine, place: Expression, other: Expression): void {
  const typed = typeOfTest(place, other);
  if (typed !== undefined) {
    trust(m, typed.place, typed.clears);
    return;
  }
  if (isOwnName(m, place, other)) trust(m, other, bitsOf('path'));
  const value = m.evaluate(other);
  if (!isTrusted(m, value)) return;
  refineBeginning(m, place, value);
  trustAddress(m, place);
  if (isCharacter(place, 0) && value.text === '/') {
    escapeAt(m, place.object, 'redirect begins with /');
  }
  trustWhole(m, place, { isEmpty: value.text === '' });
  // The relative path is empty: it leads to the directory itself.
  if (value.text === '') trustPath(m, place);
  if (place.kind !== 'name' && place.kind !== 'member' && place.kind !== 'index') return;
  const constant = constantOf(value);
  // An untrusted value that equals a trusted one is that one.
  reassume(m, place, (known) => {
    if (known.taints.length === 0) return known;
    return constant === undefined ? { ...UNKNOWN, refs: known.refs } : value;
  });
}

/** `x[0]` */
function isCharacter(place: Expression, at: number): place is ExpressionOf<'index'> {
  return place.kind === 'index' && place.key.kind === 'literal' && place.key.value === at;
}

/** `key === '__proto__'` has not held. */
function refineKey(m: Machine, place: Expression, other: Value): void {
  const { text } = other;
  const part = text === '__proto__' ? 'prototype __proto__' : undefined;
  const isMaker = text === 'constructor' || text === 'prototype';
  const escape = part ?? (isMaker ? 'prototype constructor' : undefined);
  if (escape !== undefined) escapeAt(m, place, escape);
}

/** A list of names that are refused has not had the key. */
function refineRefused(m: Machine, place: Expression, list: Value): void {
  if (list.objects.length === 0) return;
  for (const part of partsOf(m, list)) refineKey(m, place, part);
}

/** `typeof x === 'number'`. A text is no object with operators or fields. */
function typeOfTest(
  place: Expression,
  other: Expression,
): { readonly place: Expression; readonly clears: number } | undefined {
  if (place.kind !== 'operation' || place.op !== 'typeof' || other.kind !== 'literal')
    return undefined;
  const [of] = place.args;
  if (of === undefined) return undefined;
  if (other.value === 'number' || other.value === 'boolean')
    return { place: of, clears: ALL_KINDS };
  return other.value === 'string' ? { place: of, clears: bitsOf('nosql', 'fields') } : undefined;
}

function refineCall(m: Machine, test: ExpressionOf<'call'>, truth: boolean): void {
  const isMethod = test.callee.kind === 'member';
  const receiver = isMethod ? m.evaluate(test.callee.object) : undefined;
  const callee =
    isMethod && receiver !== undefined
      ? readMember(m, receiver, test.callee.name, test.callee.span)
      : m.evaluate(test.callee);
  if (callee.closures.length > 0) {
    refineByHelper(m, test, { callee, truth });
    return;
  }
  const name = isMethod ? [`?.${test.callee.name}`] : [];
  const guard = lookUpAny(m.models.guards, [...callee.refs, ...name]);
  if (isMethod && truth && test.callee.name === 'endsWith' && test.args[0] !== undefined) {
    // `url.hostname.endsWith('.a.example')`
    const { text, taints } = m.evaluate(test.args[0].value);
    if (taints.length === 0 && isDomain(text)) trustAddress(m, test.callee.object);
  }
  if (guard === undefined) {
    doubtChecked(m, test, truth);
    return;
  }
  const args = test.args.map(({ value }) => ({ value: m.evaluate(value), span: value.span }));
  const dots = args[0] && isDots(args[0].value);
  if (
    guard.needsTrusted === true &&
    receiver !== undefined &&
    receiver.objects.length === 0 &&
    dots
  ) {
    // `if (name.includes('..')) return;`
    if (!truth && isMethod) {
      trustPath(m, test.callee.object);
      trust(m, test.callee.object, m.models.guards.get('*.includes()path')?.clears ?? 0);
    }
    return;
  }
  const refused = test.args[0]?.value;
  if (
    !truth &&
    isMethod &&
    receiver !== undefined &&
    refused !== undefined &&
    guard.needsTrusted === true
  ) {
    refineRefused(m, refused, receiver);
  }
  if (
    !truth &&
    isMethod &&
    test.callee.name === 'test' &&
    receiver !== undefined &&
    refused !== undefined
  ) {
    escapeAt(m, refused, ...excludedBy(receiver));
  }
  const checkedText = args[0]?.value.text;
  if (
    guard.isBeginning === true &&
    isMethod &&
    args[0] !== undefined &&
    checkedText !== undefined &&
    isTrusted(m, args[0].value)
  ) {
    if (refineSlashes(m, test.callee.object, { begin: checkedText, truth })) return;
  }
  if (
    truth &&
    guard.needsWholePattern === 'object' &&
    isLocalPattern(receiver?.text ?? '') &&
    test.args[0] !== undefined
  ) {
    trust(m, test.args[0].value, bitsOf('redirect'));
  }
  const hostPattern = patternOf(guard, { receiver, args });
  if (truth && hostPattern?.text !== undefined && isHostPattern(hostPattern.text)) {
    const host = guard.checks === 'object' ? undefined : test.args[guard.checks]?.value;
    if (host !== undefined && areFlagsHarmless(hostPattern, args[2]?.value)) {
      trustAddress(m, host);
      trustWhole(m, host, {});
    }
  }
  if (guard.holdsWhen !== truth) return;
  if (!holds(m, guard, { receiver, args })) {
    const other = otherOf(guard, { receiver, args });
    const place = guard.checks === 'object' ? undefined : test.args[guard.checks]?.value;
    if (other?.taints.length === 0 && place !== undefined) trust(m, place, guard.clearsOwn ?? 0);
    return;
  }
  const checked =
    guard.checks === 'object'
      ? isMethod
        ? test.callee.object
        : undefined
      : test.args[guard.checks]?.value;
  if (checked === undefined) return;
  const made = m.evaluate(insideText(checked));
  const clears = limited(guard, made, guard.checks === 'object' ? textsOf(m, args[0]?.value) : []);
  if (guard.needsTrusted === true) trustExtended(m, made, clears & bitsOf('path'));
  if (m.program.language === 'javascript') {
    if (guard.clears === ALL_KINDS) trustAddress(m, checked);
    trust(m, checked, clears);
    return;
  }
  trust(m, checked, clears);
  // `str(path).startswith(…)` says as much about `path`.
  if (checked.kind === 'call' && clears !== ALL_KINDS && clears !== 0) {
    trustOrigins(m, made, clears);
  }
  if (guard.needsTrusted === true && isDomain(args[0]?.value.text)) {
    trustWhole(m, checked, {});
  }
}

/** `str(path)` says as much as `path`. */
function insideText(place: Expression): Expression {
  const isText =
    place.kind === 'call' &&
    ((place.callee.kind === 'name' && place.callee.name === 'str') ||
      (place.callee.kind === 'member' && place.callee.name === 'fspath'));
  return (isText ? place.args[0]?.value : undefined) ?? place;
}

/** Returns the value that a guard compares the checked part with. */
function otherOf(
  { checks, against }: GuardModel,
  {
    receiver,
    args,
  }: { readonly receiver: Value | undefined; readonly args: readonly EvaluatedArgument[] },
): Value | undefined {
  if (checks === 'object') return args[0]?.value;
  return against === undefined ? receiver : args[against]?.value;
}

/** Returns the regular expression of a guard that needs one. */
function patternOf(
  { needsWholePattern: at }: GuardModel,
  {
    receiver,
    args,
  }: { readonly receiver: Value | undefined; readonly args: readonly EvaluatedArgument[] },
): Value | undefined {
  if (at === undefined) return undefined;
  return at === 'object' ? receiver : args[at]?.value;
}

function holds(
  m: Machine,
  guard: GuardModel,
  {
    receiver,
    args,
  }: { readonly receiver: Value | undefined; readonly args: readonly EvaluatedArgument[] },
): boolean {
  if (guard.needsTrusted === true) {
    const other = otherOf(guard, { receiver, args });
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
  const value = patternOf(guard, { receiver, args });
  if (value?.text === undefined || !areFlagsHarmless(value, args[2]?.value)) return false;
  return isWholePattern(value.text, guard.isFull === true);
}

/**
 * Results of calls and parts of the environment that are texts: a part of one is no element of a
 * list.
 */
const TEXT =
  /(?:^|\.)(?:join|read|read_text|readline|decode|strip|lower|upper|format|replace|toString|toLowerCase|toUpperCase|trim|readFileSync|getenv)\(\)$|^(?:os\.environ|process\.env)\.|^os\.environ\.get\(\)$/u;

/**
 * Returns whether a value may be a list of what is allowed: no text, and not empty, as a list that
 * other functions fill is at first.
 */
function isAllowList(m: Machine, value: Value): boolean {
  if (value.text !== undefined || value.refs.some((ref) => TEXT.test(ref))) return false;
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

function isDots({ text }: Value): boolean {
  return text === '..' || text === '../../../';
}
