/**
 * Files of Erlang terms, as `file:consult` reads them: terms that each end in a full stop.
 *
 * Source: Erlang Reference Manual, "Data Types"; `file:consult/1`. Read are tuples, lists, atoms,
 * numbers, texts and binaries of texts; comments begin with `%`. Refused: brackets that do not
 * close, and nesting beyond any file of a tool.
 */

import { ParseError } from '../../../core/base/errors.ts';

/** A term: a tuple or a list has items, anything else its text. */
export interface ErlangTerm {
  readonly kind: 'tuple' | 'list' | 'atom' | 'text';
  readonly text: string;
  readonly items: readonly ErlangTerm[];
}

const TOKEN =
  /%[^\n]*|(?:<<)?"(?<text>[^"\\]*(?:\\.[^"\\]*)*)"(?:\/utf8)?(?:>>)?|'(?<quoted>[^'\\\n]*(?:\\.[^'\\\n]*)*)'|[{}[\]]|[\w@#$-]+(?:\.\d+)?|[^\s\w]/gs;
const MAX_DEPTH = 50;
const OPENING: ReadonlyMap<string, ErlangTerm['kind']> = new Map([
  ['{', 'tuple'],
  ['[', 'list'],
]);
const CLOSING: ReadonlyMap<string, ErlangTerm['kind']> = new Map([
  ['}', 'tuple'],
  [']', 'list'],
]);

/** Returns the terms of a file in order. @throws ParseError */
export function readErlangTerms(path: string, text: string): readonly ErlangTerm[] {
  const stack: Open[] = [{ kind: 'list', items: [] }];
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const opens = OPENING.get(token);
    const closes = CLOSING.get(token);
    if (opens !== undefined) {
      if (stack.length > MAX_DEPTH) throw new ParseError(path, 'terms are nested too deep');
      stack.push({ kind: opens, items: [] });
    } else if (closes !== undefined) {
      const open = stack.length > 1 ? stack.pop() : undefined;
      if (open?.kind !== closes) throw new ParseError(path, `"${token}" closes nothing`);
      stack.at(-1)?.items.push({ ...open, text: '' });
    } else {
      const term = termOf(match);
      if (term !== undefined) stack.at(-1)?.items.push(term);
    }
  }
  if (stack.length > 1) throw new ParseError(path, 'a bracket is not closed');
  return stack[0]?.items ?? [];
}

interface Open {
  readonly kind: ErlangTerm['kind'];
  readonly items: ErlangTerm[];
}

/** Comments and punctuation are no terms. */
function termOf({ 0: token, groups = {} }: RegExpExecArray): ErlangTerm | undefined {
  const { text, quoted } = groups;
  if (text !== undefined) return { kind: 'text', text, items: [] };
  if (!/^['\w@]/.test(token)) return undefined;
  return { kind: 'atom', text: quoted ?? token, items: [] };
}
