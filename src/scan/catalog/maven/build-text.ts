/**
 * The text of build programs (Gradle, sbt), as far as dependencies stand in it: comments taken out,
 * properties put in. Nothing is run: a property counts where a text is assigned to it.
 */

/** Signs that begin a comment or a text, and those that end it. */
const ENDS: ReadonlyMap<string, string> = new Map([
  ['/*', '*/'],
  ['"""', '"""'],
  ["'''", "'''"],
  ['$/', '/$'],
]);
const BEGINNING = /\/\*|\/\/[^\n]*|"""|'''|\$\/|["']/g;
/** The rest of a text in plain quotes, on one line. */
const REST: ReadonlyMap<string, RegExp> = new Map([
  ['"', /(?:[^"\\\n]|\\.)*"/y],
  ["'", /(?:[^'\\\n]|\\.)*'/y],
]);
/** A text between slashes, as Groovy has them, where it is the coordinates of a library. */
const SLASHY = /(?<=[\s,(])\/(?<text>[\w.-]{1,200}:[\w.-]{1,200}(?::[\w.+-]{1,200})?)\/(?=[\s,)])/g;
const NO_QUOTE = /^[^"'\n]+$/;
const PROPERTY =
  /(?<![\w.])(?:ext\.|extra\[["'])?(?<name>[A-Za-z_][\w.]{0,100})(?:["']\])?\s{0,10}(?::\s{0,5}String\s{0,5})?(?<sign>[:=])\s{0,10}["'](?<value>[^"'\n$]{1,100})["']/g;
const INSERTED =
  /\$(?:\{\s{0,5}(?<inner>[A-Za-z_][\w.[\]"']{0,100})\s{0,5}\}|(?<name>[A-Za-z_]\w{0,100}))/g;
const NAME = /(?<name>[A-Za-z_]\w*)["'\]]*$/;

/** A comment or a text with the signs around it. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly isComment: boolean;
  /** Length of the sign at either end. */
  readonly signLength: number;
}

/**
 * Yields comments and texts; a comment sign within a text begins no comment. What is
 * not ended begins nothing, and a text in single quotes ends with its line: Scala and Kotlin write
 * characters so.
 */
function* piecesOf(text: string): Generator<Piece> {
  /** Where the next sign of a kind can end something, for those that were found to end nothing. */
  const closedFrom = new Map<string, number>();
  for (let at = 0; ;) {
    BEGINNING.lastIndex = at;
    const found = BEGINNING.exec(text);
    if (found === null) return;
    const [sign] = found;
    const start = found.index;
    at = start + sign.length;
    if (sign.startsWith('//')) {
      yield { start, end: at, isComment: true, signLength: 2 };
      continue;
    }
    if (start < (closedFrom.get(sign) ?? 0)) continue;
    const end = endOfPiece(text, sign, at);
    if (end === undefined) closedFrom.set(sign, REST.has(sign) ? endOfLine(text, at) : Infinity);
    else {
      yield { start, end, isComment: sign === '/*', signLength: sign.length };
      at = end;
    }
  }
}

/** Returns the place behind what a sign begins; `undefined` where nothing ends it. */
function endOfPiece(text: string, sign: string, at: number): number | undefined {
  const rest = REST.get(sign);
  if (rest !== undefined) {
    rest.lastIndex = at;
    return rest.test(text) ? rest.lastIndex : undefined;
  }
  const ending = ENDS.get(sign) ?? '';
  const close = text.indexOf(ending, at);
  return close === -1 ? undefined : close + ending.length;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/**
 * Returns the text without comments, and with every text that can be in plain quotes in these;
 * lines and places stay where they are.
 */
export function withoutComments(text: string): string {
  return replaced(text, (piece, whole) => {
    if (piece.isComment) return blanked(whole);
    if (piece.signLength === 1) return whole;
    const inner = whole.slice(piece.signLength, -piece.signLength);
    const margin = ' '.repeat(piece.signLength - 1);
    return NO_QUOTE.test(inner) ? `${margin}"${inner}"${margin}` : whole;
  }).replaceAll(SLASHY, "'$<text>'");
}

/**
 * Returns the text with its texts blanked, so that only brackets of the program are left; places
 * stay where they are.
 *
 * @param text A program without comments, see {@link withoutComments}.
 */
export function withoutTexts(text: string): string {
  return replaced(text, (_piece, whole) => blanked(whole));
}

function replaced(text: string, by: (piece: Piece, whole: string) => string): string {
  const parts: string[] = [];
  let last = 0;
  for (const piece of piecesOf(text)) {
    parts.push(text.slice(last, piece.start), by(piece, text.slice(piece.start, piece.end)));
    last = piece.end;
  }
  parts.push(text.slice(last));
  return parts.join('');
}

function blanked(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

/**
 * Returns the texts that are assigned to names, by the last part of the name. An assignment (`=`)
 * comes before an entry of a map or an argument (`:`). A name with several texts is left out,
 * because only a run of the program knows which one counts where.
 */
export function propertiesIn(text: string): ReadonlyMap<string, string> {
  const found: Readonly<Record<string, Map<string, Set<string>>>> = {
    ':': new Map(),
    '=': new Map(),
  };
  for (const { groups } of text.matchAll(PROPERTY)) {
    const { sign = '', name = '', value = '' } = groups ?? {};
    const values = found[sign];
    const last = lastPart(name);
    values?.set(last, (values.get(last) ?? new Set()).add(value));
  }
  const properties = new Map<string, string>();
  for (const [name, [value, ...others]] of [...(found[':'] ?? []), ...(found['='] ?? [])]) {
    if (value === undefined || others.length > 0) properties.delete(name);
    else properties.set(name, value);
  }
  return properties;
}

/** Returns the text with its properties put in; `undefined` where one of them is not known. */
export function interpolate(
  text: string,
  properties: ReadonlyMap<string, string>,
): string | undefined {
  const unknown: string[] = [];
  const result = text.replaceAll(INSERTED, (...found) => {
    const groups = found.at(-1) as Readonly<Record<string, string | undefined>>;
    const name = lastPart(groups['inner'] ?? groups['name'] ?? '');
    const value = properties.get(name);
    if (value === undefined) unknown.push(name);
    return value ?? '';
  });
  return unknown.length === 0 ? result : undefined;
}

/** Returns the 1-based line. */
export function lineNumberOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next !== -1 && next < at; next = text.indexOf('\n', next + 1))
    line += 1;
  return line;
}

/**
 * Returns the place of the bracket that closes the one before `start`.
 *
 * @param text A program without texts, see {@link withoutTexts}.
 */
export function endOfBlock(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === '{') depth += 1;
    else if (unit === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function lastPart(name: string): string {
  return NAME.exec(name)?.groups?.['name'] ?? name;
}
