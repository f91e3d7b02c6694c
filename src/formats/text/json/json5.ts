/**
 * JSON5, turned into JSON with comments, which `json.ts` reads: names and strings in single quotes
 * get double quotes, and numbers of other notations become plain ones. Lines stay where they are.
 *
 * Source: spec.json5.org. `Infinity` and `NaN` become `null`. What is not JSON5 stays as it is, so
 * that the reader refuses it.
 */

/** A number that JSON does not have, or a name. */
const WORD =
  /[+-]?(?:0[xX][0-9a-fA-F]+|\.\d+(?:[eE][+-]?\d+)?|\d+\.?\d*(?:[eE][+-]?\d+)?|Infinity\b|NaN\b)|[$_\p{L}][$\w\p{L}\p{M}]*/uy;
/** What stays as it is. */
const PLAIN = /[^"'/+\-.\d$_\p{L}]+/uy;

/** Returns the text in the form that `readJsoncDocument` reads. Time is linear in the text. */
export function jsonOfJson5(text: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const end = endOfToken(text, at);
    // What has no end is refused by the reader.
    if (end === undefined) return pieces.join('') + text.slice(at);
    const token = text.slice(at, end);
    pieces.push(isString(token) ? quoted(token.slice(1, -1)) : token);
    at = end;
    at = takeWord(text, at, pieces);
  }
  return pieces.join('');
}

/** Returns the end of a string, a comment or a plain part; `undefined` where it has none. */
function endOfToken(text: string, at: number): number | undefined {
  const first = text[at] ?? '';
  if (first === '"' || first === "'") return endOfString(text, at + 1, first);
  if (text.startsWith('//', at)) {
    END_OF_LINE.lastIndex = at;
    return END_OF_LINE.exec(text)?.index ?? text.length;
  }
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    return end === -1 ? undefined : end + 2;
  }
  PLAIN.lastIndex = at;
  if (PLAIN.test(text)) return PLAIN.lastIndex;
  WORD.lastIndex = at;
  return WORD.test(text) ? at : at + 1;
}

const END_OF_LINE = /[\n\r]/gu;

function endOfString(text: string, start: number, quote: string): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return undefined;
}

function isString(token: string): boolean {
  return token.startsWith('"') || token.startsWith("'");
}

/** Takes a number or a name, and returns its end. */
function takeWord(text: string, at: number, pieces: string[]): number {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  if (word === undefined) return at;
  const isNumber = /^[-+.\d]/u.test(word) || word === 'Infinity' || word === 'NaN';
  pieces.push(isNumber ? numberOf(word) : LITERALS.has(word) ? word : JSON.stringify(word));
  return at + word.length;
}

const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null']);

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['0', '\0'],
]);

/**
 * Escapes of JSON5: those of JSON, `\x41`, `\v`, `\0`, other characters as they are, and the end of
 * a line, which is left out.
 */
function quoted(body: string): string {
  const value = body.replaceAll(
    /\\(?:u(?<unit>[0-9a-fA-F]{4})|x(?<byte>[0-9a-fA-F]{2})|(?<end>\r\n|[\n\r\u2028\u2029])|(?<other>[^]))/gu,
    (...args) => {
      const {
        unit,
        byte,
        end,
        other = '',
      } = args.at(-1) as Readonly<Partial<Record<'unit' | 'byte' | 'end' | 'other', string>>>;
      const code = unit ?? byte;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return end === undefined ? (ESCAPES.get(other) ?? other) : '';
    },
  );
  return JSON.stringify(value);
}

function numberOf(token: string): string {
  const isNegative = token.startsWith('-');
  const value = Number(token.replace(/^[-+]/u, ''));
  return Number.isFinite(value) ? `${isNegative ? '-' : ''}${value}` : 'null';
}
