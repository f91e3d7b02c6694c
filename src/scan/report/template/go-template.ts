/**
 * Recognizes templates in Go's language (https://pkg.go.dev/text/template), in which those of trivy
 * are written. Both languages write `{{ x }}`. Liquid alone has `{% tag %}`; what Liquid does not
 * allow within braces is Go.
 *
 * An action in Go begins with a keyword and an operand, a dot, a variable with `$` or a comment
 * `/*`, or calls a function by writing operands behind its name (`printf "%s" .X`), where Liquid
 * writes `name: operand` after a bar.
 */

/** Liquid takes what is inside of these for plain text. */
const NOT_RUN = /\{%-?\s*(?<tag>raw|comment)\s*-?%\}/gu;
const ENDS = {
  raw: /\{%-?\s*endraw\s*-?%\}/gu,
  comment: /\{%-?\s*endcomment\s*-?%\}/gu,
};
/** A field, a variable, or the end of an operand that is a dot alone. */
const DOT = /^\.(?:$|[\p{L}_\s|)])/u;
const COMMENT = /^\/\*/u;
const DECLARES = /:=|\$[\p{L}_.]|\$\s*(?:$|[|)])/u;
/** `if x`, `range .X`, `else if`, `define "name"`. */
const KEYWORD =
  /^(?:(?:else\s+)?if\s|(?:else\s+with|range|with|define|template|block)\s+(?!(?:and|or|contains)\b))\s*[^|\s=<>!]/u;
/** A field of the dot behind a blank or a parenthesis, or the dot alone. */
const SPACED_DOT = /[\s(]\.(?:$|[\p{L}_\s|)])/u;
/** A function and its first operand: at the beginning, behind a bar or a parenthesis. */
const CALL =
  /(?:^|[|(])\s*(?<name>[\p{L}_][\p{L}\p{N}_.]*)\s+(?<operand>\.(?!\.)|["$(`\p{N}]|[\p{L}_]+)/gu;
/** A parenthesis that does not begin a range of Liquid. */
const IN_PARENTHESES = /\(\s*[$`]/u;
/** Words that stand between or before operands of Liquid. */
const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'contains', 'not']);
/** Actions of Go that look like a variable of Liquid. */
const CLOSING = /^(?:end|else)$/u;

/** Returns whether a text is a template in Go's language. */
export function isGoTemplate(text: string): boolean {
  const run = withoutLiterals(text);
  for (const action of actionsOf(run)) {
    if (isGoAction(action)) return true;
    if (CLOSING.test(action) && !sets(run, action)) return true;
  }
  return false;
}

function isGoAction(action: string): boolean {
  if (DOT.test(action) || COMMENT.test(action) || DECLARES.test(action)) return true;
  if (KEYWORD.test(action) || SPACED_DOT.test(action) || IN_PARENTHESES.test(action)) return true;
  for (const { groups } of action.matchAll(CALL)) {
    const { name = '', operand = '' } = groups ?? {};
    const isOperator = OPERATORS.has(operand) || (name === 'not' && operand !== '.');
    if (!isOperator) return true;
  }
  return false;
}

/**
 * Returns the text without what Liquid does not run. An end that is missing is the end of the text.
 */
function withoutLiterals(text: string): string {
  let run = '';
  let at = 0;
  for (const begin of text.matchAll(NOT_RUN)) {
    if (begin.index < at) continue;
    run += text.slice(at, begin.index);
    const end = ENDS[begin.groups?.['tag'] === 'raw' ? 'raw' : 'comment'];
    end.lastIndex = begin.index + begin[0].length;
    at = end.exec(text) === null ? text.length : end.lastIndex;
    end.lastIndex = 0;
    if (at === text.length) break;
  }
  return run + text.slice(at);
}

/** Returns whether a template of Liquid makes a variable of a name. */
function sets(text: string, name: string): boolean {
  return new RegExp(
    `\\{%-?\\s*(?:assign|capture|for|tablerow|increment|decrement)\\s+${name}\\b`,
    'u',
  ).test(text);
}

/**
 * Yields the text within each pair of braces, without white space control, and with empty strings
 * in place of quoted ones.
 */
function* actionsOf(text: string): Generator<string> {
  for (let at = text.indexOf('{{'); at >= 0; at = text.indexOf('{{', at)) {
    const { content, end } = readAction(text, at + 2);
    yield content.replace(/^-/u, '').replace(/-$/u, '').trim();
    at = end;
  }
}

function readAction(text: string, begin: number): { content: string; end: number } {
  let content = '';
  let at = begin;
  while (at < text.length && !text.startsWith('}}', at)) {
    const character = text[at] ?? '';
    const close = QUOTES.includes(character) ? text.indexOf(character, at + 1) : -1;
    content += close < 0 ? character : `${character}${character}`;
    at = close < 0 ? at + 1 : close + 1;
  }
  return { content, end: at };
}

const QUOTES = '"\'`';
