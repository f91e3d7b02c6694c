/** The effects of statements. */

import type { Block, Expression, Span, Statement } from './form.ts';
import { enterBlock, type Breakable, type Machine } from './machine.ts';
import { elementOf, sourced } from './value/objects.ts';
import { flattened, joinInto, State } from './value/state.ts';
import { doubtUnknownCheck } from './trust.ts';
import {
  constantOf,
  joinValues,
  taintedValue,
  truthOf,
  UNKNOWN,
  type Value,
} from './value/value.ts';

/** Follows statements. Declarations of functions and classes come first. */
export function runBlock(m: Machine, block: Block): void {
  for (const statement of block) {
    if (statement.kind === 'do' && statement.isHoisted === true) m.evaluate(statement.value);
  }
  for (const statement of block) {
    if (m.state.isDead) return;
    m.spend();
    runStatement(m, statement);
  }
}

function runStatement(m: Machine, s: Statement): void {
  switch (s.kind) {
    case 'do':
      if (s.isHoisted === true) return;
      m.evaluate(s.value);
      if (s.value.kind === 'call' && !m.state.isDead) m.refineByEnd(s.value);
      if (s.value.kind === 'assign' && s.value.value.kind === 'call' && !m.state.isDead) {
        doubtUnknownCheck(m, s.value.value);
      }
      return;
    case 'branch':
      branch(m, s);
      return;
    case 'loop':
      loop(m, s);
      return;
    case 'switch':
      choose(m, s);
      return;
    case 'return':
      giveBack(m, s);
      return;
    case 'throw': {
      const value = s.value === undefined ? UNKNOWN : m.evaluate(s.value);
      m.catchers.at(-1)?.thrown.push(value);
      m.state.isDead = true;
      return;
    }
    case 'break':
    case 'continue':
      leave(m, s);
      return;
    case 'try':
      attempt(m, s);
      return;
    case 'labeled':
      labeled(m, s);
      return;
    case 'block':
      scoped(m, s.body);
  }
}

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

function scoped(m: Machine, body: Block): void {
  const outer = enterBlock(m);
  m.runBlock(body);
  m.frame = outer;
}

/** Follows something over a new layer, and returns the layer. */
function over(m: Machine, base: State, run: () => void): State {
  m.state = new State(base);
  run();
  const end = m.state;
  m.state = base;
  return end;
}

function branch(m: Machine, { test, yes, no }: Of<'branch'>): void {
  const truth = truthOf(m.evaluate(test));
  if (truth !== undefined) {
    scoped(m, truth ? yes : no);
    return;
  }
  const base = m.state;
  const ends = [yes, no].map((body, index) =>
    over(m, base, () => {
      m.refine(test, index === 0);
      scoped(m, body);
    }),
  );
  joinInto(base, ends);
}

/** Rounds after which a loop has nothing new to show in nearly every program. */
const ROUNDS = 3;

function loop(m: Machine, s: Of<'loop'>): void {
  const outer = enterBlock(m);
  const base = m.state;
  const breaks: State[] = [];
  const iterable = s.head && m.evaluate(s.head.iterable);
  let isEndless = false;
  for (let round = 0; round < ROUNDS; round += 1) {
    const truth = round === 0 && s.isTestedLast === true ? true : truthOfTest(m, s);
    if (truth === false) break;
    isEndless = truth === true && s.head === undefined && s.isTestedLast !== true;
    const end = over(m, base, () => {
      runRound(m, s, { breaks, iterable });
    });
    const mayStop = round > 0 || s.isTestedLast !== true ? [new State(base)] : [];
    let hasChanged = true;
    if (end.isDead && breaks.length === 0 && mayStop.length === 0) base.isDead = true;
    else hasChanged = joinInto(base, [end, ...mayStop]);
    if (!hasChanged || base.isDead) break;
  }
  finish(m, s, { base, breaks, isEndless });
  m.frame = outer;
}

function truthOfTest(m: Machine, { test }: Of<'loop'>): boolean | undefined {
  return test === undefined ? undefined : truthOf(m.evaluate(test));
}

function finish(
  m: Machine,
  { otherwise, test }: Of<'loop'>,
  {
    base,
    breaks,
    isEndless,
  }: { readonly base: State; readonly breaks: readonly State[]; readonly isEndless: boolean },
): void {
  const after = over(m, base, () => {
    if (isEndless) m.state.isDead = true;
    else if (test !== undefined) m.refine(test, false);
    if (otherwise !== undefined && !m.state.isDead) m.runBlock(otherwise);
  });
  joinInto(base, [after, ...breaks]);
}

function runRound(
  m: Machine,
  { head, test, body, update }: Of<'loop'>,
  { breaks, iterable }: { readonly breaks: State[]; readonly iterable: Value | undefined },
): void {
  const { state: start } = m;
  if (test !== undefined) m.refine(test, true);
  if (head !== undefined && iterable !== undefined) {
    const value =
      head.takes === 'elements'
        ? sourcedElement(m, iterable, head.iterable.span)
        : taintedValue(iterable.taints);
    m.assign(head.target, value);
  }
  const continues: State[] = [];
  const base = start.parent ?? start;
  m.breakables.push({ base, breaks, continues });
  m.runBlock(body);
  m.breakables.pop();
  if (continues.length > 0) {
    const end = flattened(m.state, base);
    end.isDead = m.state.isDead;
    m.state.isDead = false;
    joinInto(m.state, [end, ...continues]);
  }
  if (update !== undefined && !m.state.isDead) m.evaluate(update);
}

/** An element of what may be a source itself, as a request is of its parts. */
function sourcedElement(m: Machine, iterable: Value, span: Span): Value {
  const element = elementOf(m, iterable);
  if (element.taints.length > 0 || iterable.objects.length > 0) return element;
  const refs = iterable.refs.map((ref) => `${ref}.[]`);
  const { taints } = sourced(m, { ...UNKNOWN, refs }, span);
  return taints.length === 0 ? element : { ...element, taints };
}

/** A statement with a label, which a `break` can leave from within loops. */
function labeled(m: Machine, { label, body }: Of<'labeled'>): void {
  const base = m.state;
  const breaks: State[] = [];
  const end = over(m, base, () => {
    m.breakables.push({ base, breaks, continues: undefined, label });
    scoped(m, body);
    m.breakables.pop();
  });
  joinInto(base, [end, ...breaks]);
}

function leave(m: Machine, { kind, label }: Of<'break'> | Of<'continue'>): void {
  const place = breakableOf(m, kind, label);
  if (place !== undefined) {
    const end = flattened(m.state, place.base);
    (kind === 'break' ? place.breaks : place.continues)?.push(end);
  }
  m.state.isDead = true;
}

function breakableOf(
  m: Machine,
  kind: 'break' | 'continue',
  label: string | undefined,
): Breakable | undefined {
  const all = m.breakables;
  if (label === undefined) {
    return all.findLast((one) =>
      kind === 'break' ? one.label === undefined : one.continues !== undefined,
    );
  }
  const at = all.findLastIndex((one) => one.label === label);
  // The loop stands in the statement with the label.
  return at === -1 ? undefined : all[kind === 'break' ? at : at + 1];
}

function choose(m: Machine, { subject, cases }: Of<'switch'>): void {
  const base = m.state;
  const known = constantOf(m.evaluate(subject));
  const tests = cases.map(({ test }) => test && constantOf(m.evaluate(test)));
  const chosen = known === undefined ? -1 : tests.indexOf(known);
  const isDecided =
    known !== undefined && tests.every((one, i) => one !== undefined || !cases[i]?.test);
  const fallback = cases.findIndex(({ test }) => test === undefined);
  const first = chosen === -1 ? fallback : chosen;
  const breaks: State[] = [];
  let through: State | undefined;
  const outer = enterBlock(m);
  cases.forEach(({ test, body }, index) => {
    const isEntered = isDecided ? index === first : true;
    if (!isEntered && through === undefined) return;
    const before = through;
    through = over(m, base, () => {
      const entries = [...(before ? [before] : []), ...(isEntered ? [new State(base)] : [])];
      joinInto(m.state, entries);
      if (before === undefined && test !== undefined && !isDecided) {
        const { span } = test;
        m.refine({ kind: 'operation', op: '===', args: [subject, test], span }, true);
      }
      m.breakables.push({ base, breaks, continues: undefined });
      m.runBlock(body);
      m.breakables.pop();
    });
    if (through.isDead) through = undefined;
  });
  m.frame = outer;
  const mayMatchNone = isDecided ? first === -1 : fallback === -1;
  const ends = [...(through ? [through] : []), ...breaks];
  joinInto(base, mayMatchNone ? [...ends, new State(base)] : ends);
}

function giveBack(m: Machine, { value, span }: Of<'return'>): void {
  const { activation } = m;
  const result = value === undefined ? UNKNOWN : m.evaluate(value);
  if (activation.handlerRefs.length > 0) {
    const within = activation.code?.name ?? '';
    m.watch({ kind: 'return', refs: activation.handlerRefs, value: result, span, within });
  }
  answer(m, result, value);
  activation.returned.push(result);
  activation.exits.push(flattened(m.state, activation.base));
  m.state.isDead = true;
}

/**
 * Notes what the parameters are at an end of a helper, if its result may be the one that is asked
 * for.
 */
export function answer(m: Machine, result: Value, returned?: Expression): void {
  const { question, code, frame } = m.activation;
  if (question === undefined || code === undefined) return;
  const truth = truthOf(result);
  const { truth: asked } = question;
  if (asked !== undefined && truth !== undefined && truth !== asked) return;
  over(m, m.state, () => {
    if (returned !== undefined && truth === undefined && asked !== undefined) {
      m.refine(returned, asked);
    }
    question.ends.push(
      code.parameters.map(({ target }) => {
        const slot = target.kind === 'variable' ? frame.known(target.name) : undefined;
        if (slot === undefined || question.assigned.has(slot)) return NOTHING_KNOWN;
        return m.state.variable(slot) ?? NOTHING_KNOWN;
      }),
    );
  });
}

/** Stands for parameters that are taken apart or get another value: nothing follows for them. */
const NOTHING_KNOWN = undefined;

/** Follows a `finally` for what has returned or thrown before it. Nothing comes behind it then. */
function runLastOfEnded(
  m: Machine,
  last: Block,
  {
    base,
    ends,
    exits,
  }: { readonly base: State; readonly ends: readonly State[]; readonly exits: readonly State[] },
): void {
  over(m, base, () => {
    const thrown = ends.map((one) => Object.assign(flattened(one, base), { isDead: false }));
    // An exit has all that has changed since the function began.
    joinInto(m.state, [...thrown, ...exits, new State(base)]);
    scoped(m, last);
  });
}

function attempt(m: Machine, { body, handlers, otherwise, last }: Of<'try'>): void {
  const base = m.state;
  const exitsBefore = m.activation.exits.length;
  const catcher = { thrown: [] as Value[] };
  m.catchers.push(catcher);
  const end = over(m, base, () => {
    scoped(m, body);
  });
  m.catchers.pop();
  const hasEnded = end.isDead;
  const ends = [end];
  if (otherwise !== undefined && !hasEnded) {
    ends[0] = over(m, end, () => {
      m.runBlock(otherwise);
    });
    ends[0] = Object.assign(flattened(ends[0], base), { isDead: ends[0].isDead });
  }
  const thrown = catcher.thrown.reduce<Value>(joinValues, UNKNOWN);
  for (const handler of handlers) {
    ends.push(
      over(m, base, () => {
        // The body may have ended anywhere.
        const partly = Object.assign(flattened(end, base), { isDead: false });
        joinInto(m.state, [partly, new State(base)]);
        if (handler.target !== undefined) m.assign(handler.target, thrown);
        scoped(m, handler.body);
      }),
    );
  }
  if (last !== undefined) {
    const exits = m.activation.exits.slice(exitsBefore);
    runLastOfEnded(m, last, { base, ends, exits });
  }
  joinInto(base, ends);
  if (last === undefined) return;
  const isDead = base.isDead;
  base.isDead = false;
  scoped(m, last);
  base.isDead ||= isDead;
}
