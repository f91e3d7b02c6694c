/**
 * The lines of a requirements file of pip.
 *
 * Source: pip documentation, "Requirements File Format": UTF-8, or what a byte order mark says; a
 * backslash continues a line; ` #` begins a comment; options stand on lines of their own or behind
 * a requirement.
 */

const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
const COMMENT = /(?:^|\s)#.*$/;
const OPTION = /^(?<name>--?[A-Za-z][A-Za-z-]*)(?:\s*=\s*|\s+|(?<=^-[A-Za-z]))(?<value>.*)$/;
/** Options behind a requirement, as in ` --hash=sha256:…`. */
const TRAILING = /\s--?[A-Za-z].*$/s;
/** No line is this long: `pip freeze` with 200 hashes has 20,000 characters. */
const MAX_LINE_LENGTH = 200_000;

/**
 * A logical line of a requirements file, after continued lines were joined and comments removed.
 */
export type RequirementsLine =
  | { readonly kind: 'requirement'; readonly text: string; readonly line: number }
  | {
      readonly kind: 'option';
      readonly text: string;
      /** With its dashes. */
      readonly option: string;
      readonly value: string;
      readonly line: number;
    };

/** Yields the logical lines, each with the 1-based number of its first. */
export function* readRequirementsLines(bytes: Uint8Array): Generator<RequirementsLine> {
  for (const { text, line } of joinedLines(decode(bytes))) {
    if (text.startsWith('-')) {
      const { name: option = text, value = '' } = OPTION.exec(text)?.groups ?? {};
      yield { kind: 'option', text, option, value: value.trim(), line };
    } else {
      const requirement = text.replace(TRAILING, '').trim();
      yield { kind: 'requirement', text: requirement, line };
    }
  }
}

function decode(bytes: Uint8Array): string {
  const mark = MARKS.find(([, start]) => start.every((byte, at) => bytes[at] === byte));
  return new TextDecoder(mark?.[0] ?? 'utf-8').decode(bytes);
}

function* joinedLines(text: string): Generator<{ readonly text: string; readonly line: number }> {
  let parts: string[] = [];
  let first = 1;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    if (parts.length === 0) first = index + 1;
    const isContinued = raw.endsWith('\\');
    const content = raw.length > MAX_LINE_LENGTH ? raw.slice(0, MAX_LINE_LENGTH) : raw;
    parts.push(isContinued ? content.slice(0, -1) : content);
    // A comment is never continued.
    if (isContinued && !content.trimStart().startsWith('#')) continue;
    const joined = withoutComment(parts.join(''));
    if (joined !== '') yield { text: joined, line: first };
    parts = [];
  }
  const rest = withoutComment(parts.join(''));
  if (rest !== '') yield { text: rest, line: first };
}

function withoutComment(text: string): string {
  return text.replace(COMMENT, '').trim();
}
