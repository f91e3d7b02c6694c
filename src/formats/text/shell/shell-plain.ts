/**
 * A shell script made plain before its grammar reads it: what the shell takes literally becomes
 * letters, and here-documents are taken out. The grammar reads some quotes, and what stands behind
 * `<<EOF` on the same line, in another way than shells do; of the plain text it reads commands,
 * operators and expansions only. All places stay the same, so that values are taken from the script
 * itself. Source: POSIX.1-2017, Shell Command Language, 2.2 and 2.7.4; the manual of bash for
 * `<<-`, `<<<`, `$'…'` and arithmetic.
 */

import type { TextSpan } from './shell-model.ts';

/** One here-document. */
export interface HereDocumentText {
  /** Span of `<<` or `<<-`. */
  readonly operator: TextSpan;
  readonly isTabStripped: boolean;
  /** Whether the delimiter has no quotes. */
  readonly isExpanded: boolean;
  readonly delimiter: string;
  /** Without the line of the delimiter. */
  readonly body: TextSpan;
  /** From the body to the end of the line of the delimiter. */
  readonly whole: TextSpan;
  readonly isTerminated: boolean;
}

type Pending = Pick<HereDocumentText, 'operator' | 'isTabStripped' | 'isExpanded' | 'delimiter'>;

/** The construct that encloses the current position; `plain` is the top. */
type Enclosure = 'double' | 'backtick' | 'parenthesis' | 'brace' | 'arithmetic';

/** A script without what the shell takes literally. */
export interface PlainScript {
  /** A text of the same length as the script. */
  readonly text: string;
  /** In the order of their operators. */
  readonly documents: readonly HereDocumentText[];
}

/** Makes a script plain. */
export function plainScript(text: string): PlainScript {
  return new ScriptScanner(text).scan();
}

/** One pass over a script. */
class ScriptScanner {
  readonly #text: string;
  readonly #documents: HereDocumentText[] = [];
  /** Replacements, each as long as what it replaces. */
  readonly #edits: (TextSpan & { readonly text: string })[] = [];
  readonly #enclosures: Enclosure[] = [];
  #pending: Pending[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): PlainScript {
    while (this.#at < this.#text.length) this.#step();
    this.#documents.sort((a, b) => a.operator.start - b.operator.start);
    for (const { operator, whole } of this.#documents) {
      this.#replace(operator.start, operator.end, '<'.padEnd(operator.end - operator.start));
      this.#replace(whole.start, whole.end, this.#blank(whole));
    }
    this.#edits.sort((a, b) => a.start - b.start);
    let plain = '';
    let at = 0;
    for (const { start, end, text } of this.#edits) {
      plain += this.#text.slice(at, start) + text;
      at = end;
    }
    return { text: plain + this.#text.slice(at), documents: this.#documents };
  }

  #replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  #blank({ start, end }: TextSpan): string {
    return this.#text.slice(start, end).replaceAll(/[^\n]/gu, (one) => ' '.repeat(one.length));
  }

  #step(): void {
    const character = this.#text[this.#at];
    const top = this.#enclosures.at(-1);
    if (character === '\\') {
      this.#escape(top === 'double');
    } else if (character === '"') {
      this.#toggle('double');
    } else if (character === '`') {
      this.#toggle('backtick');
    } else if (character === '$') {
      this.#dollar(top === 'double');
    } else if (top === 'double') {
      this.#quotedText();
    } else {
      this.#unquoted(character, top);
    }
  }

  /**
   * The end of a line behind a backslash joins two lines, and two halves of a word where no white
   * space is around it.
   */
  #escape(isQuoted: boolean): void {
    const start = this.#at;
    this.#at = Math.min(start + 2, this.#text.length);
    if (this.#text[start + 1] !== '\n' || isQuoted) {
      this.#replace(start, this.#at, 'x'.repeat(this.#at - start));
      return;
    }
    const isInWord = [this.#text[start - 1], this.#text[start + 2]].every(
      (neighbor) => neighbor !== undefined && !/[\s;&|()<>]/u.test(neighbor),
    );
    this.#replace(start, this.#at, isInWord ? 'xx' : '  ');
  }

  #quotedText(): void {
    const start = this.#at;
    while (this.#at < this.#text.length && !/[\\"`$]/u.test(this.#text[this.#at] ?? ''))
      this.#at += 1;
    this.#replace(start, this.#at, 'x'.repeat(this.#at - start));
  }

  #toggle(kind: 'double' | 'backtick'): void {
    const at = this.#enclosures.lastIndexOf(kind);
    // A quote in `$(…)` is another one than the quote around it.
    const isOpen = at >= 0 && !this.#enclosures.slice(at).includes('parenthesis');
    if (isOpen) this.#enclosures.length = at;
    else this.#enclosures.push(kind);
    this.#at += 1;
  }

  #dollar(isQuoted: boolean): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    if (rest === '$((' && this.#isArithmetic(this.#at + 1)) this.#open('arithmetic', 3);
    else if (rest.startsWith('$(')) this.#open('parenthesis', 2);
    else if (rest.startsWith('${')) this.#open('brace', 2);
    else if (rest.startsWith("$'") && !isQuoted)
      this.#takeString(escapedEnd(this.#text, this.#at + 2));
    else this.#at += 1;
  }

  #open(kind: Enclosure, length: number): void {
    this.#enclosures.push(kind);
    this.#at += length;
  }

  /** `((` begins arithmetic if `))` ends it; else it is two subshells. */
  #isArithmetic(start: number): boolean {
    const end = this.#text.indexOf('))', start);
    return end >= 0 && !this.#text.slice(start, end).includes('\n');
  }

  #unquoted(character: string | undefined, top: Enclosure | undefined): void {
    switch (character) {
      case "'":
        this.#takeString(this.#text.indexOf("'", this.#at + 1));
        break;
      case '#':
        if (this.#isWordStart() && top !== 'arithmetic' && top !== 'brace') this.#skipLine();
        else this.#at += 1;
        break;
      case '(':
        if (this.#text[this.#at + 1] === '(' && this.#isArithmetic(this.#at)) {
          this.#open('arithmetic', 2);
        } else {
          this.#open('parenthesis', 1);
        }
        break;
      case ')':
        this.#close(top);
        break;
      case '}':
        if (top === 'brace') this.#enclosures.pop();
        this.#at += 1;
        break;
      case '<':
        this.#less(top);
        break;
      case '\n':
        this.#at += 1;
        if (this.#pending.length > 0) this.#readBodies();
        break;
      case '-':
        // The grammar passes over a word of this character alone in front of a redirect.
        if (this.#isAlone()) this.#replace(this.#at, this.#at + 1, 'x');
        this.#at += 1;
        break;
      default:
        this.#at += 1;
    }
  }

  #close(top: Enclosure | undefined): void {
    const isDouble = top === 'arithmetic' && this.#text[this.#at + 1] === ')';
    if (top === 'parenthesis' || isDouble) this.#enclosures.pop();
    this.#at += isDouble ? 2 : 1;
  }

  #less(top: Enclosure | undefined): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    if (rest === '<<<') {
      this.#at += 3;
    } else if (rest.startsWith('<<') && top !== 'arithmetic' && top !== 'brace') {
      this.#begin(rest === '<<-');
    } else {
      this.#at += 1;
    }
  }

  #begin(isTabStripped: boolean): void {
    const operator = { start: this.#at, end: this.#at + (isTabStripped ? 3 : 2) };
    const word = delimiterAt(this.#text, operator.end);
    this.#at = word.end;
    if (word.end === word.start) return;
    const { delimiter, isQuoted } = word;
    this.#pending.push({ operator, isTabStripped, isExpanded: !isQuoted, delimiter });
  }

  #readBodies(): void {
    for (const pending of this.#pending) {
      const start = this.#at;
      let end = start;
      let isTerminated = false;
      while (!isTerminated && this.#at < this.#text.length) {
        const lineEnd = this.#lineEnd();
        const line = this.#text.slice(this.#at, lineEnd);
        end = this.#at;
        this.#at = Math.min(lineEnd + 1, this.#text.length);
        isTerminated =
          (pending.isTabStripped ? line.replace(/^\t+/u, '') : line) === pending.delimiter;
      }
      if (!isTerminated) end = this.#at;
      const whole = { start, end: this.#at };
      this.#documents.push({ ...pending, body: { start, end }, whole, isTerminated });
    }
    this.#pending = [];
  }

  #isWordStart(): boolean {
    return this.#at === 0 || /[\s;&|()]/u.test(this.#text[this.#at - 1] ?? '');
  }

  #isAlone(): boolean {
    return this.#isWordStart() && /^(?:[\s;&|()<>]|$)/u.test(this.#text[this.#at + 1] ?? '');
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #skipLine(): void {
    this.#at = this.#lineEnd();
  }

  /**
   * Text in single quotes, of which `end` is the last one; `$'…'` becomes a text in single quotes
   * too.
   */
  #takeString(end: number): void {
    const start = this.#at;
    if (end < 0) {
      this.#at = this.#text.length;
      return;
    }
    this.#at = end + 1;
    this.#replace(start, this.#at, `'${'x'.repeat(end - start - 1)}'`);
  }
}

/** Returns the quote that ends `$'…'`, or -1. */
function escapedEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "'") at += text[at] === '\\' ? 2 : 1;
  return at < text.length ? at : -1;
}

/** Returns the delimiter behind `<<`, without its quotes. */
function delimiterAt(
  text: string,
  from: number,
): TextSpan & { readonly delimiter: string; readonly isQuoted: boolean } {
  let start = from;
  while (text[start] === ' ' || text[start] === '\t') start += 1;
  let delimiter = '';
  let isQuoted = false;
  let at = start;
  for (;;) {
    const character = text[at];
    if (character === undefined || /[\s;&|()<>]/u.test(character)) break;
    if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1);
      const stop = end < 0 ? text.length : end;
      delimiter += text.slice(at + 1, stop);
      isQuoted = true;
      at = stop + 1;
    } else if (character === '\\') {
      delimiter += text[at + 1] ?? '';
      isQuoted = true;
      at += 2;
    } else {
      delimiter += character;
      at += 1;
    }
  }
  return { start, end: Math.min(at, text.length), delimiter, isQuoted };
}
