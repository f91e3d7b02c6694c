/**
 * Comments in examples of rules that say what is reported: `ruleid: ID` and `ok: ID`, about the
 * next line with code. An annotation that is not understood is an error, because a check that is
 * skipped cannot fail.
 */

/** A comment of a program. */
export interface CodeComment {
  /** With its delimiters. */
  readonly text: string;
  /** 1-based. */
  readonly startLine: number;
  readonly endLine: number;
}

/** The expectation for one line. */
export interface Annotation {
  /** The line of the comment, 1-based. */
  readonly line: number;
  /** The line of the code; `undefined`: no code follows. */
  readonly target: number | undefined;
  readonly rule: string;
  readonly isReported: boolean;
}

/** Something wrong in a line, 1-based. */
export interface LineFault {
  readonly line: number;
  readonly message: string;
}

/** Annotations of one file. */
export interface ReadAnnotations {
  readonly annotations: readonly Annotation[];
  readonly faults: readonly LineFault[];
}

const ANNOTATION = /^(?<word>ruleid|ok):[ \t]*(?<ids>[^\s,]+(?:[ \t]*,[ \t]*[^\s,]+)*)$/u;
/** A comment that begins like an annotation. */
const LIKE = /^(?:ruleid|todoruleid|todook)\b|^(?:ok|rule-?_?ids?)\s*:/iu;

/** Returns the annotations in the comments of a program. */
export function readAnnotations(text: string, comments: readonly CodeComment[]): ReadAnnotations {
  const lines = text.split(/\r?\n/u);
  const code = codeLines(lines, comments);
  const annotations: Annotation[] = [];
  const faults: LineFault[] = [];
  const known = new Set<number>();
  for (const { text: whole, startLine, endLine } of comments) {
    const words = bare(whole);
    const groups = ANNOTATION.exec(words)?.groups;
    if (groups === undefined) {
      if (!LIKE.test(words)) continue;
      for (let line = startLine; line <= endLine; line += 1) known.add(line);
      const message = 'the annotation is not understood; write "ruleid: ID" or "ok: ID" alone';
      faults.push({ line: startLine, message });
      continue;
    }
    for (let line = startLine; line <= endLine; line += 1) known.add(line);
    if (code.has(startLine)) {
      const message = 'the annotation stands beside code; write it in a line above the code';
      faults.push({ line: startLine, message });
      continue;
    }
    const target = nextOf(code, endLine, lines.length);
    for (const rule of (groups['ids'] ?? '').split(',')) {
      const isReported = groups['word'] === 'ruleid';
      annotations.push({ line: startLine, target, rule: rule.trim(), isReported });
    }
  }
  for (const [index, line] of lines.entries()) {
    if (known.has(index + 1) || !/\bruleid\s*:/iu.test(line)) continue;
    faults.push({ line: index + 1, message: '"ruleid:" is no comment of its own' });
  }
  return { annotations, faults: faults.sort((a, b) => a.line - b.line) };
}

/** Returns the words of a comment without its delimiters. */
function bare(comment: string): string {
  return comment
    .replace(/^(?:#+|\/\/+|\/\*+|<!--)/u, '')
    .replace(/(?:\*+\/|-->)$/u, '')
    .trim();
}

/** Returns the lines that have something beside comments and blanks. */
function codeLines(
  lines: readonly string[],
  comments: readonly CodeComment[],
): ReadonlySet<number> {
  const code = new Set<number>();
  const left = [...lines];
  for (const { text, startLine, endLine } of comments) {
    if (startLine === endLine) {
      const at = left[startLine - 1]?.indexOf(text) ?? -1;
      const line = left[startLine - 1] ?? '';
      if (at !== -1) left[startLine - 1] = line.slice(0, at) + line.slice(at + text.length);
      continue;
    }
    for (let line = startLine; line <= endLine; line += 1) left[line - 1] = '';
  }
  for (const [index, line] of left.entries()) {
    // Comments of JSX stand in brackets.
    if (!/^[\s{}]*$/u.test(line) || (/[{}]/u.test(line) && line === lines[index]))
      code.add(index + 1);
  }
  return code;
}

function nextOf(code: ReadonlySet<number>, line: number, last: number): number | undefined {
  for (let next = line + 1; next <= last; next += 1) if (code.has(next)) return next;
  return undefined;
}
