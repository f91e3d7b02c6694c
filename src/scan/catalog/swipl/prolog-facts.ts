/**
 * The facts of a Prolog text that have one argument without arguments of its own, as in
 * `version('1.0').`.
 *
 * Source: ISO/IEC 13211-1, 6.4 "Tokens" and 6.5 "Processor character set", and the SWI-Prolog
 * manual, "Syntax changes": quoted atoms, strings, comments to the end of the line and between
 * slashes with stars, and an end of a dot before white space. An unterminated quoted text or
 * comment gives the facts before it and `isWhole: false`.
 */

/** A fact with one argument, such as `version('1.2.3')`. */
export interface PrologFact {
  readonly name: string;
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

/** The facts of a Prolog file. */
export interface PrologFacts {
  readonly facts: readonly PrologFact[];
  /** Whether the text ends where a clause does. */
  readonly isWhole: boolean;
}

interface Token {
  readonly kind: 'text' | 'mark' | 'end';
  readonly value: string;
  readonly line: number;
}

/** Matches at most one token, with its preceding separator. No character is matched twice. */
const TOKEN =
  /(?<space>\s+|%.*|\/\*[^*]*\*+(?:[^*/][^*]*\*+)*\/)|(?<quoted>'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`(?:[^`\\]|\\[^]|``)*`)|(?<number>0'(?:\\[^]|''|[^\\])|\d+(?:\.\d+)*)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<end>\.(?=[\s%]|$))|(?<mark>[^'"`])/uy;
const ESCAPED = /\\(?<char>[^])|(?<quote>['"`])\k<quote>/g;
/**
 * Escapes that stand for another character than they name, limited to those that a name or version
 * could hold.
 */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['s', ' '],
  ['\n', ''],
]);

/** Reads all clauses; those of another shape are passed over. */
export function readPrologFacts(text: string): PrologFacts {
  const facts: PrologFact[] = [];
  let clause: Token[] = [];
  const { tokens, isWhole } = tokensOf(text);
  for (const token of tokens) {
    if (token.kind !== 'end') {
      clause.push(token);
      continue;
    }
    const fact = factOf(clause);
    if (fact !== undefined) facts.push(fact);
    clause = [];
  }
  return { facts, isWhole: isWhole && clause.length === 0 };
}

function factOf(clause: readonly Token[]): PrologFact | undefined {
  const [name, open, value, close] = clause;
  if (clause.length !== 4 || name?.kind !== 'text' || value?.kind !== 'text') return undefined;
  if (open?.value !== '(' || close?.value !== ')') return undefined;
  return { name: name.value, value: value.value, line: name.line };
}

function tokensOf(text: string): { readonly tokens: readonly Token[]; readonly isWhole: boolean } {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  let line = 1;
  while (pattern.lastIndex < text.length) {
    const { groups = {}, 0: whole } = pattern.exec(text) ?? { 0: '' };
    if (whole === '') return { tokens, isWhole: false };
    const { quoted, number, word, end, mark } = groups;
    if (quoted !== undefined) tokens.push({ kind: 'text', value: unquoted(quoted), line });
    else if (end !== undefined) tokens.push({ kind: 'end', value: end, line });
    else if (mark !== undefined) tokens.push({ kind: 'mark', value: mark, line });
    else {
      const value = number ?? word;
      if (value !== undefined) tokens.push({ kind: 'text', value, line });
    }
    for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) line += 1;
  }
  return { tokens, isWhole: true };
}

function unquoted(text: string): string {
  return text
    .slice(1, -1)
    .replace(ESCAPED, (_, char: string | undefined, quote: string | undefined) =>
      char === undefined ? (quote ?? '') : (ESCAPES.get(char) ?? char),
    );
}
