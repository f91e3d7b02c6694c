/**
 * The names of the data that a call gets, and of what becomes of it: evidence that a weak function
 * matters where it stands.
 */

import type { Span } from './form.ts';
import type { FlowEvent, Machine } from './machine.ts';
import { statementOf } from './nearby.ts';
import { constantOf } from './value/value.ts';

/** Longer functions are looked at in parts of this length around the call. */
const MAX_AROUND = 4000;
const MAX_CHAIN = 300;
const MAX_ARGUMENT = 600;
/** Constants stand at the beginning of a file. */
const MAX_HEAD = 20_000;
const MAX_NAMES = 12;
/**
 * A function that makes random data: what it calls a token is random, and its digest protects
 * nothing.
 */
const RANDOM =
  /urandom|random_?bytes|token_(?:bytes|hex|urlsafe)|uuid[_.]?(?:uuid)?[14]|getrandbits|random\.|generate_token/iu;

/**
 * Returns the words of the names of the data that a call gets, in small letters, with `_` between
 * the words of a name: those of its arguments, of the calls that follow it in a chain or on the
 * variable that it sets, and of the values that one assignment leads to. Texts in quotes are left
 * out; `literal_1` stands for a second argument that is a known text.
 */
export function dataNamesOf(m: Machine, event: FlowEvent): string {
  if (event.kind !== 'call') return '';
  const { text } = m;
  const around = aroundOf(m, event.span);
  const args = event.args
    .slice(0, MAX_NAMES)
    .map(({ span: { start, end } }) =>
      withoutTexts(text.slice(start, Math.min(end, start + MAX_ARGUMENT))),
    );
  const chain = withoutTexts(chainOf(text.slice(event.span.end, event.span.end + MAX_CHAIN)));
  const target = targetOf(text, event.span);
  const direct = [
    ...args,
    chain,
    ...(target === undefined ? [] : updatesOf(around, target)),
    // A call without data is an argument of another one that has it.
    ...(event.args.length === 0 ? [withoutTexts(statementAround(text, event.span))] : []),
  ].join(' ');
  const refs = event.args.slice(0, MAX_NAMES).flatMap(({ value }) => value.refs);
  const literals = event.args.flatMap(({ value }, index) =>
    typeof constantOf(value) === 'string' && index < MAX_NAMES ? [`literal_${index}`] : [],
  );
  return wordsOf(
    `${direct} ${[...refs, ...literals].join(' ')} ${definitionsOf(m, direct, around)}`,
  );
}

/**
 * Returns the words of the names of the function around a call, and of the variable that it sets;
 * nothing where random data is made.
 */
export function purposeOf(m: Machine, { span, within }: FlowEvent): string {
  // Random data may come to a callback from the call around it.
  const { start } = m.activation.code?.span ?? span;
  if (RANDOM.test(m.text.slice(Math.max(0, start - 120), start) + aroundOf(m, span))) return '';
  return wordsOf(`${within} ${targetOf(m.text, span) ?? ''}`);
}

/** Returns names in small letters with `_` between their words. */
function wordsOf(names: string): string {
  return names.replaceAll(/(?<=[a-z\d])(?=[A-Z])/gu, '_').toLowerCase();
}

function aroundOf(m: Machine, { start, end }: Span): string {
  const code = m.activation.code?.span ?? { start: 0, end: m.text.length };
  return m.text.slice(
    Math.max(code.start, start - MAX_AROUND),
    Math.min(code.end, end + MAX_AROUND, start + 2 * MAX_AROUND),
  );
}

/** Removes texts in quotes; the expressions in templates stay. */
function withoutTexts(code: string): string {
  return code
    .replaceAll(/`[^`]*`/gu, (all) => [...all.matchAll(/\$\{([^{}]*)\}/gu)].join(' '))
    .replaceAll(/\b([fF]?)(?:"[^"\n]*"|'[^'\n]*')/gu, (all: string, mark: string) =>
      mark === '' ? '' : [...all.matchAll(/\{([^{}]*)\}/gu)].join(' '),
    )
    .replaceAll(/"[^"\n]*"|'[^'\n]*'/gu, '');
}

/** Returns the methods that are called on the result of a call at once, with their arguments. */
function chainOf(after: string): string {
  const first = /^\s*\.\s*(?:update|write|end|encrypt|decrypt)\(/u.exec(after);
  if (first === null) return '';
  const rest = after.slice(first[0].length);
  const stop = rest.search(/;|\n\s*[^\s.]/u);
  return rest.slice(0, stop === -1 ? undefined : stop);
}

/** Returns the name of the variable, member or field that a call sets. */
function targetOf(text: string, { start }: Span): string | undefined {
  const line = text.slice(Math.max(0, text.lastIndexOf('\n', start - 1) + 1, start - 200), start);
  return /(?<name>[\w$]+)['"]?\]?\s*(?::[^=]{0,40})?(?<!=)=(?!=)\s*(?:await\s+)?[^=]{0,60}$/u.exec(
    line,
  )?.groups?.['name'];
}

/** Returns the arguments of the calls that give data to an object of a name. */
function updatesOf(around: string, target: string): readonly string[] {
  const calls = new RegExp(
    `(?<![\\w$])${target.replaceAll('$', '\\$')}\\.(?:update|write|end|encrypt|decrypt)\\([^\\n]{0,200}`,
    'gu',
  );
  return (around.match(calls) ?? [])
    .slice(0, MAX_NAMES)
    .map((one) => withoutTexts(one.slice(target.length + 1)));
}

/**
 * Returns what the variables that are named in some code have been set to: in the function, or at
 * the beginning of a line of the file.
 */
function definitionsOf(m: Machine, code: string, around: string): string {
  const names = [...new Set(code.match(/(?<![\w$.])[A-Za-z_$][\w$]*/gu) ?? [])];
  return names
    .slice(0, MAX_NAMES)
    .map((name) => {
      const inside = around.match(new RegExp(`(?<![\\w$.])${setting(name)}`, 'u'))?.[1] ?? '';
      return `${withoutTexts(inside)} ${/^[A-Z]/u.test(name) ? settingOf(m, name) : ''}`;
    })
    .join(' ');
}

/**
 * The values of constants by their names; one lookup a name, so that a long file with many calls
 * takes no time.
 */
const CONSTANTS = new WeakMap<Machine, Map<string, string>>();

function settingOf(m: Machine, name: string): string {
  const known = CONSTANTS.get(m) ?? new Map<string, string>();
  CONSTANTS.set(m, known);
  let value = known.get(name);
  if (value === undefined) {
    const set = `^(?:export\\s+)?(?:const\\s+|let\\s+|var\\s+)?${setting(name)}`;
    value = withoutTexts(m.text.slice(0, MAX_HEAD).match(new RegExp(set, 'mu'))?.[1] ?? '');
    known.set(name, value);
  }
  return value;
}

/** The source of an expression for an assignment to a name, whose group is the value. */
function setting(name: string): string {
  return `${name.replaceAll('$', '\\$')}\\s{0,9}(?::[^=\\n]{0,40})?[+]?=(?![=>])([^\\n]{0,200}[{([,]\\n[^;}]{0,200}|[^\\n]{1,200})`;
}

function statementAround(text: string, span: Span): string {
  const end = text.indexOf('\n', span.end);
  const until = end === -1 ? text.length : end;
  return statementOf(text, { start: span.start, end: Math.min(until, span.end + MAX_CHAIN) });
}
