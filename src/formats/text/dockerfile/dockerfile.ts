/**
 * The reader of Dockerfiles and Containerfiles: directives, instructions, flags, here-documents and
 * stages, each with its bytes. Source: the Dockerfile reference, and the parser of BuildKit where
 * the reference is silent. No input is refused: what a builder refuses is listed in `problems`, and
 * the rest of the file is still read.
 *
 * Reads: `Dockerfile`, `Containerfile`.
 */

import {
  byteOrderMarkLength,
  hasUtf16Mark,
  placesOf,
  type ByteRange,
} from '../../bytes/byte-range.ts';
import { wordOf } from './dockerfile-arguments.ts';
import { heredocStarts, isDelimiter } from './dockerfile-heredoc.ts';
import { readInstruction } from './dockerfile-instruction.ts';
import {
  commentOf,
  directiveOf,
  joinLines,
  physicalLine,
  type DirectiveText,
  type PhysicalLine,
} from './dockerfile-lines.ts';
import {
  NOTHING,
  type Dockerfile,
  type DockerfileComment,
  type DockerfileDirective,
  type DockerfileHeredoc,
  type DockerfileInstruction,
  type DockerfileProblem,
  type DockerfileSyntax,
} from './dockerfile-model.ts';
import { stagesOf } from './dockerfile-stages.ts';
import { byteText, rangeOf, skipSpace, trimmed, type LogicalLine } from './dockerfile-text.ts';

export type * from './dockerfile-model.ts';

const DIRECTIVES: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);

/** Reads a Dockerfile. */
export function readDockerfile(bytes: Uint8Array): Dockerfile {
  return new DockerfileReader(bytes).read();
}

/** One pass over the lines of a file. */
class DockerfileReader {
  readonly #bytes: Uint8Array;
  readonly #text: string;
  readonly #directives: DockerfileDirective[] = [];
  readonly #comments: DockerfileComment[] = [];
  readonly #instructions: DockerfileInstruction[] = [];
  readonly #problems: DockerfileProblem[] = [];
  #escape: '\\' | '`' = '\\';
  #mayHaveDirective = true;
  /** Comment lines directly above the next line. */
  #above: DockerfileComment[] = [];
  #stageCount = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#text = byteText(bytes);
  }

  read(): Dockerfile {
    const start = byteOrderMarkLength(this.#bytes);
    if (hasUtf16Mark(this.#bytes)) {
      this.#report(
        'encoding',
        { start: 0, end: 2 },
        'The file is UTF-16. Builders read UTF-8 only.',
      );
    } else {
      this.#readLines(start);
    }
    const { stages, problems } = stagesOf(this.#instructions, this.#bytes.length);
    for (const problem of problems) this.#problems.push(problem);
    const firstFrom = this.#instructions.findIndex(({ keyword }) => keyword === 'FROM');
    return {
      bytes: this.#bytes,
      escape: this.#escape,
      directives: this.#directives,
      syntax: syntaxOf(this.#text, start),
      comments: this.#comments,
      instructions: this.#instructions,
      preamble: firstFrom < 0 ? this.#instructions : this.#instructions.slice(0, firstFrom),
      stages,
      problems: this.#problems.sort((a, b) => a.range.start - b.range.start),
      placeOf: lazyPlaces(this.#bytes),
    };
  }

  #readLines(start: number): void {
    let line = physicalLine(this.#text, start);
    while (line !== undefined) {
      line = physicalLine(this.#text, this.#readLine(line));
    }
  }

  /** Reads what begins on a line, and returns where the next line begins. */
  #readLine(line: PhysicalLine): number {
    const start = skipSpace(this.#text, line.start, line.end);
    if (this.#mayHaveDirective && this.#readDirective({ ...line, start })) return line.next;
    if (start >= line.end) {
      this.#above = [];
      return line.next;
    }
    const comment = commentOf(this.#text, line);
    if (comment === undefined) return this.#readInstruction(line, start);
    this.#comments.push(comment);
    this.#above.push(comment);
    return line.next;
  }

  /** Reads a directive; the first line that is no directive ends the directives. */
  #readDirective(line: PhysicalLine): boolean {
    const directive = directiveOf(this.#text, line);
    if (directive === undefined || !DIRECTIVES.has(directive.name)) {
      this.#mayHaveDirective = false;
      return false;
    }
    const { name, range } = directive;
    if (this.#directives.some((other) => other.name === name)) {
      this.#report('duplicate-directive', range, `The directive ${name} is given twice.`);
    } else {
      this.#directives.push(directive);
      if (name === 'escape') this.#setEscape(directive);
    }
    return true;
  }

  #setEscape({ value, valueRange }: DirectiveText): void {
    if (value === '\\' || value === '`') {
      this.#escape = value;
    } else {
      const message = `The escape character "${value}" is neither \\ nor a backtick.`;
      this.#report('bad-directive', valueRange, message);
    }
  }

  #readInstruction(first: PhysicalLine, start: number): number {
    const joined = joinLines(this.#text, first, start, this.#escape);
    const { line } = joined;
    const slice = trimmed({ line, start: 0, end: line.text.length });
    const above = this.#above;
    this.#above = [];
    for (const comment of joined.comments) this.#comments.push(comment);
    if (slice.start >= slice.end) {
      const message = 'A line continuation has no instruction.';
      this.#report('unknown-instruction', { start, end: joined.next }, message);
      return joined.next;
    }
    const { instruction, problems, mayHaveHeredocs } = readInstruction(slice, this.#escape);
    for (const { code, message, slice: about } of problems) {
      this.#report(code, rangeOf(about), message);
    }
    this.#warnOfLines(joined);
    const { heredocs, next } = mayHaveHeredocs
      ? this.#readHeredocs(line, joined.next)
      : { heredocs: NOTHING, next: joined.next };
    this.#add(instruction, { heredocs, above, inside: joined.comments });
    return next;
  }

  #warnOfLines({ emptyLine, doubleEscape }: ReturnType<typeof joinLines>): void {
    if (emptyLine !== undefined) {
      const message =
        'An empty line stands inside of an instruction. Builders announce to refuse that.';
      this.#report('empty-continuation-line', emptyLine, message, 'warning');
    }
    if (doubleEscape !== undefined) {
      const message = `The line ends with ${this.#escape}${this.#escape}: BuildKit ends the instruction here, older builders continue it on the next line.`;
      this.#report('ambiguous-continuation', doubleEscape, message, 'warning');
    }
  }

  #readHeredocs(
    line: LogicalLine,
    start: number,
  ): { readonly heredocs: readonly DockerfileHeredoc[]; readonly next: number } {
    const heredocs: DockerfileHeredoc[] = [];
    let next = start;
    for (const head of heredocStarts(line)) {
      const bodyStart = next;
      let end = next;
      let isTerminated = false;
      let body = physicalLine(this.#text, next);
      while (body !== undefined && !isTerminated) {
        end = body.start;
        ({ next } = body);
        isTerminated = isDelimiter(this.#text.slice(body.start, body.end), head);
        body = physicalLine(this.#text, next);
      }
      const { name, isChomped, isExpanded, descriptor, slice } = head;
      const bodyRange = { start: bodyStart, end: isTerminated ? end : next };
      const word = wordOf(slice);
      if (!isTerminated) {
        const message = `The here-document "${word.text}" has no line "${name}" that ends it.`;
        this.#report('unterminated-heredoc', word.range, message);
      }
      heredocs.push({ name, isChomped, isExpanded, descriptor, word, bodyRange, isTerminated });
    }
    return { heredocs: heredocs.length === 0 ? NOTHING : heredocs, next };
  }

  #add(
    instruction: DockerfileInstruction,
    found: {
      readonly heredocs: readonly DockerfileHeredoc[];
      readonly above: readonly DockerfileComment[];
      readonly inside: readonly DockerfileComment[];
    },
  ): void {
    if (instruction.keyword === 'FROM') this.#stageCount += 1;
    const { heredocs, above, inside } = found;
    const stageIndex = this.#stageCount === 0 ? undefined : this.#stageCount - 1;
    const { trigger } = instruction;
    this.#instructions.push({
      ...instruction,
      range: { start: instruction.range.start, end: this.#endOf(instruction, heredocs) },
      heredocs,
      trigger: trigger === undefined ? undefined : { ...trigger, heredocs, stageIndex },
      stageIndex,
      commentsAbove: above.length === 0 ? NOTHING : above,
      commentsInside: inside,
    });
  }

  #endOf({ range }: DockerfileInstruction, heredocs: readonly DockerfileHeredoc[]): number {
    const last = heredocs.at(-1);
    if (last === undefined) return range.end;
    const delimiter = last.isTerminated ? physicalLine(this.#text, last.bodyRange.end) : undefined;
    return delimiter?.end ?? last.bodyRange.end;
  }

  #report(
    code: DockerfileProblem['code'],
    range: ByteRange,
    message: string,
    severity: DockerfileProblem['severity'] = 'error',
  ): void {
    this.#problems.push({ code, severity, message, range });
  }
}

/**
 * BuildKit looks for the frontend in the raw lines: behind a line `#!`, and in comments of `#` or
 * `//`.
 */
function syntaxOf(text: string, start: number): DockerfileSyntax | undefined {
  let first = start;
  if (text.startsWith('#!', first)) first = physicalLine(text, first)?.next ?? text.length;
  return syntaxBehind(text, first, '#') ?? syntaxBehind(text, first, '//');
}

function syntaxBehind(
  text: string,
  first: number,
  prefix: '#' | '//',
): DockerfileSyntax | undefined {
  let line = physicalLine(text, first);
  const names = new Set<string>();
  while (line !== undefined) {
    const directive = directiveOf(text, line, prefix);
    if (directive === undefined || !DIRECTIVES.has(directive.name)) return undefined;
    if (names.has(directive.name)) return undefined;
    names.add(directive.name);
    if (directive.name === 'syntax') {
      const [image = ''] = directive.value.split(' ', 1);
      const { start } = directive.valueRange;
      return { image, range: { start, end: start + Buffer.byteLength(image) } };
    }
    line = physicalLine(text, line.next);
  }
  return undefined;
}

function lazyPlaces(bytes: Uint8Array): Dockerfile['placeOf'] {
  let places: Dockerfile['placeOf'] | undefined;
  return (offset) => (places ??= placesOf(bytes))(offset);
}
