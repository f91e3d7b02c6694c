/** Conclusions about a value after a condition has held, or has not held. */

import { isAllowList, isDots, refineCall, refineKey, refineKeys } from '../refine-call.ts';
import { isTrusted, trustWhole } from '../value/whole-values.ts';
import { isOwnName } from './own-name.ts';
import { refineBeginning } from './refine-beginning.ts';
import { reassume } from '../assign.ts';
import type { Machine } from '../machine.ts';
import { ALL_KINDS } from '../models.ts';
import { bitsOf } from '../value/kinds.ts';
import type { Expression, ExpressionOf } from '../form.ts';
import { joinInto, State } from '../value/state.ts';
import { escapeAt, trust, trustAddress, trustPath } from '../trust.ts';
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
    refineWithout(m, left, right);
  }
  if (op === 'in' || op === 'not in') {
    const value = m.evaluate(right);
    if ((op === 'in') === truth) {
      if (isTrusted(m, value) && isAllowList(m, value)) {
        trustWhole(m, left, {});
        trust(m, left, ALL_KINDS);
      } else if (isTrusted(m, m.evaluate(left))) trustWhole(m, right, { isOneOf: true });
    } else {
      refineKeys(m, left, value);
      withoutPart(m, right, m.evaluate(left));
    }
  }
  if ((op === '>=' || op === '>') && truth) refineIndexOf(m, left, right);
}

/** `x.indexOf('/') === -1` */
function refineWithout(m: Machine, left: Expression, right: Expression): void {
  if (left.kind !== 'call' || left.callee.kind !== 'member') return;
  if (!m.models.checks.positions.has(left.callee.name)) return;
  if (constantOf(m.evaluate(right)) !== -1) return;
  const [part] = left.args;
  if (part !== undefined) withoutPart(m, left.callee.object, m.evaluate(part.value));
}

/** Notes that a text does not contain another one. */
function withoutPart(m: Machine, place: Expression, part: Value): void {
  if (part.text === '\n') trust(m, place, bitsOf('log', 'header'));
  else if (isDots(part)) trust(m, place, m.models.checks.withoutDots);
  else if (part.text === '/') escapeAt(m, place, 'path /', 'path \\');
}

/** `list.indexOf(x) !== -1` and `>= 0`. */
function refineIndexOf(m: Machine, left: Expression, right: Expression): void {
  if (left.kind !== 'call' || left.callee.kind !== 'member') return;
  if (
    !m.models.checks.positions.has(left.callee.name) ||
    typeof constantOf(m.evaluate(right)) !== 'number'
  )
    return;
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
