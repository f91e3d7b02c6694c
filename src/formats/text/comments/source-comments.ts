/**
 * Comments of source texts in the languages that people write code, build files and configuration
 * in.
 *
 * The reader knows which signs begin a comment and which begin a string in a language, and nothing
 * more. So a text that only looks like a comment, because it stands in a string, is none. Two
 * things are left open: an apostrophe that nothing closes on its line is a plain character, and a
 * string without a closing quote ends with its line unless the language has strings of several
 * lines. JSON has no comments.
 */

import { baseName } from '../../../core/base/artifact-path.ts';

/** One comment, or one line of a comment of several lines. */
export interface SourceComment {
  /** 1-based. */
  readonly line: number;
  /** Without the sign that begins it. */
  readonly text: string;
  /** Whether nothing but white space stands before it on its line. */
  readonly isAlone: boolean;
}

/** The signs of a language. */
interface CommentStyle {
  /** Signs of comments up to the end of the line. */
  readonly line: readonly string[];
  /** The signs that begin and end other comments. */
  readonly block?: readonly [string, string];
  readonly quotes: readonly string[];
  /** Quotes of strings that go on over several lines, the longest first. */
  readonly longQuotes: readonly string[];
}

const HASH: CommentStyle = { line: ['#'], quotes: ['"', "'"], longQuotes: [] };
const PYTHON: CommentStyle = { ...HASH, longQuotes: ['"""', "'''"] };
const SLASHES: CommentStyle = {
  line: ['//'],
  block: ['/*', '*/'],
  quotes: ['"', "'"],
  longQuotes: ['`'],
};
const HASH_AND_SLASHES: CommentStyle = { ...SLASHES, line: ['//', '#'], longQuotes: [] };
const DASHES: CommentStyle = { line: ['--'], quotes: ['"', "'"], longQuotes: [] };
const SEMICOLON: CommentStyle = { line: ['#', ';'], quotes: ['"', "'"], longQuotes: [] };
const MARKUP: CommentStyle = { line: [], block: ['<!--', '-->'], quotes: [], longQuotes: [] };
const NO_COMMENTS: CommentStyle = { line: [], quotes: [], longQuotes: [] };

/** Styles by the ending of the file name. All other files have comments that begin with `#`. */
const STYLES: ReadonlyMap<string, CommentStyle> = new Map(
  (
    [
      [PYTHON, 'py pyi pyx'],
      [SLASHES, 'js mjs cjs jsx ts mts cts tsx go java kt kts c h cc cpp hpp cs rs swift scala'],
      [SLASHES, 'dart proto groovy gradle jsonc json5 scss less bicep sol m mm'],
      [HASH_AND_SLASHES, 'php tf tfvars hcl'],
      [DASHES, 'sql lua hs'],
      [SEMICOLON, 'ini cfg conf'],
      [MARKUP, 'html htm xml md svg csproj props config'],
      [NO_COMMENTS, 'json lock ipynb csv map'],
    ] as const
  ).flatMap(([style, endings]) => endings.split(' ').map((ending) => [ending, style] as const)),
);

function styleOf(path: string): CommentStyle {
  const name = baseName(path).toLowerCase();
  return STYLES.get(name.slice(name.lastIndexOf('.') + 1)) ?? HASH;
}

/**
 * It stands in words too: where nothing closes it on its line, neither it nor those behind it are
 * quotes.
 */
const APOSTROPHE = "'";

/** Returns the comments of a text, in their order. `firstLine` is the number of its first line. */
export function readComments(path: string, text: string, firstLine = 1): readonly SourceComment[] {
  const style = styleOf(path);
  if (style === NO_COMMENTS) return [];
  const comments: SourceComment[] = [];
  /** The sign that ends the string or comment of several lines that the line begins in. */
  let open: Opened | undefined;
  for (const [index, content] of text.split('\n').entries()) {
    const found: LineComment[] = [];
    open = readLine(content.endsWith('\r') ? content.slice(0, -1) : content, style, open, found);
    for (const comment of found) comments.push({ line: firstLine + index, ...comment });
  }
  return comments;
}

/** A string or comment that goes on in the next line. */
interface Opened {
  readonly until: string;
  readonly isComment: boolean;
}

type LineComment = Omit<SourceComment, 'line'>;

/**
 * Reads one line from the state that the line before it ended in, and returns the state at its end.
 */
function readLine(
  text: string,
  style: CommentStyle,
  before: Opened | undefined,
  comments: LineComment[],
): Opened | undefined {
  let open = before;
  let quotes = style.quotes;
  let isAlone = before === undefined || before.isComment;
  for (let at = 0; at < text.length || open !== undefined;) {
    if (open !== undefined) {
      const end = endOf(text, at, open);
      if (open.isComment) comments.push({ text: text.slice(at, end), isAlone });
      if (end === text.length) return open;
      at = end + open.until.length;
      open = undefined;
      continue;
    }
    const plain = plainLength(text, at);
    if (plain > 0) {
      if (isAlone && text.slice(at, at + plain).trim() !== '') isAlone = false;
      at += plain;
      continue;
    }
    const sign = style.line.find((one) => beginsComment(text, at, one));
    if (sign !== undefined) {
      comments.push({ text: text.slice(at + sign.length), isAlone });
      return undefined;
    }
    const [opening, step] = openingAt(text, at, style, quotes);
    if (step === 1 && text[at] === APOSTROPHE) quotes = quotes.filter((one) => one !== APOSTROPHE);
    if (opening?.isComment !== true && text[at]?.trim() !== '') isAlone = false;
    open = opening;
    at += step;
  }
  return undefined;
}

/** All first characters of the signs of all styles. */
const SIGN = /["'#/;`<-]/gu;

/** Returns the number of characters from a place on that begin nothing. */
function plainLength(text: string, at: number): number {
  SIGN.lastIndex = at;
  return (SIGN.exec(text)?.index ?? text.length) - at;
}

/** A hash inside of a word, as in an address or a color, begins no comment. */
function beginsComment(text: string, at: number, sign: string): boolean {
  if (!text.startsWith(sign, at)) return false;
  if (sign !== '#' && sign !== ';') return true;
  return at === 0 || /[\s;{}()[\],]/u.test(text[at - 1] ?? '');
}

/**
 * Returns the construct that begins at a place, and its length. Strings that end on their line are
 * skipped whole.
 */
function openingAt(
  text: string,
  at: number,
  { block, longQuotes }: CommentStyle,
  quotes: readonly string[],
): readonly [Opened | undefined, number] {
  if (block !== undefined && text.startsWith(block[0], at)) {
    return [{ until: block[1], isComment: true }, block[0].length];
  }
  const long = longQuotes.find((quote) => text.startsWith(quote, at));
  if (long !== undefined) return [{ until: long, isComment: false }, long.length];
  const quote = quotes.find((one) => text.startsWith(one, at));
  if (quote === undefined) return [undefined, 1];
  const end = endOf(text, at + 1, { until: quote, isComment: false });
  if (end < text.length) return [undefined, end + 1 - at];
  return [undefined, quote === APOSTROPHE ? 1 : text.length - at];
}

/**
 * Returns the end of a string or comment on a line, or the length of the line if it does not end
 * there. A backslash escapes in strings.
 */
function endOf(text: string, from: number, { until, isComment }: Opened): number {
  for (let at = from; at < text.length; at += 1) {
    if (!isComment && text[at] === '\\') at += 1;
    else if (text.startsWith(until, at)) return at;
  }
  return text.length;
}
